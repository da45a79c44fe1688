#!/usr/bin/env python3
"""Ebra's promises under kills, freezes, lost answers and load: real processes, judged by the ledger
that the simulator writes and by what was acknowledged to clients.

  tests/chaos/run.sh SCENARIO [--seed S] [--runs N] [--minutes M] [--short]

Each scenario prints one line of JSON per run. A failing run prints its seed and the command that
repeats it, and leaves its folder.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time

from agreement import LEASE_MS, agree
from cluster import Broken, Clients, Cluster
from postgres import Postgres
from storm import storm

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Times of the engine shortened so that a run shows in seconds what takes minutes.
QUICK = (f'base_retry = "1s"\nlease = "{LEASE_MS}ms"\nstart_timeout = "2s"\nquery_after = "2s"\n'
         'stale_after = "20s"\n')


class Run:
    """What every scenario gets."""

    def __init__(self, arguments, seed):
        self.build, self.seed = arguments.build, seed
        self.is_short, self.minutes = arguments.short, arguments.minutes
        self.random = random.Random(seed)
        self.server = arguments.server
        self.clusters = []

    def cluster(self, name, **options):
        return self.unstarted_cluster(name, **options).start()

    def unstarted_cluster(self, name, **options):
        """One of its own: a folder for SQLite, a schema on the server of PostgreSQL."""
        schema = f"chaos_{name}_{self.seed}_{os.getpid()}".replace("-", "_").lower()
        store = self.server.store(schema) if self.server else None
        made = Cluster(self.build, name, store=store, schema=schema, **options)
        self.clusters.append(made)
        return made


def simulator(seed, more=""):
    return (f'auto_callback = true, callback_delay_sec = 0, seed = {seed}, query = "exact", '
            f'ring_ms = 5, talk_ms = {{ min = 20, max = 300 }}{more}')


def caps(run):
    """The cap is never exceeded and is used: mean use >= 0.95 from the first dial to the last start."""
    cap, calls, numbers, talk_ms = (10, 300, 60, 500) if run.is_short else (30, 5_000, 500, 1_000)
    cluster = run.cluster("caps", engine=f"global_concurrency = {cap}", simulator=(
        f"auto_callback = true, callback_delay_sec = 0, seed = {run.seed}, ring_ms = 0, "
        f"talk_ms = {talk_ms}"))
    ids = Clients(cluster, calls, numbers).join(300)
    _, verdict = cluster.check(ids, cap, patience_s=60 + 3 * calls * talk_ms / 1_000 / cap)
    wanted = 0.85 if run.is_short else 0.95
    if verdict["capUse"] < wanted:
        raise Broken(f"mean use of the cap is {verdict['mean_use']}, wanted {wanted}")
    if verdict["dials"] < calls:
        raise Broken(f"only {verdict['dials']} dials for {calls} calls")
    return {"calls": calls, "dials": verdict["dials"], "max_in_flight": verdict["maxInFlight"],
            "mean_use": verdict["capUse"]}


def kills(run):
    """kill -9 about every second, restarted at once."""
    calls, seconds = (300, 5) if run.is_short else (2_000, 20)
    cluster = run.cluster("kills", engine=QUICK + "global_concurrency = 30",
                          simulator=simulator(run.seed, ", refuse_transient = 5, lost_answer = 2"))
    clients = Clients(cluster, calls, 500)
    killed = 0
    until = time.monotonic() + seconds
    # A node that takes long to start again is killed as often, over a longer time.
    while time.monotonic() < until or killed < seconds / 2:
        time.sleep(run.random.uniform(0.6, 1.4))
        cluster.nodes[0].kill()
        cluster.nodes[0].start()
        killed += 1
    counts, verdict = cluster.check(clients.join(), 30)
    return {"calls": calls, "kills": killed, "dials": verdict["dials"], "counts": short(counts),
            "failed": why_failed(cluster), **agree(run.server, cluster, clients.ids)}


def freezes(run):
    """SIGSTOP beyond the lease, then SIGCONT, of one of two nodes on one store."""
    calls, rounds = (200, 2) if run.is_short else (2_000, 6)
    cluster = run.cluster("freezes", nodes=2, engine=QUICK + "global_concurrency = 30",
                          simulator=simulator(run.seed, ", refuse_transient = 5"))
    clients = Clients(cluster, calls, 500)
    for _ in range(rounds):
        node = run.random.choice(cluster.nodes)
        time.sleep(run.random.uniform(0.1, 0.6))
        node.freeze()
        time.sleep(run.random.uniform(2.5, 4.5))
        node.thaw()
    counts, verdict = cluster.check(clients.join(), 30)
    return {"calls": calls, "freezes": rounds, "dials": verdict["dials"], "counts": short(counts),
            **agree(run.server, cluster, clients.ids)}


def lost_answers(run):
    """Answers lost after dialing, and their webhooks too, in each query mode and with both policies:
    no second dial before proof or before stale_after."""
    stale_after_s, calls = 6, 60 if run.is_short else 400
    told = []
    for mode in ("exact", "lagging", "cannot_say", "absent"):
        for policy in ("retry", "fail"):
            cluster = run.cluster(
                f"lost-{mode}-{policy}",
                engine=('global_concurrency = 100\nbase_retry = "1s"\nlease = "2s"\n'
                        'start_timeout = "1s"\nquery_after = "1s"\n'
                        f'stale_after = "{stale_after_s}s"\non_unknown = "{policy}"\n'),
                simulator=(f'auto_callback = true, callback_delay_sec = 0, seed = {run.seed}, '
                           f'query = "{mode}", ring_ms = 5, talk_ms = 200, lost_answer = 25, '
                           'webhook_missing = 25'))
            ids = Clients(cluster, calls, calls).join()
            counts, _ = cluster.check(ids, 100, patience_s=240)
            told.append({"mode": mode, "policy": policy, "counts": short(counts),
                         **judge_second_dials(cluster.ledger, mode, policy, stale_after_s)})
            cluster.stop()
    if sum(one["lost"] for one in told) < 20:
        raise Broken(f"too few answers were lost to judge anything: {told}")
    return {"calls": 8 * calls, "by_mode": told}


def judge_second_dials(ledger, mode, policy, stale_after_s):
    """A call dialed twice was given up first: only without a provider that knows, only by policy
    "retry", and not before stale_after had passed."""
    dials, lost, again = {}, 0, 0
    with open(ledger, encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if "reference" not in entry or entry.get("kind", "dial") != "dial":
                continue
            lost += entry.get("answer") == "lost"
            dials.setdefault(entry["reference"].rsplit(".", 1)[0], []).append(entry["mono_ns"])
    for call, times in dials.items():
        times.sort()
        for first, second in zip(times, times[1:]):
            again += 1
            waited_s = (second - first) / 1e9
            is_allowed = policy == "retry" and mode in ("cannot_say", "absent")
            if not is_allowed or waited_s < stale_after_s:
                raise Broken(f"{mode}/{policy}: call {call} was dialed again after {waited_s:.2f} s")
    return {"lost": lost, "dialed_again_by_policy": again}


# Where a node that freezes is certain to hold a claim whose start has not left.
HOLDS_A_CLAIM = "before_start"


def named_points(run):
    """kill -9, and SIGSTOP beyond the lease, at each named point of the engine's own code."""
    points = ("after_claim_commit", "before_start", "after_start", "start_answered",
              "callback_before_answer", "committer_before_commit", "committer_after_commit",
              "intake_before_commit", "intake_after_commit")
    calls = 60 if run.is_short else 200
    told = {}
    # The kills' short form is integration/kill_test.cpp.
    faults = {"EBRA_STOP_AT": "frozen"} if run.is_short else {"EBRA_ABORT_AT": "killed",
                                                              "EBRA_STOP_AT": "frozen"}
    for point in points:
        for fault, word in faults.items():
            told[f"{word} {point}"] = at_point(run, point, fault, calls)
    return {"points": told}


