"""A run that is killed, wherever that is: after the next one everything is as if nothing had happened.

Kills at every step that changes the disk are played one after the other in forked processes; kills at random moments
by the clock hit whatever is between the steps.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from desk import Desk
from test_files import HEADER, LINES, ORDERS

EVENTS = {"into": "app.events", "files": "*.jsonl"}
STEPS = (
    (os, "fsync"),
    (os, "rename"),
    (os, "replace"),
    (os, "unlink"),
    (os, "rmdir"),
    (os, "mkdir"),
)
RUNS = int(os.environ.get("TOUCHPOINT_FAULT_RUNS", "6"))


def event(number: int) -> str:
    """One line of a stream."""
    return json.dumps(
        {"event_id": f"e{number}", "event_time": "2025-03-01T10:00:00Z", "device_id": "d",
         "event_name": "launch"}
    ) + "\n"  # fmt: skip


def prepare(desk: Desk) -> None:
    """A drop folder with an old and a new file, and a stream, of which a part was taken before."""
    desk.write_mapping(
        {
            "sources": [
                {"name": "shop", "kind": "files", "folder": "inbox", "tables": [ORDERS]},
                {"name": "clicks", "kind": "stream", "folder": "stream", "tables": [EVENTS]},
            ]
        }
    )
    (desk.folder / "stream").mkdir()
    desk.drop("订单1.csv", HEADER + LINES)
    stream(desk, 0, 10)
    assert desk.run() == 0
    desk.drop("订单2.csv", HEADER + "A3,2025-03-03 10:00,3,,\nA4,2025-03-03\n")
    desk.drop("订单3.csv", HEADER + "A5,2025-03-03 11:00,5,,\n")
    stream(desk, 10, 25)


def stream(desk: Desk, first: int, last: int) -> None:
    """Append events to the stream."""
    with open(desk.folder / "stream" / "clicks.jsonl", "a", encoding="utf-8") as file:
        file.write("".join(event(number) for number in range(first, last)))


def landed(desk: Desk) -> dict[str, list[Any]]:
    """What has landed, without names of files and times of loading; every landed file is whole."""
    found = {}
    for table in ("ecommerce.orders", "app.events"):
        for path in desk.landed(table):
            pq.ParquetFile(path).close()
        if desk.landed(table):
            key = (
                "order_no, amount, unreadable_line" if "orders" in table else "event_id, event_time"
            )
            found[table] = desk.rows(table, key)
    return found


def expected(desk: Desk) -> dict[str, list[Any]]:
    """What lands without a kill."""
    assert desk.run() == 0
    return landed(desk)


def killed_at(desk: Desk, step: int) -> bool:
    """Run in a forked process that kills itself before the given step; False where it came to its end."""
    child = os.fork()
    if child == 0:
        count = 0

        def counted(function: Any) -> Any:
            def call(*arguments: Any, **named: Any) -> Any:
                nonlocal count
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*arguments, **named)

            return call

        for module, name in STEPS:
            setattr(module, name, counted(getattr(module, name)))
        with contextlib.redirect_stdout(io.StringIO()):
            code = desk.run()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_a_kill_before_any_step_leaves_nothing_lost_or_doubled(tmp_path: Path) -> None:
    before = Desk(tmp_path / "before")
    for folder in (before.inbox, before.raw):
        folder.mkdir(parents=True)
    prepare(before)
    right = Desk(tmp_path / "right")
    shutil.copytree(before.folder, right.folder)
    wanted = expected(right)
    assert len(wanted["ecommerce.orders"]) == 5
    assert len(wanted["app.events"]) == 25
    step = 0
    while True:
        step += 1
        desk = Desk(tmp_path / "played")
        shutil.rmtree(desk.folder, ignore_errors=True)
        shutil.copytree(before.folder, desk.folder)
        if not killed_at(desk, step):
            break
        landed(desk)
        assert desk.run() == 0
        assert landed(desk) == wanted, f"after a kill before step {step}"
        names = [path.name for path in desk.raw.rglob("*") if path.is_file()]
        assert not [name for name in names if name.endswith(".partial")], "nothing is left over"
        assert desk.run() == 0
        assert landed(desk) == wanted
    assert step > 40


def test_two_kills_in_a_row_are_as_good_as_one(tmp_path: Path) -> None:
    before = Desk(tmp_path / "before")
    for folder in (before.inbox, before.raw):
        folder.mkdir(parents=True)
    prepare(before)
    right = Desk(tmp_path / "right")
    shutil.copytree(before.folder, right.folder)
    wanted = expected(right)
    dice = random.Random(7)
    for _ in range(RUNS * 5):
        desk = Desk(tmp_path / "played")
        shutil.rmtree(desk.folder, ignore_errors=True)
        shutil.copytree(before.folder, desk.folder)
        killed_at(desk, dice.randint(1, 60))
        killed_at(desk, dice.randint(1, 60))
        assert desk.run() == 0
        assert landed(desk) == wanted


def test_kills_at_random_moments_leave_nothing_lost_or_doubled(tmp_path: Path) -> None:
    """One stream that grows all the while, and runs that are killed while they read it."""
    desk = Desk(tmp_path)
    for folder in (desk.inbox, desk.raw):
        folder.mkdir()
    prepare(desk)
    number, kills, dice = 25, 0, random.Random(11)
    for _ in range(RUNS):
        stream(desk, number, number + 5000)
        number += 5000
        started = desk.start()
        time.sleep(dice.uniform(0.3, 2.5))
        kills += started.poll() is None
        started.kill()
        started.communicate()
        landed(desk)
    assert desk.run() == 0
    events = [row[0] for row in desk.rows("app.events", "event_id")]
    assert len(events) == number
    assert len(set(events)) == number
    assert [row[0] for row in desk.rows("ecommerce.orders", "order_no")].count("A5") == 1


# --------------------------------------------------------------------------------- disks that say no


def test_a_full_disk_leaves_nothing_and_the_next_run_completes(desk: Desk) -> None:
    """The limit of a file's size stands for the disk: the kernel refuses to write on."""
    desk.map(ORDERS)
    lines = "".join(f"C{n},2025-03-01 09:30,{n * 7919 % 99991},,\n" for n in range(20_000))
    desk.drop("订单.csv", HEADER + lines)

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    full = desk.start(preexec_fn=small)
    said, _ = full.communicate()
    assert full.returncode == 1, said
    assert "FAILED" in said
    assert list(desk.raw.rglob("*.parquet")) == []
    assert desk.run() == 0
    assert len(desk.rows("ecommerce.orders", "order_no")) == 20_000


