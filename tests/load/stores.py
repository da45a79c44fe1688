"""The stores that run.py measures on: how Ebra is told about one, and what stands beside it."""
import contextlib
import os
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SERVER_SCRIPT = os.path.join(os.path.dirname(HERE), "postgres", "server.sh")


class Sqlite:
    """A file in a folder that its user owns; durability FULL, as Ebra has it."""

    bound_tool = "sqlite-bound"
    inserts_tool = "sqlite-inserts"

    @contextlib.contextmanager
    def running(self):
        yield

    @contextlib.contextmanager
    def place(self, folder):
        yield os.path.join(folder, "store.db")

    def section(self, place):
        return f'plugin = "store-sqlite"\noptions = {{ path = "{place}" }}'

    def analyze(self, place):
        """Statistics are not what its plans depend on."""


class Postgres:
    """A private server with its stock settings, over TCP; each place is a database of its own."""

    bound_tool = "postgres-bound"
    inserts_tool = "postgres-inserts"

    def __init__(self):
        self.server = self.socket = self.port = None
        self.made = 0

    @contextlib.contextmanager
    def running(self):
        with tempfile.TemporaryDirectory(prefix="ebra-bench-server-") as folder:
            self.server = os.path.join(folder, "server")
            subprocess.run([SERVER_SCRIPT, "start", self.server], check=True)
            try:
                with open(self.server, encoding="utf-8") as file:
                    _, self.socket, self.port = file.read().split()
                yield
            finally:
                subprocess.run([SERVER_SCRIPT, "stop", self.server], check=True)

    @contextlib.contextmanager
    def place(self, _folder):
        self.made += 1
        name = f"bench_{self.made}"
        self.sql("postgres", f"CREATE DATABASE {name}")
        try:
            yield f"postgresql://ebra@127.0.0.1:{self.port}/{name}"
        finally:
            self.sql("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def section(self, place):
        return f'plugin = "store-postgres"\noptions = {{ url = "{place}" }}'

    def analyze(self, place):
        """What autovacuum does to a database within a minute."""
        self.sql(place.rsplit("/", 1)[1], "VACUUM ANALYZE")

    def sql(self, database, text):
        psql = shutil.which("psql")
        if psql is None:
            raise SystemExit("psql is not installed: run core/cmake/install-packages.sh test")
        subprocess.run([psql, "-q", "-h", self.socket, "-p", self.port, "-U", "ebra", "-d", database,
                        "-c", text], check=True)


STORES = {"sqlite": Sqlite, "postgres": Postgres}
