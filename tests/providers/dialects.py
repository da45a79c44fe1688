"""What each vendor's API takes and answers, after the vendors' documents. Never reads a preset.

A dialect has: match(method, path) -> what is asked for ("start", "query", "list", "cancel") and an id;
start(request) -> a call or Refuse; answers for a call; the webhook of a call and an event.
"""
import base64
import json
import time
import urllib.parse

import signing

KEY = "the-api-key"
SECONDS = 42
COST = 0.17
RECORDING = "https://recordings.example.com/1.mp3"


class Refuse(Exception):
    """An answer that is no call."""

    def __init__(self, status, body, headers=None):
        super().__init__(str(status))
        self.status, self.body, self.headers = status, body, headers or {}


def need(condition, status, body):
    if not condition:
        raise Refuse(status, body)


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def get(value, path, default=None):
    for word in path.split("."):
        if not isinstance(value, dict) or word not in value:
            return default
        value = value[word]
    return value


class Dialect:
    name = ""
    words = {}       # Our word for an outcome -> the vendor's.
    errors = {}      # Our word for an error -> (status, body, headers).
    is_form = False
    start_path = query_path = cancel_path = list_path = ""
    start_method, cancel_method, list_method = "POST", "POST", "GET"

    def match(self, method, path):
        if method == self.start_method and path == self.start_path:
            return "start", ""
        if self.list_path and (method, path) == (self.list_method, self.list_path):
            return "list", ""
        for kind, pattern, wanted in (("cancel", self.cancel_path, self.cancel_method),
                                      ("query", self.query_path, "GET")):
            if not pattern or method != wanted:
                continue
            head, tail = pattern.split("{}")
            middle = path[len(head):len(path) - len(tail) if tail else None]
            if path.startswith(head) and path.endswith(tail) and middle and "/" not in middle:
                return kind, urllib.parse.unquote(middle)
        return None

    def authorize(self, request):
        need(request["headers"].get("authorization") == "Bearer " + KEY, 401, {"message": "no key"})

    def read(self, request):
        if self.is_form:
            pairs = urllib.parse.parse_qsl(request["body"], keep_blank_values=True)
            need(request["headers"].get("content-type") == "application/x-www-form-urlencoded", 415, {})
            return dict(pairs)
        need(request["headers"].get("content-type", "").startswith("application/json"), 415, {})
        return json.loads(request["body"])

    def word(self, call):
        return self.words.get(call["outcome"], call["outcome"])

    def is_over(self, call):
        return call["outcome"] not in ("queued", "ringing", "in_progress")

    def cancel(self, call, request):
        if self.is_over(call):
            raise Refuse(404, {"message": "over"})
        call["outcome"] = "canceled"
        return 200, {"status": "success"}


class Generic(Dialect):
    name = "generic"
    start_path = "/api/v1/calls"
    errors = {"capacity": (429, {}, {"Retry-After": "3"}), "permanent": (400, {"message": "bad"}, {})}

    def authorize(self, request):
        pass

    def start(self, body, call_id):
        need(isinstance(body.get("to"), str) and isinstance(body.get("metadata"), dict), 400, {})
        return {"to": body["to"], "reference": "", "url": body.get("webhookUrl", "")}

    def started(self, call):
        return 202, {"callId": call["id"]}