def test_a_full_disk_under_the_raw_root_alone_is_made_good(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.map(ORDERS)
    desk.drop("订单.csv", HEADER + LINES)

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:10])
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(shutil, "copyfile", full)
    assert desk.run() == 1
    assert "No space left on device" in desk.told
    assert list(desk.raw.rglob("*.parquet")) == []
    monkeypatch.undo()
    assert desk.run() == 0
    assert len(desk.rows("ecommerce.orders", "order_no")) == 2
    assert not list(desk.raw.rglob("*.partial"))


def test_a_folder_that_cannot_be_written_is_told_and_made_good(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so a file in the place of the system's folder stands for the refusal."""
    desk.map(ORDERS)
    desk.drop("订单.csv", HEADER + LINES)
    (desk.raw / "ecommerce").write_text("", encoding="utf-8")
    assert desk.run() == 1
    assert "FAILED" in desk.told
    (desk.raw / "ecommerce").unlink()
    assert desk.run() == 0
    assert len(desk.rows("ecommerce.orders", "order_no")) == 2


def test_a_second_run_at_the_same_time_ends_at_once_with_code_4(desk: Desk) -> None:
    from ingest.commits import only_one

    desk.map(ORDERS)
    desk.drop("订单.csv", HEADER + LINES)
    with only_one(desk.state):
        second = desk.start()
        said, _ = second.communicate()
    assert second.returncode == 4
    assert "another run works on" in said
    assert desk.run() == 0
