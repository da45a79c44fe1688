"""Private PostgreSQL servers for scenarios: loopback only, free ports, in one temporary folder, never as
root. A primary may have streaming replicas; each server can be killed, frozen, promoted."""
import fcntl
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_PATIENCE_S = 60


class NoServer(Exception):
    """PostgreSQL is not installed or does not start."""


def find_binaries():
    for folder in [os.environ.get("EBRA_POSTGRES_BIN", "")] + sorted(
            glob.glob("/usr/lib/postgresql/*/bin"), reverse=True):
        if folder and os.path.exists(os.path.join(folder, "initdb")):
            return folder
    raise NoServer("no PostgreSQL server is installed: run core/cmake/install-packages.sh test")


def owner():
    """Whom servers run as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_as_owner(command, check=True):
    who = owner()
    prefix = ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
    done = subprocess.run((prefix if os.getuid() == 0 else []) + command, cwd="/",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if check and done.returncode != 0:
        raise NoServer(f"{' '.join(command)}: {done.stdout.decode()[-2000:]}")
    return done.stdout.decode()


def make_folder():
    folder = tempfile.mkdtemp(prefix="ebra-postgres-")
    os.chmod(folder, 0o755)
    if os.getuid() == 0:
        os.chown(folder, owner().pw_uid, owner().pw_gid)
    return folder


def fresh_data(build, data):
    """The folder of a new server: a copy of one that initdb has made once for this build, as initdb takes
    more time than most scenarios."""
    binaries = find_binaries()
    template = os.path.join(build, "tests", "postgres-template")
    with open(template + ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(template):
            made = make_folder()
            run_as_owner([f"{binaries}/initdb", "-D", f"{made}/data", "-U", "ebra", "-A", "trust",
                          "-E", "UTF8", "--no-locale", "-N"])
            shutil.move(f"{made}/data", template)
            os.rmdir(made)
    subprocess.run(["cp", "-a", template, data], check=True)


class Postgres:
    """One server. `settings` are lines of postgresql.conf."""

    def __init__(self, folder, name, settings=""):
        self.binaries = find_binaries()
        self.folder, self.name, self.settings = folder, name, settings
        self.data = os.path.join(folder, name)
        self.log = os.path.join(folder, name + ".log")
        self.port = free_port()
        self.is_frozen = False

    def initialise(self, build):
        fresh_data(build, self.data)
        self._configure()
        return self

    def copy(self, primary):
        """Becomes a streaming replica of a server that runs."""
        run_as_owner([f"{self.binaries}/pg_basebackup", "-h", "127.0.0.1", "-p", str(primary.port),
                      "-U", "replicator", "-D", self.data, "-R", "-X", "stream", "-c", "fast"])
        self._configure()
        return self

    def _configure(self):
        text = (f"max_connections = 100\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{self.folder}'\nport = {self.port}\n"
                f"shared_buffers = 32MB\n{self.settings}\n")
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(text)

    def control(self, *arguments, check=True):
        return run_as_owner([f"{self.binaries}/pg_ctl", "-D", self.data, "-s", "-w", "-t",
                             str(START_PATIENCE_S), "-l", self.log, *arguments], check)

    def start(self):
        self.control("start")
        return self

    def stop(self, mode="fast"):
        self.control("-m", mode, "stop")

    def promote(self):
        self.control("promote")

    def pid(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline())

    def processes(self):
        """The server and all its processes."""
        pids = [self.pid()]
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pids[0]:
                pids.append(int(path.split("/")[2]))
        return pids

    def kill(self):
        """kill -9 of all its processes: nothing is flushed, nothing is told."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def freeze(self):
        self.is_frozen = True
        for pid in self.processes():
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        self.is_frozen = False
        for pid in self.processes():
            os.kill(pid, signal.SIGCONT)

    def sql(self, text, role="ebra"):
        """What it answers, rows a line, columns apart by |."""
        done = subprocess.run(
            [f"{self.binaries}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
             self.folder, "-p", str(self.port), "-U", role, "-d", "postgres", "-c", text],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise NoServer(f"{text}: {done.stderr.decode()}")
        return done.stdout.decode().strip()

    def wait_for(self, text, expected, patience_s=30):
        """Until a query answers so."""
        deadline = time.monotonic() + patience_s
        while self.sql(text) != expected:
            if time.monotonic() > deadline:
                raise NoServer(f"{text} does not become {expected}: {self.sql(text)}")
            time.sleep(0.02)


class Servers:
    """Some servers and their folder; all are ended and removed together."""

    def __init__(self, build):
        self.build = build
        self.folder = make_folder()
        self.all = []

    def primary(self, settings=""):
        made = Postgres(self.folder, f"server{len(self.all)}", settings)
        self.all.append(made)
        made.initialise(self.build).start()
        made.sql("CREATE ROLE replicator REPLICATION LOGIN")
        return made

    def replica(self, primary, is_synchronous):
        """A streaming replica that has caught up. Synchronous: no COMMIT of the primary is answered
        before the replica has it on disk."""
        made = Postgres(self.folder, f"server{len(self.all)}")
        self.all.append(made)
        made.copy(primary).start()
        if is_synchronous:
            primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
            primary.sql("SELECT pg_reload_conf()")
        primary.wait_for("SELECT DISTINCT state, sync_state FROM pg_stat_replication",
                         f"streaming|{'sync' if is_synchronous else 'async'}")
        return made

    def end(self):
        for server in self.all:
            if not os.path.exists(os.path.join(server.data, "postmaster.pid")):
                continue
            if server.is_frozen:
                server.thaw()
            server.control("-m", "immediate", "stop", check=False)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