class Vapi(Dialect):
    name = "vapi"
    start_path, query_path, list_path = "/call", "/call/{}", "/call"
    cancel_path = "/control/{}"
    words = {"completed": "customer-ended-call", "voicemail": "voicemail",
             "no_answer": "customer-did-not-answer", "busy": "customer-busy",
             "invalid": "twilio-reported-customer-misdialed",
             "fault": "call.in-progress.error-providerfault-openai-llm-failed",
             "fault_new": "a-reason-of-next-year", "canceled": "manually-canceled",
             "full": "call.start.error-subscription-concurrency-limit-reached"}
    errors = {"capacity": (201, {"id": "x", "status": "queued", "subscriptionLimits":
                                 {"concurrencyBlocked": True, "concurrencyLimit": 10}}, {}),
              "capacity_late": (429, {"message": "slow"}, {"Retry-After": "5"}),
              "billing": (402, {"statusCode": 402, "message": "no credits"}, {}),
              "configuration": (401, {"statusCode": 401, "message": "Invalid Key"}, {}),
              "permanent": (400, {"statusCode": 400, "message": ["customer.number must be E.164"],
                                  "error": "Bad Request"}, {})}

    def start(self, body, call_id):
        need(get(body, "customer.number") and body.get("phoneNumberId") == "pn-1" and
             body.get("assistantId"), 400, {"statusCode": 400, "message": ["a key is missing"]})
        return {"to": body["customer"]["number"], "reference": body["customer"].get("externalId", ""),
                "url": "", "overrides": body.get("assistantOverrides", {})}

    def started(self, call):
        return 201, self.described(call)

    def described(self, call):
        over = self.is_over(call)
        status = {"queued": "queued", "ringing": "ringing", "in_progress": "in-progress"}
        made = {"id": call["id"], "status": "ended" if over else status[call["outcome"]],
                "customer": {"number": call["to"], "externalId": call["reference"]},
                "assistantOverrides": call["overrides"],
                "monitor": {"controlUrl": call["base"] + "/control/" + call["id"]}}
        if over:
            made.update(endedReason=self.word(call), startedAt=iso(call["at"]), cost=COST,
                        endedAt=iso(call["at"] + SECONDS), artifact={"recordingUrl": RECORDING})
        return made

    def queried(self, call):
        return 200, self.described(call)

    def listed(self, calls, request):
        return 200, [self.described(call) for call in calls]

    def cancel(self, call, request):
        need(json.loads(request["body"]) == {"type": "end-call"}, 400, {})
        return super().cancel(call, request)

    def authorize(self, request):
        if not request["path"].startswith("/control/"):
            super().authorize(request)

    def webhook(self, call, event):
        shown = self.described(call)
        if event in ("ringing", "answered"):
            status = {"ringing": "ringing", "answered": "in-progress"}[event]
            return {"message": {"type": "status-update", "status": status, "call": shown}}
        if event == "ended_early":
            return {"message": {"type": "status-update", "status": "ended", "call": shown,
                                "endedReason": self.word(call)}}
        message = {"type": "end-of-call-report", "call": shown, "customer": shown["customer"]}
        for key in ("endedReason", "startedAt", "endedAt", "cost", "artifact"):
            message[key] = shown[key]
        return {"message": message}


class Retell(Dialect):
    name = "retell"
    start_path, query_path = "/v2/create-phone-call", "/v2/get-call/{}"
    cancel_path, list_path, list_method = "/v2/stop-call/{}", "/v3/list-calls", "POST"
    words = {"completed": "agent_hangup", "voicemail": "voicemail_reached",
             "no_answer": "dial_no_answer", "busy": "dial_busy", "declined": "user_declined",
             "invalid": "invalid_destination", "fault": "error_llm_websocket_open",
             "fault_new": "a_reason_of_next_year", "canceled": "manual_stopped",
             "full": "concurrency_limit_reached"}
    errors = {"capacity": (429, {"status": "error", "message": "limit"}, {"Retry-After": "2"}),
              "billing": (402, {"status": "error", "message": "no payment"}, {}),
              "configuration": (401, {"status": "error", "message": "Invalid API key"}, {}),
              "permanent": (422, {"status": "error", "message": "Cannot find agent"}, {})}

    def start(self, body, call_id):
        need(body.get("from_number") == "+15550001111" and body.get("to_number"), 400,
             {"status": "error", "message": "a key is missing"})
        return {"to": body["to_number"], "reference": get(body, "metadata.ebra_reference", ""),
                "url": "", "metadata": body.get("metadata")}

    def started(self, call):
        return 201, self.described(call)

    def described(self, call):
        status = {"queued": "registered", "ringing": "registered", "in_progress": "ongoing",
                  "no_answer": "not_connected", "busy": "not_connected", "fault": "error"}
        made = {"call_id": call["id"], "call_status": status.get(call["outcome"], "ended"),
                "to_number": call["to"], "metadata": call["metadata"]}
        if self.is_over(call):
            made.update(disconnection_reason=self.word(call), duration_ms=SECONDS * 1000,
                        start_timestamp=int(call["at"] * 1000),
                        end_timestamp=int((call["at"] + SECONDS) * 1000),
                        call_cost={"combined_cost": COST * 100}, recording_url=RECORDING)
        return made

    def queried(self, call):
        return 200, self.described(call)

    def listed(self, calls, request):
        wanted = get(json.loads(request["body"]), "filter_criteria.metadata", [])
        need(isinstance(wanted, list) and all(one.get("type") == "string" and one.get("op") == "eq"
                                              for one in wanted), 422, {"message": "bad filter"})
        return self.listing([call for call in calls if all(
            get(call, "metadata." + one["key"]) == one["value"] for one in wanted)])

    def listing(self, calls):
        return 200, {"items": [self.described(call) for call in calls], "has_more": False}

    def cancel(self, call, request):
        super().cancel(call, request)
        return 204, None

    def webhook(self, call, event):
        names = {"answered": "call_started", "ended": "call_ended", "analyzed": "call_analyzed"}
        return {"event": names[event], "call": self.described(call)}


