// Requests as the vendors' SDKs send them, caught by a listener of our own: where to, with which method
// and headers, and how the SDK spells what it was told. The preset must send the same.
import { createServer } from "node:http";
import { createRequire } from "node:module";

import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js";
import jambonz from "@jambonz/node-client";
import { VapiClient } from "@vapi-ai/server-sdk";
import { RoomServiceClient, SipClient } from "livekit-server-sdk";
import plivo from "plivo";
import Retell from "retell-sdk";
import Telnyx from "telnyx";
import twilio from "twilio";

const TO = "+15551234567";
const FROM = "+15550001111";
const SCRIPT = "script-1";
const REFERENCE = "0190a5c4-7b1e-7000-8000-0000000000aa.1";
const CALLBACK = "https://ebra.example.com/callbacks/p?ref=sealed";
const METADATA = { customer: "Ann" };
const ID = "call-1";

/**
 * @typedef {{ method: string, target: string, headers: Record<string, string>, body: string }} Caught
 * @typedef {{ preset: string, what: "start" | "query" | "reconcile" | "cancel", base_path?: string,
 *             options: Record<string, string>, state?: Record<string, string>, proto?: boolean,
 *             made_by: string, answer?: object, status?: number,
 *             send: (url: string) => Promise<unknown> }} Wanted
 */

/** Sends and catches. @param {Wanted} wanted @returns {Promise<Caught>} */
async function caught(wanted) {
    /** @type {Caught[]} */
    const seen = [];
    const server = createServer((request, response) => {
        /** @type {Buffer[]} */
        const parts = [];
        request.on("data", (part) => parts.push(part));
        request.on("end", () => {
            /** @type {Record<string, string>} */
            const headers = {};
            for (const name of ["authorization", "xi-api-key", "content-type"]) {
                const value = request.headers[name];
                if (typeof value === "string") headers[name] = value;
            }
            seen.push({ method: request.method ?? "", target: request.url ?? "", headers, body: Buffer.concat(parts).toString("utf8") });
            response.writeHead(wanted.status ?? 200, { "Content-Type": "application/json" });
            response.end(wanted.status === 204 ? undefined : JSON.stringify(wanted.answer ?? {}));
        });
    });
    await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    try {
        await wanted.send(`http://127.0.0.1:${address.port}`);
    } catch (error) {
        // What the SDK makes of our answer is not the question.
        if (seen.length === 0) throw error;
    }
    /** @type {any} */ (server).closeAllConnections();
    server.close();
    if (seen.length !== 1) throw new Error(`${wanted.preset} ${wanted.what}: ${seen.length} requests`);
    return seen[0];
}

/** A JWT's claims but for its times, taken out of the request. @param {Caught} request */
function take_claims(request) {
    const [, token] = /^Bearer [^.]+\.([^.]+)\.[^.]+$/.exec(request.headers.authorization ?? "") ?? [];
    if (token === undefined) return undefined;
    request.headers.authorization = "Bearer JWT";
    const { exp, nbf, iat, ...claims } = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return claims;
}

/** @param {object} value @returns {Record<string, any>} */
const metadata_with = (value) => ({ ...value, ebra_metadata: METADATA });

/** @returns {Wanted[]} */
function of_vapi() {
    const options = { api_key: "key-1", phone_number_id: "pn-1" };
    const client = (/** @type {string} */ url) => new VapiClient({ token: "key-1", environment: url, maxRetries: 0 });
    const made_by = "@vapi-ai/server-sdk calls.";
    return [
        { preset: "vapi", what: "start", options, made_by: made_by + "create", status: 201, send: (url) => client(url).calls.create({ assistantId: SCRIPT, phoneNumberId: "pn-1", customer: { number: TO, externalId: REFERENCE }, assistantOverrides: { metadata: metadata_with({ ebra_reference: REFERENCE }) } }) },
        { preset: "vapi", what: "query", options, made_by: made_by + "get", send: (url) => client(url).calls.get({ id: ID }) },
        { preset: "vapi", what: "reconcile", options, made_by: made_by + "list", answer: [], send: (url) => client(url).calls.list({ phoneNumberId: "pn-1", limit: 100, createdAtGe: "SINCE" }) },
    ];
}

/** @returns {Wanted[]} */
function of_retell() {
    const options = { api_key: "key-1", from_number: FROM };
    const client = (/** @type {string} */ url) => new Retell({ apiKey: "key-1", baseURL: url, maxRetries: 0 });
    const made_by = "retell-sdk call.";
    return [
        { preset: "retell", what: "start", options, made_by: made_by + "createPhoneCall", status: 201, send: (url) => client(url).call.createPhoneCall({ from_number: FROM, to_number: TO, override_agent_id: SCRIPT, metadata: metadata_with({ ebra_reference: REFERENCE }) }) },
        { preset: "retell", what: "query", options, made_by: made_by + "retrieve", send: (url) => client(url).call.retrieve(ID) },
        { preset: "retell", what: "reconcile", options, made_by: made_by + "list", send: (url) => client(url).call.list({ filter_criteria: { metadata: [{ key: "ebra_reference", type: "string", op: "eq", value: REFERENCE }] }, limit: 50 }) },
        { preset: "retell", what: "cancel", options, made_by: made_by + "stop", send: (url) => client(url).call.stop(ID) },
    ];
}

