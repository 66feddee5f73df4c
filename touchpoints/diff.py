"""`make diff`: two publications side by side: which marts and figures differ, and through what.

Rows are told apart by the key that the publication names; what is in both with other values has changed. The causes are
what the two were made of: seeds, vars, settings, models, macros, landed files, versions. A mart is said to have changed
through a cause if it depends on it.
"""

from __future__ import annotations

import filecmp
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from touchpoints.publish import PARTIAL, runs_folder
from touchpoints.settings import Settings

MOST_FIGURES = 8
MOST_CAUSES = 12
MOST_FILES = 10
# What is not to be added up: shares, scores, ranks, points in an order, ends of intervals.
NOT_ADDED = re.compile(
    r"(low|high|importance|lift|score|nps|ces|csat|share|rate|gap|latitude|longitude)"
    r"|.*_(share|rate|csat|nps|nps_person|ces|percentile|score|index|rank|number|ratio|lift|decile|year|tier"
    r"|quarter|month|hour|window|days|hours|threshold|probability|log_odds|z|p|change|relative|absolute|age)"
    r"|.*_(low|high|from|to)"
    r"|(mean|median|p90|previous|usual|largest|observed|expected|benchmark|target)_.*|.*(mean|median).*"
    r"|observed|expected|value_id|step_number|weight|sentiment|confidence|concentration|.*_per_.*"
    r"|(share_of|conversion_from|return_on|days_since)_.*|(control_)?(before|after)|later_conversion"
    r"|.*_(risk|effect|figure|margin|scaled)|nps_person|[pq]_value|accuracy|figure|measure|price|priority"
    r"|rating|reached_step|source_row|people_needed"
)
# a column that is money elsewhere
NOT_ADDED_OF = {("metric_values", "value")}
FRACTIONS = {"FLOAT", "DOUBLE"}
LAST_DIGITS = 1e-9
NUMBERS = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)")


class CannotCompare(RuntimeError):
    """There are no two publications to compare; the message says what to do."""


@dataclass(frozen=True)
class Side:
    """One of the two publications."""

    folder: Path
    note: dict[str, Any]
    catalogue: dict[str, Any]
    made_of: dict[str, Any]

    @property
    def relations(self) -> set[str]:
        """What it published."""
        return {path.stem for path in self.folder.glob("*.parquet")}

    @property
    def text(self) -> str:
        """One line for people."""
        commit = self.made_of.get("versions", {}).get("commit")
        at = f", commit {commit}" if commit else ""
        return f"{self.folder.name} (published {self.note.get('published_at', '?')}{at})"