def at_point(run, point, fault, calls):
    passages = run.random.randint(2, 12)
    cluster = run.unstarted_cluster(f"{fault[5:10]}-{point}",
                                    engine=QUICK + "global_concurrency = 20",
                                    simulator=simulator(run.seed), binary="ebra-faulty", nodes=2)
    struck, other = cluster.nodes
    struck.start({fault: f"{point}:{passages}"})
    other.start()
    clients = Clients(cluster, calls, 40, threads=2)
    wait_until(lambda: is_struck(struck, fault), 60, f"{point} was not passed {passages} times")
    if fault == "EBRA_ABORT_AT":
        struck.kill()
        struck.start()
    else:
        struck.is_frozen = True
        stay_frozen(run, cluster, point)
        struck.thaw()
    counts, verdict = cluster.check(clients.join(), 20)
    agree(run.server, cluster, clients.ids)
    told = {"passages": passages, "dials": verdict["dials"], "counts": short(counts)}
    if run.server and fault == "EBRA_STOP_AT" and point == HOLDS_A_CLAIM:
        wait_until(lambda: struck.counted("stale_decisions") > 0, 30,
                   "no decision of a node that was frozen beyond its lease was refused as stale")
        told["stale_decisions"] = struck.counted("stale_decisions")
    cluster.stop()
    return told


