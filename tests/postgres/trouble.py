"""A full disk, a privilege taken away, standbys only, a database that cannot be opened: one clear message,
503 with Retry-After, and work goes on by itself when the cause is gone."""
import http.client
import json
import os
import subprocess
import time

import servers
from scenarios import Skip, complaints, expect, post, problem, wait_until

LINES_MAX = 4  # Of level warn or error, for one cause, in one node.


def raw_post(node, index):
    """(status, headers, JSON)."""
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
    connection.request("POST", "/calls", json.dumps({"to": f"+1415{5550000 + index:07d}", "scriptId": "x",
                                                     "metadata": {"text": "m" * 60_000}}),
                       {"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), json.loads(body)


def refused(node, index, words):
    status, headers, said = raw_post(node, index)
    expect(status == 503, f"a write that cannot be stored is answered {status} {said}")
    expect(int(headers.get("Retry-After", 0)) >= 1, f"503 without Retry-After: {headers}")
    expect(any(word in said["detail"] for word in words), f"503 does not say why: {said}")


def calm(node, since):
    lines = complaints(node, 0)[since:]
    expect(0 < len(lines) <= LINES_MAX, f"{len(lines)} lines are told of one cause: {lines}")
    return len(lines)


def lost_privilege(run):
    """A privilege taken away while nodes run, for five seconds under load, and granted again."""
    primary = run.servers.primary()
    primary.sql("CREATE ROLE runs LOGIN; GRANT CREATE ON DATABASE postgres TO runs")
    cluster = run.cluster("privilege", [primary], user="runs").start()
    node = cluster.nodes[0]
    expect(post(node, 1)[0] == 201, "the first call was not taken")
    since = len(complaints(node))
    # Not the owner's to lose: the tables are given to somebody else.
    primary.sql("""DO $$ DECLARE t text; BEGIN
        FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'ebra' LOOP
            EXECUTE format('ALTER TABLE ebra.%I OWNER TO ebra', t);
            EXECUTE format('GRANT ALL ON ebra.%I TO runs', t);
        END LOOP; END $$;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA ebra TO runs""")
    expect(post(node, 2)[0] == 201, "a call was not taken with every privilege")
    primary.sql("REVOKE INSERT, UPDATE ON ALL TABLES IN SCHEMA ebra FROM runs")
    until = time.monotonic() + 5
    index = 100
    while time.monotonic() < until:
        refused(node, index, ["privilege"])
        index += 1
    expect("privilege" in problem(node), f"/readyz does not say why: {problem(node)}")
    lines = calm(node, since)
    primary.sql("GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA ebra TO runs")
    granted = time.monotonic()
    wait_until(lambda: post(node, 3)[0] == 201, 10, "no call is taken after the grant")
    wait_until(lambda: problem(node) == "", 10, "not ready after the grant")
    came_back_s = time.monotonic() - granted
    counts = cluster.wait_until_all_ended(30)
    expect(counts["COMPLETED"] == 3, f"not exactly what was acknowledged is there: {counts}")
    return {"refused": index - 100, "lines": lines, "came_back_s": round(came_back_s, 2)}


def small_disk(run, megabytes):
    """A folder of the servers' owner on a disk of its own, which root may mount."""
    folder = os.path.join(run.servers.folder, "disk")
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", folder],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise Skip(f"no disk of its own can be mounted: {done.stdout.decode().strip()}")
    run.at_end.append(lambda: subprocess.run(["umount", "-l", folder], check=False))
    space = os.path.join(folder, "space")
    os.makedirs(space)
    os.chown(space, servers.owner().pw_uid, servers.owner().pw_gid)
    return folder, space


def full_disk(run):
    """The disk under the tables is filled, and freed five seconds later."""
    folder, space = small_disk(run, 40)
    primary = run.servers.primary()
    primary.sql(f"CREATE TABLESPACE small LOCATION '{space}'")
    primary.sql("CREATE DATABASE calls TABLESPACE small")
    store = run.store([primary]).replace('dbname = "postgres"', 'dbname = "calls"')
    cluster = run.cluster("disk", [primary], store=store).start()
    node = cluster.nodes[0]
    expect(post(node, 1)[0] == 201, "the first call was not taken")
    filler = os.path.join(folder, "filler")
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with open(filler, "wb") as file:
        file.write(b"x" * max(0, free - 2_000_000))
    since, taken = len(complaints(node)), 0
    while raw_post(node, 1_000 + taken)[0] == 201:
        taken += 1
        expect(taken < 2_000, "the disk does not become full")
    began = time.monotonic()
    refusals = 0
    while time.monotonic() - began < 5:
        status, headers, said = raw_post(node, 5_000 + refusals)
        if status == 201:
            taken += 1
            continue
        refusals += 1
        expect(status == 503 and int(headers.get("Retry-After", 0)) >= 1,
               f"a write that cannot be stored is answered {status} {said}")
        expect("disk" in said["detail"], f"503 does not say why: {said}")
    expect(refusals > 0, "nothing was refused while the disk was full")
    ready = problem(node)
    lines = calm(node, since)
    os.remove(filler)
    freed = time.monotonic()
    wait_until(lambda: post(node, 2)[0] == 201, 10, "no call is taken after the disk was freed")
    wait_until(lambda: problem(node) == "", 10, "not ready after the disk was freed")
    came_back_s = time.monotonic() - freed
    counts = cluster.wait_until_all_ended(120)
    expect(counts["COMPLETED"] == taken + 2, f"{taken + 2} calls were acknowledged: {counts}")
    expect("disk" in ready, f"/readyz did not say why: \"{ready}\"")
    return {"taken": taken, "refused": refusals, "lines": lines, "came_back_s": round(came_back_s, 2)}


def full_wal(run):
    """The disk under pg_wal alone is filled, so the server goes down and cannot come back: nothing is
    acknowledged that it may not have, and all goes on when it was freed and started again."""
    folder, space = small_disk(run, 96)
    primary = run.servers.primary("min_wal_size = 32MB\nmax_wal_size = 64MB\n")
    primary.stop()
    wal = os.path.join(primary.data, "pg_wal")
    subprocess.run(["cp", "-a", wal, f"{space}/pg_wal"], check=True)
    os.rename(wal, wal + ".before")
    os.symlink(f"{space}/pg_wal", wal)
    primary.start()
    cluster = run.cluster("wal", [primary]).start()
    node = cluster.nodes[0]
    acknowledged, index = 0, 0
    filler = os.path.join(folder, "filler")
    with open(filler, "wb") as file:
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        file.write(b"x" * max(0, free - 1_000_000))
    # What is written ahead needs the next segment after some of these.
    while True:
        index += 1
        status, headers, said = raw_post(node, index)
        if status != 201:
            break
        acknowledged += 1
        expect(index < 5_000, "pg_wal does not become full")
    expect(status == 503 and int(headers.get("Retry-After", 0)) >= 1,
           f"a write that cannot be stored is answered {status} {said}")
    wait_until(lambda: problem(node) != "", 20, "it is ready without a database")
    os.remove(filler)
    freed = time.monotonic()
    primary.control("start", check=False)
    wait_until(lambda: post(node, 5_001)[0] == 201, 40, "no call is taken after pg_wal was freed")
    wait_until(lambda: problem(node) == "", 20, "not ready after pg_wal was freed")
    came_back_s = time.monotonic() - freed
    counts = cluster.wait_until_all_ended(120)
    # One that was answered 503 may be there as well.
    expect(counts["COMPLETED"] >= acknowledged + 1, f"{acknowledged + 1} calls were acknowledged: {counts}")
    cluster.check_ledger(30)
    return {"acknowledged": acknowledged + 1, "completed": counts["COMPLETED"],
            "came_back_s": round(came_back_s, 2)}


def serve(run, cluster, patience_s=40):
    """Runs `ebra serve` until it ends by itself. (exit code, what it said)"""
    folder = cluster.nodes[0].folder
    config = os.path.join(folder, "ebra.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(cluster.config(0))
    done = subprocess.run([cluster.binary, "serve", "--config", config], cwd=folder, timeout=patience_s,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode()


def expect_refusal(run, name, store, words):
    code, said = serve(run, run.cluster(name, [], store=store))
    expect(code not in (0, None), f"{name}: serve ended with {code}: {said}")
    for word in words:
        expect(word in said, f"{name}: serve does not say \"{word}\": {said}")
    expect(len(said.strip().splitlines()) <= 3, f"{name}: serve says too much: {said}")


def refuses_to_start(run):
    """Whatever keeps the database from being opened or migrated ends serve with what to do."""
    primary = run.servers.primary()
    replica = run.servers.replica(primary, False)
    third = run.servers.replica(primary, False)
    primary.sql("CREATE ROLE nobody_here LOGIN; CREATE SCHEMA foreigners; "
                "CREATE TABLE foreigners.calls (x int)")
    expect_refusal(run, "standbys", run.store([replica, third]), ["standby", "primary"])
    expect_refusal(run, "no-role", run.store([primary], user="missing"), ["role", "missing"])
    expect_refusal(run, "no-privilege", run.store([primary], user="nobody_here"), ["privilege"])
    expect_refusal(run, "foreign", run.store([primary], ', schema = "foreigners"'),
                   ["another program", "schema"])
    expect_refusal(run, "check", run.store([primary], ', migrate = "check", schema = "fresh"'),
                   ["ebra migrate"])
    expect_refusal(run, "no-database", run.store([primary]).replace('"postgres"', '"missing"'),
                   ["missing", "does not exist"])
    gone = run.store([primary]).replace(f'port = "{primary.port}"', f'port = "{servers.free_port()}"')
    expect_refusal(run, "nobody", gone, ["cannot connect"])
    return {}


def standby_is_left(run):
    """A standby named first is passed over, and nodes leave a primary that was made a standby."""
    primary = run.servers.primary()
    replica = run.servers.replica(primary, False)
    cluster = run.cluster("standby", [replica, primary]).start()
    node = cluster.nodes[0]
    expect(post(node, 1)[0] == 201, "no call was taken with a standby named first")
    primary.wait_for("SELECT pg_wal_lsn_diff(sent_lsn, replay_lsn) FROM pg_stat_replication", "0")
    since = len(complaints(node))
    primary.stop()
    wait_until(lambda: problem(node) != "", 15, "it is ready without a primary")
    wait_until(lambda: "primary" in problem(node) or "standby" in problem(node), 15,
               f"/readyz does not say that only standbys are there: {problem(node)}")
    said = problem(node)
    status, headers, _ = raw_post(node, 50)
    expect(status == 503 and "Retry-After" in headers, f"a write on a standby is answered {status}")
    lines = calm(node, since)
    replica.promote()
    wait_until(lambda: post(node, 2)[0] == 201, 10, "the promoted standby is not found")
    wait_until(lambda: problem(node) == "", 10, "not ready after the promotion")
    cluster.wait_until_all_ended(60)
    return {"said": said, "lines": lines}
