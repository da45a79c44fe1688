"""A primary dies and its replica takes over while nodes dial."""
import threading
import time

from cluster import Broken, Clients
from scenarios import expect, post, problem, wait_until

RECOVERY_MAX_S = 10


def recovery_of(node, since, found):
    """Notes when a node takes a write again, and when it says that it is ready."""
    index = 9_000 + node.index

    def writes():
        return post(node, index, "recovery", timeout_s=5)[0] == 201

    wait_until(writes, 60, f"node {node.index} takes no write")
    found[f"write_{node.index}"] = time.monotonic() - since
    wait_until(lambda: problem(node) == "", 60, f"node {node.index} is not ready")
    found[f"ready_{node.index}"] = time.monotonic() - since


def recoveries(cluster, since):
    found, threads = {}, []
    for node in cluster.nodes:
        threads.append(threading.Thread(target=recovery_of, args=(node, since, found)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    if len(found) < 2 * len(cluster.nodes):
        raise Broken(f"not every node came back: {found}")
    return found


def fail_over(run, is_synchronous, more="", calls=400):
    """Two nodes under load; the primary is killed with kill -9, half a second later its replica is
    promoted. Gives the cluster, the calls acknowledged, and what was measured."""
    primary = run.servers.primary()
    replica = run.servers.replica(primary, is_synchronous)
    cluster = run.cluster("failover", [primary, replica], more, nodes=2).start()
    clients = Clients(cluster, calls, 200)
    wait_until(lambda: len(clients.ids) >= calls // 4, 60, "too few calls were placed")
    primary.kill()
    time.sleep(0.5)
    placed_before = len(clients.ids)
    expect(placed_before < calls, "the load was over before the primary was killed")
    asked = time.monotonic()
    replica.promote()
    promoted = time.monotonic()
    times = recoveries(cluster, promoted)
    ids = clients.join()
    told = {"recovery_s": round(max(times.values()), 2),
            "write_s": round(max(v for k, v in times.items() if k.startswith("write")), 2),
            "promotion_s": round(promoted - asked, 2), "acknowledged_before": placed_before}
    expect(told["recovery_s"] <= RECOVERY_MAX_S, f"recovery took too long: {told}")
    return cluster, ids, replica, told


def promoted_replica(run):
    """Synchronous replica: nothing acknowledged is lost, nobody is dialed twice, and nodes come back
    by themselves."""
    cluster, ids, replica, told = fail_over(run, True)
    counts, verdict = cluster.check(ids, 30)
    expect(len(ids) == 400, f"{len(ids)} of 400 calls were acknowledged")
    expect(counts["COMPLETED"] == len(ids) + 2, f"not all completed: {counts}")
    expect(verdict["dials"] == len(ids) + 2, f"{verdict['dials']} dials for {len(ids) + 2} calls")
    in_use = int(replica.sql("SELECT count(*) FROM ebra.in_flight"))
    expect(in_use == 0, f"{in_use} slots are in use at the end")
    return {**told, "calls": len(ids), "dials": verdict["dials"]}
