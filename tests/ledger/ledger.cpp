#include "ledger.hpp"

#include <nlohmann/json.hpp>
#include <unordered_map>

namespace ebra::ledger {

namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& name, std::size_t line, const std::string& why) {
    throw Unusable(name + ":" + std::to_string(line) + ": " + why);
}

Dial dial_from(const json& fields) {
    Dial dial;
    dial.id = fields.at("id").get<std::string>();
    dial.reference = fields.at("reference").get<std::string>();
    dial.number = fields.at("to").get<std::string>();
    dial.provider = fields.at("provider").get<std::string>();
    dial.boot = fields.at("boot").get<std::string>();
    dial.from_ns = fields.at("mono_ns").get<std::int64_t>();
    const json& end = fields.at("end_mono_ns");
    if (!end.is_null()) dial.until_ns = end.get<std::int64_t>();
    if (dial.id.empty() || dial.reference.empty() || dial.number.empty()) {
        throw std::invalid_argument("an id, a reference or a number is empty");
    }
    if (dial.until_ns && *dial.until_ns < dial.from_ns) {
        throw std::invalid_argument("the call ends before it begins");
    }
    return dial;
}

/// The lines of one file, in order.
class Reader {
 public:
    Reader(const std::string& name, Ledger& into) : name_(name), into_(into) {}

    void take(const std::string& text, std::size_t line) {
        const json fields = json::parse(text, nullptr, false);
        if (!fields.is_object()) refuse(name_, line, "not a JSON object");
        try {
            const auto kind = fields.at("kind").get<std::string>();
            if (kind == "dial") {
                take_dial(dial_from(fields), line);
            } else if (kind == "end") {
                take_end(fields, line);
            } else {
                refuse(name_, line, "an unknown kind of line: " + kind);
            }
        } catch (const json::exception& thrown) {
            refuse(name_, line, thrown.what());
        } catch (const std::invalid_argument& thrown) {
            refuse(name_, line, thrown.what());
        }
    }

 private:
    void take_dial(Dial dial, std::size_t line) {
        dial.file = name_;
        dial.line = line;
        if (!by_id_.emplace(dial.id, into_.dials.size()).second) {
            refuse(name_, line, "the provider's call id " + dial.id + " was given out before");
        }
        into_.dials.push_back(std::move(dial));
    }

    /// What really happened replaces what was planned.
    void take_end(const json& fields, std::size_t line) {
        const auto id = fields.at("id").get<std::string>();
        const auto at_ns = fields.at("mono_ns").get<std::int64_t>();
        const auto boot = fields.at("boot").get<std::string>();
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) refuse(name_, line, "the end of a call never dialed: " + id);
        Dial& dial = into_.dials[found->second];
        ++into_.ends;
        if (dial.boot != boot) return;  // It lived at most until the machine went down.
        if (at_ns < dial.from_ns) refuse(name_, line, "the call ends before it begins");
        dial.until_ns = at_ns;
    }

    const std::string& name_;
    Ledger& into_;
    std::unordered_map<std::string, std::size_t> by_id_;
};

}  // namespace

void read_ledger(std::istream& in, const std::string& name, Ledger& into) {
    Reader reader(name, into);
    std::string text;
    for (std::size_t line = 1; std::getline(in, text); ++line) {
        // Without its newline a line was not wholly written: its process was killed in the write.
        if (in.eof()) {
            if (!text.empty()) ++into.torn_lines;
            return;
        }
        if (!text.empty()) reader.take(text, line);
    }
    if (in.bad()) throw Unusable(name + ": can not be read");
}

}  // namespace ebra::ledger
