"""A database that may have lost commits: nothing is dialed before what may have been dialed unseen is
UNKNOWN (and asked about), without a restart of any node; `ebra recover` ends a stop."""
import os
import shutil
import subprocess
import time

from cluster import Clients
from failover import RECOVERY_MAX_S
from scenarios import complaints, expect, post, problem, wait_until


def recover(cluster, *flags):
    node = cluster.nodes[0]
    done = subprocess.run(
        [cluster.binary, "recover", "--config", os.path.join(node.folder, "ebra.toml"), *flags],
        cwd=node.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    expect(done.returncode == 0, f"ebra recover failed: {done.stderr.decode()}")
    return dict(line.split(": ") for line in done.stdout.decode().splitlines())


def dials(cluster):
    if not os.path.exists(cluster.ledger):
        return 0
    with open(cluster.ledger, encoding="utf-8") as file:
        return sum('"kind":"dial"' in line.replace(" ", "") for line in file)


def stopped_until_recovered(run):
    """timeline = "stop": after a promotion nothing is dialed, calls are still taken, /readyz says why and
    what to do; `ebra recover` ends it in both nodes, which were never restarted."""
    primary = run.servers.primary()
    replica = run.servers.replica(primary, True)
    cluster = run.cluster("stop", [primary, replica], ', timeline = "stop"', nodes=2).start()
    cluster.check(Clients(cluster, 20, 20).join(), 30)
    pids = [node.process.pid for node in cluster.nodes]
    primary.kill()
    replica.promote()
    promoted = time.monotonic()
    for node in cluster.nodes:
        wait_until(lambda: "ebra recover" in problem(node), RECOVERY_MAX_S,
                   f"node {node.index} does not say why it does not dial")
    told_s = time.monotonic() - promoted
    before = dials(cluster)
    for index in range(10):
        status, said = post(cluster.nodes[index % 2], index, "stopped")
        expect(status == 201, f"a call was not taken while dialing is stopped: {status} {said}")
    since = [len(complaints(node)) for node in cluster.nodes]
    time.sleep(3)
    expect(dials(cluster) == before, "a call was dialed before ebra recover")
    for node, seen in zip(cluster.nodes, since):
        lines = complaints(node)[seen:]
        expect(len(lines) <= 2, f"the log is flooded: {lines}")
        expect(node.ask("GET", "/readyz")[0] == 503, "it is ready while it does not dial")
    found = recover(cluster, "--nothing-lost")
    recovered = time.monotonic()
    for node in cluster.nodes:
        wait_until(lambda: problem(node) == "", RECOVERY_MAX_S, f"node {node.index} is not ready")
    cluster.wait_until_all_ended(60)
    cluster.check_ledger(30)
    expect(dials(cluster) == before + 10, "not every call was dialed once after ebra recover")
    expect(pids == [node.process.pid for node in cluster.nodes], "a node was restarted")
    return {"told_after_s": round(told_s, 2), "found": found,
            "all_ended_s": round(time.monotonic() - recovered, 2)}


def asynchronous_replica(run):
    """A replica that is behind loses claims whose phones rang. Waiting calls are asked about before they
    are dialed: the ledger shows no call twice, and what was dialed is found again."""
    primary = run.servers.primary()
    replica = run.servers.replica(primary, False)
    cluster = run.cluster("async", [primary, replica], nodes=2, engine="global_concurrency = 20\n",
                          simulator=run.simulator().replace("min = 20, max = 300",
                                                            "min = 3000, max = 4000")).start()
    for node in cluster.nodes:
        wait_until(lambda: problem(node) == "", 30, "not ready")
    # Stored and replicated: on the replica they are PENDING for good.
    primary.sql("UPDATE ebra.limits SET paused = true WHERE key = 'global'")
    ids = Clients(cluster, 60, 60).join()
    wait_until(lambda: replica.sql("SELECT count(*) FROM ebra.calls") == "60", 30, "not replicated")
    # From here on the replica gets nothing any more.
    replica.stop()
    primary.sql("UPDATE ebra.limits SET paused = false WHERE key = 'global'")
    wait_until(lambda: dials(cluster) >= 20, 30, "nothing was dialed")
    dialed_before = dials(cluster)
    primary.kill()
    replica.start()
    replica.promote()
    replica.sql("UPDATE ebra.limits SET paused = false WHERE key = 'global'")
    counts, verdict = cluster.check(ids, 20, patience_s=120)
    expect(counts["COMPLETED"] == 60, f"not all completed: {counts}")
    expect(verdict["dials"] == 60, f"60 calls were dialed {verdict['dials']} times")
    doubted = int(replica.sql("SELECT count(DISTINCT call_seq) FROM ebra.entries "
                              "WHERE kind = 67 AND detail LIKE 'doubtful%'"))
    expect(doubted == 60, f"{doubted} of 60 calls were doubted")
    return {"dialed_unseen": dialed_before, "doubted": doubted, "dials": verdict["dials"]}


def restored_sqlite_backup(run):
    """A backup in the place of a SQLite file, taken before its calls were dialed: noticed at the start,
    and no phone rings twice."""
    told = {}
    for mode in ("quarantine", "stop"):
        cluster = run.cluster(f"restored-{mode}", [], store="@", nodes=1)
        cluster.store = (f'plugin = "store-sqlite"\noptions = {{ path = "{cluster.folder}/ebra.db", '
                         f'restored = "{mode}" }}')
        told[mode] = restore_and_go_on(run, cluster, mode)
    return told


def restore_and_go_on(run, cluster, mode):
    node = cluster.nodes[0]
    cluster.engine = cluster.engine.replace("global_concurrency = 30", "global_concurrency = 1")
    backup = os.path.join(cluster.folder, "backup.db")
    cluster.start()
    ids = Clients(cluster, 20, 20).join()
    node.stop()
    shutil.copy(os.path.join(cluster.folder, "ebra.db"), backup)
    before = dials(cluster)
    expect(before < 20, "every call was dialed before the backup was taken")
    node.start()
    cluster.wait_until_all_ended(60)
    node.stop()
    for suffix in ("-wal", "-shm"):
        if os.path.exists(os.path.join(cluster.folder, "ebra.db" + suffix)):
            os.remove(os.path.join(cluster.folder, "ebra.db" + suffix))
    shutil.copy(backup, os.path.join(cluster.folder, "ebra.db"))
    node.start()
    if mode == "stop":
        expect("ebra recover" in problem(node), f"/readyz does not say why: {problem(node)}")
        status, _ = post(node, 9_000)
        expect(status == 201, "a call was not taken while dialing is stopped")
        time.sleep(1)
        expect(dials(cluster) == 20, "a call was dialed before ebra recover")
        recover(cluster)
        ids["new"] = node.ask("GET", "/calls?pageSize=500")[1]["items"][-1]["id"]
    wait_until(lambda: problem(node) == "", 10, "not ready")
    cluster.check(ids, 1, patience_s=90)
    expect(dials(cluster) == len(ids), f"{len(ids)} calls were dialed {dials(cluster)} times")
    return {"waited_in_backup": 20 - before, "dials": dials(cluster)}


def forgotten_commits(run):
    """Commits vanish under running nodes on the same timeline (as after fsync = off and a power cut): the
    nodes notice by the time they left behind."""
    primary = run.servers.primary()
    cluster = run.cluster("forgotten", [primary], ', timeline = "stop"', nodes=1).start()
    node = cluster.nodes[0]
    wait_until(lambda: problem(node) == "", 30, "not ready")
    time.sleep(1.5)
    primary.sql("UPDATE ebra.clock SET floor = floor - 3600000")
    took = wait_until(lambda: "ebra recover" in problem(node), RECOVERY_MAX_S,
                      "the node does not notice that commits are gone")
    recover(cluster)
    wait_until(lambda: problem(node) == "", RECOVERY_MAX_S, "not ready after ebra recover")
    return {"noticed_after_s": round(took, 2)}
