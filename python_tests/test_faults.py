"""Kills of publishing and of builds: readers see one whole publication, and the next run comes to the same result.

Publishing is killed before every step that changes the disk, in forked processes. Builds are killed at random moments;
`make test-faults` does so many times, and over the whole project.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import NO_TESTS, give_key, give_parsed, green, run_dbt
from conftest import environment
from test_publish import make_build
from touchpoints.publish import PARTIAL, CannotPublish, current_run, publish, runs_folder
from touchpoints.settings import Settings, read_settings

DISK_STEPS = (
    *((os, name) for name in ("fsync", "rename", "replace", "symlink", "unlink", "rmdir", "mkdir")),
)
KILLS = int(os.environ.get("TOUCHPOINT_FAULT_RUNS", "2"))
# Many kills are played over all staging and the ledger; a few over what remembers which files it has read.
WHERE = (
    ("+record_ledger",)
    if "TOUCHPOINT_FAULT_RUNS" in os.environ
    else (
        "base_erp__members",
        "base_ecommerce__orders",
        "base_website__events",
        "+stg_landing__loads",
    )
)
NARROW = ("--exclude-resource-types", "test", "unit_test", "-s", *WHERE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose paths lie in a fresh folder."""
    return dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(tmp_path)}),
        database=tmp_path / "small.duckdb",
        publish_dir=tmp_path / "out" / "published",
        threads=1,
    )


def killed_before(step: int, work: Callable[[], Any]) -> bool:
    """Do some work in a forked process that kills itself before a step; False where it came to its end."""
    child = os.fork()
    if child == 0:
        count = 0

        def counted(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:
                nonlocal count
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*arguments, **named)

            return call

        for module, name in DISK_STEPS:
            setattr(module, name, counted(getattr(module, name)))
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def whole(settings: Settings) -> int | None:
    """The build that a reader sees in every file of the publication; None where there is no publication."""
    folder = current_run(settings.publish_dir)
    if folder is None:
        return None
    note = json.loads((folder / "publication.json").read_text(encoding="utf-8"))
    seen = set()
    for relation, count in note["row_counts"].items():
        rows = duckdb.sql(
            f"select count(*), any_value(build) from '{folder / relation}.parquet'"
        ).fetchall()
        assert rows[0][0] == count
        seen.add(rows[0][1])
    assert len(seen) == 1
    return int(seen.pop())


@pytest.mark.slow
def test_a_kill_of_publishing_before_any_step_shows_the_old_or_the_new_whole(
    settings: Settings,
) -> None:
    step, ended = 0, False
    seen = set()
    while not ended:
        step += 1
        shutil.rmtree(settings.publish_dir.parent, ignore_errors=True)
        for number in (0, 1):
            # a third one has an old run to clear away after the switch
            make_build(settings, number)
            publish(settings)
        make_build(settings, 2)
        ended = not killed_before(step, lambda: publish(settings))
        found = whole(settings)
        assert found in (1, 2)
        seen.add((found, ended))
        publish(settings)
        assert whole(settings) == 2
        names = [path.name for path in runs_folder(settings.publish_dir).iterdir() if path.is_dir()]
        assert len(names) <= 2
        assert not [name for name in names if name.startswith(PARTIAL)]
    assert seen == {(1, False), (2, False), (2, True)}
    assert step > 8


def test_a_full_disk_leaves_the_last_publication_and_no_part_of_the_new(settings: Settings) -> None:
    """A limit on the size of files stands for the disk."""
    make_build(settings, 1)
    publish(settings)
    make_build(settings, 2)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        try:
            publish(settings)
        except BaseException:
            os._exit(7)
        os._exit(0)
    assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 7
    assert whole(settings) == 1
    publish(settings)
    assert whole(settings) == 2


def test_two_that_publish_at_once_do_not_disturb_each_other(settings: Settings) -> None:
    import fcntl

    make_build(settings, 1)
    publish(settings)
    with open(runs_folder(settings.publish_dir) / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotPublish, match="another run is publishing"):
            publish(settings)
    assert whole(settings) == 1


# --------------------------------------------------------------------------------------------- builds


