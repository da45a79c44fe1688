"""Everything at once on one PostgreSQL: nodes killed and frozen, server processes ended, the server crashed
and away. In the end the ledger of dials and the database must tell the same story."""
import time

from agreement import LEASE_MS, agree
from cluster import ENDED, Broken, Clients

ENGINE = (f'base_retry = "1s"\nlease = "{LEASE_MS}ms"\nstart_timeout = "2s"\nquery_after = "2s"\n'
          'stale_after = "10m"\non_unknown = "fail"\n')

CAPS = (30, 7, 200, 1)
HOT_NUMBERS = 100
# Each fault with its weight; a stop of the server lasts 10 s.
FAULTS = {"kill": 8, "terminate": 8, "freeze": 4, "crash": 3, "stop": 1}
SHORT_FAULTS = {"kill": 4, "terminate": 4, "freeze": 2, "crash": 1}
STOP_S = 10
PATIENCE_S = 1_800


def number_of(index):
    """Half of the calls go to a hundred numbers, the others each to one of their own."""
    return index // 2 % HOT_NUMBERS if index % 2 == 0 else HOT_NUMBERS + index


class Weather:
    """Faults from a seed, one after the other; each is undone when its time has come."""

    def __init__(self, cluster, server, random, faults):
        self.cluster, self.server, self.random, self.faults = cluster, server, random, faults
        self.undoing = []
        self.is_down = False
        self.counts = {fault: 0 for fault in faults}
        self.terminated = 0
        self.totals = {"stale_decisions": 0, "leases_lost": 0}

    def blow_for(self, seconds, is_over):
        """At least `seconds`, and on until is_over() and each kind of fault was there."""
        until = time.monotonic() + seconds
        limit = until + PATIENCE_S
        next_fault = time.monotonic()
        while time.monotonic() < until or not is_over() or not all(self.counts.values()):
            if time.monotonic() > limit:
                raise Broken(f"no end of the storm within {PATIENCE_S} s: {self.counts}")
            self.undo()
            if time.monotonic() >= next_fault:
                self.strike()
                next_fault = time.monotonic() + self.random.uniform(0.2, 1.2)
            time.sleep(0.02)

    def undo(self):
        now = time.monotonic()
        due = [entry for entry in self.undoing if entry[0] <= now]
        self.undoing = [entry for entry in self.undoing if entry[0] > now]
        for _, action in due:
            action()

    def calm(self, patience_s=120):
        deadline = time.monotonic() + patience_s
        while self.undoing:
            if time.monotonic() > deadline:
                raise Broken("not every fault could be undone")
            self.undo()
            time.sleep(0.02)

    def later(self, seconds, action):
        self.undoing.append((time.monotonic() + seconds, action))

    def strike(self):
        # Each kind once, then by weight.
        names = [name for name in self.faults if not self.counts[name]] or list(self.faults)
        fault = self.random.choices(names, [self.faults[name] for name in names])[0]
        if getattr(self, fault)():
            self.counts[fault] += 1

    def some_node(self):
        able = [node for node in self.cluster.nodes if node.is_running() and not node.is_frozen]
        # One is left: a cluster of nobody tries nothing.
        return self.random.choice(able) if len(able) > 1 else None

    def kill(self):
        node = self.some_node()
        if node is None:
            return False
        self.note(node)
        node.kill()
        self.later(self.random.uniform(0, 0.5), lambda: self.revive(node))
        return True

    def revive(self, node):
        """As a supervisor does: started again until it stays. It can not while the server is away."""
        try:
            node.start()
        except Broken:
            node.process.wait(30)
            self.later(0.5, lambda: self.revive(node))

    def freeze(self):
        node = self.some_node()
        if node is None:
            return False
        node.freeze()
        self.later(LEASE_MS / 1_000 + self.random.uniform(0.5, 2.5), node.thaw)
        return True

    def terminate(self):
        ended = self.server.terminate(self.random.randint(1, 4))
        self.terminated += ended
        return ended > 0

    def crash(self):
        return self.stop(0)

    def stop(self, seconds=STOP_S):
        if self.is_down:
            return False
        self.server.down()
        self.is_down = True
        self.later(seconds, self.return_server)
        return True

    def return_server(self):
        self.server.up()
        self.is_down = False

    def note(self, node):
        """What a node has counted, before it is gone; nothing when it does not answer."""
        for name in self.totals:
            self.totals[name] += node.counted(name)

    def told(self):
        for node in self.cluster.nodes:
            self.note(node)
        return {"faults": self.counts, "server_processes_ended": self.terminated, **self.totals}


def storm(run):
    """Four nodes; kills, freezes beyond the lease, server processes ended, the server crashed and away."""
    if run.server is None or not run.server.is_own():
        raise Broken("the storm crashes the server: it needs --store postgres, without --url")
    cap = 30 if run.is_short else CAPS[run.seed % len(CAPS)]
    calls, seconds = (400, 6) if run.is_short else (10_000, 60)
    talk_ms = "5" if cap == 1 else "{ min = 20, max = 300 }"
    refusals = ", refuse_transient = 5, lost_answer = 1" if cap > 1 else ""
    cluster = run.cluster("storm", nodes=2 if run.is_short else 4,
                          engine=ENGINE + f"global_concurrency = {cap}",
                          simulator=(f"auto_callback = true, callback_delay_sec = 0, "
                                     f'seed = {run.seed}, query = "exact", ring_ms = 0, '
                                     f"talk_ms = {talk_ms}{refusals}"))
    weather = Weather(cluster, run.server, run.random,
                      SHORT_FAULTS if run.is_short else FAULTS)
    clients = Clients(cluster, calls, number_of)
    weather.blow_for(seconds, lambda: len(clients.ids) == calls)
    weather.calm()
    counts, verdict = cluster.check(clients.join(), cap, patience_s=900)
    told = weather.told()
    if not told["leases_lost"] and not run.is_short:
        raise Broken(f"no frozen node was declared dead: {told}")
    return {"calls": calls, "cap": cap, "dials": verdict["dials"],
            "max_in_flight": verdict["maxInFlight"],
            "counts": {key: counts[key] for key in ENDED if counts.get(key)}, **told,
            **agree(run.server, cluster, clients.ids)}
