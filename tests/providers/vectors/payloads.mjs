// What the vendors say about a call, checked against their SDKs' types where they have some, and what
// must be made of it.

import { DisconnectReason, ParticipantInfo, Room } from "@livekit/protocol";
import { WebhookEvent } from "livekit-server-sdk";

/**
 * @typedef {{ kind: "accepted" | "ringing" | "answered" | "ended" | "enriched", disposition?: string,
 *             id?: string, reference?: string, duration_ms?: number, cost_micros?: number,
 *             recording?: string, verified?: boolean }} Expected
 */
/** @template P @typedef {{ name: string, payload: P, expect: Expected }} Named */

const REFERENCE = "0190a5c4-7b1e-7000-8000-0000000000aa.1";
const ID = "0f5b7d2e-1c3a-4f6b-9d8e-7a6b5c4d3e2f";
const RECORDING = "https://recordings.example.com/1.mp3";
const STARTED = "2026-01-02T03:03:00.000Z";
const ENDED = "2026-01-02T03:03:42.000Z";
const TO = "+15551234567";
const FROM = "+15550001111";

/** @returns {Named<Record<string, string | string[]>>[]} */
export function twilio() {
    const common = {
        Called: TO, CallerCountry: "US", Direction: "outbound-api", Timestamp: "Fri, 02 Jan 2026 03:03:42 +0000",
        CallbackSource: "call-progress-events", ApiVersion: "2010-04-01", Caller: FROM, CallerName: "Ann & Söhne +1",
        From: FROM, To: TO, CallSid: "CA0123456789abcdef0123456789abcdef", AccountSid: "AC00000000000000000000000000000001",
    };
    const id = common.CallSid;
    return [
        { name: "completed", payload: { ...common, CallStatus: "completed", CallDuration: "42", Duration: "1", SequenceNumber: "3", SipResponseCode: "200", RecordingUrl: RECORDING }, expect: { kind: "ended", disposition: "answered", id, duration_ms: 42000, recording: RECORDING } },
        { name: "no answer", payload: { ...common, CallStatus: "no-answer", CallDuration: "0", SequenceNumber: "2" }, expect: { kind: "ended", disposition: "no_answer", id } },
        { name: "machine, a field twice", payload: { ...common, CallStatus: "completed", CallDuration: "9", AnsweredBy: "machine_start", Tag: ["b", "a", "b"], Empty: "" }, expect: { kind: "ended", disposition: "voicemail", id } },
        { name: "ringing", payload: { ...common, CallStatus: "ringing", SequenceNumber: "1" }, expect: { kind: "ringing", id } },
    ];
}

/** @returns {Named<Record<string, string | string[]>>[]} */
export function plivo() {
    const common = {
        ALegRequestUUID: ID, ALegUUID: "c-" + ID, BillRate: "0.0085", CallUUID: "c-" + ID, Direction: "outbound", ParentAuthID: "MAXXXXXXXXXXXXXXXXXX",
        RequestUUID: ID, SessionStart: "2026-01-02 03:03:00.000000", From: "15550001111", To: "15551234567",
    };
    return [
        { name: "completed", payload: { ...common, AnswerTime: "2026-01-02 03:03:01", BillDuration: "60", CallStatus: "completed", Duration: "42", EndTime: "2026-01-02 03:03:42", Event: "Hangup", HangupCause: "NORMAL_CLEARING", HangupCauseCode: "4000", HangupCauseName: "Normal Hangup", HangupSource: "Callee", StartTime: "2026-01-02 03:03:00", TotalCost: "0.17000" }, expect: { kind: "ended", disposition: "answered", id: ID, duration_ms: 42000, cost_micros: 170000 } },
        { name: "busy", payload: { ...common, CallStatus: "busy", Duration: "0", Event: "Hangup", HangupCause: "USER_BUSY", HangupCauseName: "Busy Line", Umlaut: "ä & ö" }, expect: { kind: "ended", disposition: "busy", id: ID } },
        { name: "ringing", payload: { ...common, CallStatus: "ringing", Event: "Ring" }, expect: { kind: "ringing", id: ID } },
    ];
}

