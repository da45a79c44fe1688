// Cases for any plugin: the file, its descriptor, and that instances come and go without a trace.
#include "elf_symbols.hpp"
#include "suite.hpp"

#include "ebra/plugin.hpp"

#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <unistd.h>

namespace ebra::conformance {
namespace {

namespace fs = std::filesystem;

using plugin::sized;
using plugin::str;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

std::size_t entries_in(const char* folder) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        (void)entry;
        ++count;
    }
    return count;
}

std::int64_t resident_kib() {
    std::ifstream file("/proc/self/statm");
    std::int64_t total_pages = 0;
    std::int64_t resident_pages = 0;
    file >> total_pages >> resident_pages;
    return resident_pages * sysconf(_SC_PAGESIZE) / 1'024;
}

/// An instance that ends with this object.
class Instance {
 public:
    Instance(const Trial& trial, const std::string& options) : plugin_(trial.plugin()) {
        auto error = sized<ebra_error>();
        const ebra_status status = plugin_.create(trial.host(), str(options), &self_, &error);
        if (status == EBRA_OK) return;
        fail_case("create answered " + status_name(status) + ": " + error.message);
    }
    ~Instance() { plugin_.destroy(self_); }
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    void* self() const { return self_; }

 private:
    const ebra_plugin& plugin_;
    void* self_ = nullptr;
};

void every_symbol_it_needs_is_there_at_once(Trial& trial) {
    void* handle = dlopen(trial.library().path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) fail_case(std::string("RTLD_NOW: ") + dlerror());
}

void it_exports_exactly_its_entry(Trial& trial) {
    const ElfSymbols symbols = read_exported_symbols(trial.library().path);

    expect_equal(symbols.names, std::vector<std::string>{"ebra_plugin_v1"}, "what it exports");
    expect_equal(symbols.unique_count, 0, "the number of GNU unique symbols");
}

void its_descriptor_is_complete_and_constant(Trial& trial) {
    const ebra_plugin& plugin = trial.plugin();
    using Entry = const ebra_plugin* (*)();
    void* handle = dlopen(trial.library().path.c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto entry = reinterpret_cast<Entry>(dlsym(handle, "ebra_plugin_v1"));

    expect(entry() == &plugin, "the entry gives the same pointer every time");
    expect(std::strlen(plugin.version) > 0, "it has a version");
    expect(std::strlen(plugin.summary) > 0, "it has a summary");
    expect(std::string_view(plugin.summary).find('\n') == std::string_view::npos,
           "the summary is one line");
}

void an_unknown_id_gives_null(Trial& trial) {
    const std::string known[] = {EBRA_STORE_ID,        EBRA_PROVIDER_ID,    EBRA_STORE_TIMELINE_ID,
                                 EBRA_STORE_OUTBOX_ID, EBRA_STORE_CHECK_ID, EBRA_STORE_MIGRATE_ID};
    const auto gives = [&](const std::string& id) {
        return trial.plugin().get_interface(id.c_str());
    };

    expect(gives("") == nullptr, "the empty id gives NULL");
    expect(gives("no.such.interface/1") == nullptr, "an unknown id gives NULL");
    for (const std::string& id : known) {
        expect(gives(id + "x") == nullptr, id + " and garbage gives NULL");
        expect(gives(id + "0") == nullptr, id + "0 gives NULL");
        expect(gives(" " + id) == nullptr, "garbage and " + id + " gives NULL");
        expect(gives(id.substr(0, id.size() - 1)) == nullptr, id + " cut short gives NULL");
        expect(gives(id.substr(0, id.size() - 1) + "2") == nullptr,
               "another major of " + id + " gives NULL");
    }
}

void the_same_id_gives_the_same_pointer(Trial& trial) {
    bool offers_anything = false;
    for (const char* id : {EBRA_STORE_ID, EBRA_PROVIDER_ID, EBRA_STORE_TIMELINE_ID,
                           EBRA_STORE_OUTBOX_ID, EBRA_STORE_CHECK_ID, EBRA_STORE_MIGRATE_ID}) {
        const void* first = trial.plugin().get_interface(id);
        const std::string copy = id;
        expect(trial.plugin().get_interface(copy.c_str()) == first,
               copy + " gives the same pointer twice");
        offers_anything |= first != nullptr;
    }
    expect(offers_anything, "it offers something this version knows");
}

void bad_options_are_refused_with_a_message(Trial& trial) {
    for (const char* options : {"", "{", "[]", "null", "\"text\"", "{\"a\":1}}", "\xFF\xFE"}) {
        int untouched = 0;
        void* self = &untouched;
        auto error = sized<ebra_error>();
        const ebra_status status = trial.plugin().create(trial.host(), str(options), &self, &error);
        expect(status != EBRA_OK, std::string("create refuses ") + options);
        expect(self == &untouched, "a failed create leaves *self as it was");
        expect(std::strlen(error.message) > 0, "a failed create has a message");
    }
}

void a_failed_create_keeps_nothing(Trial& trial) {
    const auto fail = [&] {
        void* self = nullptr;
        auto error = sized<ebra_error>();
        return trial.plugin().create(trial.host(), str("{"), &self, &error);
    };
    for (int i = 0; i < 10; ++i) fail();
    const std::size_t files = entries_in("/proc/self/fd");
    const std::size_t threads = entries_in("/proc/self/task");
    for (int i = 0; i < 100; ++i) expect(fail() != EBRA_OK, "create refuses it");

    expect_equal(entries_in("/proc/self/fd"), files, "the number of open files");
    expect_equal(entries_in("/proc/self/task"), threads, "the number of threads");
}

void instances_come_and_go_without_a_trace(Trial& trial) {
    constexpr int kWarmUp = 20;
    constexpr int kRounds = 100;
    constexpr std::int64_t kGrowthMaxKib = 8 * 1'024;
    for (int i = 0; i < kWarmUp; ++i) const Instance made(trial, trial.options());
    const std::size_t files = entries_in("/proc/self/fd");
    const std::size_t threads = entries_in("/proc/self/task");
    const std::int64_t memory = resident_kib();

    for (int i = 0; i < kRounds; ++i) const Instance made(trial, trial.options());

    expect_equal(entries_in("/proc/self/fd"), files, "the number of open files");
    expect_equal(entries_in("/proc/self/task"), threads, "the number of threads");
    // A sanitizer keeps what was freed for a while, on purpose.
    if (kIsSanitized) return;
    const std::int64_t growth = resident_kib() - memory;
    expect(growth < kGrowthMaxKib,
           "memory grew by " + std::to_string(growth) + " KiB over 100 instances, less than 8 MiB");
}

void several_instances_live_side_by_side(Trial& trial) {
    const Instance first(trial, trial.options());
    const Instance second(trial, trial.other_options());
    { const Instance third(trial, trial.other_options()); }

    expect(first.self() != second.self(), "two instances are two");
}

std::set<std::string> files_under(const std::string& folder) {
    std::set<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        files.insert(entry.path().string());
    }
    return files;
}

