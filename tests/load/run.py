#!/usr/bin/env python3
"""The speed of the whole program, each figure as a ratio to something run beside it.

Method: A and B in turn (A B A B ...), at least 7 pairs, on a fresh database each; the median of the
pair ratios and the interval between the order statistics that hold the true median with 95 %.
Durability is full everywhere. Generator, server, provider and database share the machine's cores.
Run it on an idle machine, after: cmake --build --preset release --target benchmarks ebra

  tests/load/run.py [--store sqlite|postgres] [--pairs 7] [--figure NAME ...] [--provider http|sim]
                    [--build DIR]

With --store postgres a private server with its stock settings is started, and the store's own figures
are those of bench_store_postgres.

At the end stands the same as a Markdown table, with its date and command. CPU is user and system time
of the server's process for each call: it depends less on what else the machine does than rates do.
"""
import argparse
import contextlib
import datetime
import json
import math
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from stores import STORES

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
POST_REQUESTS = 30_000
LIFECYCLE_CALLS = 20_000
LIFECYCLE_CALLS_SMALL_CAP = 6_000
LATENCY_CALLS = 300
LATENCY_PAUSE_MS = 5
IN_FLIGHT = 10_000
GOOD_REQUESTS = 20_000
GOOD_CONNECTIONS = 4
SLOW_CLIENTS = 200
WEBHOOKS = 10_000
WEBHOOKS_PER_SECOND = 1_000
ROUND_TRIPS = 2_000
ROWS = []