@dataclass(frozen=True)
class Cause:
    """Something that the two were not made of alike; `name` is its place in the graph of what depends on what."""

    name: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A column whose values differ: its sums where these mean something, else by how much single values differ."""

    column: str
    before: Any = None
    after: Any = None
    changed: int = 0
    most: float | None = None

    @property
    def text(self) -> str:
        """One line for people."""
        if self.before != self.after:
            return f"{self.column}: {_number(self.before)} → {_number(self.after)}"
        most = f", by {_number(self.most)} at most" if self.most is not None else ""
        return f"{self.column}: differs in {self.changed:,} row{'s' * (self.changed != 1)}{most}"


@dataclass
class Change:
    """A mart that differs."""

    relation: str
    rows_before: int = 0
    rows_after: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)


@dataclass
class Difference:
    """What differs between two publications, and what they were not made of alike."""

    before: Side
    after: Side
    causes: list[Cause]
    changes: list[Change]
    compared: int

    @property
    def is_same(self) -> bool:
        """Whether readers see the same in both."""
        return not self.changes

    @property
    def text(self) -> str:
        """The report in plain words."""
        told = [f"before  {self.before.text}", f"after   {self.after.text}", ""]
        unknown = [side.folder.name for side in (self.before, self.after) if not side.made_of]
        if unknown:
            told += [f"Of {' and '.join(unknown)} it is not known what it was made of."]
        elif self.causes:
            told += ["What they were not made of alike:"]
            told += _most([f"  {cause.text}" for cause in self.causes], MOST_CAUSES * 2, "  ")
        else:
            told += ["They were made of the same files, definitions, settings and code."]
        told += [""]
        if self.is_same:
            told += [f"All {self.compared} relations hold the same."]
            return "\n".join(told)
        told += [f"{len(self.changes)} of {self.compared} relations differ:"]
        for change in self.changes:
            told += ["", *_told(change)]
        return "\n".join(told)


def _told(change: Change) -> list[str]:
    through = ", ".join(_most(change.causes, MOST_CAUSES)) or "nothing that is recorded"
    counts = [
        f"{count:,} {name}"
        for count, name in (
            (change.added, "added"),
            (change.removed, "removed"),
            (change.changed, "changed"),
        )
        if count
    ]
    rows = f"  rows: {change.rows_before:,} → {change.rows_after:,}"
    return [
        f"{change.relation}, through {through}",
        rows + (f" ({', '.join(counts)})" if counts else ""),
        *(f"  {note}" for note in change.notes),
        *_most([f"  {figure.text}" for figure in change.figures], MOST_FIGURES, "  "),
    ]


def _most(lines: list[str], count: int, indent: str = "") -> list[str]:
    if len(lines) <= count:
        return lines
    return [*lines[:count], f"{indent}… and {len(lines) - count} more"]


def _number(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.6g}" if abs(value) < 1000 else f"{value:,.2f}"
    return f"{value:,.0f}" if isinstance(value, float) else f"{value:,}"


# ------------------------------------------------------------------------------------ the two sides


def diff(settings: Settings, before: str | None = None, after: str | None = None) -> Difference:
    """Compare two publications: the newest with the one before it, or those named by run or folder."""
    runs = runs_folder(settings.publish_dir)
    known = (
        sorted(
            path
            for path in runs.iterdir()
            if (path / "publication.json").is_file() and not path.name.startswith(PARTIAL)
        )
        if runs.is_dir()
        else []
    )
    newer = _chosen(after, known) if after else (known[-1] if known else None)
    others = [path for path in known if newer is None or path.name < newer.name]
    older = _chosen(before, known) if before else (others[-1] if others else None)
    if newer is None or older is None:
        raise CannotCompare(
            f"{runs} holds {len(known)} publication{'s' * (len(known) != 1)}, and two are compared. The last two are "
            "kept: publish again (`make build`), or name folders with --before and --after."
        )
    return compare(read_side(older), read_side(newer))


def _chosen(name: str, known: list[Path]) -> Path:
    """A publication by its run (or how that begins), or by its folder."""
    found = [path for path in known if path.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    folder = Path(name)
    if (folder / "publication.json").is_file():
        return folder.resolve()
    told = ", ".join(path.name for path in known) or "none"
    raise CannotCompare(
        f"{name!r} is neither a publication's folder nor one run; there are: {told}"
    )


def read_side(folder: Path) -> Side:
    """A publication with what is told about it."""
    return Side(
        folder,
        _json(folder / "publication.json"),
        _json(folder / "catalogue.json"),
        _json(folder / "made_of.json"),
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def compare(before: Side, after: Side) -> Difference:
    """All relations of two publications, each with the causes that it depends on."""
    # what an older version published does not say what it was made of
    causes = _causes(before, after) if before.made_of and after.made_of else []
    parents: dict[str, set[str]] = {}
    for side in (before, after):
        for name, its in side.made_of.get("parents", {}).items():
            parents.setdefault(name, set()).update(its)
    changes = []
    names = sorted(before.relations | after.relations)
    for relation in names:
        change = _relation(before, after, relation)
        if change is not None:
            upstream = _upstream(f"model {relation}", parents)
            change.causes = [cause.text for cause in causes if cause.name in upstream] or [
                cause.text for cause in causes if cause.name.startswith(("versions", "vault"))
            ]
            changes.append(change)
    return Difference(before, after, causes, changes, len(names))


# ------------------------------------------------------------------------------------------ causes


def _causes(before: Side, after: Side) -> list[Cause]:
    """What was not the same, the definitions first."""
    old, new = before.made_of, after.made_of
    found = []
    for name, text in _differing(old.get("hashes", {}), new.get("hashes", {})):
        kind, rest = name.split(" ", 1)
        shown = rest.split(".")[-1] if kind == "macro" else rest
        found.append(Cause(name, f"{kind} {shown}{text}"))
    order = {"seed": 0, "model": 2, "macro": 3}
    found.sort(key=lambda cause: (order.get(cause.name.split(" ")[0], 4), cause.name))
    values = []
    one, other = old.get("values", {}), new.get("values", {})
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            values.append(
                Cause(name, f"{name}: {_shown(one.get(name))} → {_shown(other.get(name))}")
            )
    seeds = [cause for cause in found if cause.name.startswith("seed")]
    rest = [cause for cause in found if not cause.name.startswith("seed")]
    return [*seeds, *values, *_files(old, new), *rest, *_versions(old, new)]


def _differing(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str]]:
    told = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            told.append((name, " (new)"))
        elif name not in new:
            told.append((name, " (gone)"))
        elif old[name] != new[name]:
            told.append((name, ""))
    return told


def _files(old: dict[str, Any], new: dict[str, Any]) -> list[Cause]:
    """Landed tables whose files are not the same, each with its files."""
    one = {file["path"]: file for file in old.get("files", [])}
    other = {file["path"]: file for file in new.get("files", [])}
    tables: dict[str, list[str]] = {}
    for path, text in _differing(
        {path: file["hash"] for path, file in one.items()},
        {path: file["hash"] for path, file in other.items()},
    ):
        table = (other.get(path) or one[path])["table"]
        tables.setdefault(table, []).append(path + (text or " (changed)"))
    return [
        Cause(f"source {table}", f"files of {table}: {', '.join(_most(paths, MOST_FILES))}")
        for table, paths in sorted(tables.items())
    ]


def _versions(old: dict[str, Any], new: dict[str, Any]) -> list[Cause]:
    found = []
    one, other = old.get("versions", {}), new.get("versions", {})
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            found.append(
                Cause(
                    f"versions {name}",
                    f"version of {name}: {_shown(one.get(name))} → {_shown(other.get(name))}"
                    if name != "commit"
                    else f"commit: {_shown(one.get(name))} → {_shown(other.get(name))}",
                )
            )
    if old.get("identity_key") != new.get("identity_key"):
        found.append(Cause("vault key", "key of the vault: another, so that all ids are others"))
    for name, text in _differing(old.get("learned", {}), new.get("learned", {})):
        found.append(
            Cause(f"vault {name}", f"learned from earlier builds: {name}{text or ' (changed)'}")
        )
    return found


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value or '""'


def _upstream(name: str, parents: dict[str, set[str]]) -> set[str]:
    """The name and all that it depends on."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        its = waiting.pop()
        if its not in seen:
            seen.add(its)
            waiting += parents.get(its, ())
    return seen