/** @returns {Named<object>[]} */
export function retell() {
    /** @type {import("retell-sdk").Retell.PhoneCallResponse} */
    const call = {
        call_type: "phone_call", call_id: ID, agent_id: "agent_1", agent_version: 1, call_status: "ended", direction: "outbound", from_number: FROM, to_number: TO,
        metadata: { ebra_reference: REFERENCE }, start_timestamp: Date.parse(STARTED), end_timestamp: Date.parse(ENDED), duration_ms: 42000,
        disconnection_reason: "user_hangup", recording_url: RECORDING, transcript: "Agent: Grüße\nUser: bye",
        call_cost: { combined_cost: 17, product_costs: [], total_duration_seconds: 42, total_duration_unit_price: 0.4 },
    };
    /** @type {typeof call} */
    const busy = { ...call, call_status: "not_connected", disconnection_reason: "dial_busy", duration_ms: 0, recording_url: undefined };
    /** @type {typeof call} */
    const taken_over = { ...call, disconnection_reason: "transfer_bridged" };
    /** @type {typeof call} */
    const machine = { ...call, call_analysis: { in_voicemail: true, call_summary: "a machine" } };
    const known = { id: ID, reference: REFERENCE };
    return [
        { name: "call_ended", payload: { event: "call_ended", call }, expect: { ...known, kind: "ended", disposition: "answered", duration_ms: 42000, cost_micros: 170000, recording: RECORDING } },
        { name: "busy", payload: { event: "call_ended", call: busy }, expect: { ...known, kind: "ended", disposition: "busy" } },
        { name: "bridged to a person", payload: { event: "call_ended", call: taken_over }, expect: { ...known, kind: "ended", disposition: "answered" } },
        { name: "call_started", payload: { event: "call_started", call: { ...call, call_status: "ongoing" } }, expect: { ...known, kind: "answered" } },
        { name: "call_analyzed", payload: { event: "call_analyzed", call: machine }, expect: { ...known, kind: "enriched", recording: RECORDING } },
    ];
}

/** @returns {Named<object>[]} */
export function elevenlabs() {
    // Types of stored conversations; a webhook carries one as its data.
    /** @type {Pick<import("@elevenlabs/elevenlabs-js").ElevenLabs.GetConversationResponseModel, "status">} */
    const done = { status: "done" };
    const data = {
        ...done, agent_id: "agent_1", conversation_id: ID, user_id: REFERENCE,
        transcript: [{ role: "agent", message: "Grüße", time_in_call_secs: 0 }],
        metadata: { start_time_unix_secs: 1767323000, call_duration_secs: 42, cost: 1234, cost_fiat: 0.17, termination_reason: "Client disconnected: 1000" },
        conversation_initiation_client_data: { dynamic_variables: { ebra_reference: REFERENCE } },
    };
    const failed = { agent_id: "agent_1", conversation_id: ID, failure_reason: "busy", user_id: REFERENCE, metadata: { type: "twilio", body: { CallStatus: "busy" } } };
    const known = { id: ID, reference: REFERENCE };
    return [
        { name: "post_call_transcription", payload: { type: "post_call_transcription", event_timestamp: 1767323045, data }, expect: { ...known, kind: "ended", disposition: "answered", duration_ms: 42000, cost_micros: 170000 } },
        { name: "call_initiation_failure", payload: { type: "call_initiation_failure", event_timestamp: 1767323045, data: failed }, expect: { ...known, kind: "ended", disposition: "busy" } },
    ];
}