/** @returns {Wanted[]} */
function of_elevenlabs() {
    const options = { api_key: "key-1", agent_phone_number_id: "pn-1" };
    const client = (/** @type {string} */ url) => new ElevenLabsClient({ apiKey: "key-1", baseUrl: url, maxRetries: 0 }).conversationalAi;
    const start = { agentId: SCRIPT, agentPhoneNumberId: "pn-1", toNumber: TO, conversationInitiationClientData: { userId: REFERENCE, dynamicVariables: { ebra_reference: REFERENCE } } };
    const made_by = "@elevenlabs/elevenlabs-js conversationalAi.";
    return [
        { preset: "elevenlabs", what: "start", options, made_by: made_by + "twilio.outboundCall", send: (url) => client(url).twilio.outboundCall(start) },
        { preset: "elevenlabs", what: "start", options: { ...options, transport: "sip-trunk" }, made_by: made_by + "sipTrunk.outboundCall", send: (url) => client(url).sipTrunk.outboundCall(start) },
        { preset: "elevenlabs", what: "query", options, made_by: made_by + "conversations.get", send: (url) => client(url).conversations.get(ID) },
        { preset: "elevenlabs", what: "reconcile", options, made_by: made_by + "conversations.list", send: (url) => client(url).conversations.list({ userId: REFERENCE, callStartAfterUnix: 111111 }) },
    ];
}

/** @returns {Wanted[]} */
function of_twilio() {
    const options = { account_sid: "AC1", auth_token: "token-1", from_number: FROM, url: "https://agent.example.com/twiml" };
    // The SDK's own HTTP client, sent to the listener instead.
    const client = (/** @type {string} */ url) => {
        const made = twilio("AC1", "token-1", { autoRetry: false });
        const http = /** @type {any} */ (made.httpClient);
        const send = http.request.bind(http);
        http.request = (/** @type {any} */ wanted) => send({ ...wanted, uri: String(wanted.uri).replace("https://api.twilio.com", url) });
        return made;
    };
    const common = { preset: "twilio", base_path: "/2010-04-01", options };
    return [
        { ...common, what: "start", made_by: "twilio calls.create", status: 201, send: (url) => client(url).calls.create({ to: TO, from: FROM, url: options.url, statusCallback: CALLBACK, statusCallbackMethod: "POST", statusCallbackEvent: ["ringing", "answered", "completed"] }) },
        { ...common, what: "start", options: { ...options, machine_detection: "Enable", twiml: "<Response/>", application_sid: "AP1" }, made_by: "twilio calls.create", status: 201, send: (url) => client(url).calls.create({ to: TO, from: FROM, url: options.url, twiml: "<Response/>", applicationSid: "AP1", machineDetection: "Enable", statusCallback: CALLBACK, statusCallbackMethod: "POST", statusCallbackEvent: ["ringing", "answered", "completed"] }) },
        { ...common, what: "query", made_by: "twilio calls.fetch", send: (url) => client(url).calls(ID).fetch() },
        { ...common, what: "cancel", made_by: "twilio calls.update", send: (url) => client(url).calls(ID).update({ status: "completed" }) },
    ];
}