def stay_frozen(run, cluster, point):
    """Beyond the lease; where a claim is in hand that nobody has sent, until another node has settled it:
    then what the frozen one decides of it when it wakes comes too late for certain."""
    if run.server is None or point != HOLDS_A_CLAIM:
        time.sleep(LEASE_MS / 1_000 + 1)
        return
    held = [f"({call}, {number})" for call, number in run.server.rows(
        "SELECT call_seq, number FROM placements JOIN in_flight USING (call_seq, number) WHERE state = 1",
        cluster.schema)]
    if not held:
        raise Broken("a node froze before a start and holds no claim")
    still = f"SELECT 1 FROM in_flight WHERE (call_seq, number) IN (VALUES {', '.join(held)})"
    wait_until(lambda: not run.server.rows(still, cluster.schema), 60,
               f"nobody settles what the frozen node claimed: {held}")


def is_struck(node, fault):
    if fault == "EBRA_ABORT_AT":
        return node.process.poll() is not None
    with open(f"/proc/{node.process.pid}/stat", encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


# Less than a few commits is no difference between two medians.
HEADS_FLOOR_MS = 2


def blocked_heads(run):
    """Calls queued for one busy number in front of others: the others start as if they were alone.
    Two programs side by side, looked at in turn, so that what else the machine does meets both; and
    one call at a time, as a crowd would wait for the cap and not for the claim."""
    blocked, pairs, others = (5_000, 7, 40) if run.is_short else (100_000, 10, 100)
    alone, behind = (run.cluster(f"heads-{kind}", engine="global_concurrency = 30", simulator=(
        f"auto_callback = true, callback_delay_sec = 0, seed = {run.seed}, ring_ms = 0, "
        "talk_ms = 20")) for kind in ("alone", "behind"))
    # The busy number is the first; the others have their own.
    load(run, behind, "post", blocked, numbers=1)
    medians = {"alone": [], "behind": []}
    for first in range(1_000, 1_000 + pairs * others, others):
        for kind, cluster in (("alone", alone), ("behind", behind)):
            medians[kind].append(load(run, cluster, "latency", others, first=first)["p50_ms"])
    waiting = behind.counts()["PENDING"]
    if waiting < blocked / 2:
        raise Broken(f"only {waiting} of {blocked} calls were still in front: the run judged too little")
    ratio = statistics.median(one / max(other, HEADS_FLOOR_MS)
                              for one, other in zip(medians["behind"], medians["alone"]))
    told = {"blocked": blocked, "waiting_in_the_end": waiting, "ratio": round(ratio, 2),
            "median_start_ms": {kind: round(statistics.median(of), 2) for kind, of in medians.items()}}
    if ratio > 2:
        raise Broken(f"others wait for blocked calls in front of them: {told}, {medians}")
    return told


def load(run, cluster, what, calls, numbers=1_000_000, first=0, connections=32):
    done = subprocess.run([os.path.join(run.build, "tests", "ebra-load"), "--port",
                           str(cluster.nodes[0].port), "--connections", str(connections),
                           "--requests", str(calls), "--numbers", str(numbers), "--first",
                           str(first), "--ledger", cluster.ledger, what],
                          stdout=subprocess.PIPE, check=True)
    said = json.loads(done.stdout)
    if said["dials" if what == "latency" else "answered"] != calls:
        raise Broken(f"not every call was taken: {said}")
    return said


# Two for each half of what is judged, and a third before them.
SOAK_SAMPLES_MIN = 6


def soak(run):
    """Half load for long: memory does not grow, descriptors stay, p99 stays."""
    minutes = 0.4 if run.is_short else run.minutes or 30
    cluster = run.cluster("soak", engine="global_concurrency = 100", simulator=(
        f"auto_callback = true, callback_delay_sec = 0, seed = {run.seed}, ring_ms = 0, "
        "talk_ms = 20"))
    node, samples, first = cluster.nodes[0], [], 0
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until or len(samples) < SOAK_SAMPLES_MIN:
        from_s = time.monotonic()
        said = load(run, cluster, "lifecycle", 2_000, first=first, connections=8)
        first += 2_000
        samples.append({"rss_kib": resident_kib(node), "fds": descriptors(node),
                        "p99_ms": said["p99_ms"]})
        # As long idle as it was busy: half load.
        time.sleep(min(time.monotonic() - from_s, 5))
    return judge_soak(samples, minutes)


def judge_soak(samples, minutes):
    # The first third fills caches and pools.
    steady = samples[len(samples) // 3:]
    half = len(steady) // 2
    early, late = steady[:half], steady[half:]

    def middle(part, key):
        return statistics.median(sample[key] for sample in part)

    grown_kib = middle(late, "rss_kib") - middle(early, "rss_kib")
    # A few minutes only fill the store's page cache and the pools of connections, whose limits bound
    # them, and a p99 of so few answers tells of the machine: the long form judges.
    is_long = minutes >= 10
    grown_kib_max = max(2_048, 0.05 * middle(early, "rss_kib")) if is_long else 65_536
    grown_fds_max = 4 if is_long else 256
    told = {"minutes": minutes, "samples": len(samples), "rss_kib": samples[-1]["rss_kib"],
            "grown_kib": grown_kib, "fds": [early[0]["fds"], late[-1]["fds"]],
            "p99_ms": [middle(early, "p99_ms"), middle(late, "p99_ms")]}
    if grown_kib > grown_kib_max:
        raise Broken(f"memory grows: {told}")
    if middle(late, "fds") > middle(early, "fds") + grown_fds_max:
        raise Broken(f"descriptors grow: {told}")
    if is_long and middle(late, "p99_ms") > 2 * middle(early, "p99_ms") + 5:
        raise Broken(f"p99 grows: {told}")
    return told


def resident_kib(node):
    with open(f"/proc/{node.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def descriptors(node):
    return len(os.listdir(f"/proc/{node.process.pid}/fd"))


def wait_until(is_true, patience_s, otherwise):
    deadline = time.monotonic() + patience_s
    while not is_true():
        if time.monotonic() > deadline:
            raise Broken(otherwise)
        time.sleep(0.02)


def short(counts):
    return {key: counts[key] for key in ("COMPLETED", "FAILED") if key in counts}


def why_failed(cluster, most=5):
    """Attempts and last error of some calls that FAILED, for the reader."""
    failed = cluster.ask("GET", f"/calls?status=FAILED&pageSize={most}")[1]["items"]
    return [f"{call['attempts']} attempts: {call['lastError']}" for call in failed]


SCENARIOS = {"caps": caps, "kills": kills, "freezes": freezes, "lost_answers": lost_answers,
             "named_points": named_points, "blocked_heads": blocked_heads, "storm": storm,
             "soak": soak}
# Only where they are asked for: a soak is long, and a storm needs a server to crash.
BY_NAME = {"sqlite": ("storm", "soak"), "postgres": ("soak",)}


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0, help="of the soak; or repeat for so long")
    parser.add_argument("--short", action="store_true", help="the form the normal tests run")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--url", help="of a PostgreSQL server to use; else a private one is started")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "release"))
    arguments = parser.parse_args()
    return arguments


def run_once(arguments, name, seed):
    run = Run(arguments, seed)
    from_s = time.monotonic()
    try:
        told = SCENARIOS[name](run)
        for cluster in run.clusters:
            cluster.end()
            cluster.remove()
        print(json.dumps({"scenario": name, "seed": seed, "passed": True,
                          "seconds": round(time.monotonic() - from_s, 1), **told}), flush=True)
        return True
    except (Broken, OSError, KeyError, subprocess.CalledProcessError) as broken:
        folders = " ".join(cluster.folder for cluster in run.clusters)
        print(json.dumps({"scenario": name, "seed": seed, "passed": False,
                          "why": f"{type(broken).__name__}: {broken}"}))
        print(f"to repeat: tests/chaos/run.sh {name} --seed {seed} --store {arguments.store}"
              f"{' --short' if arguments.short else ''}\nwhat it left: {folders}", flush=True)
        return False
    finally:
        for cluster in run.clusters:
            cluster.end()


def main():
    arguments = parse()
    arguments.server = Postgres(arguments.url) if arguments.store == "postgres" else None
    try:
        return run_all(arguments)
    finally:
        if arguments.server:
            arguments.server.remove()


def run_all(arguments):
    """All scenarios with one seed, then with the next: so often, and for so long."""
    by_name = BY_NAME[arguments.store]
    names = arguments.scenario or [name for name in SCENARIOS if name not in by_name]
    # A soak takes the minutes for its own length.
    minutes = 0 if names == ["soak"] else arguments.minutes
    until = time.monotonic() + minutes * 60
    results = []
    seed = arguments.seed
    while seed - arguments.seed < arguments.runs or time.monotonic() < until:
        for name in names:
            results.append(run_once(arguments, name, seed))
            is_enough = seed - arguments.seed >= arguments.runs and time.monotonic() >= until
            if is_enough:
                break
        seed += 1
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed", flush=True)
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