class Bench:
    def __init__(self, build, provider, store):
        self.bin = os.path.join(build, "bin", "ebra")
        self.tests = os.path.join(build, "tests")
        self.provider = provider
        self.store = store
        self.place = None  # Where the running server's data is.

    def tool(self, name, *words):
        out = subprocess.run([os.path.join(self.tests, name), *map(str, words)], check=True,
                             stdout=subprocess.PIPE)
        return json.loads(out.stdout.decode().strip().splitlines()[-1])

    def load(self, port, mode, **options):
        words = [w for key, value in options.items() for w in ("--" + key, value)]
        said = self.tool("ebra-load", "--port", port, *words, mode)
        if said.get("unexpected") or said.get("broken"):
            raise SystemExit(f"the load was not answered as it should: {said}")
        return said

    def config(self, folder, place, port, provider_port, cap, sim_options):
        if self.provider == "http":
            plugin = f"""plugin = "provider-http"
options = {{ preset = "generic", base_url = "http://127.0.0.1:{provider_port}" }}"""
        else:
            plugin = f"""plugin = "provider-sim"
options = {{ ledger = "{folder}/ledger.jsonl", {sim_options} }}"""
        path = os.path.join(folder, "ebra.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""[engine]
global_concurrency = {cap}
[http]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
[log]
level = "warn"
[store]
{self.store.section(place)}
[[provider]]
name = "main"
{plugin}
""")
        return path

    @contextlib.contextmanager
    def ebra(self, cap, role="all", sim_options="auto_callback = true, callback_delay_sec = 0, "
             "ring_ms = 0, talk_ms = 0", provider=None):
        """A server on a fresh database, and the provider it needs. Yields (port, folder, process)."""
        with tempfile.TemporaryDirectory(prefix="ebra-bench-") as folder:
            port, provider_port = free_port(), free_port()
            bench = Bench.__new__(Bench)
            bench.__dict__.update(self.__dict__)
            bench.provider = provider or self.provider
            with contextlib.ExitStack() as stack:
                self.place = stack.enter_context(self.store.place(folder))
                if bench.provider == "http":
                    stack.enter_context(process(os.path.join(self.tests, "instant-provider"),
                                                provider_port, port, 64))
                config = bench.config(folder, self.place, port, provider_port, cap,
                                      sim_options)
                server = stack.enter_context(
                    process(self.bin, "serve", "--config", config, "--role", role, cwd=folder))
                yield port, folder, server

    @contextlib.contextmanager
    def bound(self, cap):
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ebra-bound-"))
            self.place = stack.enter_context(self.store.place(folder))
            port, provider_port = free_port(), free_port()
            stack.enter_context(process(os.path.join(self.tests, "instant-provider"), provider_port,
                                        port, 64))
            stack.enter_context(process(os.path.join(self.tests, self.store.bound_tool), self.place,
                                        port, provider_port, cap, min(cap, 256)))
            yield port

    def analyze(self):
        self.store.analyze(self.place)

    @contextlib.contextmanager
    def slow_clients(self, port):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "slow_clients.py")
        with process(sys.executable, script, port, SLOW_CLIENTS):
            yield

    def round_trip_ms(self):
        """One start at the instant provider, from the first byte to the last."""
        port, nobody = free_port(), free_port()
        with process(os.path.join(self.tests, "instant-provider"), port, nobody, 1):
            return self.load(port, "roundtrip", requests=ROUND_TRIPS)["p50_ms"]

    def claim_seconds(self, name):
        """A claim of 100 as bench_store_sqlite has it: wall time, and CPU time."""
        out = subprocess.run([os.path.join(self.tests, "bench_store_sqlite"),
                              f"--benchmark_filter=^claim_of_100/{name}/", "--benchmark_format=json",
                              "--benchmark_min_time=0.3"], check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
        said = json.loads(out.stdout.decode())["benchmarks"][0]
        return said["real_time"], said["cpu_time"]

    def figure(self, name, counter):
        """A figure of bench_provider_http."""
        out = subprocess.run([os.path.join(self.tests, "bench_provider_http"),
                              f"--benchmark_filter=^{name}/", "--benchmark_format=json",
                              "--benchmark_min_time=1"], check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
        return json.loads(out.stdout.decode())["benchmarks"][0][counter]

    def inserts(self, batch, seconds=2, pause_ms=0):
        with tempfile.TemporaryDirectory(prefix="ebra-inserts-") as folder:
            with self.store.place(folder) as place:
                return self.tool(self.store.inserts_tool, place, batch, seconds, pause_ms)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def process(*command, cwd=None):
    """A child that says on its first line with a number where it listens; ended at the end."""
    child = subprocess.Popen([str(word) for word in command], cwd=cwd, stdout=subprocess.PIPE)
    try:
        while True:
            line = child.stdout.readline().decode()
            if not line:
                raise SystemExit(f"{command[0]} ended before it listened")
            if "listening" in line or "http://" in line:
                break
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def interval(values):
    """The order statistics that hold the median with at least 95 %, or the extremes."""
    ordered, count = sorted(values), len(values)
    low = 0
    for k in range(count // 2):
        tail = sum(math.comb(count, i) for i in range(k + 1)) / 2**count
        if 2 * tail > 0.05:
            break
        low = k
    return ordered[low], ordered[count - 1 - low]


def say(name, values, aim, detail="", unit=""):
    low, high = interval(values)
    median = statistics.median(values)
    ROWS.append((name, f"{median:.2f}{unit}", f"{low:.2f} .. {high:.2f}", len(values), aim, detail))
    print(f"{name}: {median:.2f}{unit} [{low:.2f} .. {high:.2f}] of {len(values)}, aim {aim}  {detail}",
          flush=True)


def say_table():
    print(f"\n{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, "
          f"`tests/load/run.py {' '.join(sys.argv[1:])}`, {os.cpu_count()} cores, load "
          f"{os.getloadavg()[0]:.1f} at the end\n")
    print("| figure | median | 95 % interval | pairs | aim | beside it |\n|---|---|---|---|---|---|")
    for row in ROWS:
        print("| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |")


def cpu_us(child):
    """User and system time that a process has used, in microseconds."""
    with open(f"/proc/{child.pid}/stat", encoding="ascii") as stat:
        words = stat.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) * 1e6 / os.sysconf("SC_CLK_TCK")


def post(bench, pairs):
    """POST /calls at 32 connections against a plain loop of commits beside it."""
    one, thirty_two, tail, rates, cpu, bare_tail, bound, p99 = ([] for _ in range(8))
    for _ in range(pairs):
        with bench.ebra(30, role="api") as (port, _, server):
            bench.load(port, "post", connections=32, requests=2_000)
            before = cpu_us(server)
            said = bench.load(port, "post", connections=32, requests=POST_REQUESTS)
            cpu.append((cpu_us(server) - before) / POST_REQUESTS)
        rates.append(said["per_second"])
        p99.append(said["p99_ms"])
        with bench.bound(0) as port:
            bench.load(port, "post", connections=32, requests=2_000)
            bare = bench.load(port, "post", connections=32, requests=POST_REQUESTS)
        bare_tail.append(bare["p99_ms"] / bare["p50_ms"])
        bound.append(said["per_second"] / bare["per_second"])
        one.append(said["per_second"] / bench.inserts(1)["per_second"])
        thirty_two.append(said["per_second"] / bench.inserts(32)["per_second"])
        tail.append(said["p99_ms"] / said["p50_ms"])
    rate = f"({statistics.median(rates):,.0f} requests/s)"
    say("POST /calls / bound", bound, ">= 0.8", rate)
    say("POST /calls p99", p99, "<= 4 ms", unit=" ms")
    say("POST /calls / one commit per request", one, ">= 3", rate)
    say("POST /calls / plain loop, batches of 32", thirty_two, ">= 0.5", rate)
    say("POST /calls p99 / p50", tail, "<= 4",
        f"(the bound's own: {statistics.median(bare_tail):.1f})")
    say("POST /calls CPU", cpu, "-", unit=" us")


def lifecycle(bench, pairs):
    """From POST to settled, over HTTP on both sides, against the bound beside it, at cap 1000."""
    cpu = []
    beside_bound(bench, pairs, 1_000, LIFECYCLE_CALLS, cpu)
    say("lifecycle at cap 1000 CPU", cpu, "-", unit=" us")


def beside_bound(bench, pairs, cap, calls, cpu):
    """On a database that is new, from its first second, and on the same one with statistics."""
    ratios, rates = {"new": [], "used": []}, {"new": [], "used": []}
    for _ in range(pairs):
        mine, bare = {}, {}
        with bench.ebra(cap) as (port, _, server):
            before = cpu_us(server)
            mine["new"] = bench.load(port, "lifecycle", connections=32, requests=calls)
            cpu.append((cpu_us(server) - before) / calls)
            bench.analyze()
            mine["used"] = bench.load(port, "lifecycle", connections=32, requests=calls, first=calls)
        with bench.bound(cap) as port:
            bare["new"] = bench.load(port, "lifecycle", connections=32, requests=calls)
            bench.analyze()
            bare["used"] = bench.load(port, "lifecycle", connections=32, requests=calls, first=calls)
        for state in ratios:
            rates[state].append(mine[state]["calls_per_second"])
            ratios[state].append(mine[state]["calls_per_second"] / bare[state]["calls_per_second"])
    for state in ratios:
        say(f"lifecycle at cap {cap} / bound, {state} database", ratios[state], ">= 0.8",
            f"({statistics.median(rates[state]):,.0f} calls/s)")


def small_cap(bench, pairs):
    """At cap 30 the cap is the limit: cap / (3 commits + the provider's round trip)."""
    beside_bound(bench, pairs, 30, LIFECYCLE_CALLS_SMALL_CAP, [])
    ratios, rates = [], []
    for _ in range(pairs):
        with bench.ebra(30) as (port, _, _):
            mine = bench.load(port, "lifecycle", connections=32, requests=LIFECYCLE_CALLS_SMALL_CAP)
        commit_ms = bench.inserts(32, 1)["commit_ms"]
        round_trip_ms = bench.round_trip_ms()
        possible = 30 / ((3 * commit_ms + round_trip_ms) / 1e3)
        rates.append(mine["calls_per_second"])
        ratios.append(mine["calls_per_second"] / possible)
    say("lifecycle at cap 30 / cap per (3 commits + round trip)", ratios, ">= 0.6",
        f"({statistics.median(rates):,.0f} calls/s)")


def latency(bench, pairs):
    """Idle, one call at a time: from POST to the dial, less two bare commits."""
    over, medians, tails, bare_tails = [], [], [], []
    for _ in range(pairs):
        # As idle as the calls beside them: after a pause a commit costs more than one of a row of them.
        before = bench.inserts(1, 1, LATENCY_PAUSE_MS)
        with bench.ebra(30, provider="sim") as (port, folder, _):
            said = bench.load(port, "latency", requests=LATENCY_CALLS,
                              ledger=f"{folder}/ledger.jsonl")
        # Two commits, one from before and one from after: the disk is not the same all the time.
        after = bench.inserts(1, 1, LATENCY_PAUSE_MS)
        medians.append(said["p50_ms"])
        tails.append(said["p99_ms"])
        over.append(said["p50_ms"] - before["commit_p50_ms"] - after["commit_p50_ms"])
        bare_tails.append(max(before["commit_p99_ms"], after["commit_p99_ms"]))
    say("enqueue to dial p50, less two bare commits", over, "<= 0.5 ms",
        f"(p50 {statistics.median(medians):.2f} ms)", " ms")
    say("enqueue to dial p99", tails, "<= 5 ms",
        f"(of one bare commit {statistics.median(bare_tails):.1f} ms)", " ms")


def memory(bench, _pairs):
    """Resident memory for each call in flight."""
    with bench.ebra(IN_FLIGHT, provider="sim",
                    sim_options="auto_callback = true, ring_ms = 600000") as (port, _, server):
        bench.load(port, "post", connections=32, requests=2_000)
        wait_in_flight(bench, port, 2_000)
        before = resident_kib(server.pid)
        bench.load(port, "post", connections=32, requests=IN_FLIGHT - 2_000, first=2_000)
        wait_in_flight(bench, port, IN_FLIGHT)
        after = resident_kib(server.pid)
    say("memory per call in flight", [(after - before) / (IN_FLIGHT - 2_000)], "<= 32 KiB", unit=" KiB")


def hostile(bench, pairs):
    """A good client alone, and beside slow readers and senders."""
    ratios, tails = [], []
    for _ in range(pairs):
        with bench.ebra(30, role="api") as (port, _, _):
            bench.load(port, "post", connections=32, requests=2_000)
            options = {"connections": GOOD_CONNECTIONS, "requests": GOOD_REQUESTS}
            alone = bench.load(port, "post", first=2_000, **options)["p99_ms"]
            with bench.slow_clients(port):
                beside = bench.load(port, "post", first=2_000 + GOOD_REQUESTS, **options)["p99_ms"]
        tails.append(beside)
        ratios.append(beside / alone)
    say(f"p99 of a good client beside {SLOW_CLIENTS} slow ones / alone", ratios, "< 2",
        f"(p99 {statistics.median(tails):.1f} ms)")


def blocked(bench, pairs):
    """Claims of 100 with 100,000 calls in the way that cannot run now, or a million that have ended."""
    variants = {"100k_parked": ">= 0.9", "100k_pinned": ">= 0.9", "100k_scheduled": ">= 0.9",
                "100k_capped": ">= 0.9", "1M_finished": ">= 0.83"}
    rates = {name: [] for name in variants}
    cpus = {name: [] for name in variants}
    for _ in range(pairs):
        for name in variants:
            real, cpu = bench.claim_seconds("none")
            real_beside, cpu_beside = bench.claim_seconds(name)
            rates[name].append(real / real_beside)
            cpus[name].append(cpu / cpu_beside)
    for name, aim in variants.items():
        say(f"claims of 100, {name} / none", rates[name], aim,
            f"(by CPU {statistics.median(cpus[name]):.2f})")


def webhooks(bench, pairs):
    """Webhooks that end calls, at a fixed rate, each measured from the moment at which it was due."""
    tails, medians = [], []
    for _ in range(pairs):
        with bench.ebra(WEBHOOKS, provider="sim",
                        sim_options="auto_callback = true, ring_ms = 600000") as (port, _, _):
            said = bench.load(port, "webhooks", connections=64, requests=WEBHOOKS,
                              rate=WEBHOOKS_PER_SECOND)
        tails.append(said["p99_ms"])
        medians.append(said["p50_ms"])
    say(f"webhooks at {WEBHOOKS_PER_SECOND:,}/s, p99", tails, "< 50 ms",
        f"(p50 {statistics.median(medians):.1f} ms)", " ms")


def provider_rate(bench, pairs):
    """Starts a second of provider-http beside a bare libcurl program that sends the same."""
    for suffix, where, aim in (("", "", ">= 0.7"), ("_tls", " over TLS", "-")):
        ratios, rates = [], []
        for _ in range(pairs):
            rates.append(bench.figure("plugin_rate" + suffix, "starts/s"))
            ratios.append(rates[-1] / bench.figure("bare_rate" + suffix, "starts/s"))
        say(f"starts of provider-http{where} / bare libcurl", ratios, aim,
            f"({statistics.median(rates):,.0f} starts/s)")


def provider_memory(bench, _pairs):
    """Memory for each start that waits for its answer, 10,000 at once: plain and over TLS."""
    mine = bench.figure("plugin_in_flight", "KiB/call")
    bare = bench.figure("bare_in_flight", "KiB/call")
    say("memory per start in flight", [mine], "<= 32 KiB", f"(bare libcurl {bare:.1f} KiB)", " KiB")
    mine = bench.figure("plugin_in_flight_tls", "KiB/call")
    bare = bench.figure("bare_in_flight_tls", "KiB/call")
    say("memory per start in flight over TLS / bare libcurl", [mine / bare], "<= 1.3",
        f"({mine:.1f} and {bare:.1f} KiB)")


def wait_in_flight(bench, port, wanted):
    import urllib.request
    for _ in range(6_000):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            if json.load(answer)["IN_PROGRESS"] >= wanted:
                return
        time.sleep(0.01)
    raise SystemExit(f"{wanted} calls never were in flight")


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


FIGURES = {"post": post, "lifecycle": lifecycle, "small_cap": small_cap, "latency": latency,
           "memory": memory, "hostile": hostile, "blocked": blocked, "webhooks": webhooks,
           "provider_rate": provider_rate, "provider_memory": provider_memory}
# bench_store_postgres has its own of what "blocked" asks bench_store_sqlite. The providers' ask no store.
NOT_WITH = {"sqlite": (), "postgres": ("blocked", "provider_rate", "provider_memory")}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=STORES, default="sqlite")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--figure", nargs="*", choices=FIGURES)
    parser.add_argument("--provider", choices=("http", "sim"), default="http")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "release"))
    arguments = parser.parse_args()
    figures = arguments.figure or [name for name in FIGURES if name not in NOT_WITH[arguments.store]]
    refused = set(figures) & set(NOT_WITH[arguments.store])
    if refused:
        parser.error(f"{', '.join(refused)}: not with --store {arguments.store}")
    store = STORES[arguments.store]()
    bench = Bench(os.path.abspath(arguments.build), arguments.provider, store)
    with store.running():
        for name in figures:
            print(f"== {FIGURES[name].__doc__}", flush=True)
            FIGURES[name](bench, arguments.pairs)
    say_table()
    return 0


if __name__ == "__main__":
    sys.exit(main())