# --------------------------------------------------------------------------------------- relations


def _relation(before: Side, after: Side, relation: str) -> Change | None:
    """How a relation differs; None where it does not."""
    paths = [side.folder / f"{relation}.parquet" for side in (before, after)]
    if all(path.is_file() for path in paths) and filecmp.cmp(*paths, shallow=False):
        return None
    change = Change(relation)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        types: list[dict[str, str]] = []
        for name, path in zip(("old", "new"), paths, strict=True):
            if not path.is_file():
                types.append({})
                continue
            quoted = str(path).replace("'", "''")
            connection.execute(f"create view {name} as select * from read_parquet('{quoted}')")
            types.append(
                {row[0]: row[1] for row in connection.execute(f"describe {name}").fetchall()}
            )
        old, new = types
        if old:
            change.rows_before = _one(connection, "select count(*) from old")[0]
        if new:
            change.rows_after = _one(connection, "select count(*) from new")[0]
        if not old or not new:
            change.added, change.removed = change.rows_after, change.rows_before
            change.notes.append("the relation is new" if new else "the relation is gone")
            return change
        for name in [*old, *(name for name in new if name not in old)]:
            if old.get(name) != new.get(name):
                change.notes.append(
                    f"column {name}: {old.get(name, 'none')} → {new.get(name, 'none')}"
                )
        _rows(connection, change, old, new, _key(before, after, relation, old, new))
    same = not (change.added or change.removed or change.changed or change.notes)
    return None if same else change


def _key(
    before: Side, after: Side, relation: str, old: dict[str, str], new: dict[str, str]
) -> list[str]:
    """The columns of which a row is the only one, where both sides know them."""
    key = (
        after.catalogue.get(relation, {}).get("key")
        or before.catalogue.get(relation, {}).get("key")
        or []
    )
    return list(key) if set(key) <= old.keys() & new.keys() else []


