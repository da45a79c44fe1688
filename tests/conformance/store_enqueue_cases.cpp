// enqueue: what is taken, what was there already, and that no bad item stops a batch. And patch.
#include "store_bench.hpp"

namespace ebra::conformance {
namespace {

void a_new_call_is_pending_and_kept_byte_for_byte(Trial& trial) {
    StoreBench bench(trial);
    const NewCall call = {.id = "a",
                          .to = "+15551",
                          .priority = -3,
                          .provider = "sim",
                          .cap_keys = {"cap:x", "cap:y"},
                          .metadata_json = R"({ "k" : 1,"k":2 })",
                          .tenant = "t",
                          .script_id = "script",
                          .exclusive_key = "phone:+15551"};

    const SeenItem item = bench->enqueue(bench.at(5), {call}).front();

    expect_status(item.status, EBRA_OK, "enqueue");
    expect(item.call.has_value(), "the sink gets the call");
    const SeenCall seen = bench.get("a");
    expect(seen == *item.call, "get gives what the sink got");
    expect_equal(seen.to, call.to, "to");
    expect_equal(seen.exclusive_key, call.exclusive_key, "exclusive_key");
    expect_equal(seen.tenant, call.tenant, "tenant");
    expect_equal(seen.script_id, call.script_id, "script_id");
    expect_equal(seen.metadata_json, call.metadata_json, "metadata_json");
    expect_equal(seen.cap_keys, call.cap_keys, "cap_keys");
    expect_equal(seen.priority, -3, "priority");
    expect_equal(seen.status, EBRA_CALL_PENDING, "status");
    expect_equal(seen.attempts, 0, "attempts");
    expect_equal(seen.placements, 0, "placements");
    expect(!seen.has_placement, "there is no placement");
    expect_equal(seen.created_at, bench.at(5), "created_at");
    expect_equal(seen.next_run_at, bench.at(5), "next_run_at");
    expect_equal(seen.ended_at, 0, "ended_at");
}

void the_same_id_again_is_already_and_changes_nothing(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .metadata_json = R"({"first":1})"});
    const SeenCall before = bench.get("a");

    const NewCall other = {.id = "a", .to = "+2", .metadata_json = R"({"second":1})"};
    const SeenItem item = bench->enqueue(bench.at(10), {other}).front();

    expect_status(item.status, EBRA_ALREADY, "enqueue of a known id");
    expect(item.call && *item.call == before, "the sink gets the call that is there");
    expect(bench.get("a") == before, "nothing changed");
    expect_equal(bench->counts().pending, 1, "pending");
}

void an_idempotency_key_stands_for_one_call_of_its_tenant(Trial& trial) {
    StoreBench bench(trial);
    const NewCall first = {
        .id = "a", .to = "+1", .idempotency_key = "k", .request_digest = "d1", .tenant = "t"};
    NewCall same = first;
    same.id = "b";
    NewCall other_body = same;
    other_body.request_digest = "d2";
    NewCall other_tenant = same;
    other_tenant.tenant = "u";
    bench.add(first);

    const SeenItem again = bench->enqueue(bench.at(1), {same}).front();
    const SeenItem conflict = bench->enqueue(bench.at(2), {other_body}).front();
    const SeenItem foreign = bench->enqueue(bench.at(3), {other_tenant}).front();

    expect_status(again.status, EBRA_ALREADY, "the same key and digest");
    expect(again.call && again.call->id == "a", "the call there is the first one");
    expect_status(conflict.status, EBRA_CONFLICT, "the same key, another digest");
    expect(conflict.call && conflict.call->id == "a", "the call there is the first one");
    expect_status(foreign.status, EBRA_OK, "another tenant's key");
    expect_equal(ids_of(bench->find(EBRA_FIND_IDEMPOTENCY_KEY, "t", "k")),
                 std::vector<std::string>{"a"}, "what the tenant's key finds");
    expect_equal(ids_of(bench->find(EBRA_FIND_IDEMPOTENCY_KEY, "u", "k")),
                 std::vector<std::string>{"b"}, "what the other tenant's key finds");
}

void calls_without_an_idempotency_key_are_never_the_same(Trial& trial) {
    StoreBench bench(trial);

    bench.add({.id = "a", .to = "+1", .request_digest = "d"});
    bench.add({.id = "b", .to = "+2", .request_digest = "d"});

    expect_equal(bench->counts().pending, 2, "pending");
}

