"""`make refresh`: one at a time, only what is needed, told in JSON, resumed after a kill.

The steps are stand-ins that leave what the real ones leave; the whole chain runs in `make test-faults`.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from conftest import environment
from receivers import OPEN, publish_alerts, receiver
from test_publish import make_build, shown
from touchpoints import publish as publishing
from touchpoints import refresh as refreshing
from touchpoints.settings import PROJECT, Settings, read_settings
from touchpoints.stamp import forget


class Steps:
    """Stand-ins for the processes of a refresh, which fail when they are told to."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.called: list[str] = []
        self.codes: dict[str, int] = {}
        self.builds = 0

    def __call__(self, run: refreshing.Run, name: str, command: list[str]) -> int:
        self.called.append(name)
        code = self.codes.get(name, 0)
        if name == "build":
            forget(self.settings.database)
            if not code:
                self.builds += 1
                make_build(self.settings, self.builds)
        if name == "publish" and not code:
            publishing.publish(self.settings)
        run.note(name, "done" if not code else "failed", 0.1, code=code)
        return code


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose paths lie in a fresh folder, and no notification or ingest."""
    for name in ("TOUCHPOINT_INGEST", "TOUCHPOINT_NOTIFY_URLS"):
        monkeypatch.delenv(name, raising=False)
    raw = tmp_path / "raw" / "erp"
    raw.mkdir(parents=True)
    (raw / "members.csv").write_text("member_no\nM1\n", encoding="utf-8")
    (tmp_path / "vault").mkdir()
    return dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(tmp_path / "raw")}),
        database=tmp_path / "small.duckdb",
        publish_dir=tmp_path / "out" / "published",
        vault_key=tmp_path / "vault" / "identity.key",
        threads=1,
    )


@pytest.fixture
def steps(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """The stand-ins, in place."""
    made = Steps(settings)
    monkeypatch.setattr(refreshing, "_step", made)
    monkeypatch.setattr(refreshing, "_freshness", lambda run: run.note("freshness", "done", 0.0))
    return made


def refresh(settings: Settings) -> tuple[int, list[dict[str, Any]]]:
    """One refresh: its exit code and its lines."""
    said = io.StringIO()
    code = refreshing.refresh(settings, output=said)
    return code, [json.loads(line) for line in said.getvalue().splitlines()]


def test_every_step_is_one_line_of_json_with_its_time(settings: Settings, steps: Steps) -> None:
    code, lines = refresh(settings)
    assert code == 0
    assert [line["step"] for line in lines] == [
        "build", "audit", "publish", "visible", "freshness", "refresh",
    ]  # fmt: skip
    assert len({line["run_id"] for line in lines}) == 1
    assert all(line["seconds"] >= 0 and line["status"] and line["at"] for line in lines)
    assert lines[3]["landed_to_published_seconds"] >= 0
    log = (refreshing.history_folder(settings) / "log.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line) for line in log.splitlines()] == lines


def test_without_news_nothing_is_built_and_a_new_file_is_news(
    settings: Settings, steps: Steps
) -> None:
    refresh(settings)
    code, lines = refresh(settings)
    assert code == 0
    assert [(line["step"], line["status"]) for line in lines] == [
        ("build", "nothing_new"),
        ("refresh", "done"),
    ]
    (Path(settings.raw_root) / "erp" / "more.csv").write_text("member_no\nM2\n", encoding="utf-8")
    refresh(settings)
    assert steps.builds == 2
    assert shown(settings) == 2
    refresh(dataclasses.replace(settings, currency="USD"))
    assert steps.builds == 3


def test_a_hidden_file_that_a_build_reads_is_news(settings: Settings, steps: Steps) -> None:
    refresh(settings)
    for name, builds in ((".more.csv.partial", 1), (".more.csv", 2)):
        path = Path(settings.raw_root) / "erp" / "members" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("member_no\nM2\n", encoding="utf-8")
        refresh(settings)
        assert steps.builds == builds


def test_what_lands_where_a_link_leads_is_news(settings: Settings, steps: Steps) -> None:
    """A build reads a system's folder that is a link; one that leads back up is walked once."""
    elsewhere = Path(settings.raw_root).parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "contacts.csv").write_text("contact_id\nC1\n", encoding="utf-8")
    (Path(settings.raw_root) / "crm").symlink_to(elsewhere, target_is_directory=True)
    (elsewhere / "back").symlink_to(settings.raw_root, target_is_directory=True)
    refresh(settings)
    refresh(settings)
    assert steps.builds == 1
    (elsewhere / "contacts.csv").write_text("contact_id\nC1\nC2\n", encoding="utf-8")
    refresh(settings)
    assert steps.builds == 2


