"""Publishing: every relation of schema `marts` as one Parquet file, in a fresh folder, switched by one rename.

`<publish dir>` is a symbolic link to `<publish dir>.runs/<run id>`; readers resolve it once and see one complete
publication. The last two stay, so that a reader that began on the one before can finish.

A role (seed access_roles) has a publication of its own, `<publish dir>-<role>`, with what it may read and nothing else.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from touchpoints.access import Grant, WrongRole, grants_of
from touchpoints.engine import connect
from touchpoints.locks import only_one
from touchpoints.origins import landed_files
from touchpoints.settings import Settings
from touchpoints.stamp import read_stamp

HIDDEN_COLUMNS = ("input_hash",)
# What is published is ids and codes: a higher level of zstd takes half as long again, and its files are no smaller.
FORMAT = "(format parquet, compression zstd, compression_level 1)"
PARTIAL = ".partial-"


class CannotPublish(RuntimeError):
    """Publishing was refused; the message says why. What was published before is untouched."""


@dataclass(frozen=True)
class Publication:
    """What one run published: its folder and the rows of each relation."""

    folder: Path
    row_counts: dict[str, int]


def runs_folder(publish_dir: Path) -> Path:
    """The folder that holds the runs behind a publish folder."""
    return publish_dir.with_name(publish_dir.name + ".runs")


def role_dir(publish_dir: Path, role: str | None) -> Path:
    """The folder that shows the publication of a role, or of all."""
    return publish_dir.with_name(f"{publish_dir.name}-{role}") if role else publish_dir


def roles_published(publish_dir: Path) -> list[str]:
    """The roles that have a publication."""
    found = []
    for link in publish_dir.parent.glob(f"{glob.escape(publish_dir.name)}-*"):
        role = link.name.removeprefix(f"{publish_dir.name}-")
        folder = current_run(link)
        if folder and (folder / "publication.json").exists():
            note = json.loads((folder / "publication.json").read_text(encoding="utf-8"))
            if note.get("role") == role:
                found.append(role)
    return sorted(found)


def withdraw(publish_dir: Path, role: str) -> None:
    """Take a role's copy away: what it shows, and what it showed."""
    target = role_dir(publish_dir, role)
    if target.is_symlink():
        target.unlink()
        shutil.rmtree(runs_folder(target))


def publish(settings: Settings, role: str | None = None) -> Publication:
    """Publish what the last full successful build made, for a role what it may read.

    Raises CannotPublish and leaves the last good copy.
    """
    try:
        grants = grants_of(role) if role else None
    except WrongRole as error:
        raise CannotPublish(str(error)) from None
    stamp = read_stamp(settings.database)
    if stamp is None:
        raise CannotPublish(
            f"{settings.database} carries no stamp of a full and successful build, so nothing was published. "
            "Run `make build` (a build with a selection does not count, nor does `dbt retry`)."
        )
    target = role_dir(settings.publish_dir, role)
    if target.exists() and not target.is_symlink():
        raise CannotPublish(
            f"{target} exists and is no link that publishing made, so it was left alone. "
            "Move it away, or name another place in TOUCHPOINT_PUBLISH_DIR."
        )
    runs = runs_folder(target)
    runs.mkdir(parents=True, exist_ok=True)
    busy = CannotPublish("another run is publishing to the same place; try again later")
    with only_one(runs / ".lock", busy):
        _remove_leftovers(target)
        moment = datetime.now(UTC)
        run_id = f"{moment:%Y%m%dT%H%M%S%f}Z-{stamp['invocation_id'][:8]}"
        partial = runs / (PARTIAL + run_id)
        partial.mkdir()
        counts = _write_relations(settings, stamp, partial, grants)
        _write_catalogue(stamp, partial)
        if role is None:
            _write_made_of(settings, stamp, partial)
        note = {
            "run_id": run_id,
            "invocation_id": stamp["invocation_id"],
            "built_at": stamp["built_at"],
            "published_at": moment.isoformat(timespec="seconds"),
            "settings": stamp["settings"],
            "settings_hash": stamp["settings_hash"],
            "row_counts": counts,
            **({"role": role} if role else {}),
        }
        text = json.dumps(note, indent=2, ensure_ascii=False)
        (partial / "publication.json").write_text(text + "\n", encoding="utf-8")
        _settle(partial)
        folder = partial.rename(runs / run_id)
        before = current_run(target)
        _switch(target, folder)
        _keep(runs, folder, before)
    return Publication(folder, counts)


