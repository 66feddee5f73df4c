"""`make refresh`: ingest, look at freshness, build and test, publish, notify; made to be called every minute.

One refresh runs at a time. Each step is a process of its own, and writes one line of JSON when it ends. A refresh that
was killed needs no repair: the next one does what is to be done.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import duckdb

from touchpoints.access import is_granted
from touchpoints.landing import ENDINGS
from touchpoints.publish import current_run, roles_published, withdraw
from touchpoints.settings import PROJECT, Settings
from touchpoints.stamp import read_stamp

DONE, FAILED, WRONG, HELD, BUSY = 0, 1, 2, 3, 4
INGEST_CODES = {DONE: "done", HELD: "held", BUSY: "busy", WRONG: "wrong"}
KEPT_RUNS = 10_000
NEVER = "0001-"
SHOWN_BYTES = 4_000


class Busy(RuntimeError):
    """Another refresh is at work."""


@dataclass
class Run:
    """One refresh: what its steps did."""

    run_id: str
    started_at: str
    log: Path
    output: TextIO
    lock: int
    steps: list[dict[str, Any]] = field(default_factory=list)

    def note(self, step: str, status: str, seconds: float, **more: Any) -> None:
        """Write the line of a step."""
        line = {
            "run_id": self.run_id,
            "step": step,
            "status": status,
            "seconds": round(seconds, 3),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **more,
        }
        self.steps.append(line)
        text = json.dumps(line, ensure_ascii=False)
        print(text, file=self.output, flush=True)
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(text + "\n")


def refresh(settings: Settings, dbt_args: Sequence[str] = (), output: TextIO = sys.stdout) -> int:
    """Bring the publication up to date; returns the exit code."""
    folder = history_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _only_one(folder / "lock") as lock:
            moment = datetime.now(UTC)
            run = Run(
                f"{moment:%Y%m%dT%H%M%S%f}Z",
                moment.isoformat(timespec="milliseconds"),
                folder / "log.jsonl",
                output,
                lock,
            )
            started = time.monotonic()
            code = _run(run, settings, dbt_args)
            outcome = {DONE: "done", HELD: "held", FAILED: "failed", WRONG: "wrong"}[code]
            run.note("refresh", outcome, time.monotonic() - started)
            _remember(run, folder, code, time.monotonic() - started)
            return code
    except Busy as busy:
        print(busy, file=sys.stderr)
        return BUSY


def history_folder(settings: Settings) -> Path:
    """Where the log and the history of refreshes lie: beside the publication."""
    return settings.publish_dir.with_name(settings.publish_dir.name + ".refresh")


def _run(run: Run, settings: Settings, dbt_args: Sequence[str]) -> int:
    held = False
    if os.environ.get("TOUCHPOINT_INGEST"):
        code = _step(run, "ingest", [ingest_python(), "-m", "ingest"])
        if code == WRONG:
            return WRONG
        # a source that is away, or a file that is held, does not keep the others from being published
        held = code != DONE
    # as it is before the build: what lands while it runs is for the next one
    inputs, newest = _inputs(settings, dbt_args), _newest(settings)
    known = _published(settings)
    refused, untold = known.pop("refused_roles", []), known.pop("untold", False)
    if known == {**inputs, **_made(settings)}:
        run.note("build", "nothing_new", 0.0, **({"refused_roles": refused} if refused else {}))
        if untold and _notify(run):
            _keep(settings, known, refused, untold=False)
            untold = False
        return HELD if held or refused or untold else DONE
    code = _step(run, "build", [sys.executable, "-m", "touchpoints", "build", "--", *dbt_args])
    if code != DONE:
        _notify(run)
        return WRONG if code == WRONG else FAILED
    audits = _audits(settings)
    run.note("audit", "warned" if audits else "done", 0.0, warnings=audits)
    code = _step(run, "publish", [sys.executable, "-m", "touchpoints", "publish"])
    if code != DONE:
        _notify(run)
        return FAILED
    refused = _publish_roles(run, settings)
    # whoever is killed before all were told tells them the next time
    made = {**inputs, **_made(settings)}
    _keep(settings, made, refused, untold=True)
    delay = round(time.time() - newest, 3) if newest else None
    run.note("visible", "done", 0.0, landed_to_published_seconds=delay)
    # a late source stops nothing, so readers do not wait for the look at it
    _freshness(run)
    notified = _notify(run)
    if notified:
        _keep(settings, made, refused, untold=False)
    return DONE if notified and not held and not refused else HELD


def _publish_roles(run: Run, settings: Settings) -> list[str]:
    """Bring the copies of roles up to date, each by itself; those whose grants cannot be kept.

    A wrong grant keeps neither the whole publication nor other roles from their readers. A role that the seed grants
    nothing any more loses its copy.
    """
    refused = []
    for role in roles_published(settings.publish_dir):
        started = time.monotonic()
        if not is_granted(role):
            withdraw(settings.publish_dir, role)
            run.note("publish_role", "withdrawn", time.monotonic() - started, role=role)
            continue
        asked = [sys.executable, "-m", "touchpoints", "publish", "--role", role]
        if _step(run, "publish_role", asked) != DONE:
            refused.append(role)
    return refused


def ingest_python() -> str:
    """The interpreter of the ingest's own environment, where there is one."""
    own = PROJECT / ".venv-ingest" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def _step(run: Run, name: str, command: list[str]) -> int:
    """One step in a process of its own, whose last words are kept when it fails."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=Path.cwd(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        pass_fds=(run.lock,),
    )
    seconds = time.monotonic() - started
    told = {} if done.returncode == DONE else {"said": done.stdout[-SHOWN_BYTES:]}
    status = INGEST_CODES.get(done.returncode, "failed")
    run.note(name, status, seconds, code=done.returncode, **told)
    return done.returncode


def _notify(run: Run) -> bool:
    """Tell whoever is to be told, where that is set up; a message that cannot be sent undoes nothing."""
    if not os.environ.get("TOUCHPOINT_NOTIFY_URLS"):
        return True
    code = _step(run, "notify", [notify_python(), "-m", "touchpoints", "notify", "--send"])
    return code == DONE


def notify_python() -> str:
    """The interpreter of the delivery's own environment, which has apprise, where there is one."""
    own = PROJECT / ".venv-notify" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def _freshness(run: Run) -> None:
    """`dbt source freshness`: sources that are late are told; a late source publishes all the same."""
    started = time.monotonic()
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--quiet", "source", "freshness"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        pass_fds=(run.lock,),
    )
    found = Path(os.environ.get("DBT_TARGET_PATH", "target")) / "sources.json"
    late: list[str] = []
    with contextlib.suppress(OSError, json.JSONDecodeError, KeyError):
        results = json.loads(found.read_text(encoding="utf-8"))["results"]
        late = sorted(
            ".".join(result["unique_id"].split(".")[2:])
            for result in results
            if result["status"] in ("warn", "error")
            # a table that never landed is not late
            and not str(result.get("max_loaded_at", NEVER)).startswith(NEVER)
        )
    status = "done" if done.returncode == 0 else "warned"
    run.note("freshness", "late" if late else status, time.monotonic() - started, late=late)


