// Whatever stands in the headers of a webhook: what is accepted is signed, and what is signed as
// the scheme says is accepted, within its time and with every byte of the body as it was.
//
// An input is four letters (which preset, how it is signed, two that choose what is touched) and
// four lines: the signature's header, the timestamp, the query of the URL, and the body to the end.
// In the first line "$T" and "$S" stand for the timestamp and the right signature.
#include "encoding.hpp"
#include "provider_promises.hpp"
#include "require.hpp"
#include "signature.hpp"
#include "signed_parts.hpp"

#include "ebra/plugin.hpp"

#include <memory>
#include <openssl/evp.h>

namespace ebra::provider_http::fuzz {
namespace {

using ebra::fuzz::require;
using plugin::str;

constexpr ebra_time_ms kNow = 1'700'000'000'000;
constexpr const char* kOtherSecret = "another-secret";
/// The private seed of the first test vector of RFC 8032, whose public key the settings have.
constexpr unsigned char kSeed[] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                                   0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                                   0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

struct Input {
    std::string_view header;
    std::string timestamp;
    std::string url;
    std::string body;
    std::size_t touch = 0;  ///< Which byte of the body.
    int flip = 1;           ///< How.
};

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// A webhook of the ABI; what it was made of outlives it.
class Webhook {
 public:
    Webhook(const SignatureRule& rule, const Input& input, const std::string& header,
            const std::string& body) {
        headers_.push_back({str(rule.header), str(header)});
        if (!rule.timestamp_header.empty()) {
            headers_.push_back({str(rule.timestamp_header), str(input.timestamp)});
        }
        // Schemes that sign a further header find it here: Plivo's nonce.
        headers_.push_back({str("X-Plivo-Signature-V3-Nonce"), str(input.timestamp)});
        webhook_ = plugin::sized<ebra_webhook>();
        webhook_.method = str("POST");
        webhook_.url = str(input.url);
        webhook_.headers = headers_.data();
        webhook_.header_count = headers_.size();
        webhook_.body = str(body);
        webhook_.now = kNow;
    }
    Webhook(const Webhook&) = delete;
    Webhook& operator=(const Webhook&) = delete;

    const ebra_webhook& view() const { return webhook_; }

 private:
    std::vector<ebra_pair> headers_;
    ebra_webhook webhook_{};
};

std::string sign_ed25519(const std::string& bytes) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, kSeed, sizeof kSeed),
        &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    std::string made(64, '\0');
    std::size_t size = made.size();
    const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
    const bool is_made =
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, in,
                       bytes.size()) == 1;
    require(is_made, "OpenSSL signs");
    return made;
}

/// The right signature, or nothing when the scheme has none for this.
std::optional<std::string> signature_of(const SignatureRule& rule, const Input& input) {
    if (rule.kind == SignatureKind::kJwt) {
        const nlohmann::json claims = {{"iss", kSecret},
                                       {"exp", kNow / 1000 + 60},
                                       {"sha256", to_base64(digest(Digest::kSha256, input.body))}};
        return make_jwt(kSecret, claims.dump());
    }
    const Webhook webhook(rule, input, "", input.body);
    const SignedParts parts(webhook.view(), input.url, input.timestamp);
    const auto bytes = rule.signed_bytes.from(parts);
    if (!bytes) return std::nullopt;
    if (rule.kind == SignatureKind::kEd25519) return to_base64(sign_ed25519(*bytes));
    const std::string mac = hmac(rule.digest, kSecret, *bytes);
    return rule.prefix + (rule.encoding == SignatureEncoding::kHex ? to_hex(mac) : to_base64(mac));
}

/// The header as the scheme's own sender writes it.
std::string canonical_header(const SignatureRule& rule, const std::string& timestamp,
                             const std::string& signature) {
    if (rule.layout != SignatureLayout::kPairs) return signature;
    std::string made;
    if (!rule.timestamp_key.empty()) {
        made = rule.timestamp_key + rule.assign + timestamp + rule.separator;
    }
    return made + rule.signature_key + rule.assign + signature;
}

std::string filled(std::string_view header, const std::string& timestamp,
                   const std::string& signature) {
    std::string made;
    for (std::size_t at = 0; at < header.size() && made.size() < 8'192; ++at) {
        const std::string_view two = header.substr(at, 2);
        if (two != "$T" && two != "$S") {
            made += header[at];
            continue;
        }
        made += two == "$T" ? timestamp : signature;
        ++at;
    }
    return made;
}