def test_what_lands_while_a_build_runs_is_news_for_the_next(
    settings: Settings, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def landing(run: refreshing.Run, name: str, command: list[str]) -> int:
        if name == "publish":
            late = Path(settings.raw_root) / "erp" / "late.csv"
            late.write_text("member_no\nM3\n", encoding="utf-8")
        return steps(run, name, command)

    monkeypatch.setattr(refreshing, "_step", landing)
    refresh(settings)
    monkeypatch.setattr(refreshing, "_step", steps)
    refresh(settings)
    assert steps.builds == 2


@pytest.mark.parametrize(
    ("step", "code", "expected", "published"),
    [("build", 1, 1, None), ("build", 2, 2, None), ("publish", 1, 1, None)],
)
def test_a_failed_step_publishes_nothing_and_the_next_refresh_does(
    settings: Settings, steps: Steps, step: str, code: int, expected: int, published: None
) -> None:
    steps.codes[step] = code
    assert refresh(settings)[0] == expected
    assert publishing.current_run(settings.publish_dir) is published
    steps.codes.clear()
    assert refresh(settings)[0] == 0
    assert shown(settings) == steps.builds


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 3), (2, 2), (3, 3), (4, 3)])
def test_what_is_held_by_the_ingest_does_not_keep_the_rest_from_readers(
    settings: Settings, steps: Steps, monkeypatch: pytest.MonkeyPatch, code: int, expected: int
) -> None:
    monkeypatch.setenv("TOUCHPOINT_INGEST", "ingest.yml")
    steps.codes["ingest"] = code
    assert refresh(settings)[0] == expected
    assert settings.publish_dir.exists() == (code != 2)


