// Signed webhooks: by the vendor's own function where there is one, else after the vendor's documents
// with node's crypto and then held against the vendor's own check. A vector that the vendor's check
// refuses is not written.
import { createHash, createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";

import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js";
import jambonz from "@jambonz/node-client";
import { AccessToken, WebhookReceiver } from "livekit-server-sdk";
import plivo from "plivo";
import Retell from "retell-sdk";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import Telnyx from "telnyx";
import twilio from "twilio";

import * as says from "./payloads.mjs";

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const NOW_S = String(NOW / 1000);
const URL_OF_CALL = "https://calls.example.com/callbacks/main?ref=0190a5c4-7b1e-7000-8000-0000000000aa.1~c2VhbA";

/** @param {string} key @param {string} data @param {"sha1" | "sha256"} digest @param {"hex" | "base64"} encoding */
const hmac = (key, data, digest, encoding) => createHmac(digest, key).update(data, "utf8").digest(encoding);

/** @param {unknown} holds @param {string} what */
function must(holds, what) {
    if (!holds) throw new Error(`the vendor's own check refuses ${what}`);
}

/** @param {Record<string, string | string[]>} fields */
function form(fields) {
    const made = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
        for (const one of [value].flat()) made.append(name, one);
    }
    return made.toString();
}

/**
 * @typedef {{ name: string, secret: "current" | "next", url: string, body: string,
 *             headers: [string, string][], expect: says.Expected }} Signed
 * @typedef {{ body: string, expect: says.Expected, url?: string, signed_url?: string, name: string }} Told
 */

/**
 * Every webhook under the current secret, and the first of them under the next one.
 * @param {Told[]} told
 * @param {string[]} secrets
 * @param {(body: string, secret: string, url: string) => Promise<[string, string][]> | [string, string][]} headers_for
 */
async function signed(told, secrets, headers_for) {
    /** @type {Signed[]} */
    const made = [];
    for (const { name, body, expect, url = URL_OF_CALL, signed_url = url } of told) {
        made.push({ name, secret: "current", url, body, expect, headers: await headers_for(body, secrets[0], signed_url) });
    }
    const { name, body, expect, url = URL_OF_CALL } = told[0];
    made.push({ name: `${name}, next secret`, secret: "next", url, body, expect, headers: await headers_for(body, secrets[1], url) });
    return made;
}

/** @param {says.Named<object>[]} named @returns {Told[]} */
const json = (named) => named.map(({ name, payload, expect }) => ({ name, expect, body: JSON.stringify(payload) }));

async function of_twilio() {
    const secrets = ["12345678901234567890123456789012", "21098765432109876543210987654321"];
    /** @type {Map<string, Record<string, string | string[]>>} */
    const fields_of = new Map();
    const told = says.twilio().flatMap(({ name, payload, expect }) => {
        const body = form(payload);
        fields_of.set(body, payload);
        const plain = "https://calls.example.com/callbacks/main";
        return [
            { name, body, expect },
            { name: `${name}, URL without query`, body, expect, url: plain },
            { name: `${name}, URL with a port`, body, expect, url: "https://calls.example.com:8443/callbacks/main?ref=a.b" },
            { name: `${name}, signed without its port`, body, expect, url: "https://calls.example.com:443/callbacks/main?ref=a.b", signed_url: "https://calls.example.com/callbacks/main?ref=a.b" },
            { name: `${name}, signed with the port that is not there`, body, expect, url: plain, signed_url: "https://calls.example.com:443/callbacks/main" },
        ];
    });
    return {
        name: "twilio",
        preset: "twilio",
        signed_by: "twilio getExpectedTwilioSignature",
        checked_by: "twilio validateRequest",
        options: { account_sid: "AC00000000000000000000000000000001", from_number: "+15550001111", url: "https://agent.example.com/twiml" },
        secret_option: "auth_token",
        secrets,
        signature_headers: ["X-Twilio-Signature"],
        tolerance_s: 0,
        now_ms: NOW,
        webhooks: await signed(told, secrets, (body, secret, url) => {
            const fields = /** @type {Record<string, any>} */ (fields_of.get(body));
            const made = twilio.getExpectedTwilioSignature(secret, url, fields);
            must(twilio.validateRequest(secret, made, url, fields), "twilio");
            return [["Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"], ["X-Twilio-Signature", made]];
        }),
    };
}

