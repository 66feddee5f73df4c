"""A local HTTP server that fails at first, one that speaks no HTTP, a publication with alerts, and an environment."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb

from touchpoints.settings import Settings, read_settings

OPEN = ("a1", "open", "high", "Orders fall", "订单下降", "all", "全部")
LOW = ("a2", "open", "low", "A source is late", "数据源延迟", "crm.contacts", "crm.contacts")
CLOSED = ("a3", "closed", "high", "Complaints rise", "投诉上升", "Delivery", "配送")
Row = tuple[str, ...]


class Receiver:
    """What a server was sent, and how many requests it refuses first."""

    def __init__(self, refused_count: int) -> None:
        self.refused_count = refused_count
        self.requests = 0
        self.received: list[dict[str, Any]] = []
        self.port = 0


@contextmanager
def receiver(refused_count: int = 0) -> Iterator[Receiver]:
    """A server on this machine that answers 503 to the first requests."""
    state = Receiver(refused_count)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests += 1
            is_refused = state.requests <= state.refused_count
            if not is_refused:
                state.received.append(json.loads(body) | {"path": self.path})
            self.send_response(503 if is_refused else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def publish_alerts(folder: Path, rows: Sequence[Row]) -> Settings:
    """A publication that shows these alerts, and the settings that find it."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute(
        "create table alerts (alert_id varchar, status varchar, severity varchar, rule_name varchar,"
        " rule_name_zh varchar, subject_name varchar, subject_name_zh varchar, explanation varchar,"
        " explanation_zh varchar, detected_at timestamp)"
    )
    for row in rows:
        words = (f"{row[3]}: {row[5]}. Observed 1.", f"{row[4]}：{row[6]}。观测值 1。")
        connection.execute(
            "insert into alerts values (?, ?, ?, ?, ?, ?, ?, ?, ?, '2025-03-01')", [*row, *words]
        )
    connection.execute(f"copy alerts to '{folder / 'alerts.parquet'}' (format parquet)")
    return read_settings({"TOUCHPOINT_PUBLISH_DIR": str(folder)})


@contextmanager
def greeter() -> Iterator[int]:
    """The port of a server that answers whatever it is sent as SSH does, and so speaks no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    connection.recv(65536)
                    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                    connection.close()

        threading.Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]