void an_empty_batch_is_fine(Trial& trial) {
    StoreBench bench(trial);

    bench->enqueue(bench.at(), {});
    expect_status(bench->status(), EBRA_OK, "enqueue of nothing");
    bench->advance(bench.at(), {});
    expect_status(bench->status(), EBRA_OK, "advance of nothing");
    bench->get_all({});
    expect_status(bench->status(), EBRA_OK, "get of nothing");
}

void a_batch_of_a_thousand_answers_each_item(Trial& trial) {
    StoreBench bench(trial);
    std::vector<NewCall> calls;
    for (int i = 0; i < 1'000; ++i) calls.push_back(numbered(i));

    const auto items = bench->enqueue(bench.at(), calls);
    expect_status(bench->status(), EBRA_OK, "enqueue");
    for (std::size_t i = 0; i < items.size(); ++i) {
        expect_status(items[i].status, EBRA_OK, "item " + std::to_string(i));
        expect(items[i].call && items[i].call->id == calls[i].id, "items are told in their place");
    }
    const auto again = bench->enqueue(bench.at(1), calls);

    for (const SeenItem& item : again) expect_status(item.status, EBRA_ALREADY, "the same again");
    expect_equal(bench->counts().pending, 1'000, "pending");
}

void one_item_that_is_refused_never_stops_the_batch(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .idempotency_key = "k", .request_digest = "d"});

    const auto items = bench->enqueue(
        bench.at(1), {numbered(1),
                      {.id = "x", .to = "+2", .idempotency_key = "k", .request_digest = "other"},
                      {.id = "a", .to = "+3"},
                      numbered(2),
                      numbered(2)});

    expect_status(bench->status(), EBRA_OK, "the batch");
    expect_status(items[0].status, EBRA_OK, "the good one before");
    expect_status(items[1].status, EBRA_CONFLICT, "the key of another");
    expect_status(items[2].status, EBRA_ALREADY, "the known id");
    expect_status(items[3].status, EBRA_OK, "the good one after");
    expect_status(items[4].status, EBRA_ALREADY, "the same id in the same batch");
    expect(!bench->get("x").has_value(), "the refused one is not there");
    expect_equal(bench->counts().pending, 3, "pending");
}

void texts_come_back_as_they_went_in(Trial& trial) {
    StoreBench bench(trial);
    const std::string emoji = "\xF0\x9F\x93\x9E caf\xC3\xA9 \xE2\x80\xAE";
    const std::string nasty = R"(it's "quoted" \ back\\slash ' -- ; DROP TABLE calls; $1 ?1 %s)";
    std::string large = R"({"text":")";
    large.append(EBRA_METADATA_BYTES_MAX - large.size() - 2, 'x');
    large += "\"}";
    const NewCall calls[] = {
        {.id = "empty", .to = "+1", .metadata_json = ""},
        {.id = "emoji", .to = "+2", .metadata_json = emoji, .script_id = emoji},
        {.id = nasty, .to = "+3", .metadata_json = nasty, .script_id = nasty},
        {.id = "large", .to = "+4", .metadata_json = large},
        {.id = "lines", .to = "+5", .metadata_json = "{\r\n\t\"a\": 1\n}"},
    };

    for (const NewCall& call : calls) bench.add(call);

    for (const NewCall& call : calls) {
        const SeenCall seen = bench.get(call.id);
        expect(seen.metadata_json == call.metadata_json, "metadata of " + call.id + " is the same");
        expect(seen.script_id == call.script_id, "script_id of " + call.id + " is the same");
    }
    bench->claim(bench.at(), 10);
    const NewStep refused = {.step = EBRA_STEP_REFUSED,
                             .call_id = nasty,
                             .reason = nasty,
                             .error_class = EBRA_CLASS_TRANSIENT};
    expect_equal(bench.step(refused).last_error, nasty, "last_error");
}