struct Checked {
    ebra_status status = EBRA_INTERNAL;
    int problems = 0;
};

Checked check_config(const Trial& trial, const std::string& options) {
    Checked made;
    const ebra_config_sink sink = {&made.problems, [](void* context, const ebra_config_problem* p) {
                                       if (p->text.size > 0) ++*static_cast<int*>(context);
                                   }};
    made.status = trial.plugin().check_config(str(options), &sink);
    return made;
}

void require_check_config(const Trial& trial) {
    if (!EBRA_CAN(&trial.plugin(), ebra_plugin, check_config)) {
        throw CaseSkipped("it has no check_config");
    }
}

void check_config_agrees_with_create(Trial& trial) {
    require_check_config(trial);

    const Checked good = check_config(trial, trial.options());
    expect_status(good.status, EBRA_OK, "check_config of good options");
    expect_equal(good.problems, 0, "the problems of good options");
    for (const char* options : {"", "{", "[]", "null"}) {
        const Checked bad = check_config(trial, options);
        expect_status(bad.status, EBRA_INVALID_ARGUMENT, std::string("check_config of ") + options);
        expect(bad.problems > 0, "at least one problem is reported");
    }
}

void check_config_has_no_side_effects(Trial& trial) {
    require_check_config(trial);
    check_config(trial, trial.options());
    const auto before = files_under(trial.folder());
    const std::size_t files = entries_in("/proc/self/fd");
    const std::size_t threads = entries_in("/proc/self/task");

    check_config(trial, trial.options());
    check_config(trial, "{");

    expect(files_under(trial.folder()) == before, "no file was made");
    expect(before.empty(), "no file was made the first time");
    expect_equal(entries_in("/proc/self/fd"), files, "the number of open files");
    expect_equal(entries_in("/proc/self/task"), threads, "the number of threads");
}

}  // namespace

Group library_cases() {
    return {
        "library",
        Interface::kAny,
        {EBRA_CASE(every_symbol_it_needs_is_there_at_once), EBRA_CASE(it_exports_exactly_its_entry),
         EBRA_CASE(its_descriptor_is_complete_and_constant), EBRA_CASE(an_unknown_id_gives_null),
         EBRA_CASE(the_same_id_gives_the_same_pointer),
         EBRA_CASE(bad_options_are_refused_with_a_message),
         EBRA_CASE(a_failed_create_keeps_nothing), EBRA_CASE(instances_come_and_go_without_a_trace),
         EBRA_CASE(several_instances_live_side_by_side), EBRA_CASE(check_config_agrees_with_create),
         EBRA_CASE(check_config_has_no_side_effects)}};
}

}  // namespace ebra::conformance
