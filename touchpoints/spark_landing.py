"""What Spark reads: landed files as Parquet folders, one for each table, with the place of every record.

Spark numbers no lines of a file, so `python -m touchpoints load` writes what has landed once more, as Parquet: load_id,
load_row and the columns as they are. `dbt run-operation register_landed_files` then makes tables of the folders.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from touchpoints import landing
from touchpoints.engine import connect
from touchpoints.load import check_count, landed_files, quoted, read_file
from touchpoints.settings import Settings
from touchpoints.vault import identity_key


def write_landing(settings: Settings, folder: Path) -> str:
    """Write every landed file that is not there yet as Parquet; returns a line that says what was done."""
    by_table: dict[str, list[Path]] = defaultdict(list)
    for system, table, path in landed_files(Path(settings.raw_root)):
        by_table[f"{system}__{table}"].append(path)
    written = records = 0
    unreadable: list[tuple[str, str, str, int]] = []
    for name, paths in by_table.items():
        kinds = _kinds(settings, paths)
        wanted = set()
        for path in paths:
            load_id = path.relative_to(settings.raw_root).as_posix()
            count, lines, target, is_new = _write_file(
                settings, folder / name, path, load_id, kinds
            )
            unreadable += [(load_id, *name.split("__", 1), line) for line in lines]
            wanted.add(target)
            written += is_new
            records += count if is_new else 0
        for stale in set((folder / name).glob("*.parquet")) - wanted:
            stale.unlink()
    _write_rows(
        settings,
        folder / "unreadable_lines",
        "load_id varchar, source_system varchar, source_table varchar, line bigint",
        unreadable,
    )
    _write_rows(
        settings,
        folder / "identity_key",
        "identity_key varchar",
        [(identity_key(settings.vault_key),)],
    )
    arguments = {"folder": str(folder.resolve()), "tables": sorted(by_table)}
    (folder / "register.json").write_text(json.dumps(arguments), encoding="utf-8")
    return f"{written} files with {records} records written to {folder}"


def _kinds(settings: Settings, paths: list[Path]) -> dict[str, str]:
    """Type of each column over all files of a table: text where they disagree."""
    kinds: dict[str, str] = {}
    for path in paths:
        with connect(settings) as engine:
            for column, kind in read_file(engine, path, with_rows=False)[0].items():
                kinds[column] = kind if kinds.get(column, kind) == kind else "VARCHAR"
    return kinds


def _write_file(
    settings: Settings, folder: Path, path: Path, load_id: str, kinds: dict[str, str]
) -> tuple[int, list[int], Path, bool]:
    """Records, unreadable lines, target, and whether it was written now."""
    with connect(settings) as engine:
        columns, expected = read_file(engine, path)
        lines = [row[0] for row in engine.execute("select line from unreadable").fetchall()]
        typed = {column: kinds[column] for column in columns}
        mark = f"{load_id}|{landing.file_hash(str(path))}|{json.dumps(typed, sort_keys=True)}"
        target = folder / f"{hashlib.sha256(mark.encode()).hexdigest()[:32]}.parquet"
        if target.exists():
            return int(expected["records"]), lines, target, False
        count = engine.execute("select count(*) from landed").fetchall()[0][0]
        check_count(load_id, count, len(lines), expected)
        folder.mkdir(parents=True, exist_ok=True)
        selected = "".join(
            f", cast({quoted(column)} as {kind}) as {quoted(column)}"
            for column, kind in typed.items()
        )
        engine.execute(
            f"copy (select $load_id as load_id, load_row{selected} from landed order by load_row)"
            f" to '{target}' (format parquet)",
            {"load_id": load_id},
        )
    return int(expected["records"]), lines, target, True


def _write_rows(
    settings: Settings, folder: Path, columns: str, rows: list[tuple[Any, ...]]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with connect(settings) as engine:
        engine.execute(f"create temp table written ({columns})")
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            engine.executemany(f"insert into written values ({marks})", rows)
        engine.execute(f"copy written to '{folder / 'rows.parquet'}' (format parquet)")
