#!/usr/bin/env python3
"""What a database may do to nodes that run on it, each with servers and nodes of its own:

  scenarios.py SCENARIO --build DIR [--runs N] [--seed S]

Prints one line of JSON per run. A failing run prints why and leaves its folders. Exit 77: cannot be
run here, and why.
"""
import argparse
import importlib
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "chaos"))

from cluster import Broken, Cluster  # noqa: E402
from servers import Servers  # noqa: E402

EXIT_SKIPPED = 77
PAUSE_S = 0.01

# Times shortened so that a run shows in seconds what takes minutes.
QUICK = ('base_retry = "1s"\nlease = "3s"\nstart_timeout = "2s"\nquery_after = "2s"\n'
         'stale_after = "60s"\n')


class Skip(Exception):
    """This machine cannot show it; the reason."""


class Run:
    """What every scenario gets: its servers, and clusters of nodes on them."""

    def __init__(self, build, seed):
        self.build, self.seed = build, seed
        self.servers = Servers(build)
        self.clusters = []
        self.at_end = []

    def simulator(self, more=""):
        return (f'auto_callback = true, callback_delay_sec = 0, seed = {self.seed}, '
                f'query = "exact", ring_ms = 5, talk_ms = {{ min = 20, max = 300 }}{more}')

    def store(self, servers, more="", user="ebra"):
        hosts = ",".join("127.0.0.1" for _ in servers)
        ports = ",".join(str(server.port) for server in servers)
        return (f'plugin = "store-postgres"\noptions = {{ host = "{hosts}", port = "{ports}", '
                f'user = "{user}", dbname = "postgres"{more} }}')

    def cluster(self, name, servers, more="", engine="global_concurrency = 30\n", store=None,
                **options):
        made = Cluster(self.build, f"postgres-{name}", engine=QUICK + engine,
                       simulator=options.pop("simulator", self.simulator()),
                       store=store or self.store(servers, more, options.pop("user", "ebra")),
                       **options)
        self.clusters.append(made)
        return made

    def end(self):
        for cluster in self.clusters:
            cluster.end()
        while self.at_end:
            self.at_end.pop()()
        self.servers.end()

    def remove(self):
        for cluster in self.clusters:
            cluster.remove()
        self.servers.remove()


def wait_until(is_done, patience_s, what):
    """Seconds until it is so; Broken when it does not come."""
    started = time.monotonic()
    while not is_done():
        if time.monotonic() - started > patience_s:
            raise Broken(f"{what}: not within {patience_s} s")
        time.sleep(PAUSE_S)
    return time.monotonic() - started


def expect(is_so, what):
    if not is_so:
        raise Broken(what)


def problem(node):
    """What /readyz says against the node; empty when it is ready."""
    status, said = node.ask("GET", "/readyz")
    if status == 200:
        return ""
    return "; ".join(said["reasons"]) if said else f"no answer ({status})"


def post(node, index, key="call", timeout_s=20, metadata=None):
    """(status, answer) of one POST /calls that may be repeated."""
    body = {"to": f"+1415{5550000 + index:07d}", "scriptId": "x", "metadata": metadata or {}}
    return node.ask("POST", "/calls", body, {"Idempotency-Key": f"{key}-{index}"}, timeout_s)


def log_lines(node):
    path = os.path.join(node.folder, "stderr.log")
    with open(path, encoding="utf-8", errors="replace") as file:
        return [json.loads(line) for line in file if line.startswith("{")]


def complaints(node, since=0):
    """Its lines of level warn and error, but for those of the simulator: it is a client as well, and tells
    how its webhooks are answered."""
    return [line for line in log_lines(node)[since:]
            if line["level"] in ("warn", "error") and line.get("plugin") != "sim"]


def run_once(scenario, arguments, seed):
    run = Run(arguments.build, seed)
    started = time.monotonic()
    try:
        told = scenario(run)
        told.update(scenario=scenario.__name__, seed=seed,
                    seconds=round(time.monotonic() - started, 1))
        print(json.dumps(told), flush=True)
        run.end()
        run.remove()
        return True
    except Skip:
        run.end()
        run.remove()
        raise
    except Exception as error:  # Whatever it is, the run is over and its processes must end.
        folders = ", ".join([run.servers.folder] + [cluster.folder for cluster in run.clusters])
        print(f"{scenario.__name__} failed: {type(error).__name__}: {error}\nagain: "
              f"{sys.argv[0]} {scenario.__name__} --build {arguments.build} --seed {seed}\n"
              f"what it left: {folders}", flush=True)
        return False
    finally:
        run.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", help="a function of failover.py, recovery.py, trouble.py, waiting.py")
    parser.add_argument("--build", required=True, type=os.path.abspath)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for module in ("failover", "recovery", "trouble", "waiting"):
        scenario = getattr(importlib.import_module(module), arguments.scenario, None)
        if scenario is not None:
            break
    else:
        parser.error(f"there is no scenario {arguments.scenario}")
    try:
        results = [run_once(scenario, arguments, arguments.seed + n)
                   for n in range(arguments.runs)]
    except Skip as reason:
        print(f"skipped: {reason}")
        return EXIT_SKIPPED
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.modules.setdefault("scenarios", sys.modules["__main__"])
    sys.exit(main())