/** @returns {Wanted[]} */
function of_telnyx() {
    const options = { api_key: "KEY1", connection_id: "conn-1", from_number: FROM, public_key: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" };
    const client = (/** @type {string} */ url) => new Telnyx({ apiKey: "KEY1", baseURL: url + "/v2", maxRetries: 0 });
    const common = { preset: "telnyx", base_path: "/v2", options };
    /** @type {import("telnyx").Telnyx.CallDialParams} */
    const start = { connection_id: "conn-1", from: FROM, to: TO, client_state: Buffer.from(REFERENCE).toString("base64"), command_id: REFERENCE, webhook_url: CALLBACK, webhook_url_method: "POST" };
    return [
        { ...common, what: "start", made_by: "telnyx calls.dial", send: (url) => client(url).calls.dial(start) },
        { ...common, what: "start", options: { ...options, assistant_id: "assistant-1", machine_detection: "detect" }, made_by: "telnyx calls.dial", send: (url) => client(url).calls.dial({ ...start, answering_machine_detection: "detect", assistant: { id: "assistant-1" } }) },
        { ...common, what: "query", made_by: "telnyx calls.retrieveStatus", send: (url) => client(url).calls.retrieveStatus(ID) },
        { ...common, what: "reconcile", made_by: "telnyx connections.listActiveCalls", answer: { data: [], meta: {} }, send: async (url) => { await client(url).connections.listActiveCalls("conn-1", { "page[size]": 250 }); } },
        { ...common, what: "cancel", made_by: "telnyx calls.actions.hangup", send: (url) => client(url).calls.actions.hangup(ID, { command_id: REFERENCE + ".hangup" }) },
    ];
}

/** @returns {Wanted[]} */
function of_plivo() {
    const options = { auth_id: "MA1", auth_token: "token-1", from_number: FROM, answer_url: "https://agent.example.com/xml", machine_detection: "true" };
    // The SDK knows its own hosts alone; its HTTP library is told where the listener is.
    const axios = createRequire(import.meta.resolve("plivo"))("axios");
    const send = axios.getAdapter("http");
    const client = (/** @type {string} */ url) => {
        axios.defaults.adapter = (/** @type {any} */ config) => send({ ...config, url: config.url.replace(/^https:\/\/[^/]+/, url) });
        return new plivo.Client("MA1", "token-1");
    };
    const common = { preset: "plivo", base_path: "/v1", options, state: { call_uuid: "uuid-1" } };
    const more = { hangupUrl: CALLBACK, hangupMethod: "POST", ringUrl: CALLBACK, ringMethod: "POST", machineDetection: "true" };
    return [
        { ...common, what: "start", made_by: "plivo calls.create", status: 201, send: (url) => client(url).calls.create("15550001111", "15551234567", options.answer_url, more) },
        { ...common, what: "query", made_by: "plivo calls.get", send: (url) => client(url).calls.get("uuid-1") },
        { ...common, what: "cancel", state: { call_uuid: "uuid-1", resource: "Call" }, made_by: "plivo calls.hangup", status: 204, send: (url) => client(url).calls.hangup("uuid-1") },
        { ...common, what: "cancel", state: {}, made_by: "plivo calls.cancel", status: 204, send: (url) => client(url).calls.cancel(ID) },
    ];
}

/** @returns {Wanted[]} */
function of_livekit() {
    const options = { api_key: "APIkey1", api_secret: "secret-1", sip_trunk_id: "ST_1" };
    const common = { preset: "livekit", options, proto: true };
    const rooms = (/** @type {string} */ url) => new RoomServiceClient(url, "APIkey1", "secret-1");
    return [
        { ...common, what: "start", made_by: "livekit-server-sdk createSipParticipant", send: (url) => new SipClient(url, "APIkey1", "secret-1").createSipParticipant("ST_1", TO, REFERENCE, { participantIdentity: REFERENCE, participantMetadata: JSON.stringify(METADATA), participantAttributes: { ebra_reference: REFERENCE, ebra_script: SCRIPT } }) },
        { ...common, what: "reconcile", made_by: "livekit-server-sdk listParticipants", send: (url) => rooms(url).listParticipants(REFERENCE) },
        { ...common, what: "cancel", made_by: "livekit-server-sdk removeParticipant", send: (url) => rooms(url).removeParticipant(REFERENCE, REFERENCE) },
    ];
}

/** @returns {Wanted[]} */
function of_jambonz() {
    const options = { api_key: "key-1", account_sid: "as-1", from_number: FROM };
    const client = (/** @type {string} */ url) => jambonz("as-1", "key-1", { baseUrl: url });
    const common = { preset: "jambonz", options };
    return [
        { ...common, what: "start", made_by: "@jambonz/node-client calls.create", status: 201, answer: { sid: "1" }, send: (url) => client(url).calls.create({ from: FROM, to: { type: "phone", number: TO }, application_sid: SCRIPT, call_status_hook: { url: CALLBACK, method: "POST" }, tag: metadata_with({ ebra_reference: REFERENCE }) }) },
        { ...common, what: "query", made_by: "@jambonz/node-client calls.retrieve", send: (url) => client(url).calls.retrieve(ID) },
        { ...common, what: "cancel", made_by: "@jambonz/node-client calls.update", status: 202, send: (url) => client(url).calls.update(ID, { call_status: "no-answer" }) },
        { ...common, what: "cancel", state: { hang_up: "completed" }, made_by: "@jambonz/node-client calls.update", status: 202, send: (url) => client(url).calls.update(ID, { call_status: "completed" }) },
    ];
}

export async function requests() {
    const made = [];
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const wanted of [of_vapi(), of_retell(), of_elevenlabs(), of_twilio(), of_telnyx(), of_plivo(), of_livekit(), of_jambonz()].flat()) {
        const { preset, what, base_path = "", options, state = {}, proto = false, made_by } = wanted;
        const count = (counts.get(preset + what) ?? 0) + 1;
        counts.set(preset + what, count);
        const request = await caught(wanted);
        const name = `${preset}_${what}${count > 1 ? `_${count}` : ""}`;
        made.push({ name, made_by, preset, what, base_path, options, state, is_proto: proto, request, claims: take_claims(request) });
    }
    return made;
}