def test_a_wrong_grant_keeps_nobody_else_from_what_is_new(
    settings: Settings, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code 3 says so until the seed is mended; a role without any grant loses its copy."""
    refresh(settings)
    rows = [dict.fromkeys(("columns", "regions", "channels"), "*") | {"role": role, "relation": "one"}
            for role in ("east", "gone", "west")]  # fmt: skip
    monkeypatch.setattr("touchpoints.access.read_seed", lambda *_: rows)
    for role in ("east", "gone", "west"):
        publishing.publish(settings, role)
    del rows[1]
    asked: list[str] = []

    def refuse_east(run: refreshing.Run, name: str, command: list[str]) -> int:
        if name != "publish_role":
            return steps(run, name, command)
        asked.append(command[-1])
        return 1 if command[-1] == "east" else 0

    monkeypatch.setattr(refreshing, "_step", refuse_east)
    (Path(settings.raw_root) / "erp" / "more.csv").write_text("member_no\nM2\n", encoding="utf-8")
    code, lines = refresh(settings)
    assert code == 3
    assert shown(settings) == steps.builds == 2
    assert asked == ["east", "west"]
    assert [line["role"] for line in lines if line["status"] == "withdrawn"] == ["gone"]
    assert publishing.roles_published(settings.publish_dir) == ["east", "west"]
    assert not publishing.runs_folder(publishing.role_dir(settings.publish_dir, "gone")).exists()
    # nothing is built anew for it, and it is not forgotten
    code, lines = refresh(settings)
    assert (code, steps.builds) == (3, 2)
    assert lines[0]["refused_roles"] == ["east"]


def test_a_message_is_sent_where_that_is_set_up_also_of_a_failure(
    settings: Settings, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHPOINT_NOTIFY_URLS", "json://127.0.0.1:1")
    assert refresh(settings)[0] == 0
    assert steps.called[-1] == "notify"
    steps.codes = {"notify": 1, "build": 1}
    (Path(settings.raw_root) / "erp" / "more.csv").write_text("member_no\nM2\n", encoding="utf-8")
    assert refresh(settings)[0] == 1
    assert steps.called[-1] == "notify"
    steps.codes = {"notify": 1}
    assert refresh(settings)[0] == 3
    assert shown(settings) == steps.builds
    # nothing is built anew for it, and it is tried again until it was sent
    for code, codes in ((3, {"notify": 1}), (0, {})):
        steps.codes = codes
        assert refresh(settings)[0] == code
        assert steps.called[-1] == "notify"
    called = list(steps.called)
    assert refresh(settings)[0] == 0
    assert steps.called == called


def test_a_message_is_sent_and_not_only_shown(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step itself, to a server of this machine."""
    monkeypatch.chdir(PROJECT)
    publish_alerts(settings.publish_dir, [OPEN])
    monkeypatch.setenv("TOUCHPOINT_PUBLISH_DIR", str(settings.publish_dir))
    monkeypatch.setenv("TOUCHPOINT_NOTIFY_STATE", str(tmp_path / "notified.json"))
    said = io.StringIO()
    with receiver() as server, open(tmp_path / "lock", "w", encoding="ascii") as lock:
        monkeypatch.setenv("TOUCHPOINT_NOTIFY_URLS", f"json://127.0.0.1:{server.port}/")
        run = refreshing.Run("1", "", tmp_path / "log", said, lock.fileno())
        assert refreshing._notify(run), said.getvalue()
        assert [told["title"] for told in server.received] == ["Alert: Orders fall – all"]


def test_the_history_has_a_row_per_step_of_every_run_that_did_something(
    settings: Settings, steps: Steps
) -> None:
    refresh(settings)
    refresh(settings)
    steps.codes["build"] = 1
    (Path(settings.raw_root) / "erp" / "more.csv").write_text("member_no\nM2\n", encoding="utf-8")
    refresh(settings)
    history = str(refreshing.history_folder(settings) / "run_history.parquet")
    rows = duckdb.sql(
        f"select exit_code, count(*), count(distinct run_id), max(landed_to_published_seconds) >= 0"
        f" from '{history}' group by exit_code order by exit_code"
    ).fetchall()
    assert rows == [(0, 5, 1, True), (1, 1, 1, None)]


def test_a_history_that_cannot_be_read_is_put_aside_and_begun_anew(
    settings: Settings, steps: Steps
) -> None:
    folder = refreshing.history_folder(settings)
    folder.mkdir(parents=True)
    (folder / "run_history.parquet").write_bytes(b"")
    code, _ = refresh(settings)
    assert code == 0
    found = duckdb.execute("select step from read_parquet(?)", [f"{folder}/run_history.parquet"])
    assert ("publish",) in found.fetchall()
    assert (folder / "run_history.unreadable").exists()


def test_a_second_refresh_ends_at_once_with_a_code_of_its_own(
    settings: Settings, steps: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = refreshing.history_folder(settings)
    folder.mkdir(parents=True)
    with refreshing._only_one(folder / "lock"):
        assert refresh(settings) == (4, [])
    assert f"another refresh is at work (process {os.getpid()})" in capsys.readouterr().err
    assert steps.called == []
    assert refresh(settings)[0] == 0


def test_a_lock_that_a_killed_refresh_left_is_no_lock_but_its_steps_keep_it(tmp_path: Path) -> None:
    """The process that held it is gone; a step that it started still runs, and may not be overrun."""
    lock = tmp_path / "lock"
    code = (
        "import subprocess, sys, pathlib\n"
        "from touchpoints.refresh import _only_one\n"
        f"with _only_one(pathlib.Path({str(lock)!r})) as held:\n"
        "    step = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], pass_fds=(held,))\n"
        "    print(step.pid, flush=True)\n"
        "    step.wait()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    step = int(holder.stdout.readline())
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with pytest.raises(refreshing.Busy), refreshing._only_one(lock):
        pass
    os.kill(step, signal.SIGKILL)
    for _ in range(100):
        try:
            with refreshing._only_one(lock):
                return
        except refreshing.Busy:
            time.sleep(0.05)
    pytest.fail("the lock outlived everyone")


def test_a_wrong_setting_ends_a_refresh_with_code_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "touchpoints", "refresh"],
        cwd=PROJECT,
        env=environment(tmp_path, currency="yuan"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "TOUCHPOINT_CURRENCY" in done.stderr