def land(raw: Path, batch: int) -> None:
    """A batch of members, orders and events; a part of it comes again, a part is broken."""
    rows = range(batch * 40, batch * 40 + 60)
    tables = {
        "erp/members": ("member_no,phone", [f"M{n % 50},139{n % 50:08d}" for n in rows]),
        "ecommerce/orders": (
            "order_no,platform,created_at,amount,member_no",
            [f"A{n},tmall,2025-03-{n % 28 + 1:02d} 10:00,{n if n % 17 else ''},M{n % 50}" for n in rows],
        ),
        "website/events": (
            "event_id,event_time,visitor_id,event_name",
            [f"w{n},2025-03-{n % 28 + 1:02d} 09:{n % 60:02d},v{n % 9},page_view" for n in rows],
        ),
    }  # fmt: skip
    for name, (header, lines) in tables.items():
        path = raw / name / f"{batch}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        loaded = f"2025-04-{batch + 1:02d} 00:00"
        text = "\n".join([f"{header},loaded_at", *(f"{line},{loaded}" for line in lines)])
        path.write_text(text + "\n", encoding="utf-8")


def start(folder: Path, raw: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a build in a process group of its own."""
    give_key(folder)
    give_parsed(folder)
    return subprocess.Popen(
        [sys.executable, "-m", "touchpoints", "build", "--", *arguments],
        cwd=folder,
        env=environment(folder, raw_root=str(raw)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(folder: Path, raw: Path, *arguments: str) -> None:
    """Build to the end."""
    started = start(folder, raw, *arguments)
    said, _ = started.communicate()
    assert started.returncode == 0, said[-3000:]


def contents(folder: Path) -> dict[str, list[Any]]:
    """Every relation of the build, row for row, without what names the build."""
    with duckdb.connect(str(folder / "touchpoints.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in ('staging', 'intermediate', 'marts', 'definitions') order by all"
        ).fetchall()
        return {
            name: connection.execute(f"select * from {name} order by all").fetchall()
            for (name,) in names
        }


@pytest.mark.slow
def test_a_kill_of_a_build_at_any_moment_is_made_good_by_the_next(tmp_path: Path) -> None:
    raw, first, right = tmp_path / "raw", tmp_path / "first", tmp_path / "right"
    land(raw, 0)
    finish(first, raw, *NARROW)
    land(raw, 1)
    shutil.copytree(first, right)
    begun = time.monotonic()
    finish(right, raw, *NARROW)
    seconds = time.monotonic() - begun
    wanted = contents(right)
    assert sum(len(rows) for rows in wanted.values()) >= 300
    dice, killed = random.Random(5), 0
    while killed < KILLS:
        played = tmp_path / "played"
        shutil.rmtree(played, ignore_errors=True)
        shutil.copytree(first, played)
        started = start(played, raw, *NARROW)
        time.sleep(dice.uniform(0.3, 0.9) * seconds)
        if started.poll() is None:
            killed += 1
        else:
            # the machine is quicker than it was
            seconds *= 0.7
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.communicate()
        finish(played, raw, *NARROW)
        assert contents(played) == wanted


def test_a_build_that_is_killed_leaves_no_stamp_and_so_nothing_to_publish(
    settings: Settings,
) -> None:
    """Every build takes the stamp away first: what it left half done can never be published."""
    from touchpoints import stamp

    make_build(settings, 1)
    publish(settings)
    stamp.forget(settings.database)
    with pytest.raises(CannotPublish, match="no stamp"):
        publish(settings)
    assert whole(settings) == 1


@pytest.mark.slow
def test_a_table_that_was_not_made_to_the_end_is_read_anew(tmp_path: Path) -> None:
    """What a kill may leave: a table whose duplicates have no marks, and no file that counts as read."""
    table = "base_website__events"
    rows = f"select record_key, record_status, source_row from staging.{table} order by all"
    build = ("build", *NO_TESTS, "-s", table)
    made = green(run_dbt(tmp_path, build))
    whole = made.rows(rows)
    with duckdb.connect(str(made.database)) as connection:
        connection.execute(f"delete from staging.read_files where reader = '{table}'")
        connection.execute(
            f"update staging.{table} set record_status = 'accepted' where record_status = 'duplicate'"
        )
        assert connection.execute(rows).fetchall() != whole
    green(run_dbt(tmp_path, build))
    assert made.rows(rows) == whole
