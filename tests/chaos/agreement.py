"""The ledger of dials and the database, held against each other at the end of a run in which every phone
is answered and the provider can be asked: so a call that was dialed is COMPLETED, and dialed once."""
import json

from cluster import Broken

# Of every engine in these runs.
LEASE_MS = 2_000
# How late a node's idea of the store's time may be: the engine believes no older answer.
CLOCK_ERROR_MS = 1_000


def agree(server, cluster, ids):
    """The ledger and the database agree, call by call: nothing in use, nothing lost, no call dialed twice
    or too late. Raises Broken when they do not. Nothing is said without a server to ask."""
    if server is None:
        return {}
    schema = cluster.schema
    slots = int(server.rows("SELECT count(*) FROM in_flight", schema)[0][0])
    if slots:
        raise Broken(f"{slots} slots are in use and no call is in flight")
    server.check(schema)
    statuses = dict(server.rows("SELECT id, status FROM calls", schema))
    lost = set(ids.values()) - set(statuses)
    if lost:
        raise Broken(f"acknowledged and not in the database: {sorted(lost)[:10]}")
    placements = {f"{call}.{number}": (int(claimed_at), given)
                  for call, number, claimed_at, given in server.rows(
                      "SELECT id, number, claimed_at, provider_call_id FROM placements "
                      "JOIN calls ON calls.seq = placements.call_seq", schema)}
    dialed, latest_ms = judge_dials(cluster.ledger, placements)
    for call, status in statuses.items():
        if (status == "COMPLETED") != (call in dialed):
            raise Broken(f"call {call} is {status}, and its dial was {dialed.get(call)}")
    return {"in_database": len(statuses), "placements": len(placements), "dialed_twice": 0,
            "lost": 0, "latest_dial_ms": latest_ms}


def judge_dials(ledger, placements):
    """Each dial has its claim, was in time and was its call's only one. Gives them, and the latest."""
    dialed, latest_ms = {}, 0
    for entry in dials(ledger):
        if entry["reference"] not in placements:
            raise Broken(f"dialed without a claim: {entry}")
        claimed_at, given = placements[entry["reference"]]
        if given not in ("", entry["id"]):
            raise Broken(f"the database says {given} for {entry}")
        late_ms = entry["wall_ms"] - claimed_at
        latest_ms = max(latest_ms, late_ms)
        # A start may leave in the first half of what is left of the lease.
        if late_ms > LEASE_MS / 2 + CLOCK_ERROR_MS:
            raise Broken(f"dialed {late_ms} ms after its claim, with a lease of {LEASE_MS} ms: {entry}")
        call = entry["reference"].rsplit(".", 1)[0]
        if call in dialed:
            raise Broken(f"dialed twice: {dialed[call]} and {entry}")
        dialed[call] = entry
    return dialed, latest_ms


def dials(ledger):
    with open(ledger, encoding="utf-8") as lines:
        for line in lines:
            # Only the last line of a process that was killed in its write is torn.
            if line.endswith("}\n") and '"kind":"dial"' in line:
                yield json.loads(line)