async function of_plivo() {
    const secrets = ["plivo-auth-token-1", "plivo-auth-token-2"];
    const nonce = "05429567804466091622";
    /** @type {Map<string, Record<string, string | string[]>>} */
    const fields_of = new Map();
    const told = says.plivo().flatMap(({ name, payload, expect }) => {
        const body = form(payload);
        fields_of.set(body, payload);
        return [
            { name, body, expect },
            { name: `${name}, URL without query`, body, expect, url: "https://calls.example.com/callbacks/main" },
            { name: `${name}, URL with a long query`, body, expect, url: "https://calls.example.com/callbacks/main?b=2&ref=a.b&a=x%20y&a=1" },
        ];
    });
    // Plivo's documents: base URL, "?" and the sorted query, a dot when there is one, the sorted form.
    /** @param {string} url @param {Record<string, string | string[]>} fields */
    const signed_part = (url, fields) => {
        const parts = new URL(url);
        const query = [...parts.searchParams].map(([k, v]) => `${k}=${v}`).sort().join("&");
        const names = Object.keys(fields).sort();
        const joined = names.map((name) => [fields[name]].flat().sort().map((one) => name + one).join("")).join("");
        return `${parts.origin}${parts.pathname}?${query}${query ? "." : ""}${joined}`;
    };
    return {
        name: "plivo",
        preset: "plivo",
        signed_by: "Plivo's documents, node's crypto",
        checked_by: "plivo validateV3Signature",
        options: { auth_id: "MAXXXXXXXXXXXXXXXXXX", from_number: "+15550001111", answer_url: "https://agent.example.com/xml" },
        secret_option: "auth_token",
        secrets,
        signature_headers: ["X-Plivo-Signature-V3", "X-Plivo-Signature-V3-Nonce"],
        tolerance_s: 0,
        now_ms: NOW,
        webhooks: await signed(told, secrets, (body, secret, url) => {
            const fields = /** @type {Record<string, string | string[]>} */ (fields_of.get(body));
            const made = hmac(secret, `${signed_part(url, fields)}.${nonce}`, "sha256", "base64");
            must(plivo.validateV3Signature("POST", url, nonce, secret, made, fields), "plivo");
            return [["Content-Type", "application/x-www-form-urlencoded"], ["X-Plivo-Signature-V3", made], ["X-Plivo-Signature-V3-Nonce", nonce]];
        }),
    };
}

async function of_retell() {
    const secrets = ["key_00000000000000000000000000a1", "key_00000000000000000000000000b2"];
    return {
        name: "retell",
        preset: "retell",
        signed_by: "retell-sdk sign",
        checked_by: "retell-sdk verify",
        options: { api_key: "key_other", from_number: "+15550001111" },
        secret_option: "webhook_secret",
        secrets,
        signature_headers: ["X-Retell-Signature"],
        tolerance_s: 300,
        now_ms: NOW,
        webhooks: await signed(json(says.retell()), secrets, async (body, secret) => {
            const made = await Retell.sign(body, secret);
            must(await Retell.verify(body, secret, made), "retell");
            return [["Content-Type", "application/json"], ["X-Retell-Signature", made]];
        }),
    };
}