/** @returns {Named<object>[]} */
export function telnyx() {
    const state = { call_control_id: ID, call_leg_id: "leg-1", call_session_id: "session-1", connection_id: "1684641123236054244", client_state: Buffer.from(REFERENCE).toString("base64"), from: FROM, to: TO };
    /** @type {import("telnyx").Telnyx.CallHangupWebhookEvent} */
    const hangup = { data: { id: "ev-1", record_type: "event", event_type: "call.hangup", occurred_at: ENDED, payload: { ...state, state: "hangup", hangup_cause: "normal_clearing", hangup_source: "callee", sip_hangup_cause: "200", start_time: STARTED } } };
    /** @type {import("telnyx").Telnyx.CallHangupWebhookEvent} */
    const busy = { data: { id: "ev-2", record_type: "event", event_type: "call.hangup", occurred_at: ENDED, payload: { ...state, state: "hangup", hangup_cause: "user_busy", sip_hangup_cause: "486", start_time: STARTED } } };
    /** @type {import("telnyx").Telnyx.CallAnsweredWebhookEvent} */
    const answered = { data: { id: "ev-3", record_type: "event", event_type: "call.answered", occurred_at: STARTED, payload: { ...state, state: "answered", start_time: STARTED } } };
    /** @type {import("telnyx").Telnyx.CallInitiatedWebhookEvent} */
    const initiated = { data: { id: "ev-4", record_type: "event", event_type: "call.initiated", occurred_at: STARTED, payload: { ...state, direction: "outgoing", start_time: STARTED } } };
    /** @type {import("telnyx").Telnyx.CallCostWebhookEvent} */
    const cost = { data: { id: "ev-5", record_type: "event", event_type: "call.cost", occurred_at: ENDED, payload: { ...state, status: "success", total_cost: "0.17", billed_duration_secs: 60, billing_group_id: null, cost_parts: [], occurred_at: ENDED } } };
    /** @type {import("telnyx").Telnyx.CallRecordingSavedWebhookEvent} */
    const recording = { data: { id: "ev-6", record_type: "event", event_type: "call.recording.saved", occurred_at: ENDED, payload: { ...state, channels: "single", recording_urls: { mp3: RECORDING } } } };
    const known = { id: ID, reference: REFERENCE };
    return [
        { name: "call.hangup", payload: hangup, expect: { ...known, kind: "ended", disposition: "answered", duration_ms: 42000 } },
        { name: "busy", payload: busy, expect: { ...known, kind: "ended", disposition: "busy" } },
        { name: "call.answered", payload: answered, expect: { ...known, kind: "answered" } },
        { name: "call.initiated", payload: initiated, expect: { ...known, kind: "accepted" } },
        { name: "call.cost", payload: cost, expect: { ...known, kind: "enriched", cost_micros: 170000 } },
        { name: "call.recording.saved", payload: recording, expect: { ...known, kind: "enriched", recording: RECORDING } },
    ];
}

/** @returns {Named<object>[]} */
export function livekit() {
    /** @param {string} event @param {DisconnectReason} reason @param {Record<string, string>} [attributes] */
    const made = (event, reason, attributes = { "sip.callID": "SCL_1", "sip.callStatus": "hangup", ebra_reference: REFERENCE }) => {
        const told = new WebhookEvent({
            id: `EV_${event}`, createdAt: BigInt(Date.parse(ENDED) / 1000), room: new Room({ name: REFERENCE, sid: "RM_1" }),
            participant: new ParticipantInfo({ sid: "PA_1", identity: REFERENCE, joinedAt: BigInt(Date.parse(STARTED) / 1000), disconnectReason: reason, attributes }),
        });
        told.event = /** @type {any} */ (event);  // Its constructor empties it.
        return /** @type {object} */ (told.toJson());
    };
    const known = { id: "SCL_1", reference: REFERENCE };
    return [
        { name: "the callee hung up", payload: made("participant_left", DisconnectReason.CLIENT_INITIATED), expect: { ...known, kind: "ended", disposition: "answered", duration_ms: 42000 } },
        { name: "nobody answered", payload: made("participant_left", DisconnectReason.USER_UNAVAILABLE), expect: { ...known, kind: "ended", disposition: "no_answer" } },
        { name: "declined", payload: made("participant_left", DisconnectReason.USER_REJECTED), expect: { ...known, kind: "ended", disposition: "declined" } },
        { name: "trunk failed", payload: made("participant_left", DisconnectReason.SIP_TRUNK_FAILURE), expect: { ...known, kind: "ended", disposition: "provider_fault" } },
        { name: "joined", payload: made("participant_joined", DisconnectReason.UNKNOWN_REASON), expect: { ...known, kind: "accepted" } },
    ];
}

/** @returns {Named<object>[]} */
export function jambonz() {
    const common = { call_sid: ID, direction: "outbound", from: FROM, to: TO, call_id: "sip-1", account_sid: "as-1", application_sid: "app-1", trace_id: "0", customerData: { ebra_reference: REFERENCE } };
    const known = { id: ID, reference: REFERENCE };
    return [
        { name: "completed", payload: { ...common, call_status: "completed", sip_status: 200, sip_reason: "OK", duration: 42, call_termination_by: "caller" }, expect: { ...known, kind: "ended", disposition: "answered", duration_ms: 42000 } },
        { name: "declined", payload: { ...common, call_status: "failed", sip_status: 603, sip_reason: "Decline", duration: 0 }, expect: { ...known, kind: "ended", disposition: "declined" } },
        { name: "busy", payload: { ...common, call_status: "busy", sip_status: 486, sip_reason: "Busy Here", duration: 0 }, expect: { ...known, kind: "ended", disposition: "busy" } },
        { name: "early media", payload: { ...common, call_status: "early-media", sip_status: 183, sip_reason: "Session Progress" }, expect: { ...known, kind: "ringing" } },
    ];
}

