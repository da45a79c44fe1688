#include "pipeline.hpp"

namespace ebra::postgres {

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<const char*> pointers;
    pointers.reserve(texts.size());
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    return pointers;
}

Pipeline::Pipeline(PGconn* connection)
    : connection_(connection), is_sound_(PQenterPipelineMode(connection) == 1) {}

Pipeline::~Pipeline() {
    PQexitPipelineMode(connection_);
}

void Pipeline::add(const std::string& name, const std::vector<std::string>& parameters) {
    const std::vector<const char*> pointers = pointers_to(parameters);
    is_sound_ = is_sound_ &&
                PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(pointers.size()),
                                    pointers.data(), nullptr, nullptr, 0) == 1;
    ++count_;
}

std::vector<Result> Pipeline::results() {
    std::vector<Result> results;
    is_sound_ = is_sound_ && PQpipelineSync(connection_) == 1;
    if (!is_sound_) return std::vector<Result>(count_);
    for (std::size_t i = 0; i < count_; ++i) {
        results.emplace_back(PQgetResult(connection_), &PQclear);
        // The end of this statement's results; on a lost connection there is nothing more.
        while (PGresult* more = PQgetResult(connection_)) PQclear(more);
    }
    // The end of the pipeline.
    PQclear(PQgetResult(connection_));
    return results;
}

}  // namespace ebra::postgres