def _rows(
    connection: duckdb.DuckDBPyConnection,
    change: Change,
    old: dict[str, str],
    new: dict[str, str],
    key: list[str],
) -> None:
    shared = [name for name in old if name in new and name not in key]
    # what was text has no sum
    kinds = {name: new[name] if _is_number(old[name]) else old[name] for name in shared}
    if not key:
        # without a key a row that has changed is one that went and another that came
        columns = ", ".join(_alike("", name, old[name] == new[name]) for name in shared) or "1"
        for one, other, its in (("new", "old", "added"), ("old", "new", "removed")):
            count = _one(
                connection,
                f"select count(*) from (select {columns} from {one} except all select {columns} from {other})",
            )[0]
            setattr(change, its, count)
        _figures(connection, change, shared, kinds, dict.fromkeys(shared, (0, None)))
        return
    in_both = "old.old_is_there and new.new_is_there"
    on = " and ".join(f"not ({_differs(name, old[name] == new[name])})" for name in key)
    differs = {
        name: _differs(name, old[name] == new[name], {old[name], new[name]} <= FRACTIONS)
        for name in shared
    }
    counted = [f"count(*) filter ({in_both} and {differs[name]})" for name in shared]
    gaps = [
        f'max(abs(cast(new."{name}" as double) - cast(old."{name}" as double)))'
        if _is_number(kinds[name])
        else "null"
        for name in shared
    ]
    any_differs = " or ".join(differs.values()) or "false"
    row = _one(
        connection,
        f"""
        select
            count(*) filter (old.old_is_there is null),
            count(*) filter (new.new_is_there is null),
            count(*) filter ({in_both} and ({any_differs}))
            {"".join(", " + its for its in counted)}
            {"".join(", " + its for its in gaps)}
        from (select *, true as old_is_there from old) as old
        full join (select *, true as new_is_there from new) as new on {on}
        """,
    )
    change.added, change.removed, change.changed = row[:3]
    many = len(shared)
    seen = dict(
        zip(shared, zip(row[3 : 3 + many], row[3 + many :], strict=True), strict=True),
    )
    _figures(connection, change, shared, kinds, seen)


def _differs(name: str, has_one_type: bool, is_fraction: bool = False) -> str:
    """Of two fractions more than the last digits: what is summed up in another order ends otherwise there."""
    one, other = (_alike(f"{side}.", name, has_one_type) for side in ("old", "new"))
    if is_fraction:
        least = f"{LAST_DIGITS} * greatest(abs({one}), abs({other}), 0.001)"
        return (
            f"({one} is distinct from {other} and coalesce(abs({one} - {other}) > {least}, true))"
        )
    return f"{one} is distinct from {other}"


def _alike(side: str, name: str, has_one_type: bool) -> str:
    """A column as both sides can be compared: as text where their types are not the same."""
    return f'{side}"{name}"' if has_one_type else f'cast({side}"{name}" as varchar)'


def _figures(
    connection: duckdb.DuckDBPyConnection,
    change: Change,
    columns: list[str],
    types: dict[str, str],
    seen: dict[str, tuple[int, float | None]],
) -> None:
    """The columns that differ, with their sums where sums mean something."""
    moved = change.added or change.removed
    for name in columns:
        count, most = seen[name]
        if not count and not moved:
            continue
        sums: list[Any] = [None, None]
        if _is_number(types[name]) and is_added(change.relation, name):
            sums = [
                _one(connection, f'select sum("{name}") from {side}')[0] for side in ("old", "new")
            ]
            if _is_close(*sums):
                sums = [None, None]
        if sums[0] != sums[1]:
            change.figures.append(Figure(name, *sums))
        elif count and not (change.added and not change.changed):
            change.figures.append(Figure(name, changed=count, most=most))


def is_added(relation: str, column: str) -> bool:
    """Whether the sum of a column of numbers means something."""
    return not NOT_ADDED.fullmatch(column) and (relation, column) not in NOT_ADDED_OF


def _is_close(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return abs(float(one) - float(other)) <= LAST_DIGITS * max(abs(float(one)), abs(float(other)))


def _is_number(kind: str) -> bool:
    return bool(NUMBERS.fullmatch(kind))


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0]
