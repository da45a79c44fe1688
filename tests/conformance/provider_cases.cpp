// Providers: every operation that was taken on ends exactly once, and nothing is dialed too late.
#include "dialers.hpp"
#include "provider_bench.hpp"

#include <algorithm>
#include <atomic>
#include <set>

namespace ebra::conformance {
namespace {

using Wanted = ProviderBench::Wanted;

std::string reference_of(ebra_op op) {
    return "018f0000-0000-7000-8000-" + std::to_string(100'000'000'000 + op) + ".1";
}

/// Starts operations `first` to `first + count - 1`; those that were taken on.
std::vector<ebra_op> start_many(ProviderBench& bench, ebra_op first, ebra_op count) {
    std::vector<ebra_op> taken;
    for (ebra_op op = first; op < first + count; ++op) {
        Wanted wanted = {.reference = reference_of(op)};
        wanted.to = "+1555" + std::to_string(op);
        if (bench.start(wanted, op) == EBRA_OK) taken.push_back(op);
    }
    return taken;
}

bool is_start_answer(std::int32_t answer) {
    return answer >= EBRA_START_PLACED && answer <= EBRA_START_NOT_SENT;
}

/// Each taken one ended once, none of the others, and each end makes sense.
void expect_ended_once(const ProviderBench& bench, const std::vector<ebra_op>& taken) {
    expect_equal(bench.ended_count(), taken.size(), "operations that ended");
    for (const ebra_op op : taken) {
        const SeenResult result = bench.result(op);
        const std::string name = "operation " + std::to_string(op);
        expect_equal(result.completions, 1, "completions of " + name);
        expect(!result.is_after_destroy, name + " ended before destroy returned");
        expect(is_start_answer(result.answer), name + " has an answer of a start");
        const bool is_no =
            result.answer == EBRA_START_REFUSED || result.answer == EBRA_START_NOT_SENT;
        expect(!is_no || result.error_class != EBRA_CLASS_NONE, name + " says how it was refused");
        expect(result.answer != EBRA_START_PLACED || !result.provider_call_id.empty(),
               name + " was placed and has the provider's id");
        expect(result.state_bytes <= EBRA_PROVIDER_STATE_BYTES_MAX, "provider_state fits");
        expect(result.message_bytes <= EBRA_REASON_BYTES_MAX, "message fits");
    }
}

void every_start_taken_on_ends_exactly_once(Trial& trial) {
    ProviderBench bench(trial);

    const auto taken = start_many(bench, 1, 20);
    bench.destroy();
    bench.linger();

    expect(!taken.empty(), "it takes a start on");
    expect_ended_once(bench, taken);
}

void a_thousand_at_once_end_exactly_once(Trial& trial) {
    ProviderBench bench(trial);

    const auto taken = start_many(bench, 1, 1'000);
    bench.destroy();
    bench.linger();

    expect_ended_once(bench, taken);
    std::set<std::string> ids;
    std::size_t placed = 0;
    for (const ebra_op op : taken) {
        const SeenResult result = bench.result(op);
        if (result.answer != EBRA_START_PLACED) continue;
        ++placed;
        ids.insert(result.provider_call_id);
    }
    expect_equal(ids.size(), placed, "different ids of the placed ones");
}

void starts_from_many_threads_end_exactly_once(Trial& trial) {
    constexpr int kThreads = 8;
    constexpr ebra_op kEach = 50;
    ProviderBench bench(trial);
    std::vector<std::vector<ebra_op>> taken(kThreads);

    in_threads(kThreads, [&](int index) {
        const auto first = static_cast<ebra_op>(index) * kEach + 1;
        taken[static_cast<std::size_t>(index)] = start_many(bench, first, kEach);
    });
    bench.destroy();
    bench.linger();

    std::vector<ebra_op> all;
    for (const auto& some : taken) all.insert(all.end(), some.begin(), some.end());
    expect_ended_once(bench, all);
}

void past_its_send_by_nothing_is_dialed(Trial& trial) {
    ProviderBench bench(trial);
    std::vector<ebra_op> taken;
    for (ebra_op op = 1; op <= 10; ++op) {
        Wanted wanted = {.reference = reference_of(op)};
        wanted.send_within_ms = -1'000;
        if (bench.start(wanted, op) == EBRA_OK) taken.push_back(op);
    }
    expect(bench.wait_for(taken.size()), "late starts end by themselves");

    for (const ebra_op op : taken) {
        const SeenResult result = bench.result(op);
        expect_equal(result.answer, EBRA_START_NOT_SENT, "the answer of a late start");
        expect_equal(result.error_class, EBRA_CLASS_TRANSIENT, "its class");
    }
}

void odd_texts_do_no_harm(Trial& trial) {
    ProviderBench bench(trial);
    Wanted wanted = {.reference = reference_of(1)};
    wanted.script_id = "\xF0\x9F\x93\x9E \"quoted\" \\ \n";
    wanted.metadata_json = R"({"text":")";
    wanted.metadata_json.append(EBRA_METADATA_BYTES_MAX - wanted.metadata_json.size() - 2, 'x');
    wanted.metadata_json += "\"}";

    std::vector<ebra_op> taken;
    if (bench.start(wanted, 1) == EBRA_OK) taken.push_back(1);
    bench.destroy();

    expect_ended_once(bench, taken);
}

void an_unknown_id_is_not_found(Trial& trial) {
    ProviderBench bench(trial);
    bench.require(EBRA_PROVIDER_QUERY, "QUERY");
    const Wanted wanted = {.reference = reference_of(1), .provider_call_id = "no-such-call"};

    const ebra_status status = bench.ask(bench.table().query_call, wanted, 1);

    if (status != EBRA_OK) return;
    expect(bench.wait_for(1), "a query ends by itself");
    const std::int32_t answer = bench.result(1).answer;
    expect(answer == EBRA_NOT_FOUND_EXACT || answer == EBRA_NOT_FOUND_WEAK ||
               answer == EBRA_QUERY_UNABLE,
           "an unknown call is not found, or cannot be told about");
}

void a_placed_call_is_never_said_not_to_exist(Trial& trial) {
    ProviderBench bench(trial);
    bench.require(EBRA_PROVIDER_QUERY, "QUERY");
    const auto taken = start_many(bench, 1, 20);
    // Some may be without an answer until the host gives up; the others are enough.
    bench.wait_for(taken.size(), 1'000);
    for (const ebra_op op : taken) {
        const SeenResult placed = bench.result(op);
        if (placed.answer != EBRA_START_PLACED) continue;
        const Wanted by_id = {.reference = reference_of(op),
                              .provider_call_id = placed.provider_call_id};
        const Wanted by_reference = {.reference = reference_of(op)};
        for (const auto& [wanted, question] :
             {std::pair{by_id, op + 1'000}, std::pair{by_reference, op + 2'000}}) {
            const std::size_t before = bench.ended_count();
            if (bench.ask(bench.table().query_call, wanted, question) != EBRA_OK) continue;
            expect(bench.wait_for(before + 1), "a query ends by itself");
            const SeenResult answer = bench.result(question);
            expect(answer.answer != EBRA_NOT_FOUND_EXACT, "a placed call is not proven absent");
            expect(answer.answer != EBRA_FOUND || answer.has_event, "FOUND comes with an event");
        }
    }
}

void cancel_of_an_unknown_call_says_so(Trial& trial) {
    ProviderBench bench(trial);
    bench.require(EBRA_PROVIDER_CANCEL, "CANCEL");
    const Wanted wanted = {.reference = reference_of(1), .provider_call_id = "no-such-call"};

    const ebra_status status = bench.ask(bench.table().cancel_call, wanted, 1);

    if (status != EBRA_OK) return;
    expect(bench.wait_for(1), "a cancel ends by itself");
    const std::int32_t answer = bench.result(1).answer;
    expect(answer == EBRA_CANCEL_TOO_LATE || answer == EBRA_CANCEL_UNABLE,
           "what is unknown is not canceled");
}

void what_it_cannot_do_it_does_not_take_on(Trial& trial) {
    ProviderBench bench(trial);
    const Wanted wanted = {.reference = reference_of(1), .provider_call_id = "x"};
    ebra_op op = 0;
    for (const auto& [capability, function] :
         {std::pair{EBRA_PROVIDER_QUERY, bench.table().query_call},
          std::pair{EBRA_PROVIDER_CANCEL, bench.table().cancel_call}}) {
        if (bench.can(capability)) continue;
        ++op;
        const ebra_status status = bench.ask(function, wanted, op);
        // Taken on all the same: then it must end, and can only be "unable".
        if (status != EBRA_OK) continue;
        expect(bench.wait_for(1), "it ends by itself");
        const std::int32_t answer = bench.result(op).answer;
        expect(answer == EBRA_QUERY_UNABLE || answer == EBRA_CANCEL_UNABLE, "it is unable");
    }
    if (op == 0) throw CaseSkipped("it can do everything");
}

void the_same_reference_again_rings_once(Trial& trial) {
    ProviderBench bench(trial);
    bench.require(EBRA_PROVIDER_IDEMPOTENT_START, "IDEMPOTENT_START");
    const Wanted wanted = {.reference = reference_of(1)};

    const bool is_taken = bench.start(wanted, 1) == EBRA_OK && bench.wait_for(1) &&
                          bench.start(wanted, 2) == EBRA_OK && bench.wait_for(2);

    expect(is_taken, "both starts are taken on and end");
    const SeenResult first = bench.result(1);
    const SeenResult second = bench.result(2);
    expect_equal(second.answer, first.answer, "the second answer");
    expect_equal(second.provider_call_id, first.provider_call_id, "the second id");
}

void its_capabilities_are_constant(Trial& trial) {
    ProviderBench bench(trial);
    const std::uint64_t first = bench.table().capabilities(bench.self());
    start_many(bench, 1, 5);

    expect_equal(bench.table().capabilities(bench.self()), first, "capabilities");
    expect(bench.table().visibility_delay_ms(bench.self()) >= 0, "visibility_delay_ms is sane");
    const auto* own = trial.extension<ebra_provider>(EBRA_PROVIDER_ID);
    const Status promised = check_provider_capabilities(trial.plugin().id, own, first);
    if (!promised.ok()) fail_case(promised.error().message);
}

}  // namespace

Group provider_cases() {
    return {
        "provider.operations",
        Interface::kProvider,
        {EBRA_CASE(every_start_taken_on_ends_exactly_once),
         EBRA_CASE(a_thousand_at_once_end_exactly_once),
         EBRA_CASE(starts_from_many_threads_end_exactly_once),
         EBRA_CASE(past_its_send_by_nothing_is_dialed), EBRA_CASE(odd_texts_do_no_harm),
         EBRA_CASE(an_unknown_id_is_not_found), EBRA_CASE(a_placed_call_is_never_said_not_to_exist),
         EBRA_CASE(cancel_of_an_unknown_call_says_so),
         EBRA_CASE(what_it_cannot_do_it_does_not_take_on),
         EBRA_CASE(the_same_reference_again_rings_once), EBRA_CASE(its_capabilities_are_constant)}};
}

}  // namespace ebra::conformance
