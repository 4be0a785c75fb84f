"""Run a command with a PostgreSQL of its own: `python tests/postgres.py -- pytest tests`.

The cluster lives in a temporary folder, listens on loopback only, and is gone afterwards. PostgreSQL refuses to run as
root: then it runs as the user `postgres`. HUIYIN_DATABASE_URL tells the command where it is. `--durable` before the
`--` keeps what was committed through a power cut, as in life; without it tests are quicker. `--in FOLDER` keeps the
cluster in that folder, and takes the one that is there.
"""

import argparse
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql/15/bin")
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
}


def unprivileged_user() -> int | None:
    """Whom PostgreSQL runs as; None for the user we are already."""
    return pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(300):
        ready = [str(BINARIES / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(ready, check=False).returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"PostgreSQL did not start:\n{log.read_text()}")


@contextmanager
def cluster(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A running server; yields the address of its database."""
    user, data, log = unprivileged_user(), folder / "data", folder / "log"
    options = ["-A", "trust", "-U", "huiyin", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    if not (data / "PG_VERSION").exists():
        initdb = [str(BINARIES / "initdb"), "-D", str(data), *options]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", user=user)
    port = free_port()
    settings = [f"-c{name}={value}" for name, value in {"max_connections": "80", **({} if durable else QUICK)}.items()]
    where = ["-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
    command = [str(BINARIES / "postgres"), *where, *settings]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd="/", user=user)
    try:
        wait_until_ready(server, port, log)
        yield f"postgres://huiyin@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: ends sessions, keeps nothing waiting
        server.wait(timeout=30)


@contextmanager
def home(kept: str) -> Iterator[Path]:
    """The folder of a cluster: `kept` if it is named, else one that is gone afterwards."""
    folder = Path(kept).absolute() if kept else Path(tempfile.mkdtemp(prefix="huiyin-postgres-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        yield folder
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--durable", action="store_true")
    parser.add_argument("--in", dest="kept", default="")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if not command:
        parser.error("no command")
    if not (BINARIES / "postgres").exists():
        sys.exit("PostgreSQL 15 is missing: install the package postgresql-15.")
    with home(given.kept) as folder, cluster(folder, durable=given.durable) as address:
        return subprocess.run(command, check=False, env={**os.environ, "HUIYIN_DATABASE_URL": address}).returncode


if __name__ == "__main__":
    sys.exit(main())
