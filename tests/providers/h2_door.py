"""A door of the fake provider that speaks HTTP/2 over TLS and nothing else, on the `h2` library: the
same dialects, ledger and plans as its other doors, and what can go wrong with a stream on top:

  {"fault": "refuse"}     RST_STREAM REFUSED_STREAM: not processed, not dialed
  {"fault": "goaway"}     GOAWAY that leaves this stream out: not processed, not dialed; then closed
  {"fault": "goaway_after"}  GOAWAY that still covers this stream, which is answered; then closed
  {"fault": "reset"}      dialed, then RST_STREAM INTERNAL_ERROR
  {"fault": "kill"}       dialed, then the connection is reset with all its streams
  {"fault": "slow"}       dialed, answered after delay_ms
A "delay_ms" beside the others puts them off by so much.
"""
import heapq
import itertools
import json
import socket
import ssl
import struct
import threading
import time
import urllib.parse

import dialects

REFUSED_STREAM, INTERNAL_ERROR = 7, 2
READ_BYTES = 65536
WAIT_S = 1


class Door:
    """Listens; counts connections, and all streams by the reference that came with them."""

    def __init__(self, fake, certificate, key, streams_max):
        self.fake, self.streams_max = fake, streams_max
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        self.lock = threading.Lock()
        self.connections, self.streams, self.most_at_once = 0, [], 0
        threading.Thread(target=self.accept, daemon=True).start()

    def seen(self):
        with self.lock:
            return {"connections": self.connections, "streams": list(self.streams),
                    "most_at_once": self.most_at_once}

    def accept(self):
        while True:
            plain, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain):
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secure = self.context.wrap_socket(plain, server_side=True)
            with self.lock:
                self.connections += 1
            Connection(self, secure).run()
        except OSError:
            plain.close()


class Connection:
    """One thread, which alone touches the socket: reads, and does what is due."""

    def __init__(self, door, secure):
        import h2.config
        import h2.connection
        import h2.settings
        self.door, self.fake, self.socket = door, door.fake, secure
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.h2.local_settings = h2.settings.Settings(client=False, initial_values={
            h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: door.streams_max,
            h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 1 << 20})
        self.requests, self.due, self.order = {}, [], itertools.count()
        self.at_once, self.is_over = 0, False

    def run(self):
        self.h2.initiate_connection()
        self.flush()
        while not self.is_over:
            now = time.monotonic()
            while self.due and self.due[0][0] <= now and not self.is_over:
                heapq.heappop(self.due)[2]()
                self.flush()
            if self.is_over:
                break
            wait_s = self.due[0][0] - time.monotonic() if self.due else WAIT_S
            self.socket.settimeout(max(0.001, min(WAIT_S, wait_s)))
            try:
                data = self.socket.recv(READ_BYTES)
            except TimeoutError:
                continue
            if not data:
                break
            for event in self.h2.receive_data(data):
                self.take(event)
            self.flush()
        self.socket.close()

    def flush(self):
        data = self.h2.data_to_send()
        if data and not self.is_over:
            self.socket.settimeout(None)
            self.socket.sendall(data)

    def later(self, delay_s, action):
        heapq.heappush(self.due, (time.monotonic() + delay_s, next(self.order), action))

    def take(self, event):
        import h2.events
        if isinstance(event, h2.events.RequestReceived):
            self.requests[event.stream_id] = (dict(event.headers), b"")
        elif isinstance(event, h2.events.DataReceived):
            headers, body = self.requests[event.stream_id]
            self.requests[event.stream_id] = (headers, body + event.data)
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            self.at_once += 1
            with self.door.lock:
                self.door.most_at_once = max(self.door.most_at_once, self.at_once)
            self.serve(event.stream_id, *self.requests.pop(event.stream_id))

    def serve(self, stream, headers, body):
        parts = urllib.parse.urlsplit(headers[":path"])
        name, _, path = parts.path.lstrip("/").partition("/")
        request = {"method": headers[":method"], "path": "/" + path,
                   "query": dict(urllib.parse.parse_qsl(parts.query)), "headers": headers,
                   "body": body.decode("utf-8", "replace")}
        dialect = dialects.ALL[name]
        with self.door.lock:
            self.door.streams.append({"path": request["path"],
                                      "key": headers.get("idempotency-key", "")})
        plan = self.fake.next_fault()
        delay_s = plan.get("delay_ms", 0) / 1000
        kind, call_id = dialect.match(request["method"], request["path"])
        if plan.get("fault") == "refuse":
            return self.later(delay_s, lambda: self.reset(stream, REFUSED_STREAM))
        if plan.get("fault") == "goaway":
            return self.later(delay_s, lambda: self.go_away(stream - 2))
        dialect.authorize(request)
        if kind != "start":
            answer = dialect.queried(self.fake.calls[call_id])
            return self.later(delay_s, lambda: self.answer(stream, *answer))
        call = dialect.start(dialect.read(request), "")
        call.update(dialect=dialect.name, outcome="queued", at=float(int(time.time())),
                    base=f"{self.door.url}/{dialect.name}", key=headers.get("idempotency-key", ""))
        self.fake.dial(dialect, call)
        self.end(stream, dialect.started(call), plan.get("fault", ""), delay_s)

    def end(self, stream, answer, fault, delay_s):
        if fault == "reset":
            self.later(delay_s, lambda: self.reset(stream, INTERNAL_ERROR))
        elif fault == "kill":
            self.later(delay_s, self.kill)
        else:
            if fault == "goaway_after":
                self.send_go_away(stream)
                self.later(delay_s + 0.2, self.close)
            self.later(delay_s, lambda: self.answer(stream, *answer))

    def answer(self, stream, status, body):
        self.at_once -= 1
        data = json.dumps(body).encode()
        self.h2.send_headers(stream, [(":status", str(status)),
                                      ("content-type", "application/json"),
                                      ("content-length", str(len(data)))])
        self.h2.send_data(stream, data, end_stream=True)

    def reset(self, stream, code):
        self.at_once -= 1
        self.h2.reset_stream(stream, error_code=code)

    def send_go_away(self, last_stream):
        """As a frame: the library would answer no stream after one of its own."""
        import hyperframe.frame
        self.flush()
        frame = hyperframe.frame.GoAwayFrame(last_stream_id=max(0, last_stream), error_code=0)
        self.socket.sendall(frame.serialize())

    def go_away(self, last_stream):
        self.send_go_away(last_stream)
        self.later(0.1, self.close)

    def close(self):
        self.flush()
        self.is_over = True

    def kill(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.is_over = True
