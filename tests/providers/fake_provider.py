#!/usr/bin/env python3
"""A fake of thirteen vendors' APIs over real HTTP, each under /NAME/, with a ledger of dials.

It is written after the vendors' documents and never reads a preset. What it dials goes into a ledger,
one JSON line per dial; what it answers can be made to go wrong:

  POST /_fake/plan     {"fault": "...", "count": 1, ...}   what becomes of the next starts
  POST /_fake/outcome  {"call": id, "outcome": "busy"}     how a call stands from now on
  POST /_fake/webhook  {"call": id, "event": "ended", "secret": "...", "url": "..."}
                       answers the signed webhook: url, headers, body; it is not sent
  GET  /_fake/dials    the ledger, each with how many calls were live then
  GET  /_fake/calls    all calls                           GET /_fake/refused  when starts were refused

With --auto-ms the dialect "generic" posts its call-status callbacks by itself, and the shares of
answers and webhooks that get lost, come twice (the second later), or come before the answer to the
start are drawn from --seed.
"""
import argparse
import base64
import http.client
import json
import os
import random
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dialects
import signing

SILENT_S = 600
REPEAT_S = 2
EARLY_S = 0.2


class Fake:
    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.random = random.Random(options.seed)
        self.calls, self.plans, self.dials, self.refused = {}, [], [], []
        self.ignores_filters = False
        self.live = 0
        self.ledger = open(options.ledger, "a", buffering=1) if options.ledger else None

    def next_fault(self):
        with self.lock:
            if self.plans:
                plan = self.plans[0]
                plan["count"] = plan.get("count", 1) - 1
                if plan["count"] <= 0:
                    self.plans.pop(0)
                return plan
            if self.random.random() < self.options.lose_answers:
                return {"fault": self.random.choice(["close", "reset", "cut", "status"]),
                        "status": self.random.choice([500, 502, 503, 504]),
                        "cut_at": self.random.randrange(1, 80)}
        return {}

    def dial(self, dialect, call):
        with self.lock:
            call["id"] = f"{dialect.name}-{len(self.calls) + 1}-{self.random.randrange(10**6)}"
            self.calls[call["id"]] = call
            self.live += 1
            line = {"live": self.live, "call": call["id"], "to": call["to"], "reference": call["reference"],
                    "key": call["key"], "at": time.time()}
            self.dials.append(line)
            if self.ledger:
                self.ledger.write(json.dumps(line) + "\n")
        if dialect.name == "generic" and self.options.auto_ms >= 0 and call["url"]:
            self.call_back_later(call)

    def call_back_later(self, call):
        with self.lock:
            is_lost = self.random.random() < self.options.lose_webhooks
            times = 2 if self.random.random() < self.options.repeat_webhooks else 1
            call["is_early"] = self.random.random() < self.options.early_webhooks
            wait_s = 0 if call["is_early"] else self.options.auto_ms / 1000 * self.random.random()
            again_s = REPEAT_S * self.random.random()
        if is_lost:
            return
        for n in range(times):
            timer = threading.Timer(wait_s + n * again_s, self.call_back, [call])
            timer.daemon = True
            timer.start()

    def call_back(self, call):
        with self.lock:
            self.live -= 0 if call.get("is_over") else 1
            call["is_over"] = True
        post_callback(call)