class Bland(Dialect):
    name = "bland"
    start_path, query_path, list_path = "/v1/calls", "/v1/calls/{}", "/v1/calls"
    cancel_path = "/v1/calls/{}/stop"
    words = {"no_answer": "no-answer", "fault": "failed", "fault_new": "unheard-of"}
    errors = {"capacity": (429, {"status": "error", "message": "limit"}, {}),
              "billing": (402, {"status": "error", "message": "no balance"}, {}),
              "configuration": (401, {"status": "error", "message": "bad key"}, {}),
              "permanent": (200, {"status": "error", "message": "Invalid phone number"}, {})}

    def authorize(self, request):
        need(request["headers"].get("authorization") == KEY, 401, {"status": "error"})

    def start(self, body, call_id):
        need(body.get("phone_number") and (body.get("task") or body.get("pathway_id")), 400,
             {"status": "error", "errors": ["a key is missing"]})
        return {"to": body["phone_number"], "metadata": body.get("metadata"),
                "reference": get(body, "metadata.ebra_reference", ""), "url": body.get("webhook", "")}

    def started(self, call):
        return 200, {"status": "success", "message": "Call queued", "call_id": call["id"]}

    def described(self, call):
        over = self.is_over(call)
        made = {"call_id": call["id"], "to": call["to"], "metadata": call["metadata"],
                "completed": over, "queue_status": "complete" if over else
                {"queued": "queued", "ringing": "allocated", "in_progress": "started"}[call["outcome"]]}
        if over:
            is_voicemail = call["outcome"] == "voicemail"
            made.update(status="completed" if is_voicemail else self.word(call), price=COST,
                        answered_by="voicemail" if is_voicemail else "human" if
                        call["outcome"] == "completed" else "unknown",
                        call_length=SECONDS / 60, corrected_duration=str(SECONDS),
                        end_at=iso(call["at"] + SECONDS), recording_url=RECORDING)
        return made

    def queried(self, call):
        return 200, self.described(call)

    def listed(self, calls, request):
        to = request["query"].get("to_number")
        return 200, {"calls": [self.described(call) for call in calls if call["to"] == to]}

    def webhook(self, call, event):
        return self.described(call)


