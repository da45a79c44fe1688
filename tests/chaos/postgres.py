"""A private PostgreSQL for the chaos runs, the faults it can suffer, and what it says in the end. It is
started by tests/postgres/server.sh: loopback, a free port, a temporary folder, never as root."""
import glob
import os
import subprocess
import tempfile

from cluster import Broken

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, "..", "postgres", "server.sh")
CHECKS = os.path.join(HERE, "..", "..", "plugins", "store-postgres", "sql", "check_*.sql")

# Those that count for others to compare, and find nothing by themselves.
COUNTING = ("check_statuses.sql", "check_rest.sql")


class Postgres:
    """A server of its own, or one that is there already (`url`), which is never stopped or crashed."""

    def __init__(self, url=None):
        self.file = None
        self.url = url
        if url is None:
            self.file = os.path.join(tempfile.mkdtemp(prefix="ebra-chaos-"), "server")
            self._script("start")
            with open(self.file, encoding="utf-8") as lines:
                _, socket, port = lines.read().split()
            self.url = f"postgresql://ebra@/postgres?host={socket}&port={port}"

    def is_own(self):
        return self.file is not None

    def _script(self, verb):
        done = subprocess.run([SCRIPT, verb, self.file], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise Broken(f"server.sh {verb}: {done.stdout.decode(errors='replace')[-2000:]}")

    def down(self):
        self._script("down")

    def up(self):
        self._script("up")

    def remove(self):
        if self.file is None:
            return
        self._script("stop")
        os.rmdir(os.path.dirname(self.file))
        self.file = None

    def store(self, schema):
        return (f'plugin = "store-postgres"\noptions = {{ url = "{self.url}", '
                f'schema = "{schema}" }}')

    def rows(self, sql, schema="public"):
        """Rows of text columns. Raises Broken when the server does not answer."""
        done = subprocess.run(
            ["psql", self.url, "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1",
             "-c", f'SET search_path TO "{schema}"', "-c", sql],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise Broken(f"psql: {done.stderr.decode(errors='replace')[:2000]}")
        return [line.split("\t") for line in done.stdout.decode().splitlines()]

    def terminate(self, most):
        """Ends server processes that serve nodes, chosen by the server; how many."""
        try:
            return len(self.rows(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity "
                f"WHERE application_name = 'ebra' ORDER BY random() LIMIT {most}) AS chosen"))
        except Broken:
            # It is down, or on its way back from a crash.
            return 0

    def check(self, schema):
        """The store's own invariants, each as the statement that finds what violates it."""
        found = []
        for path in sorted(glob.glob(CHECKS)):
            if os.path.basename(path) in COUNTING:
                continue
            with open(path, encoding="utf-8") as file:
                found += [row[0] for row in self.rows(file.read(), schema)]
        if found:
            raise Broken(f"the store does not agree with itself: {found[:20]}")
