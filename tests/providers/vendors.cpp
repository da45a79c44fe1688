#include "vendors.hpp"

#include "ebra/abi/call.h"

namespace ebra::provider_http::test {

namespace {

constexpr const char* kKey = "the-api-key";
constexpr const char* kFrom = "+15550001111";
/// The first test vector of RFC 8032: the private seed and its public key.
constexpr const char* kTelnyxSeed =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
constexpr const char* kTelnyxPublicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

const std::map<std::string, std::int32_t> kUsualErrors = {
    {"capacity", EBRA_CLASS_CAPACITY},
    {"configuration", EBRA_CLASS_CONFIGURATION},
    {"permanent", EBRA_CLASS_PERMANENT}};

std::map<std::string, std::int32_t> usual_errors_and(std::map<std::string, std::int32_t> more) {
    more.insert(kUsualErrors.begin(), kUsualErrors.end());
    return more;
}

const std::map<std::string, std::int32_t> kWords = {{"completed", EBRA_DISPOSITION_ANSWERED},
                                                    {"voicemail", EBRA_DISPOSITION_VOICEMAIL},
                                                    {"no_answer", EBRA_DISPOSITION_NO_ANSWER},
                                                    {"busy", EBRA_DISPOSITION_BUSY},
                                                    {"declined", EBRA_DISPOSITION_DECLINED},
                                                    {"invalid", EBRA_DISPOSITION_INVALID_NUMBER},
                                                    {"full", EBRA_DISPOSITION_CAPACITY},
                                                    {"fault", EBRA_DISPOSITION_PROVIDER_FAULT},
                                                    {"fault_new", EBRA_DISPOSITION_PROVIDER_FAULT},
                                                    {"canceled", EBRA_DISPOSITION_CANCELED}};

std::map<std::string, std::int32_t> words(const std::vector<std::string>& names) {
    std::map<std::string, std::int32_t> made;
    for (const std::string& name : names) made[name] = kWords.at(name);
    return made;
}

std::vector<Vendor> agents() {
    Vendor vapi{
        "vapi",
        "",
        {{"api_key", kKey}, {"phone_number_id", "pn-1"}},
        "webhook_secret",
        "signing-secret",
        usual_errors_and({{"capacity_late", EBRA_CLASS_CAPACITY}, {"billing", EBRA_CLASS_BILLING}}),
        words({"completed", "voicemail", "no_answer", "busy", "invalid", "full", "fault",
               "fault_new", "canceled"})};
    vapi.can_reconcile = vapi.says_cost = vapi.says_recording = true;
    Vendor retell{"retell",
                  "",
                  {{"api_key", kKey}, {"from_number", kFrom}},
                  "webhook_secret",
                  "signing-secret",
                  usual_errors_and({{"billing", EBRA_CLASS_BILLING}}),
                  words({"completed", "voicemail", "no_answer", "busy", "declined", "invalid",
                         "full", "fault", "fault_new", "canceled"})};
    retell.can_reconcile = retell.reconciles_exactly = true;
    retell.says_cost = retell.says_recording = true;
    Vendor bland{
        "bland",
        "",
        {{"api_key", kKey}},
        "webhook_secret",
        "signing-secret",
        usual_errors_and({{"billing", EBRA_CLASS_BILLING}}),
        words({"completed", "voicemail", "no_answer", "busy", "fault", "fault_new", "canceled"})};
    bland.has_time = false;
    bland.can_reconcile = bland.says_cost = bland.says_recording = true;
    Vendor eleven{
        "elevenlabs",
        "",
        {{"api_key", kKey}, {"agent_phone_number_id", "pn-1"}},
        "webhook_secret",
        "signing-secret",
        usual_errors_and({{"transient", EBRA_CLASS_TRANSIENT}, {"billing", EBRA_CLASS_BILLING}}),
        words({"completed", "voicemail", "no_answer", "busy", "fault_new"})};
    eleven.can_reconcile = eleven.reconciles_exactly = eleven.says_cost = true;
    eleven.can_cancel = false;
    eleven.failure_event = "failed";
    Vendor synthflow{"synthflow",
                     "/v2",
                     {{"api_key", kKey}},
                     "webhook_secret",
                     "signing-secret",
                     usual_errors_and({{"billing", EBRA_CLASS_BILLING}}),
                     words({"completed", "voicemail", "no_answer", "busy", "fault", "canceled"})};
    synthflow.covers_body = synthflow.has_time = synthflow.can_cancel = false;
    synthflow.says_recording = true;
    Vendor bolna{"bolna",
                 "",
                 {{"api_key", kKey}},
                 "",
                 "",
                 usual_errors_and({{"billing", EBRA_CLASS_BILLING}}),
                 words({"completed", "voicemail", "no_answer", "busy", "fault", "canceled"})};
    bolna.covers_body = bolna.has_time = false;
    bolna.can_reconcile = bolna.says_cost = bolna.says_recording = true;
    Vendor millis{"millis",
                  "",
                  {{"api_key", kKey}, {"from_number", kFrom}},
                  "",
                  "",
                  usual_errors_and({{"billing", EBRA_CLASS_BILLING}}),
                  words({"completed", "voicemail", "fault"})};
    millis.covers_body = millis.has_time = millis.can_cancel = false;
    millis.can_reconcile = millis.says_recording = true;
    return {vapi, retell, bland, eleven, synthflow, bolna, millis};
}

std::vector<Vendor> carriers() {
    Vendor twilio{"twilio",
                  "/2010-04-01",
                  {{"account_sid", "AC1"},
                   {"auth_token", kKey},
                   {"from_number", kFrom},
                   {"url", "https://twiml.example.com"}},
                  "auth_token",
                  kKey,
                  usual_errors_and({{"capacity_late", EBRA_CLASS_CAPACITY},
                                    {"billing", EBRA_CLASS_BILLING},
                                    {"billing_401", EBRA_CLASS_BILLING}}),
                  words({"completed", "voicemail", "no_answer", "busy", "declined", "invalid",
                         "fault", "canceled"})};
    twilio.knows_reference = twilio.has_time = false;
    twilio.says_recording = true;
    Vendor telnyx{"telnyx",
                  "/v2",
                  {{"api_key", kKey}, {"connection_id", "conn-1"}, {"from_number", kFrom}},
                  "public_key",
                  kTelnyxSeed,
                  usual_errors_and({{"billing", EBRA_CLASS_BILLING}}),
                  words({"completed", "no_answer", "busy", "declined", "invalid", "fault",
                         "fault_new", "canceled"})};
    telnyx.options["public_key"] = kTelnyxPublicKey;
    telnyx.can_query = false;  // Tells only whether it is alive: a test of its own.
    telnyx.can_reconcile = true;
    Vendor plivo{"plivo",
                 "/v1",
                 {{"auth_id", "MA1"},
                  {"auth_token", kKey},
                  {"from_number", kFrom},
                  {"answer_url", "https://xml.example.com"}},
                 "auth_token",
                 kKey,
                 usual_errors_and({{"billing", EBRA_CLASS_BILLING}}),
                 words({"completed", "no_answer", "busy", "fault"})};
    // Until CallUUID is known; what can be ended, and how, has a test of its own.
    plivo.knows_reference = plivo.can_query = plivo.can_cancel = false;
    plivo.has_time = false;
    plivo.says_cost = true;
    Vendor livekit{"livekit",
                   "",
                   {{"api_key", "lk-key"}, {"api_secret", kKey}, {"sip_trunk_id", "ST_1"}},
                   "api_secret",
                   kKey,
                   kUsualErrors,
                   words({"completed", "no_answer", "declined", "fault", "fault_new"})};
    livekit.can_query = false;
    livekit.can_reconcile = true;
    Vendor jambonz{"jambonz",
                   "",
                   {{"api_key", kKey}, {"account_sid", "as-1"}, {"from_number", kFrom}},
                   "webhook_secret",
                   "signing-secret",
                   kUsualErrors,
                   words({"completed", "no_answer", "busy", "declined", "invalid", "fault"})};
    jambonz.can_cancel = false;  // By what the call is doing: a test of its own.
    return {twilio, telnyx, plivo, livekit, jambonz};
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Vendor& vendor) {
    return out << vendor.name;
}

const std::vector<Vendor>& vendors() {
    static const std::vector<Vendor> all = [] {
        std::vector<Vendor> made = agents();
        for (Vendor& carrier : carriers()) made.push_back(std::move(carrier));
        for (Vendor& vendor : made) {
            vendor.options["preset"] = vendor.name;
            vendor.options["late_answer_ms"] = 0;
            const bool is_set = vendor.options.contains(vendor.secret_option);
            if (!vendor.secret_option.empty() && !is_set) {
                vendor.options[vendor.secret_option] = vendor.signing_secret;
            }
        }
        return made;
    }();
    return all;
}

}  // namespace ebra::provider_http::test