class ElevenLabs(Dialect):
    name = "elevenlabs"
    start_path = "/v1/convai/twilio/outbound-call"
    query_path, list_path = "/v1/convai/conversations/{}", "/v1/convai/conversations"
    words = {"no_answer": "no-answer"}
    errors = {"capacity": (429, {"detail": {"status": "too_many_concurrent_requests"}}, {}),
              "transient": (200, {"success": False, "message": "no", "conversation_id": None,
                                  "callSid": None}, {}),
              "billing": (402, {"detail": {"status": "quota_exceeded"}}, {}),
              "configuration": (401, {"detail": {"message": "Invalid API key"}}, {}),
              "permanent": (422, {"detail": [{"msg": "field required"}]}, {})}

    def authorize(self, request):
        need(request["headers"].get("xi-api-key") == KEY, 401, {"detail": {"message": "no key"}})

    def start(self, body, call_id):
        need(body.get("agent_id") and body.get("agent_phone_number_id") == "pn-1" and
             body.get("to_number"), 422, {"detail": [{"msg": "field required"}]})
        client = body.get("conversation_initiation_client_data", {})
        return {"to": body["to_number"], "reference": client.get("user_id", ""), "url": "",
                "client": client}

    def started(self, call):
        return 200, {"success": True, "message": "ok", "conversation_id": call["id"],
                     "callSid": "CA" + call["id"]}

    def described(self, call):
        status = {"queued": "initiated", "ringing": "initiated", "in_progress": "in-progress",
                  "completed": "done", "voicemail": "done"}
        made = {"conversation_id": call["id"], "status": status.get(call["outcome"], "failed"),
                "user_id": call["reference"]}
        if self.is_over(call):
            ends = {"voicemail": "voicemail_detection tool was called", "completed": "Client ended"}
            made["metadata"] = {"call_duration_secs": SECONDS, "cost": 1234, "cost_fiat": COST,
                                "termination_reason": ends.get(call["outcome"], "")}
        return made

    def queried(self, call):
        return 200, self.described(call)

    def listed(self, calls, request):
        user = request["query"].get("user_id")
        return 200, {"conversations": [self.described(call) for call in calls
                                       if call["reference"] == user]}

    def webhook(self, call, event):
        if event == "failed":
            return {"type": "call_initiation_failure", "event_timestamp": int(call["at"]), "data": {
                "conversation_id": call["id"], "user_id": call["reference"],
                "failure_reason": self.word(call)}}
        data = self.described(call)
        del data["user_id"]
        data["conversation_initiation_client_data"] = call["client"]
        return {"type": "post_call_transcription", "event_timestamp": int(call["at"] + SECONDS),
                "data": data}


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Twilio(Dialect):
    name = "twilio"
    is_form = True
    start_path = "/2010-04-01/Accounts/AC1/Calls.json"
    query_path = cancel_path = "/2010-04-01/Accounts/AC1/Calls/{}.json"
    words = {"no_answer": "no-answer", "fault": "failed", "declined": "failed", "invalid": "failed",
             "voicemail": "completed", "queued": "queued", "in_progress": "in-progress"}
    errors = {"capacity": (429, {"code": 20429, "message": "Too Many Requests"}, {"Retry-After": "1"}),
              "capacity_late": (400, {"code": 10004, "message": "Concurrency limit"}, {}),
              "billing": (403, {"code": 20005, "message": "Account not active"}, {}),
              "billing_401": (401, {"code": 10001, "message": "Account is not active"}, {}),
              "configuration": (401, {"code": 20003, "message": "Authenticate"}, {}),
              "permanent": (400, {"code": 21211, "message": "Invalid 'To'"}, {})}

    def authorize(self, request):
        need(request["headers"].get("authorization") == basic("AC1", KEY), 401, {"code": 20003})

    def start(self, body, call_id):
        need(body.get("To") and body.get("From") == "+15550001111" and
             (body.get("Url") or body.get("Twiml") or body.get("ApplicationSid")), 400,
             {"code": 21213, "message": "a parameter is missing"})
        return {"to": body["To"], "reference": "", "url": body.get("StatusCallback", "")}

    def started(self, call):
        return 201, {"sid": call["id"], "status": "queued", "queue_time": "0"}

    def queried(self, call):
        made = {"sid": call["id"], "status": self.word(call), "price": None, "price_unit": "USD"}
        if self.is_over(call):
            made.update(duration=str(SECONDS), price=str(-COST),
                        end_time=time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                                               time.gmtime(call["at"] + SECONDS)),
                        answered_by="machine_start" if call["outcome"] == "voicemail" else "human")
        return 200, made

    def cancel(self, call, request):
        need(urllib.parse.parse_qs(request["body"]).get("Status") == ["completed"], 400, {})
        return super().cancel(call, request)

    def webhook(self, call, event):
        form = {"CallSid": call["id"], "AccountSid": "AC1", "To": call["to"], "From": "+15550001111",
                "CallStatus": {"ringing": "ringing", "answered": "in-progress"}.get(
                    event, self.word(call)), "SequenceNumber": {"ringing": "0"}.get(event, "2")}
        if event == "ended":
            form.update(CallDuration=str(SECONDS), RecordingUrl=RECORDING)
            form.update({"voicemail": {"AnsweredBy": "machine_end_beep"},
                         "declined": {"SipResponseCode": "603"},
                         "invalid": {"SipResponseCode": "404"}}.get(call["outcome"], {}))
        return form