def _audits(settings: Settings) -> list[str]:
    """Loads beyond a limit that warns, and loads of an unusual volume."""
    from touchpoints.engine import connect

    told: list[str] = []
    try:
        with connect(settings, read=True) as connection:
            told += [
                f"{system}.{table}: {share:.1%} of {count:,} records rejected on {day} ({reason})"
                for system, table, share, count, day, reason in connection.execute(
                    "select source_system, source_table, rejected_share, received_count, load_day, reason_code"
                    " from marts.load_audits where is_newest and status in ('warn', 'stop') order by all"
                ).fetchall()
            ]
            told += [
                f"{system}.{table}: {count:,} records on {day}, usually {median:,.0f}"
                for system, table, count, day, median in connection.execute(
                    "select source_system, source_table, received_count, load_day, former_median"
                    " from marts.load_volumes where status in ('low', 'high') order by all"
                ).fetchall()
            ]
    except duckdb.Error as error:
        told.append(f"could not be read: {type(error).__name__}")
    return told


# ------------------------------------------------------------------------------------------- news


def _write(path: Path, content: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content) + "\n", encoding="utf-8")
    fresh.replace(path)


def _keep(settings: Settings, made: dict[str, Any], refused: list[str], *, untold: bool) -> None:
    """Keep what was published, and what the next refresh has to make up for."""
    owed = {
        **({"refused_roles": refused} if refused else {}),
        **({"untold": True} if untold else {}),
    }
    _write(history_folder(settings) / "published.json", {**made, **owed})


def _published(settings: Settings) -> dict[str, Any]:
    """What the last refresh published, and what of; nothing where that is not known."""
    try:
        path = history_folder(settings) / "published.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return found


