"""Real servers for tests: PostgreSQL from a wheel, MariaDB from Debian's package, an API that behaves badly.

Each listens on loopback, belongs to nobody of consequence, and is stopped by its process id.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

NOBODY = "nobody"
LEAVE_OUT = "Install it, or leave its checks out by `make test-ingest WITHOUT_MARIADB=1`."
MARIADB_PACKAGES = (
    "mariadb-server-core",
    "mariadb-client-core",
    "mariadb-common",
    "libmariadb3",
    "libaio1",
    "libnuma1",
    "liburing2",
)


@contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    """Start MariaDB with an empty database; yields its address. The packages are unpacked, and not installed."""
    root = _unpacked(folder / "packages")
    data, port = folder / "data", _free_port()
    data.mkdir()
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        # the server is not to run as root
        subprocess.run(["chown", "-R", NOBODY, str(folder)], check=True)
        as_user = {"user": NOBODY, "extra_groups": []}
    libraries = os.pathsep.join(str(path) for path in root.glob("usr/lib/*-linux-gnu"))
    environment = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": libraries, "HOME": str(folder)}
    subprocess.run(
        [root / "usr/bin/mariadb-install-db", "--no-defaults", f"--basedir={root / 'usr'}",
         f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True, capture_output=True, cwd=folder, env=environment, **as_user,
    )  # fmt: skip
    start = folder / "start.sql"
    start.write_text(
        "create database shop character set utf8mb4;"
        "\ncreate user 'reader'@'127.0.0.1' identified by 'secret-word';"
        "\ngrant all on shop.* to 'reader'@'127.0.0.1';\n",
        encoding="utf-8",
    )
    start.chmod(0o644)
    with open(folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            [root / "usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--port={port}",
             f"--lc-messages-dir={root / 'usr/share/mysql'}", "--bind-address=127.0.0.1",
             f"--socket={folder / 's'}", f"--init-file={start}", f"--basedir={root / 'usr'}",
             "--plugin-dir=" + str(root / "usr/lib/mysql/plugin"), "--innodb-flush-log-at-trx-commit=0"],
            stdout=log, stderr=log, cwd=folder, env=environment, **as_user,
        )  # fmt: skip
    try:
        _wait(server, port, folder / "server.log")
        yield f"mariadb://reader:secret-word@127.0.0.1:{port}/shop?charset=utf8mb4"
    finally:
        server.terminate()
        server.wait(timeout=60)


def _unpacked(folder: Path) -> Path:
    """MariaDB's server under a folder, from the machine or from Debian's packages; fails where neither can be had.

    A check that did not run looks like one that passed: `make test-ingest WITHOUT_MARIADB=1` leaves it out.
    """
    if Path("/usr/sbin/mariadbd").exists():
        return Path("/")
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        pytest.fail(
            f"MariaDB is not installed, and this is no Debian to fetch it from. {LEAVE_OUT}"
        )
    folder.mkdir()
    fetched = subprocess.run(
        ["apt-get", "download", "-qq", *MARIADB_PACKAGES],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fetched.returncode:
        pytest.fail(f"MariaDB cannot be fetched: {fetched.stderr[-300:]} {LEAVE_OUT}")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder / "root"], check=True)
    return folder / "root"


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


class CutOff(Exception):
    """The server is to die in the middle of an answer."""


@contextmanager
def api(
    answer: Callable[[str, dict[str, str], dict[str, str]], tuple[int, dict[str, str], Any]],
) -> Iterator[str]:
    """An API on loopback: `answer(path, parameters, headers)` gives (status, headers, content)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(found.query).items()}
            try:
                status, headers, content = answer(found.path, parameters, dict(self.headers))
            except CutOff:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "100000")
                self.end_headers()
                self.wfile.write(b'{"items": [{"id": ')
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