class Telnyx(Dialect):
    name = "telnyx"
    start_path, query_path = "/v2/calls", "/v2/calls/{}"
    list_path = "/v2/connections/conn-1/active_calls"
    cancel_path = "/v2/calls/{}/actions/hangup"
    words = {"completed": "normal_clearing", "no_answer": "timeout", "busy": "user_busy",
             "declined": "call_rejected", "invalid": "not_found", "fault": "unspecified",
             "fault_new": "cause_of_next_year", "canceled": "originator_cancel"}
    errors = {"capacity": (429, {"errors": [{"code": "90103", "title": "Dials per second"}]}, {}),
              "billing": (402, {"errors": [{"code": "20100", "title": "Insufficient Funds"}]}, {}),
              "configuration": (401, {"errors": [{"code": "10009", "title": "Authentication"}]}, {}),
              "permanent": (422, {"errors": [{"code": "10015", "detail": "Bad 'to'"}]}, {})}

    def start(self, body, call_id):
        need(body.get("connection_id") == "conn-1" and body.get("from") and body.get("to"), 422,
             {"errors": [{"code": "10004", "title": "Missing"}]})
        return {"to": body["to"], "url": body.get("webhook_url", ""),
                "reference": base64.b64decode(body.get("client_state", "")).decode(),
                "command": body.get("command_id"), "state": body.get("client_state")}

    def started(self, call):
        return 200, {"data": {"call_control_id": call["id"], "call_leg_id": "leg-1",
                              "call_session_id": "session-1", "is_alive": True}}

    def queried(self, call):
        return 200, {"data": {"call_control_id": call["id"], "is_alive": not self.is_over(call)}}

    def listed(self, calls, request):
        """Only what is alive, a page of it."""
        size = int(request["query"].get("page[size]", 20))
        need(1 <= size <= 250, 422, {"errors": [{"code": "10015", "title": "Bad Request"}]})
        live = [{"record_type": "call", "call_control_id": call["id"], "call_leg_id": "leg-1",
                 "call_session_id": "session-1", "call_duration": 5, "client_state": call["state"]}
                for call in calls if not self.is_over(call)]
        return 200, {"data": live[:size], "meta": {"total_items": len(live)}}

    def cancel(self, call, request):
        super().cancel(call, request)
        return 200, {"data": {"result": "ok"}}

    def webhook(self, call, event):
        types = {"ringing": "call.initiated", "answered": "call.answered", "ended": "call.hangup",
                 "cost": "call.cost", "recording": "call.recording.saved"}
        payload = {"call_control_id": call["id"], "client_state": call["state"]}
        if event == "ended":
            payload.update(hangup_cause=self.word(call), start_time=iso(call["at"]))
        if event == "cost":
            payload["total_cost"] = str(COST)
        if event == "recording":
            payload["recording_urls"] = {"mp3": RECORDING}
        return {"data": {"event_type": types[event], "id": "event-" + event,
                         "occurred_at": iso(call["at"] + SECONDS), "payload": payload}}