def _inputs(settings: Settings, dbt_args: Sequence[str]) -> dict[str, Any]:
    """All that a publication is made of."""
    project = [
        PROJECT / name
        for name in ("models", "macros", "seeds", "tests", "touchpoints", "dbt_project.yml")
    ]
    learned = sorted(settings.vault_key.parent.glob("*.parquet"))
    return {
        "landed": None if settings.is_remote else _fingerprint([Path(settings.raw_root)]),
        "project": _fingerprint([*project, *learned]),
        "asked": [
            *(settings.raw_root, settings.industry, settings.timezone, settings.currency),
            os.environ.get("TOUCHPOINT_BOT_RULE"),
            os.environ.get("TOUCHPOINT_STAFF_RULE"),
            *dbt_args,
        ],
    }


def _made(settings: Settings) -> dict[str, Any]:
    """The build and the publication that are there now."""
    stamp = read_stamp(settings.database)
    run = current_run(settings.publish_dir)
    return {
        "invocation": stamp["invocation_id"] if stamp else None,
        "run": run.name if run else None,
    }


def _fingerprint(roots: list[Path]) -> str:
    """Names, sizes and times of all files: what is new is seen without reading it."""
    found = []
    for root in roots:
        for path in [root] if root.is_file() else sorted(_below(root)):
            with contextlib.suppress(FileNotFoundError):
                # a build reads hidden files too, where they end like landed ones
                is_hidden = path.name.startswith(".") and not path.name.endswith(ENDINGS)
                if path.is_file() and not is_hidden and path.suffix != ".pyc":
                    entry = path.stat()
                    found.append((str(path), entry.st_size, entry.st_mtime_ns))
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _below(root: Path) -> Iterator[Path]:
    """All files below a folder, also where a link leads to one: a build reads these too."""
    seen: set[str] = set()
    for folder, folders, files in os.walk(root, followlinks=True):
        place = os.path.realpath(folder)
        if place in seen:
            # a link that leads back has no end
            folders.clear()
            continue
        seen.add(place)
        yield from (Path(folder, name) for name in files)


# ---------------------------------------------------------------------------------------- history


def _newest(settings: Settings) -> float | None:
    """When the newest file landed."""
    if settings.is_remote:
        return None
    return max(
        (path.stat().st_mtime for path in _below(Path(settings.raw_root)) if path.is_file()),
        default=None,
    )


def _remember(run: Run, folder: Path, code: int, seconds: float) -> None:
    """Add the refresh to the history, whole or not at all: Parquet with one row per step."""
    rows = [
        {
            "run_id": run.run_id,
            "started_at": run.started_at,
            "exit_code": code,
            "run_seconds": round(seconds, 3),
            "step": step["step"],
            "status": step["status"],
            "step_seconds": step["seconds"],
            "landed_to_published_seconds": step.get("landed_to_published_seconds"),
        }
        for step in run.steps
        if step["step"] != "refresh"
    ]
    if [row["status"] for row in rows if row["step"] == "build"] == [
        "nothing_new"
    ] and code == DONE:
        return
    history = folder / "run_history.parquet"
    fresh = folder / ".run_history.new"
    lines = folder / ".rows.json"
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    columns = (
        "{run_id: 'varchar', started_at: 'timestamptz', exit_code: 'integer', run_seconds: 'double',"
        " step: 'varchar', status: 'varchar', step_seconds: 'double',"
        " landed_to_published_seconds: 'double'}"
    )
    quoted = [str(path).replace("'", "''") for path in (lines, history, fresh)]
    rows_sql = (
        f"select * from read_json('{quoted[0]}', columns = {columns}, format = 'newline_delimited')"
    )
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        if history.exists():
            former = f"select * from read_parquet('{quoted[1]}')"
            try:
                connection.execute(f"create temp table former as {former}")
                rows_sql = f"select * from former union all by name {rows_sql}"
            except duckdb.Error:
                # cut off with the power: a history that cannot be read stops no refresh
                history.replace(folder / "run_history.unreadable")
        connection.execute(
            f"copy (select * from ({rows_sql}) order by run_id desc limit {KEPT_RUNS}) "
            f"to '{quoted[2]}' (format parquet)"
        )
    fresh.replace(history)
    lines.unlink()


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[int]:
    """Let one refresh run at a time. The steps hold the lock too, so that it falls when the last of them has ended."""
    with open(path, "a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise Busy(
                f"another refresh is at work (process {holder}); this one did nothing"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()
