"""A cluster under test: real `ebra serve` processes on one store, clients that place calls, and the
checks that every run ends with. Everything is on loopback, in one temporary folder."""
import http.client
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ENDED = ("COMPLETED", "FAILED", "CANCELED", "EXPIRED")
START_PATIENCE_S = 60
PAUSE_S = 0.02


class Broken(Exception):
    """A promise was not kept, or the run could not judge it."""


class Node:
    """One process. Killed and started again it keeps its port, so that callbacks find it."""

    def __init__(self, cluster, index, role="all"):
        self.cluster, self.index, self.role = cluster, index, role
        self.folder = os.path.join(cluster.folder, f"node{index}")
        os.makedirs(self.folder, exist_ok=True)
        self.port = 0
        self.process = None
        self.is_frozen = False

    def start(self, environment=None):
        config = os.path.join(self.folder, "ebra.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(self.cluster.config(self.port))
        errors = open(os.path.join(self.folder, "stderr.log"), "ab")
        self.process = subprocess.Popen(
            [self.cluster.binary, "serve", "--config", config, "--role", self.role],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=errors,
            env={**os.environ, **(environment or {})})
        errors.close()
        self._wait_until_it_listens()
        return self

    def _wait_until_it_listens(self):
        watchdog = threading.Timer(START_PATIENCE_S, self.process.kill)
        watchdog.start()
        try:
            for line in iter(self.process.stdout.readline, b""):
                at = line.find(b"http://127.0.0.1:")
                if at >= 0:
                    self.port = int(line[at + 17:].split()[0].strip(b"/"))
                    return
        finally:
            watchdog.cancel()
        raise Broken(f"node {self.index} did not start: see {self.folder}/stderr.log")

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.is_frozen = False

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)
        self.is_frozen = True

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)
        self.is_frozen = False

    def stop(self, patience_s=90):
        if not self.is_running():
            return None
        if self.is_frozen:
            self.thaw()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(patience_s)
        except subprocess.TimeoutExpired as late:
            self.process.kill()
            raise Broken(f"node {self.index} did not stop in {patience_s} s") from late

    def read(self, path, headers, timeout_s=5):
        """What GET answers as text; empty when nobody did."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            return ""
        finally:
            connection.close()

    def counted(self, name):
        """What it has counted since it was started; 0 when it does not answer."""
        text = self.read("/metrics", {"Accept": "text/plain"})
        found = re.search(rf"^ebra_{name}_total ([0-9.e+]+)$", text, re.MULTILINE)
        return int(float(found.group(1))) if found else 0

    def ask(self, method, path, body=None, headers=None, timeout_s=10):
        """(status, JSON or None); (0, None) when nobody answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text,
                               {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            raw = answer.read()
            return answer.status, json.loads(raw) if raw else None
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()


class Cluster:
    def __init__(self, build, name, nodes=1, engine="", simulator="", provider="", store=None,
                 schema="", binary="ebra"):
        self.folder = tempfile.mkdtemp(prefix=f"ebra-{name}-")
        self.binary = os.path.join(build, "bin", binary)
        self.checker = os.path.join(build, "bin", "ebra-ledger")
        self.engine, self.simulator, self.provider = engine, simulator, provider
        self.ledger = os.path.join(self.folder, "ledger.jsonl")
        self.schema = schema
        self.store = store or (f'plugin = "store-sqlite"\n'
                               f'options = {{ path = "{self.folder}/ebra.db" }}')
        self.nodes = [Node(self, index) for index in range(nodes)]

    def config(self, port):
        comma = ", " if self.simulator else ""
        return (f'[engine]\n{self.engine}\n[http]\nlisten = "127.0.0.1:{port}"\n'
                f'[log]\nformat = "json"\n[store]\n{self.store}\n'
                f'[[provider]]\nname = "sim"\nplugin = "provider-sim"\n{self.provider}\n'
                f'options = {{ ledger = "{self.ledger}"{comma}{self.simulator} }}\n')

    def start(self):
        for node in self.nodes:
            node.start()
        return self

    def stop(self):
        for node in self.nodes:
            if node.is_running():
                node.stop()

    def end(self):
        """Ends every process, whatever state it is in."""
        for node in self.nodes:
            if node.is_running():
                node.kill()

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None, headers=None, patience_s=60):
        """From any node that answers below 500."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            for node in self.nodes:
                if not node.is_running() or node.is_frozen:
                    continue
                status, said = node.ask(method, path, body, headers)
                if 0 < status < 500:
                    return status, said
            time.sleep(PAUSE_S)
        raise Broken(f"nobody answered {method} {path} within {patience_s} s")

    def counts(self):
        return self.ask("GET", "/metrics")[1]

    def wait_until_all_ended(self, patience_s):
        deadline = time.monotonic() + patience_s
        counts = self.counts()
        while counts["PENDING"] + counts["IN_PROGRESS"] > 0:
            if time.monotonic() > deadline:
                raise Broken(f"calls do not end within {patience_s} s: {counts}")
            time.sleep(0.1)
            counts = self.counts()
        return counts

    def check_ledger(self, cap):
        checked = subprocess.run([self.checker, self.ledger, "--cap", str(cap), "--json"],
                                 stdout=subprocess.PIPE, check=False)
        if checked.returncode != 0:
            raise Broken(f"the ledger shows violations: {checked.stdout.decode()[:4000]}")
        return json.loads(checked.stdout)

    def check(self, ids, cap, patience_s=120):
        """Every acknowledged call has ended, and the witness saw no promise broken."""
        counts = self.wait_until_all_ended(patience_s)
        for index, call in ids.items():
            status, said = self.ask("GET", f"/calls/{call}")
            if status != 200 or said["status"] not in ENDED:
                raise Broken(f"call {call} (client's number {index}) was acknowledged and is now "
                             f"{status} {said}")
        verdict = self.check_ledger(cap)
        if sum(counts[status] for status in ENDED) < len(ids):
            raise Broken(f"{len(ids)} calls were acknowledged, only these ended: {counts}")
        return counts, verdict


class Clients:
    """Threads that place `calls` calls over `numbers` numbers (or those that a function gives), each
    with an idempotency key, and try again for as long as nobody acknowledges."""

    def __init__(self, cluster, calls, numbers, threads=4):
        self.cluster = cluster
        self.number_of = numbers if callable(numbers) else lambda index: index % numbers
        self.ids, self.lock = {}, threading.Lock()
        self.todo = queue.SimpleQueue()
        for index in range(calls):
            self.todo.put(index)
        self.is_ended = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(n,), daemon=True)
                        for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def _run(self, offset):
        while not self.is_ended.is_set():
            try:
                index = self.todo.get_nowait()
            except queue.Empty:
                return
            self._place(index, offset)

    def _place(self, index, offset):
        body = {"to": f"+1415{5550000 + self.number_of(index):07d}", "scriptId": "chaos",
                "metadata": {"index": index}}
        key = {"Idempotency-Key": f"chaos-{index}"}
        tries = offset
        while not self.is_ended.is_set():
            node = self.cluster.nodes[tries % len(self.cluster.nodes)]
            tries += 1
            status, said = node.ask("POST", "/calls", body, key) if node.port else (0, None)
            if status == 201:
                with self.lock:
                    self.ids[index] = said["id"]
                return
            if 400 <= status < 500:
                raise Broken(f"POST /calls was refused: {status} {said}")
            time.sleep(PAUSE_S)

    def join(self, patience_s=120):
        deadline = time.monotonic() + patience_s
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        left = sum(thread.is_alive() for thread in self.threads)
        self.is_ended.set()
        if left:
            raise Broken(f"{left} clients were not answered within {patience_s} s")
        return self.ids