class Plivo(Dialect):
    name = "plivo"
    start_path = "/v1/Account/MA1/Call/"
    query_path = cancel_path = "/v1/Account/MA1/Call/{}/"
    cancel_method = "DELETE"
    words = {"completed": "Normal Hangup", "no_answer": "No Answer", "busy": "Busy Line",
             "declined": "Rejected", "fault": "Network Error", "invalid": "Invalid Destination Number"}
    statuses = {"completed": "completed", "no_answer": "no-answer", "busy": "busy", "fault": "failed"}
    errors = {"capacity": (429, {"error": "slow down"}, {}),
              "billing": (402, {"error": "no credits"}, {}),
              "configuration": (401, {"error": "not authenticated"}, {}),
              "permanent": (400, {"error": "to is invalid"}, {})}

    def authorize(self, request):
        need(request["headers"].get("authorization") == basic("MA1", KEY), 401, {"error": "no"})

    def start(self, body, call_id):
        need(body.get("from") == "15550001111" and str(body.get("to", "")).isdigit() and
             body.get("answer_url"), 400, {"error": "a parameter is missing"})
        return {"to": "+" + body["to"], "reference": "", "url": body.get("hangup_url", "")}

    def started(self, call):
        return 201, {"message": "call fired", "request_uuid": call["id"], "api_id": "x"}

    def match(self, method, path):
        head = "/v1/Account/MA1/Request/"
        if method == "DELETE" and path.startswith(head):
            return "cancel", path.removeprefix(head).removesuffix("/")
        return super().match(method, path)

    def queried(self, call):
        made = {"call_uuid": "cu-" + call["id"], "call_state": "ANSWER"}
        if self.is_over(call):
            made.update(end_time=iso(call["at"] + SECONDS), hangup_cause_name=self.word(call),
                        call_duration=SECONDS, total_amount=str(COST))
        return 200, made

    def cancel(self, call, request):
        """A request is ended by its own id until there is a call, and then by the call's."""
        is_request = "/Request/" in request["path"]
        need(is_request == (call["outcome"] == "queued"), 404, {"error": "not found"})
        need(is_request or "/cu-" in request["path"], 404, {"error": "not found"})
        super().cancel(call, request)
        return 204, None

    def webhook(self, call, event):
        form = {"CallUUID": "cu-" + call["id"], "RequestUUID": call["id"], "To": call["to"],
                "CallStatus": "ringing" if event == "ringing" else
                self.statuses.get(call["outcome"], "failed"),
                "Event": "Ring" if event == "ringing" else "Hangup"}
        if event == "ended":
            form.update(HangupCause="x", HangupCauseName=self.word(call), Duration=str(SECONDS),
                        TotalCost=str(COST))
        return form


class LiveKit(Dialect):
    name = "livekit"
    start_path = "/twirp/livekit.SIP/CreateSIPParticipant"
    list_path, list_method = "/twirp/livekit.RoomService/ListParticipants", "POST"
    cancel_path = ""
    words = {"completed": "CLIENT_INITIATED", "no_answer": "USER_UNAVAILABLE",
             "declined": "USER_REJECTED", "fault": "SIP_TRUNK_FAILURE", "fault_new": "NEW_REASON"}
    errors = {"capacity": (429, {"code": "resource_exhausted", "msg": "limit"}, {}),
              "unknown": (429, {"code": "resource_exhausted", "msg": "busy",
                                "meta": {"sip_status_code": "486", "sip_status": "Busy Here"}}, {}),
              "configuration": (401, {"code": "unauthenticated", "msg": "invalid token"}, {}),
              "permanent": (400, {"code": "invalid_argument", "msg": "no trunk"}, {})}

    def match(self, method, path):
        if (method, path) == ("POST", "/twirp/livekit.RoomService/RemoveParticipant"):
            return "cancel", "by-identity"
        return super().match(method, path)

    def authorize(self, request):
        token = request["headers"].get("authorization", "")
        claims = signing.read_jwt(KEY, token.removeprefix("Bearer "))
        need(token.startswith("Bearer ") and claims and claims["iss"] == "lk-key" and
             claims["exp"] > time.time(), 401, {"code": "unauthenticated", "msg": "invalid token"})
        is_room = "RoomService" in request["path"]
        need(get(claims, "video.roomAdmin") if is_room else get(claims, "sip.call"), 403,
             {"code": "permission_denied", "msg": "no grant"})

    def start(self, body, call_id):
        need(body.get("sip_trunk_id") == "ST_1" and body.get("sip_call_to") and
             body.get("room_name"), 400, {"code": "invalid_argument", "msg": "missing"})
        return {"to": body["sip_call_to"], "reference": body.get("participant_identity", ""),
                "url": "", "room": body["room_name"]}

    def started(self, call):
        return 200, {"sip_call_id": call["id"], "participant_id": "PA_1",
                     "participant_identity": call["reference"], "room_name": call["room"]}

    def participant(self, call):
        state = {"in_progress": "active", "ringing": "ringing", "queued": "dialing"}
        return {"sid": "PA_1", "identity": call["reference"], "joinedAt": str(int(call["at"])),
                "attributes": {"sip.callID": call["id"],
                               "sip.callStatus": state.get(call["outcome"], "hangup")}}

    def listed(self, calls, request):
        room = json.loads(request["body"])["room"]
        there = [self.participant(call) for call in calls
                 if call["room"] == room and not self.is_over(call)]
        if not there:
            raise Refuse(404, {"code": "not_found", "msg": "room does not exist"})
        return 200, {"participants": there + [{"identity": "agent-1", "attributes": {}}]}

    def cancel(self, call, request):
        super().cancel(call, request)
        return 200, {}

    def webhook(self, call, event):
        if event == "agent":
            return {"event": "participant_left", "id": "EV_2", "createdAt": "1",
                    "participant": {"identity": "agent-1", "attributes": {}}}
        made = {"event": "participant_left", "id": "EV_1", "room": {"name": call["room"]},
                "createdAt": str(int(call["at"] + SECONDS)), "participant": self.participant(call)}
        made["participant"]["disconnectReason"] = self.word(call)
        return made