void a_call_for_later_waits_until_then(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .not_before = bench.at(5'000)});

    expect_equal(bench.get("a").next_run_at, bench.at(5'000), "next_run_at");
    const SeenClaim early = bench->claim(bench.at(4'999), 10);
    expect_equal(early.calls.size(), 0, "claimed before its time");
    expect_equal(early.report.next_due_at, bench.at(5'000), "report.next_due_at");
    bench.claim_one("a", 7, 5'000);
}

void patch_changes_what_its_mask_names(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "a", .to = "+1", .metadata_json = "{}", .script_id = "old"});
    auto change = plugin::sized<ebra_patch>();
    change.id = plugin::str("a");
    change.mask = EBRA_PATCH_SCRIPT;
    change.script_id = plugin::str("new");
    change.metadata_json = plugin::str("not meant");
    change.to = plugin::str("not meant");

    const SeenItem script = bench->patch(bench.at(1), change);
    change.mask = EBRA_PATCH_METADATA;
    change.metadata_json = plugin::str(R"({"x":1})");
    const SeenItem metadata = bench->patch(bench.at(2), change);

    expect_status(script.status, EBRA_OK, "patch of script_id");
    expect_equal(script.call->script_id, std::string("new"), "script_id");
    expect_equal(script.call->metadata_json, std::string("{}"), "metadata_json");
    expect_status(metadata.status, EBRA_OK, "patch of metadata_json");
    expect_equal(bench.get("a").metadata_json, std::string(R"({"x":1})"), "metadata_json");
    expect_equal(bench.get("a").to, std::string("+1"), "to");
}

void patch_is_for_pending_calls_only(Trial& trial) {
    StoreBench bench(trial);
    for (const char* id : {"running", "done", "canceled"}) bench.add({.id = id, .to = id});
    bench.add({.id = "again", .to = "again", .priority = 1});
    bench.step({.step = EBRA_STEP_CANCEL, .call_id = "canceled"});
    bench.claim_one("again");
    bench.step({.step = EBRA_STEP_RELEASE,
                .call_id = "again",
                .placement = 1,
                .claim = 7,
                .due_at = bench.at(9'000)});
    bench->claim(bench.at(), 10);
    bench.complete("done");

    expect_status(bench->patch_number(bench.at(), "running", "+9").status, EBRA_CONFLICT,
                  "patch of a running call");
    expect_status(bench->patch_number(bench.at(), "done", "+9").status, EBRA_CONFLICT,
                  "patch of a completed call");
    expect_status(bench->patch_number(bench.at(), "canceled", "+9").status, EBRA_CONFLICT,
                  "patch of a canceled call");
    expect_status(bench->patch_number(bench.at(), "nobody", "+9").status, EBRA_NOT_FOUND,
                  "patch of an unknown call");
    expect_status(bench->patch_number(bench.at(), "again", "+9").status, EBRA_OK,
                  "patch between two attempts");
    expect_equal(bench.get("running").to, std::string("running"), "to");
}

void a_changed_number_passes_the_old_one_on(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "head", .to = "+1"});
    bench.add({.id = "next", .to = "+1"});
    bench.add({.id = "third", .to = "+2"});

    expect_status(bench->patch_number(bench.at(), "head", "+2").status, EBRA_OK, "patch");

    const auto claimed = bench.claim_ids(1, 10);
    expect_equal(claimed, std::vector<std::string>{"head", "next"}, "one claimed per number");
    bench.complete("head", 2);
    expect_equal(bench.claim_ids(3, 10), std::vector<std::string>{"third"}, "then the third");
}

void a_number_changed_to_a_busy_one_waits_for_it(Trial& trial) {
    StoreBench bench(trial);
    bench.add({.id = "busy", .to = "+1"});
    bench.claim_one("busy");
    bench.add({.id = "moved", .to = "+2"});

    bench->patch_number(bench.at(1), "moved", "+1");
    expect_equal(bench.claim_ids(2, 10), std::vector<std::string>{}, "claimed of a busy number");
    bench.complete("busy", 3);
    expect_equal(bench.claim_ids(4, 10), std::vector<std::string>{"moved"}, "claimed when free");
}

}  // namespace

Group store_enqueue_cases() {
    return {
        "store.enqueue",
        Interface::kStore,
        {EBRA_CASE(a_new_call_is_pending_and_kept_byte_for_byte),
         EBRA_CASE(the_same_id_again_is_already_and_changes_nothing),
         EBRA_CASE(an_idempotency_key_stands_for_one_call_of_its_tenant),
         EBRA_CASE(calls_without_an_idempotency_key_are_never_the_same),
         EBRA_CASE(an_empty_batch_is_fine), EBRA_CASE(a_batch_of_a_thousand_answers_each_item),
         EBRA_CASE(one_item_that_is_refused_never_stops_the_batch),
         EBRA_CASE(texts_come_back_as_they_went_in), EBRA_CASE(a_call_for_later_waits_until_then),
         EBRA_CASE(patch_changes_what_its_mask_names), EBRA_CASE(patch_is_for_pending_calls_only),
         EBRA_CASE(a_changed_number_passes_the_old_one_on),
         EBRA_CASE(a_number_changed_to_a_busy_one_waits_for_it)}};
}

}  // namespace ebra::conformance