def post_callback(call):
    """Posts the end of a generic call, as often as it takes within half a minute."""
    body = json.dumps({"providerCallId": call["id"], "status": "COMPLETED", "durationSec": 7})
    parts = urllib.parse.urlsplit(call["url"])
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            client = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
            client.request("POST", parts.path + "?" + parts.query, body,
                           {"Content-Type": "application/json"})
            status = client.getresponse().status
            client.close()
            if status < 500:
                return
        except OSError:
            pass
        threading.Event().wait(0.2)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake = None

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, BrokenPipeError):
            self.close_connection = True

    def do_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        parts = urllib.parse.urlsplit(self.path)
        request = {"method": self.command, "path": parts.path,
                   "query": dict(urllib.parse.parse_qsl(parts.query)),
                   "headers": {name.lower(): value for name, value in self.headers.items()},
                   "body": self.rfile.read(length).decode("utf-8", "replace")}
        name, _, path = request["path"].lstrip("/").partition("/")
        request["path"] = "/" + path
        if name == "_fake":
            return self.answer(200, self.control(path, request))
        dialect = dialects.ALL.get(name)
        if dialect is None:
            return self.answer(404, {"message": "no such vendor"})
        try:
            self.serve(dialect, request)
        except dialects.Refuse as refused:
            self.answer(refused.status, refused.body, refused.headers)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any

    def serve(self, dialect, request):
        asked = dialect.match(request["method"], request["path"])
        dialects.need(asked, 404, {"message": "no such path"})
        dialect.authorize(request)
        kind, call_id = asked
        if kind == "start":
            return self.start(dialect, request)
        mine = [one for one in self.fake.calls.values() if one["dialect"] == dialect.name]
        if kind == "list" and self.fake.ignores_filters:
            return self.answer(*dialect.listing(mine))
        if kind == "list":
            return self.answer(*dialect.listed(mine, request))
        if call_id == "by-identity":
            call_id = next((one["id"] for one in mine
                            if one["reference"] == json.loads(request["body"])["identity"]), "")
        call = self.fake.calls.get(call_id.removeprefix("cu-"))
        dialects.need(call and call["dialect"] == dialect.name, 404, {"message": "no such call"})
        if kind == "query":
            return self.answer(*dialect.queried(call))
        if kind == "forget":
            return self.answer(204, None)
        self.answer(*dialect.cancel(call, request))

    def start(self, dialect, request):
        plan = self.fake.next_fault()
        if plan.get("fault") == "error":
            self.fake.refused.append(time.time())
            raise dialects.Refuse(*dialect.errors[plan["error"]])
        body = dialect.read(request)
        call = dialect.start(body, "")
        if plan.get("dials", True):
            host = request["headers"].get("host", "")
            call.update(dialect=dialect.name, outcome="queued", at=float(int(time.time())),
                        base=f"http://{host}/{dialect.name}",
                        key=request["headers"].get("idempotency-key", ""))
            self.fake.dial(dialect, call)
            if call.get("is_early"):
                threading.Event().wait(EARLY_S)
        else:
            call["id"] = "never-dialed"
        self.misbehave(dialect, call, plan)

    def misbehave(self, dialect, call, plan):
        fault = plan.get("fault", "")
        if fault in ("", "slow"):
            threading.Event().wait(plan.get("delay_ms", 0) / 1000)
            return self.answer(*dialect.started(call))
        if fault == "silent":
            self.connection.settimeout(SILENT_S)
            self.connection.recv(1)  # Until the caller gives up.
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
        elif fault == "status":
            return self.answer(plan["status"], plan.get("body", {"message": "trouble"}),
                               plan.get("headers"))
        elif fault == "garbage":
            return self.answer(200, "<html>all is well</html>")
        elif fault == "oversized":
            return self.answer(200, {"pad": "x" * (2 << 20)})
        elif fault == "cut":
            self.wfile.write(self.bytes_of(*dialect.started(call))[:plan["cut_at"]])
        self.wfile.flush()
        self.close_connection = True
        if fault == "reset":
            self.connection.close()

    def control(self, what, request):
        fake = self.fake
        if what == "dials":
            return fake.dials
        if what == "tls":
            return {"url": fake.options.tls_url}
        if what == "h2":
            return {"url": fake.h2_door.url, **fake.h2_door.seen()}
        if what == "refused":
            return fake.refused
        if what == "calls":
            return list(fake.calls.values())
        if what == "reset":
            fake.calls, fake.plans, fake.dials, fake.refused = {}, [], [], []
            fake.ignores_filters = False
            return {}
        if what == "ignore_filters":
            fake.ignores_filters = True
            return {}
        order = json.loads(request["body"])
        if what == "plan":
            fake.plans.append(order)
            return {}
        call = fake.calls[order["call"]]
        if what == "outcome":
            call["outcome"] = order["outcome"]
            return {}
        dialect = dialects.ALL[call["dialect"]]
        shown = dialect.webhook(call, order.get("event", "ended"))
        body = (urllib.parse.urlencode(shown) if dialect.is_form or dialect.name == "plivo"
                else json.dumps(shown)).encode()
        url = order.get("url") or call["url"]
        now = time.time() + order.get("age_s", 0) * -1
        headers = signing.SCHEMES[dialect.name](order.get("secret", ""), url, body, now)
        return {"url": url, "headers": headers, "body": base64.b64encode(body).decode(),
                "now_ms": int(time.time() * 1000)}

    def bytes_of(self, status, body, headers=None):
        data = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        head = f"HTTP/1.1 {status} Answer\r\n"
        for name, value in (headers or {}).items():
            head += f"{name}: {value}\r\n"
        if status != 204:
            head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n"
        return head.encode() + b"\r\n" + data

    def answer(self, status, body, headers=None):
        self.wfile.write(self.bytes_of(status, body, headers))


def serve_tls(certificate, key):
    """A second door with TLS; its URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://127.0.0.1:{server.server_address[1]}"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


def main():
    parser = argparse.ArgumentParser(description="a fake of thirteen vendors' APIs")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ledger", default="")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--h2", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--h2-streams", type=int, default=100)
    parser.add_argument("--auto-ms", type=int, default=-1)
    parser.add_argument("--lose-answers", type=float, default=0)
    parser.add_argument("--lose-webhooks", type=float, default=0)
    parser.add_argument("--repeat-webhooks", type=float, default=0)
    parser.add_argument("--early-webhooks", type=float, default=0)
    Handler.fake = Fake(parser.parse_args())
    if Handler.fake.options.tls:
        Handler.fake.options.tls_url = serve_tls(*Handler.fake.options.tls)
    if Handler.fake.options.h2:
        import h2_door
        Handler.fake.h2_door = h2_door.Door(Handler.fake, *Handler.fake.options.h2,
                                            Handler.fake.options.h2_streams)
    server = Server(("127.0.0.1", Handler.fake.options.port), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    # It ends with whoever started it, even one that was killed.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