class Jambonz(Dialect):
    name = "jambonz"
    start_path = "/v1/Accounts/as-1/Calls"
    query_path = cancel_path = "/v1/Accounts/as-1/Calls/{}"
    cancel_method = "PUT"
    words = {"no_answer": "no-answer", "fault": "failed", "invalid": "failed", "declined": "failed",
             "in_progress": "in-progress", "canceled": "no-answer"}
    errors = {"capacity": (480, {"msg": "no available feature servers"}, {}),
              "configuration": (401, {"msg": "unauthorized"}, {}),
              "permanent": (400, {"msg": "missing to"}, {})}

    def start(self, body, call_id):
        need(body.get("from") and get(body, "to.type") == "phone" and get(body, "to.number") and
             body.get("application_sid"), 400, {"msg": "a key is missing"})
        return {"to": body["to"]["number"], "url": get(body, "call_status_hook.url", ""),
                "reference": get(body, "tag.ebra_reference", ""), "tag": body.get("tag")}

    def started(self, call):
        return 201, {"sid": call["id"]}

    def queried(self, call):
        return 200, {"call_sid": call["id"], "call_status": self.word(call),
                     "duration": str(SECONDS)}

    def match(self, method, path):
        if method == "DELETE":  # Forgets what is known of a call; nobody hangs up.
            return super().match("PUT", path) and ("forget", path.rsplit("/", 1)[1])
        return super().match(method, path)

    def cancel(self, call, request):
        """"completed" ends what was answered, "no-answer" what rings; the session says the rest."""
        wanted = json.loads(request["body"]).get("call_status")
        need(wanted in ("completed", "no-answer"), 400, {"msg": "invalid call_status"})
        need(not self.is_over(call), 422, f"call session is gone for call_sid {call['id']}")
        need((wanted == "completed") == (call["outcome"] == "in_progress"), 422,
             f"current call state is incompatible with requested action for call_sid {call['id']}")
        super().cancel(call, request)
        return 202, None

    def webhook(self, call, event):
        made = {"call_sid": call["id"], "call_status": {"ringing": "ringing", "answered":
                "in-progress"}.get(event, self.word(call)), "customerData": call["tag"]}
        if event == "ended":
            made.update(duration=str(SECONDS), sip_reason="x")
            made.update({"invalid": {"sip_status": 404}, "declined": {"sip_status": 603}}.get(
                call["outcome"], {}))
        return made


class Synthflow(Dialect):
    name = "synthflow"
    start_path, query_path = "/v2/calls", "/v2/calls/{}"
    words = {"no_answer": "no-answer", "fault": "failed", "voicemail": "hangup_on_voicemail",
             "in_progress": "in-progress", "queued": "pending", "canceled": "user-canceled"}
    errors = {"capacity": (429, {"message": "limit"}, {}),
              "billing": (402, {"message": "no minutes"}, {}),
              "configuration": (401, {"message": "no key"}, {}),
              "permanent": (400, {"message": "bad phone"}, {})}

    def start(self, body, call_id):
        need(body.get("model_id") and body.get("phone") and body.get("name"), 400, {"message": "no"})
        variables = {one["key"]: one["value"] for one in body.get("custom_variables", [])}
        return {"to": body["phone"], "reference": variables.get("ebra_reference", ""),
                "url": body.get("external_webhook_url", "")}

    def started(self, call):
        return 200, {"status": "ok", "response": {"answer": "queued", "call_id": call["id"]}}

    def queried(self, call):
        made = {"call_id": call["id"], "status": self.word(call)}
        if self.is_over(call):
            made.update(duration=SECONDS, recording_url=RECORDING)
        if call["outcome"] == "voicemail":
            made["end_call_reason"] = "voicemail"
        return 200, {"status": "ok", "response": {"calls": [made]}}

    def webhook(self, call, event):
        made = self.queried(call)[1]["response"]["calls"][0]
        return {"status": "completed", "call": made,
                "lead": {"prompt_variables": {"ebra_reference": call["reference"]}}}


