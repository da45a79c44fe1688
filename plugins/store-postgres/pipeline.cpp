#include "pipeline.hpp"

namespace ebra::postgres {

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<const char*> pointers;
    pointers.reserve(texts.size());
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    return pointers;
}

// What fails below on a lost connection shows as a result that is none.

Pipeline::Pipeline(PGconn* connection) : connection_(connection) {
    PQenterPipelineMode(connection_);
}

Pipeline::~Pipeline() {
    PQexitPipelineMode(connection_);
}

void Pipeline::add(const std::string& name, const std::vector<std::string>& parameters) {
    const std::vector<const char*> pointers = pointers_to(parameters);
    PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(pointers.size()),
                        pointers.data(), nullptr, nullptr, 0);
    ++count_;
}

std::vector<Result> Pipeline::results() {
    PQpipelineSync(connection_);
    std::vector<Result> results;
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
