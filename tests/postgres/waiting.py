"""Waits that must end: a server that does not answer, a lock that is held, a standby that is away; and a
node whose wall clock is hours off."""
import os
import socket
import subprocess
import threading
import time

from cluster import Clients
from scenarios import expect, log_lines, post, problem, wait_until
from trouble import raw_post, serve


def silent_server(run):
    """A server that accepts and never answers: serve gives up after connect_timeout, and a second host that
    does answer is used."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        primary = run.servers.primary()
        more = ", connect_timeout_s = 2"
        alone = run.store([primary], more).replace(f'port = "{primary.port}"', f'port = "{port}"')
        started = time.monotonic()
        code, said = serve(run, run.cluster("silent", [], store=alone))
        took = time.monotonic() - started
        expect(code != 0 and "timeout" in said, f"serve ended with {code}: {said}")
        expect(took < 10, f"it took {took:.1f} s to give up")
        both = (run.store([primary], more)
                .replace('host = "127.0.0.1"', 'host = "127.0.0.1,127.0.0.1"')
                .replace(f'port = "{primary.port}"', f'port = "{port},{primary.port}"'))
        cluster = run.cluster("second", [], store=both).start()
        expect(post(cluster.nodes[0], 1)[0] == 201, "the second host is not used")
        cluster.stop()
    return {"gave_up_s": round(took, 1)}


def frozen_server(run):
    """Every process of the server stands still under established connections: nothing hangs for longer than
    the time-outs, and all goes on when it wakes."""
    primary = run.servers.primary()
    cluster = run.cluster("frozen", [primary],
                          ", statement_timeout_ms = 1000, lock_timeout_ms = 1000, connect_timeout_s = 2").start()
    node = cluster.nodes[0]
    expect(post(node, 1)[0] == 201, "the first call was not taken")
    primary.freeze()
    started = time.monotonic()
    status, headers, _ = raw_post(node, 2)
    took = time.monotonic() - started
    expect(status == 503 and "Retry-After" in headers, f"answered {status}")
    expect(took < 15, f"a write hung for {took:.1f} s")
    expect(problem(node) != "", "it is ready while the database stands still")
    primary.thaw()
    woke = time.monotonic()
    wait_until(lambda: post(node, 3)[0] == 201, 10, "no call is taken after the server woke")
    wait_until(lambda: problem(node) == "", 15, "not ready after the server woke")
    came_back_s = time.monotonic() - woke
    cluster.wait_until_all_ended(60)
    cluster.check_ledger(30)
    return {"answered_after_s": round(took, 1), "came_back_s": round(came_back_s, 2)}


def held_lock(run):
    """Another session holds a lock: a write ends with lock_timeout, not with the session."""
    primary = run.servers.primary()
    cluster = run.cluster("lock", [primary], ", lock_timeout_ms = 500").start()
    node = cluster.nodes[0]
    expect(post(node, 1)[0] == 201, "the first call was not taken")
    cluster.wait_until_all_ended(30)
    holder = subprocess.Popen(
        [f"{primary.binaries}/psql", "-X", "-q", "-h", primary.folder, "-p", str(primary.port), "-U", "ebra",
         "-d", "postgres", "-c", "BEGIN; LOCK TABLE ebra.calls IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run.at_end.append(holder.kill)
    primary.wait_for("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted "
                     "AND relation = 'ebra.calls'::regclass", "1")
    started = time.monotonic()
    status, headers, said = raw_post(node, 2)
    took = time.monotonic() - started
    expect(status == 503 and "lock_timeout_ms" in said["detail"], f"answered {status} {said}")
    expect("Retry-After" in headers, "503 without Retry-After")
    expect(took < 5, f"a write waited {took:.1f} s for a lock of 0.5 s")
    primary.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' "
                "AND pid <> pg_backend_pid()")
    wait_until(lambda: post(node, 3)[0] == 201, 10, "no call is taken after the lock was let go")
    return {"answered_after_s": round(took, 2)}


def standby_away(run):
    """The synchronous standby is away for longer than statement_timeout: nothing is acknowledged that it does
    not have, so nothing acknowledged is lost when it takes over."""
    primary = run.servers.primary()
    replica = run.servers.replica(primary, True)
    cluster = run.cluster("away", [primary, replica],
                          ", statement_timeout_ms = 1000, lock_timeout_ms = 1000").start()
    node = cluster.nodes[0]
    expect(post(node, 1)[0] == 201, "the first call was not taken")
    replica.freeze()
    acknowledged, lock = [1], threading.Lock()

    def place(index):
        status, _ = post(node, index, timeout_s=60)
        if status == 201:
            with lock:
                acknowledged.append(index)

    threads = [threading.Thread(target=place, args=(index,)) for index in (2, 3, 4)]
    for thread in threads:
        thread.start()
    time.sleep(4)
    expect(acknowledged == [1], f"calls {acknowledged[1:]} were acknowledged without the standby")
    primary.kill()
    replica.thaw()
    replica.promote()
    for thread in threads:
        thread.join()
    wait_until(lambda: problem(node) == "", 30, "not ready after the promotion")
    there = int(replica.sql("SELECT count(*) FROM ebra.calls"))
    expect(there >= len(acknowledged), f"{len(acknowledged)} calls were acknowledged, {there} are there")
    cluster.wait_until_all_ended(60)
    cluster.check_ledger(30)
    return {"acknowledged": len(acknowledged)}


def wrong_clocks(run):
    """Two nodes whose wall clocks are hours apart share one database: calls are dialed once, on time, and the
    times that are told are the database's."""
    library = os.path.join(run.build, "tests", "shifted_clock.so")
    expect(os.path.exists(library), f"{library} is not built")
    primary = run.servers.primary()
    cluster = run.cluster("clocks", [primary], nodes=3,
                          simulator=run.simulator(", refuse_transient = 20"))
    for node, hours in zip(cluster.nodes, (0, -5, 7)):
        node.start({"LD_PRELOAD": library, "SHIFT_S": str(hours * 3600)})
    ids = Clients(cluster, 120, 40).join()
    told = [log_lines(node)[0]["time"][11:13] for node in cluster.nodes]
    expect(len(set(told)) == 3, f"the clocks are not wrong: {told}")
    counts, verdict = cluster.check(ids, 30)
    off = primary.sql("SELECT count(*) FROM ebra.calls WHERE abs(created_at - extract(epoch FROM now()) * 1000) "
                      "> 120000 OR abs(updated_at - extract(epoch FROM now()) * 1000) > 120000")
    expect(off == "0", f"{off} calls bear times of a wrong clock")
    nodes = primary.sql("SELECT count(DISTINCT node) FROM ebra.placements")
    expect(nodes == "3", f"only {nodes} of 3 nodes dialed")
    return {"dials": verdict["dials"], "completed": counts["COMPLETED"]}
