"""`make purge`: what a build has erased goes from the copies as well.

A build erases on request (privacy.erasure_requests) in the build database and in what it publishes. This command goes
after what lies outside: the landed files, older publications, proposals of the matching, and the freed pages of the
database file. In landed files each erased value gives way to the pseudonym that the build keeps, so that every later
build, a full refresh too, erases the same records again. Doing it twice changes nothing.

What is older than its retention period (retention_periods) goes as well: a record with its line, a text alone.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from touchpoints import csv_records, landing
from touchpoints.access import is_granted
from touchpoints.engine import connect, plain_path
from touchpoints.proposals import FILE as PROPOSALS
from touchpoints.publish import (
    PARTIAL,
    CannotPublish,
    current_run,
    publish,
    role_dir,
    roles_published,
    runs_folder,
    withdraw,
)
from touchpoints.settings import Settings
from touchpoints.stamp import read_stamp

STAND_IN = "(erased|unread):[0-9a-f]{16}"
# of a text that is older than texts are kept: nothing of it is left, not even a hash
NO_TEXT = "erased:" + "0" * 16
# of a value that no build could read, so that none can read what stands in for it
UNREAD = "unread:" + "0" * 16


class CannotPurge(RuntimeError):
    """Nothing, or not all, could be purged; the message says what to do."""


@dataclass
class Purged:
    """What was purged: records by landed file, publications, proposals; the size of the database before and after.

    `expired`: how many of the records went as a whole, as they were older than they may be.
    `outside`: by table, the columns of rewritten files that no build reads, and that stay as they are.
    """

    files: dict[str, int] = field(default_factory=dict)
    expired: int = 0
    publications: int = 0
    withdrawn: dict[str, str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    proposals: int = 0
    bytes_before: int = 0
    bytes_after: int = 0

    @property
    def text(self) -> str:
        """A few lines for people."""
        emptied = sum(self.files.values()) - self.expired
        told = [
            f"{len(self.files)} landed files rewritten, {emptied:,} records without what was erased.",
            f"{self.expired:,} records older than their retention period removed.",
            f"{self.publications} older publications removed; {self.proposals} proposals of the matching dropped.",
            f"The build database was written anew: {self.bytes_before:,} bytes before, {self.bytes_after:,} now.",
        ]
        told += [
            f"The copy of the role {role} was taken away, as it cannot be made anew: {why}."
            for role, why in self.withdrawn.items()
        ]
        told += [
            f"Columns outside the landing contract stay as they are in the files of {table}: {columns}."
            for table, columns in self.outside.items()
        ]
        if self.files:
            told.append("The next build reads the rewritten files again; its tables stay the same.")
        if self.expired:
            told.append("The ledgers count the removed records until then, and not from then on.")
        told.append(
            "Copies elsewhere (backups, exports, snapshots of an object store) are yours to purge."
        )
        return "\n".join(told)


@dataclass(frozen=True)
class Rewrite:
    """A landed file and, by place of the record in it, the values that stand in for what was erased; and what goes."""

    path: str
    content_hash: str
    file_format: str
    records: dict[int, dict[str, str]]
    expired: set[int] = field(default_factory=set)


def purge(settings: Settings) -> Purged:
    """Purge the copies of what the last build erased; raises CannotPurge."""
    if read_stamp(settings.database) is None:
        raise CannotPurge(
            f"{settings.database} carries no stamp of a full and successful build: run `make build` first"
        )
    try:
        _take_in_log(settings.database)
        rewrites = _rewrites(settings)
    except duckdb.IOException as error:
        raise CannotPurge(
            f"{settings.database} cannot be opened: {error}\nNothing was purged. "
            "A build that is running, or another program that writes to it, keeps others out."
        ) from error
    if rewrites and settings.is_remote:
        listed = "\n".join(f"  {rewrite.path}" for rewrite in rewrites)
        raise CannotPurge(
            "an object store is not rewritten from here. Nothing was purged. Replace these files, "
            f"their older versions too, or copy the landing into a folder and purge that:\n{listed}"
        )
    root = Path(settings.raw_root)
    for rewrite in rewrites:
        path = root / rewrite.path
        if not path.is_file() or landing.file_hash(str(path)) != rewrite.content_hash:
            raise CannotPurge(
                f"{rewrite.path} has changed or gone since the build. Nothing was purged: run `make build` first"
            )
    purged = Purged()
    # first what may be refused: afterwards the landed files are others than those of the build
    purged.publications = _remove_older_publications(settings, purged.withdrawn)
    for rewrite in rewrites:
        rewrite_file = rewrite_csv if rewrite.file_format == "csv" else rewrite_parquet
        # where a link leads: it would give way to the new file, and the old one stay where it is
        path = (root / rewrite.path).resolve()
        changed = rewrite_file(path, rewrite.records, rewrite.expired)
        if changed:
            purged.files[rewrite.path] = changed
            purged.expired += len(rewrite.expired)
    purged.outside = _outside(settings, purged.files)
    purged.proposals = _drop_proposals(settings)
    purged.bytes_before = settings.database.stat().st_size
    # places in a file that lost records are others now: a second purge has to wait for a build
    same_places = [
        root / rewrite.path
        for rewrite in rewrites
        if rewrite.path in purged.files and not rewrite.expired
    ]
    _write_anew(settings, same_places, root)
    purged.bytes_after = settings.database.stat().st_size
    return purged


def _take_in_log(database: Path) -> None:
    """Write into the database what a process that was killed has left in its log, which fits no other file."""
    if Path(f"{database}.wal").exists():
        with duckdb.connect(str(database)) as connection:
            connection.execute("checkpoint")


def _outside(settings: Settings, paths: Collection[str]) -> dict[str, str]:
    """By table of rewritten files, its columns that no build reads: who they speak of, nobody can tell.

    None is told after a build of a part that left `schema_drift` out.
    """
    with connect(settings, read=True) as connection:
        if not connection.execute(
            "select 1 from information_schema.tables where table_schema = 'marts' and table_name = 'schema_drift'"
        ).fetchall():
            return {}
        rows = connection.execute(
            """
            select source_system || '.' || source_table, string_agg(column_name, ', ' order by column_name)
            from marts.schema_drift
            where drift = 'extra' and (source_system, source_table) in (
                select (source_system, source_table) from staging.stg_landing__files
                where landed_path in (select unnest(?))
            )
            group by all
            order by all
            """,
            [list(paths)],
        ).fetchall()
    return dict(rows)


def _rewrites(settings: Settings) -> list[Rewrite]:
    """Every landed file with records of which something was erased."""
    with connect(settings, read=True) as connection:
        columns_of: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where schema_name = 'staging' and starts_with(table_name, 'base_') order by all"
        ).fetchall():
            columns_of.setdefault(table, []).append((column, kind))
        found: dict[str, Rewrite] = {}
        for table, columns in columns_of.items():
            for path, content_hash, file_format, place, values in _erased_values(
                connection, table, columns
            ):
                rewrite = found.setdefault(path, Rewrite(path, content_hash, file_format, {}))
                rewrite.records[place] = values
        for period in _periods(connection):
            for path, content_hash, file_format, place, values in period.found(connection):
                rewrite = found.setdefault(path, Rewrite(path, content_hash, file_format, {}))
                if period.removes == "record":
                    rewrite.expired.add(place)
                else:
                    rewrite.records.setdefault(place, {}).update(values)
    return [found[path] for path in sorted(found)]


@dataclass(frozen=True)
class _Period:
    """A retention period as the last build kept it: what of a base table is too old."""

    table: str
    removes: str
    age_sql: str
    kept_from: str
    texts: tuple[str, ...]

    @property
    def condition(self) -> str:
        """SQL that is true of a record of the base table that is too old."""
        too_old = f"{self.age_sql} < timestamp '{self.kept_from}'"
        if self.removes == "text":
            return too_old
        # with a record all its versions go, or an older one would take its place
        return (
            f'({too_old} or record_key in (select record_key from {{schema}}."{self.table}"'
            f" where record_status in ('accepted', 'erased') and {too_old}))"
        )

    def found(
        self, connection: duckdb.DuckDBPyConnection
    ) -> Iterator[tuple[str, str, str, int, dict[str, str]]]:
        """(path, hash, format, place, stand-in by column) of the records, as `_erased_values` places them."""
        base = f'staging."{self.table}"'
        rows = connection.execute(
            f"""
            with base as (
                select
                    *,
                    row_number() over (partition by source_file_key, source_row > 0 order by source_row)
                        as rank_in_file
                from {base}
            )

            select
                files.landed_path, files.content_hash, files.file_format,
                case when files.file_format = 'csv' then rank_in_file else source_row end
                {"".join(f', base."{name}"' for name in self.texts)}
            from base
            inner join staging.stg_landing__files as files on base.source_file_key = files.file_key
            where source_row > 0 and {self.condition.format(schema="staging")}
            """
        ).fetchall()
        for path, content_hash, file_format, place, *texts in rows:
            kept = zip(self.texts, texts, strict=True)
            values = {
                name: NO_TEXT
                for name, text in kept
                if text is not None and not re.fullmatch(STAND_IN, text)
            }
            if self.removes == "record" or values:
                yield path, content_hash, file_format, int(place), values

    def statement(self, schema: str) -> str:
        """SQL that takes it out of a copy of the build database."""
        condition = self.condition.format(schema=schema)
        if self.removes == "record":
            return f'delete from {schema}."{self.table}" where {condition}'
        # what stands in for an erased text stays, as it does in the file
        emptied = ", ".join(
            f'"{name}" = case when regexp_full_match("{name}", \'{STAND_IN}\') then "{name}"'
            f" when \"{name}\" is not null then '{NO_TEXT}' end"
            for name in self.texts
        )
        return f'update {schema}."{self.table}" set {emptied} where {condition}'


def _periods(connection: duckdb.DuckDBPyConnection) -> list[_Period]:
    """The retention periods of the last build; a text's record that goes as a whole needs no stand-in.

    Raises CannotPurge where they were counted from a day that has not come.
    """
    if not connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'staging' and table_name = 'stg_landing__retention'"
    ).fetchall():
        return []
    ((day,),) = connection.execute(
        "select cast(max(kept_from + to_days(retention_days)) as varchar) from staging.stg_landing__retention"
        " where kept_from + to_days(retention_days) > now() at time zone 'UTC'"
    ).fetchall()
    if day:
        raise CannotPurge(
            f"the last build counted retention periods from {day}, which lies ahead (var as_of). "
            "Nothing was purged, as it cannot be undone: run `make build` without that var first"
        )
    found = []
    for table, removes, age_sql, kept_from in connection.execute(
        "select 'base_' || source_system || '__' || source_table, removes, age_sql, cast(kept_from as varchar)"
        " from staging.stg_landing__retention order by all"
    ).fetchall():
        columns = connection.execute(
            "select column_name from duckdb_columns() where schema_name = 'staging' and table_name = ?"
            " and (ends_with(column_name, '_text') or column_name in ('subject', 'search_term'))"
            " order by column_index",
            [table],
        ).fetchall()
        texts = tuple(name for (name,) in columns) if removes == "text" else ()
        found.append(_Period(table, removes, age_sql, kept_from, texts))
    return found


def _erased_values(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]]
) -> Iterator[tuple[str, str, str, int, dict[str, str]]]:
    """(path, hash, format, place, stand-in by column) of a base table's records that carry pseudonyms.

    The place counts the readable records of a CSV file, and the rows of a Parquet file, from 1.
    """
    texts = [name for name, kind in columns if kind == "VARCHAR"]
    dates = [name for name, kind in columns if kind == "DATE"]
    if not texts:
        return
    condition = " or ".join(f"regexp_full_match(\"{name}\", '{STAND_IN}')" for name in texts)
    rows = connection.execute(
        f"""
        with base as (
            select
                *,
                row_number() over (partition by source_file_key, source_row > 0 order by source_row)
                    as rank_in_file
            from staging."{table}"
        )

        select
            files.landed_path, files.content_hash, files.file_format,
            case when files.file_format = 'csv' then base.rank_in_file else base.source_row end,
            {", ".join(f'base."{name}"' for name in texts + dates)}
        from base
        inner join staging.stg_landing__files as files on base.source_file_key = files.file_key
        where base.source_row > 0 and ({condition})
        """
    ).fetchall()
    for path, content_hash, file_format, place, *values in rows:
        stated = dict(zip(texts + dates, values, strict=True))
        # a date that went leaves nothing behind
        stand_ins = {name: "" for name in dates if stated[name] is None}
        # what was no phone, address or date may still be read by people
        stand_ins |= {
            name: UNREAD
            for name in (stated.get("invalid_columns") or "").split(",")
            if name in stated and stated[name] is None
        }
        stand_ins |= {
            name: value
            for name, value in stated.items()
            if name in texts and value is not None and re.fullmatch(STAND_IN, value)
        }
        yield path, content_hash, file_format, int(place), stand_ins


def _byte_order_mark(path: Path) -> str:
    """The mark with which a file of UTF-8 may begin; it belongs to no record."""
    with open(path, "rb") as file:
        return "\ufeff" if file.read(3) == codecs.BOM_UTF8 else ""


def rewrite_csv(
    path: Path, records: dict[int, dict[str, str]], expired: Collection[int] = ()
) -> int:
    """Put the stand-ins into a CSV file and leave out what expired, every other byte as it was; how many changed."""
    header = landing.csv_header(str(path))[0]
    places = landing.read_places(str(path), header)
    changed = readable = 0
    part = path.with_name(f".{path.name}.purging")
    with open(part, "w", encoding="utf-8", errors="surrogateescape", newline="") as target:
        target.write(_byte_order_mark(path))
        for number, record in enumerate(csv_records.records(str(path))):
            text, fields = record.text, record.fields
            is_record = number > 0 and landing.is_record(record, len(header))
            if is_record and landing.is_readable(record, len(header), places):
                readable += 1
                if readable in expired:
                    changed += 1
                    continue
                stand_ins = records.get(readable, {})
                fields = fields or [""]
                fresh = [
                    stand_ins.get(name, value) if value else value
                    for name, value in zip(header, fields, strict=False)
                ] + fields[len(header) :]
                if fresh != fields:
                    changed += 1
                    ending = text[len(text.rstrip("\r\n")) :]
                    buffer = io.StringIO()
                    csv.writer(buffer, lineterminator=ending).writerow(fresh)
                    text = buffer.getvalue()
            target.write(text)
    return _settle(part, path, changed)


def rewrite_parquet(
    path: Path, records: dict[int, dict[str, str]], expired: Collection[int] = ()
) -> int:
    """Put the stand-ins into a Parquet file, columns that take one become text; leave out what expired."""
    # no column of a file is named so: its name begins with a space
    landed = (
        '(select *, row_number() over () as " place"'
        f" from read_parquet('{_quoted(Path(plain_path(path)))}'))"
    )
    part = path.with_name(f".{path.name}.purging")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        kinds: dict[str, str] = {
            row[0]: row[1]
            for row in connection.execute(f"describe select * from {landed}").fetchall()
            if row[0] != " place"
        }
        stand_ins = {
            name: {values.get(name.lower()) for values in records.values()} - {None}
            for name in kinds
        }
        replaced = [name for name in kinds if stand_ins[name]]
        declared = ", ".join(["place bigint", *(f'"{name}" varchar' for name in replaced)])
        connection.execute(f"create table stand_ins ({declared})")
        if records:
            connection.executemany(
                f"insert into stand_ins values ({', '.join('?' * (len(replaced) + 1))})",
                [
                    [place, *(values.get(name.lower()) for name in replaced)]
                    for place, values in records.items()
                ],
            )
        # a value gives way where it stands: an empty stand-in takes it away, none leaves it
        kept = {
            name: _as_text(name, kinds[name]) if stand_ins[name] != {""} else f'landed."{name}"'
            for name in replaced
        }
        fresh = {
            name: f'case when landed."{name}" is null or stand_ins."{name}" is null then {kept[name]}'
            + (f" else nullif(stand_ins.\"{name}\", '') end" if stand_ins[name] != {""} else " end")
            for name in replaced
        }
        differs = [f"{kept[name]} is distinct from {fresh[name]}" for name in replaced]
        joined = f'{landed} as landed left join stand_ins on landed." place" = stand_ins.place'
        counted = connection.execute(
            f"select count(*) from {joined} where {' or '.join(differs) or 'false'}"
        ).fetchall()
        connection.execute("create table expired (place bigint)")
        if expired:
            connection.executemany("insert into expired values (?)", [[place] for place in expired])
        changed = int(counted[0][0]) + len(expired)
        if not changed:
            return 0
        chosen_values = {name: fresh.get(name, f'landed."{name}"') for name in kinds}
        chosen = ", ".join(f'{value} as "{name}"' for name, value in chosen_values.items())
        connection.execute(
            f"copy (select {chosen} from {joined}"
            ' where landed." place" not in (select place from expired)'
            ' order by landed." place")'
            f" to '{_quoted(part)}' (format parquet, compression zstd)"
        )
    return _settle(part, path, changed)


def _as_text(column: str, kind: str) -> str:
    """A landed value as text, as the build reads it: a whole number that was stored as a float is written 1001."""
    value = f'landed."{column}"'
    if kind == "BLOB":
        return f"coalesce(try(decode({value})), cast({value} as varchar))"
    if not kind.startswith(("FLOAT", "DOUBLE", "DECIMAL")):
        return f"cast({value} as varchar)"
    whole = f"cast(try_cast({value} as decimal(38, 0)) as varchar)"
    text = f"cast({value} as varchar)"
    return f"case when {value} = floor({value}) then coalesce({whole}, {text}) else {text} end"


def _settle(part: Path, path: Path, changed: int) -> int:
    """Put a rewritten file in its place by one rename, or drop it where nothing changed."""
    if not changed:
        part.unlink()
        return 0
    _take_over_rights(path, part)
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    return changed


def _drop_proposals(settings: Settings) -> int:
    """Drop the proposals of the matching that name an erased contact; how many."""
    path = settings.vault_key.parent / PROPOSALS
    if not path.is_file():
        return 0
    proposals = f"read_parquet('{_quoted(path)}')"
    part = path.with_name(f".{path.name}.purging")
    with connect(settings, read=True) as connection:
        key = (
            "cast(cast('0x' || substr(md5((select identity_key from vault.identity_key)"
            " || 'contact_id::' || {}), 1, 16) as ubigint) >> 1 as bigint)"
        )
        erased = "(select one_key from vault.int_erasures where erased_kind = 'identifier')"
        gone = f"{key.format('contact_id')} in {erased} or {key.format('other_contact_id')} in {erased}"
        counted = connection.execute(f"select count(*) from {proposals} where {gone}").fetchall()
        if not counted[0][0]:
            return 0
        connection.execute(
            f"copy (select * from {proposals} where not ({gone})) to '{_quoted(part)}' (format parquet)"
        )
    return _settle(part, path, int(counted[0][0]))


def _remove_older_publications(settings: Settings, withdrawn: dict[str, str]) -> int:
    """Leave no publication but that of the last build, which is published first where it was not; how many went.

    A role that no row names any more, or whose grant cannot be kept, is left no copy of what was erased: why, is told
    in `withdrawn`.
    """
    stamp = read_stamp(settings.database) or {}
    count = 0
    for role in (None, *roles_published(settings.publish_dir)):
        target = role_dir(settings.publish_dir, role)
        if not target.is_symlink():
            continue
        shown = current_run(target)
        if role and not is_granted(role):
            withdrawn[role] = "no row of seeds/access_roles.csv grants it anything"
        elif shown is None or not shown.name.endswith(stamp["invocation_id"][:8]):
            try:
                shown = publish(settings, role).folder
            except CannotPublish as error:
                if role is None:
                    raise
                withdrawn[role] = str(error)
        # by their names: paths of one folder may differ, as the publish folder may be relative
        kept = shown.name if shown and role not in withdrawn else None
        older = [run for run in runs_folder(target).iterdir() if run.is_dir() and run.name != kept]
        if role and role in withdrawn:
            withdraw(settings.publish_dir, role)
        else:
            for run in older:
                shutil.rmtree(run)
        count += sum(not run.name.startswith(PARTIAL) for run in older)
    return count


def _write_anew(settings: Settings, rewritten: list[Path], root: Path) -> None:
    """Copy the build database into a new file, as freed pages keep what stood on them; note the files as they are."""
    database = settings.database.resolve()
    fresh = database.with_name(database.name + ".purging")
    fresh.unlink(missing_ok=True)
    name = settings.database.stem
    source, passing = settings.database, fresh.with_name(fresh.name + ".1")
    passing.unlink(missing_ok=True)
    # the copy takes the name, by which views speak of it
    former = f"former_{name}"
    with connect(settings, read=True) as built:
        periods = _periods(built)
    # raw identifiers: nobody else may read the copy while it is written
    usual = os.umask(0o077)
    try:
        if periods:
            # what is deleted in a file stays on its pages: it goes from a copy, which is copied in turn
            with duckdb.connect(config={"threads": str(settings.threads)}) as connection:
                connection.execute(f"attach '{_quoted(source)}' as \"{former}\" (read_only)")
                connection.execute(f"attach '{_quoted(passing)}' as \"{name}\"")
                connection.execute(f'copy from database "{former}" to "{name}"')
                for period in periods:
                    connection.execute(period.statement(f'"{name}".staging'))
            source = passing
        _copy_into(settings, source, former, fresh, name, rewritten, root)
    finally:
        os.umask(usual)
    _take_over_rights(database, fresh)
    fresh.replace(database)
    passing.unlink(missing_ok=True)
    # what a build that was killed had no memory for: records as they were
    shutil.rmtree(f"{settings.database}.tmp", ignore_errors=True)


def _copy_into(
    settings: Settings,
    source: Path,
    former: str,
    fresh: Path,
    name: str,
    rewritten: list[Path],
    root: Path,
) -> None:
    """Copy a build database into a new file, and note in it the landed files that were rewritten."""
    with duckdb.connect(config={"threads": str(settings.threads)}) as connection:
        connection.execute(f"attach '{_quoted(source)}' as \"{former}\" (read_only)")
        connection.execute(f"attach '{_quoted(fresh)}' as \"{name}\"")
        connection.execute(f'copy from database "{former}" to "{name}"')
        for path in rewritten:
            offsets = None
            if path.suffix == ".csv":
                offsets = json.dumps(
                    landing.csv_layout(str(path))["offsets"], separators=(",", ":")
                )
            connection.execute(
                f'update "{name}".staging.stg_landing__files'
                " set content_hash = ?, size_bytes = ?, line_offsets = ? where landed_path = ?",
                [
                    landing.file_hash(str(path)),
                    path.stat().st_size,
                    offsets,
                    str(path.relative_to(root)),
                ],
            )
        connection.execute(f'checkpoint "{name}"')


def _take_over_rights(path: Path, fresh: Path) -> None:
    """Give a new file the group and rights of the one whose place it takes, as far as that may be done."""
    owner = path.stat()
    with contextlib.suppress(PermissionError):
        os.chown(fresh, owner.st_uid, owner.st_gid)
    shutil.copymode(path, fresh)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