class Bolna(Dialect):
    name = "bolna"
    start_path, query_path, cancel_path = "/call", "/executions/{}", "/call/{}/stop"
    list_path = "/v2/agent/script-1/executions"
    words = {"no_answer": "no-answer", "fault": "error", "voicemail": "completed",
             "in_progress": "in-progress"}
    errors = {"capacity": (429, {"error": 429, "message": "limit"}, {}),
              "billing": (200, {"status": "balance-low", "message": "recharge"}, {}),
              "configuration": (401, {"message": "no key"}, {}),
              "permanent": (400, {"message": "bad number"}, {})}

    def start(self, body, call_id):
        need(body.get("agent_id") and body.get("recipient_phone_number"), 400, {"message": "no"})
        return {"to": body["recipient_phone_number"], "url": "",
                "reference": get(body, "user_data.ebra_reference", ""), "data": body.get("user_data")}

    def started(self, call):
        return 200, {"status": "queued", "execution_id": call["id"], "message": "done"}

    def described(self, call):
        made = {"id": call["id"], "status": self.word(call),
                "context_details": {"recipient_data": call["data"]}}
        if self.is_over(call):
            made.update(conversation_duration=SECONDS, total_cost=COST,
                        answered_by_voice_mail=call["outcome"] == "voicemail",
                        telephony_data={"recording_url": RECORDING})
        return made

    def queried(self, call):
        return 200, self.described(call)

    def listed(self, calls, request):
        need(0 < int(request["query"].get("page_size", 20)) <= 50, 422, {"message": "page_size"})
        return 200, {"page_number": 1, "page_size": 50, "total": len(calls), "has_more": False,
                     "data": [self.described(call) for call in calls]}

    def webhook(self, call, event):
        return self.described(call)


class Millis(Dialect):
    name = "millis"
    start_path, query_path, list_path = "/start_outbound_call", "/call-logs/{}", "/call-logs"
    words = {"completed": "agent-ended", "voicemail": "voicemail-hangup", "fault": "error"}
    errors = {"capacity": (429, {"detail": "too many calls"}, {"Retry-After": "2"}),
              "billing": (402, {"detail": "no balance"}, {}),
              "configuration": (401, {"detail": "no key"}, {}),
              "permanent": (422, {"detail": [{"loc": ["body", "to_phone"], "msg": "field required"}]}, {})}

    def authorize(self, request):
        need(request["headers"].get("authorization") == KEY, 401, {"detail": "no key"})

    def start(self, body, call_id):
        need(body.get("from_phone") == "+15550001111" and body.get("to_phone"), 422,
             {"detail": [{"msg": "field required"}]})
        return {"to": body["to_phone"], "url": "", "metadata": body.get("metadata"),
                "reference": get(body, "metadata.ebra_reference", "")}

    def started(self, call):
        return 200, {"session_id": call["id"]}

    def described(self, call):
        over = self.is_over(call)
        made = {"session_id": call["id"], "call_id": "c-" + call["id"], "agent_id": "-O1", "ts": call["at"],
                "chat": "[]", "metadata": call["metadata"], "voip": {"to": call["to"]},
                "call_status": self.word(call) if over else "registered"}
        if over:
            made.update(duration=SECONDS, cost_breakdown=[{"type": "llm", "credit": 0.1}],
                        recording={"recording_url": RECORDING})
        return made

    def queried(self, call):
        return 200, self.described(call)

    def listed(self, calls, request):
        need(0 < int(request["query"].get("limit", 20)) <= 100, 422, {"detail": "limit"})
        to = request["query"].get("phone_number")
        return 200, {"histories": [self.described(call) for call in calls if call["to"] == to],
                     "next_cursor": None}

    def webhook(self, call, event):
        return self.described(call)


ALL = {one.name: one for one in (Generic(), Vapi(), Retell(), Bland(), ElevenLabs(), Twilio(), Telnyx(),
                                 Plivo(), LiveKit(), Jambonz(), Synthflow(), Bolna(), Millis())}