def _write_relations(
    settings: Settings, stamp: dict[str, Any], folder: Path, grants: dict[str, Grant] | None
) -> dict[str, int]:
    counts = {}
    relations = stamp["relations"]
    if grants is not None:
        unknown = sorted(set(grants) - set(relations))
        if unknown:
            raise CannotPublish(f"seeds/access_roles.csv: no such relation: {', '.join(unknown)}")
        relations = sorted(grants)
    connection = _open(settings)
    try:
        for relation in relations:
            described = connection.execute(f'describe marts."{relation}"').fetchall()
            columns = [column[0] for column in described if column[0] not in HIDDEN_COLUMNS]
            condition, parameters = "true", []
            if grants is not None:
                columns, condition, parameters = grants[relation].selection(columns)
            chosen = ", ".join(f'"{column}"' for column in columns)
            order = _order(columns, stamp.get("catalogue", {}).get(relation, {}).get("key", []))
            path = str(folder / f"{relation}.parquet").replace("'", "''")
            written = connection.execute(
                f'copy (select {chosen} from marts."{relation}" where {condition} order by {order}) '
                f"to '{path}' {FORMAT}",
                parameters,
            ).fetchall()
            counts[relation] = int(written[0][0])
    except WrongRole as error:
        raise CannotPublish(f"seeds/access_roles.csv: {error}") from None
    except duckdb.CatalogException as error:
        raise CannotPublish(
            f"the build database lacks a relation that was to be published: {error}. Run `make build` again."
        ) from error
    finally:
        connection.close()
    return counts


def _order(columns: list[str], key: list[str]) -> str:
    """What rows are ordered by: their columns up to the last one of the key.

    No two rows are alike in these, so it is the order by all columns, with less to compare and to keep in memory.
    """
    if not key or not set(key) <= set(columns):
        return "all"
    last = max(columns.index(column) for column in key)
    return ", ".join(f'"{column}"' for column in columns[: last + 1])


def _write_catalogue(stamp: dict[str, Any], folder: Path) -> None:
    """What each published relation and column means: of what lies in the folder, and of nothing else."""
    told = {}
    for path in sorted(folder.glob("*.parquet")):
        entry = stamp.get("catalogue", {}).get(path.stem)
        if entry is None:
            continue
        with duckdb.connect() as connection:
            described = connection.execute("describe from read_parquet(?)", [str(path)]).fetchall()
        columns = [column[0] for column in described]
        told[path.stem] = {
            **entry,
            "key": entry["key"] if set(entry["key"]) <= set(columns) else [],
            "columns": {
                name: entry["columns"][name] for name in columns if name in entry["columns"]
            },
        }
    _write_json(folder / "catalogue.json", told)


def _write_made_of(settings: Settings, stamp: dict[str, Any], folder: Path) -> None:
    """What the build was made of, by which `make diff` tells why two publications differ."""
    with _open(settings) as connection:
        files = landed_files(connection)
    _write_json(folder / "made_of.json", {**stamp.get("made_of", {}), "files": files})


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def _open(settings: Settings) -> duckdb.DuckDBPyConnection:
    try:
        return connect(settings, read=True)
    except duckdb.IOException as error:
        raise CannotPublish(
            f"{settings.database} cannot be opened for reading: {error}\n"
            "A build that is running, or another program that writes to it, keeps readers out."
        ) from error


def current_run(target: Path) -> Path | None:
    """The run that a publish folder shows, None where it shows none."""
    return Path(os.path.realpath(target)) if target.is_symlink() and target.exists() else None


def _switch(target: Path, folder: Path) -> None:
    """Let `target` show `folder`: one rename, so that a reader sees the old or the new, never neither."""
    fresh = target.with_name(f".{target.name}.next")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path(folder.parent.name) / folder.name, target_is_directory=True)
    fresh.replace(target)


def _keep(runs: Path, folder: Path, before: Path | None) -> None:
    """Remove every run but the one shown and the one shown before it."""
    kept = {folder.name, before.name if before else None}
    for run in runs.iterdir():
        if run.is_dir() and run.name not in kept:
            shutil.rmtree(run)


def _remove_leftovers(target: Path) -> None:
    """Remove what a crashed run left: half-written runs and a link that was never put in place."""
    for run in runs_folder(target).glob(PARTIAL + "*"):
        shutil.rmtree(run)
    target.with_name(f".{target.name}.next").unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the files on the disk before anything points at them."""
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