bool is_plain_time(const std::string& text) {
    return !text.empty() && text.size() <= 13 &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_in_time(const SignatureRule& rule, const std::string& timestamp) {
    if (rule.tolerance_s == 0 || rule.kind == SignatureKind::kJwt) return true;
    if (!is_plain_time(timestamp)) return false;
    const long long number = std::stoll(timestamp);
    const long long ms = number < 100'000'000'000 ? number * 1000 : number;
    return number > 0 && std::llabs(ms - kNow) <= rule.tolerance_s * 1000;
}

/// One whose secrets are `secret` alone.
Settings under(const Settings& settings, const char* secret) {
    Settings other = settings;
    const bool is_key = settings.preset.webhook->signature.kind == SignatureKind::kEd25519;
    other.webhook_secrets = {is_key ? std::string(32, 'k') : std::string(secret)};
    return other;
}

/// Of a form the names and values are signed, not how they are spelled.
bool means_the_same(const SignatureRule& rule, const Webhook& one, const Webhook& other,
                    const Input& input) {
    if (rule.kind == SignatureKind::kJwt) return false;
    const SignedParts before(one.view(), input.url, input.timestamp);
    const SignedParts after(other.view(), input.url, input.timestamp);
    return rule.signed_bytes.from(before) == rule.signed_bytes.from(after);
}

/// What was accepted says so by the right signature, and by nothing else.
void check_accepted(const Settings& settings, const Input& input, const std::string& header) {
    const SignatureRule& rule = settings.preset.webhook->signature;
    const Settings other = under(settings, kOtherSecret);
    const Webhook webhook(rule, input, header, input.body);
    require(!is_signed(other, webhook.view()), "another secret does not fit");
    if (rule.covers_body && !input.body.empty()) {
        std::string body = input.body;
        char& byte = body[input.touch % body.size()];
        byte = static_cast<char>(byte ^ input.flip);
        const Webhook touched(rule, input, header, body);
        require(
            means_the_same(rule, webhook, touched, input) || !is_signed(settings, touched.view()),
            "a touched body is noticed");
    }
    std::string longer = input.body + "&x=y";
    const Webhook grown(rule, input, header, longer);
    require(!rule.covers_body || !is_signed(settings, grown.view()), "so is a longer one");
}

void check_canonical(const Settings& settings, const Input& input, const std::string& signature) {
    const SignatureRule& rule = settings.preset.webhook->signature;
    const std::string header = canonical_header(rule, input.timestamp, signature);
    const Webhook webhook(rule, input, header, input.body);
    const bool has_odd_time = input.timestamp.find_first_of(" ,=") != std::string::npos;
    const bool is_accepted = is_signed(settings, webhook.view());
    require(!is_accepted || is_in_time(rule, input.timestamp), "what is old is refused");
    require(is_accepted || has_odd_time || !is_in_time(rule, input.timestamp),
            "what is signed as the scheme says is accepted");
    if (is_accepted) check_accepted(settings, input, header);
}

void check(const Settings& settings, const Input& input) {
    const SignatureRule& rule = settings.preset.webhook->signature;
    const std::optional<std::string> signature = signature_of(rule, input);
    if (signature) check_canonical(settings, input, *signature);
    const std::string header = filled(input.header, input.timestamp, signature.value_or("none"));
    const Webhook webhook(rule, input, header, input.body);
    if (!is_signed(settings, webhook.view())) return;
    require(rule.kind != SignatureKind::kHmac || header.size() >= 28, "a MAC takes its bytes");
    check_accepted(settings, input, header);
}

/// The shipped presets that verify something.
const std::vector<Settings>& signed_settings() {
    static const std::vector<Settings> all = [] {
        std::vector<Settings> made;
        for (const Settings& settings : shipped_settings()) {
            const auto& webhook = settings.preset.webhook;
            if (!webhook || webhook->signature.kind == SignatureKind::kNone) continue;
            made.push_back(settings);
        }
        return made;
    }();
    return all;
}

}  // namespace
}  // namespace ebra::provider_http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ebra::provider_http::fuzz;
    if (size < 4) return 0;
    const auto& all = signed_settings();
    std::string_view text(reinterpret_cast<const char*>(data) + 4, size - 4);
    Input input;
    input.header = take_line(text);
    input.timestamp = std::string(take_line(text));
    input.url = "https://ebra.example.com";
    // An odd letter puts a port into the URL, which some senders sign and some do not.
    input.url += data[1] % 2 == 0 ? "/callbacks/p?" : ":8443/callbacks/p?";
    input.url += std::string(take_line(text));
    input.body = std::string(text);
    input.touch = data[2];
    input.flip = data[3] == 0 ? 1 : data[3];
    check(all[data[0] % all.size()], input);
    return 0;
}