async function of_elevenlabs() {
    const secrets = ["wsec_00000000000000000000000000000000000000000000000000000000000000a1", "wsec_b2"];
    const client = new ElevenLabsClient({ apiKey: "key" });
    return {
        name: "elevenlabs",
        preset: "elevenlabs",
        signed_by: "ElevenLabs' documents, node's crypto",
        checked_by: "@elevenlabs/elevenlabs-js webhooks.constructEvent",
        options: { api_key: "xi-key", agent_phone_number_id: "phnum_1" },
        secret_option: "webhook_secret",
        secrets,
        signature_headers: ["ElevenLabs-Signature"],
        tolerance_s: 1800,
        now_ms: NOW,
        webhooks: await signed(json(says.elevenlabs()), secrets, async (body, secret) => {
            const made = `t=${NOW_S},v0=${hmac(secret, `${NOW_S}.${body}`, "sha256", "hex")}`;
            must(await client.webhooks.constructEvent(body, made, secret), "elevenlabs");
            return [["Content-Type", "application/json"], ["ElevenLabs-Signature", made]];
        }),
    };
}

/** A private key from 32 bytes. @param {string} seed_hex */
const ed25519_key = (seed_hex) =>
    createPrivateKey({ key: Buffer.from("302e020100300506032b657004220420" + seed_hex, "hex"), format: "der", type: "pkcs8" });

async function of_telnyx() {
    // The first two test vectors of RFC 8032.
    const keys = ["9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"].map(ed25519_key);
    const secrets = keys.map((key) => createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32).toString("base64"));
    const client = new Telnyx({ apiKey: "key" });
    return {
        name: "telnyx",
        preset: "telnyx",
        signed_by: "Telnyx's documents, node's crypto",
        checked_by: "telnyx webhooks.unwrap",
        options: { api_key: "KEY1", connection_id: "1684641123236054244", from_number: "+15550001111" },
        secret_option: "public_key",
        secrets,
        signature_headers: ["telnyx-signature-ed25519", "telnyx-timestamp"],
        tolerance_s: 300,
        now_ms: NOW,
        webhooks: await signed(json(says.telnyx()), secrets, async (body, secret) => {
            const key = keys[secrets.indexOf(secret)];
            const made = sign(null, Buffer.from(`${NOW_S}|${body}`), key).toString("base64");
            const headers = { "telnyx-signature-ed25519": made, "telnyx-timestamp": NOW_S };
            must(await client.webhooks.unwrap(body, { headers, key: secret }), "telnyx");
            return [["Content-Type", "application/json"], ...Object.entries(headers)];
        }),
    };
}

async function of_livekit() {
    const secrets = ["livekit-secret-000000000000000000001", "livekit-secret-000000000000000000002"];
    return {
        name: "livekit",
        preset: "livekit",
        signed_by: "livekit-server-sdk AccessToken",
        checked_by: "livekit-server-sdk WebhookReceiver",
        options: { api_key: "APIxxxxxxxxxxx", sip_trunk_id: "ST_1", base_url: "https://x.livekit.cloud" },
        secret_option: "api_secret",
        secrets,
        signature_headers: ["Authorization"],
        tolerance_s: 360,
        tolerance_before_s: 60,
        now_ms: NOW,
        webhooks: await signed(json(says.livekit()), secrets, async (body, secret) => {
            const token = new AccessToken("APIxxxxxxxxxxx", secret, { ttl: 300 });
            token.sha256 = createHash("sha256").update(body).digest("base64");
            const made = await token.toJwt();
            must(await new WebhookReceiver("APIxxxxxxxxxxx", secret).receive(body, made), "livekit");
            return [["Content-Type", "application/webhook+json"], ["Authorization", made]];
        }),
    };
}