/** @returns {Named<object>[]} */
export function vapi() {
    /** @type {import("@vapi-ai/server-sdk").Vapi.Call} */
    const call = { id: ID, orgId: "org-1", createdAt: STARTED, updatedAt: ENDED, customer: { number: TO, externalId: REFERENCE }, assistantOverrides: { metadata: { ebra_reference: REFERENCE } } };
    /** @type {import("@vapi-ai/server-sdk").Vapi.ServerMessageEndOfCallReport} */
    const report = { type: "end-of-call-report", endedReason: "customer-ended-call", call, customer: call.customer, cost: 0.17, timestamp: Date.parse(ENDED), startedAt: STARTED, endedAt: ENDED, analysis: { summary: "Grüße" }, artifact: { recordingUrl: RECORDING, transcript: "AI: hi" } };
    /** @type {import("@vapi-ai/server-sdk").Vapi.ServerMessageEndOfCallReport} */
    const machine = { ...report, endedReason: "voicemail" };
    /** @type {import("@vapi-ai/server-sdk").Vapi.ServerMessageStatusUpdate} */
    const ended = { type: "status-update", status: "ended", endedReason: "customer-busy", call, timestamp: Date.parse(ENDED) };
    /** @type {import("@vapi-ai/server-sdk").Vapi.ServerMessageStatusUpdate} */
    const ringing = { type: "status-update", status: "ringing", call, timestamp: Date.parse(STARTED) };
    const known = { id: ID, reference: REFERENCE };
    return [
        { name: "end-of-call-report", payload: { message: report }, expect: { ...known, kind: "ended", disposition: "answered", duration_ms: 42000, cost_micros: 170000, recording: RECORDING } },
        { name: "voicemail", payload: { message: machine }, expect: { ...known, kind: "ended", disposition: "voicemail" } },
        { name: "status-update ended", payload: { message: ended }, expect: { ...known, kind: "ended", disposition: "busy" } },
        { name: "status-update ringing", payload: { message: ringing }, expect: { ...known, kind: "ringing" } },
    ];
}

/** @returns {Named<object>[]} */
export function bland() {
    const call = { call_id: ID, to: TO, from: FROM, completed: true, queue_status: "complete", status: "completed", answered_by: "human", call_length: 0.7, corrected_duration: "42", price: 0.17, end_at: ENDED, recording_url: RECORDING, concatenated_transcript: "Grüße", metadata: { ebra_reference: REFERENCE }, error_message: null };
    const known = { id: ID, reference: REFERENCE };
    return [
        { name: "completed", payload: call, expect: { ...known, kind: "ended", disposition: "answered", duration_ms: 42000, cost_micros: 170000, recording: RECORDING } },
        { name: "no answer", payload: { ...call, status: "no-answer", answered_by: "no-answer", price: 0, corrected_duration: "0", recording_url: null }, expect: { ...known, kind: "ended", disposition: "no_answer" } },
    ];
}

/** @returns {Named<object>[]} */
export function synthflow() {
    const call = { call_id: ID, status: "completed", end_call_reason: "human_pick_up_cut_off", duration: 42, recording_url: RECORDING, transcript: "Grüße" };
    return [{ name: "completed", payload: { status: "completed", call, lead: { name: "Ann", phone_number: TO, prompt_variables: { ebra_reference: REFERENCE } } }, expect: { kind: "ended", disposition: "answered", id: ID, reference: REFERENCE, duration_ms: 42000, recording: RECORDING, verified: false } }];
}

/** @returns {Named<object>[]} */
export function standard_webhooks() {
    return [{ name: "ended", payload: { type: "call.ended", data: { id: ID, reference: REFERENCE, reason: "busy", text: "Grüße" } }, expect: { kind: "ended", disposition: "busy", id: ID, reference: REFERENCE } }];
}