async function of_jambonz() {
    const secrets = ["wh_secret_jambonz_a1", "wh_secret_jambonz_b2"];
    return {
        name: "jambonz",
        preset: "jambonz",
        signed_by: "jambonz's documents, node's crypto",
        checked_by: "@jambonz/node-client verifyJambonzSignature",
        options: { api_key: "key", account_sid: "as-1", from_number: "+15550001111", base_url: "https://jambonz.example.com" },
        secret_option: "webhook_secret",
        secrets,
        signature_headers: ["Jambonz-Signature"],
        tolerance_s: 300,
        now_ms: NOW,
        webhooks: await signed(json(says.jambonz()), secrets, (body, secret) => {
            const made = `t=${NOW_S},v1=${hmac(secret, `${NOW_S}.${body}`, "sha256", "hex")}`;
            let is_through = false;
            const request = { get: () => made, url: "/", body, rawBody: body };
            jambonz.WebhookResponse.verifyJambonzSignature(secret)(request, {}, () => (is_through = true));
            must(is_through, "jambonz");
            return [["Content-Type", "application/json"], ["Jambonz-Signature", made]];
        }),
    };
}

/** Vendors without code to sign or to check: after their documents alone. */
async function of_the_others() {
    const secrets = ["documented-secret-a1", "documented-secret-b2"];
    const common = { secret_option: "webhook_secret", secrets, now_ms: NOW, checked_by: "nobody: the vendor ships no check" };
    return [
        {
            ...common,
            name: "vapi",
            preset: "vapi",
            signed_by: "the comments of HmacAuthenticationPlan in @vapi-ai/server-sdk, node's crypto",
            options: { api_key: "key", phone_number_id: "pn-1" },
            signature_headers: ["x-signature", "x-timestamp"],
            tolerance_s: 300,
            webhooks: await signed(json(says.vapi()), secrets, (body, secret) => [
                ["x-timestamp", NOW_S],
                ["x-signature", hmac(secret, `${NOW_S}.${body}`, "sha256", "hex")],
            ]),
        },
        {
            ...common,
            name: "bland",
            preset: "bland",
            signed_by: "Bland's documents, node's crypto",
            options: { api_key: "key" },
            signature_headers: ["X-Webhook-Signature"],
            tolerance_s: 0,
            webhooks: await signed(json(says.bland()), secrets, (body, secret) => [["X-Webhook-Signature", hmac(secret, body, "sha256", "hex")]]),
        },
        {
            ...common,
            name: "synthflow",
            preset: "synthflow",
            signed_by: "Synthflow's documents, node's crypto",
            options: { api_key: "key" },
            signature_headers: ["Synthflow-Signature"],
            tolerance_s: 0,
            covers_body: false,
            webhooks: await signed(json(says.synthflow()), secrets, (body, secret) => [["Synthflow-Signature", hmac(secret, JSON.parse(body).call.call_id, "sha256", "base64")]]),
        },
    ];
}

async function of_standard_webhooks() {
    const secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"];
    return {
        name: "standard_webhooks",
        preset_file: "standard_webhooks.toml",
        signed_by: "standardwebhooks sign",
        checked_by: "standardwebhooks verify, svix verify",
        options: { base_url: "https://api.example.com" },
        secret_option: "webhook_secret",
        secrets,
        signature_headers: ["webhook-signature", "webhook-timestamp", "webhook-id"],
        tolerance_s: 300,
        now_ms: NOW,
        webhooks: await signed(json(says.standard_webhooks()), secrets, (body, secret) => {
            const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
            const made = new StandardWebhook(secret).sign(id, new Date(NOW), body);
            const headers = { "webhook-id": id, "webhook-timestamp": NOW_S, "webhook-signature": made };
            must(new StandardWebhook(secret).verify(body, headers), "standardwebhooks");
            must(new SvixWebhook(secret).verify(body, headers), "svix");
            return Object.entries(headers);
        }),
    };
}

export async function webhooks() {
    return [
        await of_twilio(),
        await of_plivo(),
        await of_retell(),
        await of_elevenlabs(),
        await of_telnyx(),
        await of_livekit(),
        await of_jambonz(),
        ...(await of_the_others()),
        await of_standard_webhooks(),
    ];
}
