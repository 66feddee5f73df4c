"""`make doctor`: looks at a dataset before anything is built and says what a build would make of it.

Values are typed by the project's own macros, so a verdict here is the build's verdict. Nothing that identifies a
person is printed: counts, columns, places and names of events only.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from touchpoints import landing
from touchpoints.contract import TableContract, read_contract, read_seed
from touchpoints.csv_records import records
from touchpoints.engine import connect, plain_path
from touchpoints.macros import load_macros
from touchpoints.settings import Settings
from touchpoints.trace import line_of_readable

# The columns that say what happened and where; tables not named here imply it.
EVENT_COLUMNS = {
    "website.events": "event_name",
    "app.events": "event_name",
    "mini_program.events": "event_name",
    "wechat_oa.interactions": "interaction_type",
    "social.engagements": "engagement_type",
    "crm.activities": "activity_type",
    "logistics.tracking_events": "event_name",
    "production.equipment_events": "event_name",
}
PLATFORM_COLUMNS = {
    "social.engagements": "platform",
    "outreach.sends": "medium",
    "ecommerce.searches": "platform",
    "ecommerce.orders": "platform",
    "ecommerce.reviews": "platform",
    "ads.daily_spend": "channel_code",
}
# Words that a seed explains: table → column, seed, and the seed's other columns as a word without a row counts.
STATED_COLUMNS = {
    "his.appointments": ("status", "appointment_statuses", ["booked", "false"]),
    "ecommerce.orders": ("status", "order_statuses", ["", "false", "false"]),
    "academic.enrolments": ("status", "order_statuses", ["", "false", "false"]),
    "production.equipment_events": ("severity", "event_severities", ["info", "false"]),
}
STATED_NOTES = {
    "appointment_statuses": "Without a row an appointment with the word is booked, and besides `unmapped`.",
    "order_statuses": "Without a row the word says nothing of payment, cancellation or refund.",
    "event_severities": "Without a row the word counts as info: no anomaly.",
}
# What other tables know records by: an identifier or one of these, written otherwise, finds nothing.
LINK_COLUMNS = {"order_no", "item_id", "ticket_id", "invitation_id", "shipment_id", "batch_no"}
# Needed times that may lie ahead.
PLANNED_COLUMNS = {"due_at"}
# Optional times at which something happens: touchpoints are dated by them.
HAPPENING_COLUMNS = {
    "ecommerce.orders": ("paid_at", "received_at", "cancelled_at", "refunded_at"),
    "erp.members": ("registered_at",),
    "erp.shipments": ("shipped_at", "delivered_at"),
    "his.appointments": ("visit_at",),
    "his.follow_ups": ("done_at",),
    "outreach.sends": ("delivered_at", "opened_at", "clicked_at", "responded_at"),
    "production.deliveries": ("delivered_at",),
    "survey.invitations": ("delivered_at",),
}
# What is lost where a record tells that something happened, and not when.
UNDATED_NOTES = {
    "his.appointments": "kept or missed without a visit_at, so they are booked and no more",
    "his.follow_ups": "with a score and without a done_at, so neither the call nor the score counts",
}
MOST_ROWS_SHOWN = 40
MOST_SIGNS = 80
EXAMPLES = 3

TIME_FORMATS = (
    ("epoch milliseconds", "^[0-9]{13}([.]0+)?$"),
    ("epoch seconds", "^[0-9]{10}([.]0+)?$"),
    ("ISO 8601 with offset", "[0-9]:[0-9.:]+ ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"),
    ("YYYY年M月D日 H:MM", "^[0-9]{4}年.*[0-9]:[0-9]"),
    ("YYYY年M月D日", "^[0-9]{4}年"),
    ("YYYY/M/D H:MM", "^[0-9]{4}/.*[0-9]:[0-9]"),
    ("YYYY/M/D", "^[0-9]{4}/"),
    ("YYYY-MM-DD HH:MM", "^[0-9]{4}-.*[0-9]:[0-9]"),
    ("YYYY-MM-DD", "^[0-9]{4}-[0-9]+-[0-9]+$"),
    ("digits without separators", "^[0-9]+$"),
    ("day or month first", "^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}"),
    ("other text", ""),
)


@dataclass
class LandedFile:
    """One file of a table: its columns (name → landed type, and for Parquet the type in full), its records, and
    what is wrong with it."""

    path: Path
    columns: dict[str, str] = field(default_factory=dict)
    header: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    records: int = 0
    readable: int = 0
    offsets: list[list[int]] = field(default_factory=list)
    problem: str | None = None

    @property
    def is_csv(self) -> bool:
        """True for CSV, false for Parquet."""
        return self.path.suffix == ".csv"


@dataclass
class TableReport:
    """What was found of one table."""

    contract: TableContract
    files: list[LandedFile]
    records: int = 0
    missing_needed: list[str] = field(default_factory=list)
    missing_optional: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    duplicates: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    unreadable_values: dict[str, int] = field(default_factory=dict)
    # column → values that a tool wrote as 1001.0; column → times later than this machine's day
    written_as_floats: dict[str, int] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)
    is_other_encoding: bool = False
    lacks_payment_times: bool = False
    undated: int = 0
    # column → format → [values, of them readable], on a sample
    time_formats: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    sampled: int = 0


@dataclass
class Report:
    """What the doctor found; `will_stop` is true when a build would stop."""

    tables: dict[str, TableReport] = field(default_factory=dict)
    stops: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    event_rows: list[str] = field(default_factory=list)
    event_counts: dict[str, int] = field(default_factory=dict)
    channel_rows: list[str] = field(default_factory=list)
    # seed → row to paste → records
    stated_rows: dict[str, dict[str, int]] = field(default_factory=dict)
    # seed → word as it is shown → records, where it is not shown as it is
    masked_words: dict[str, dict[str, int]] = field(default_factory=dict)
    # names that are not shown as they are, so that no row can be pasted for them
    masked_events: list[str] = field(default_factory=list)
    masked_platforms: list[str] = field(default_factory=list)
    # identifier type → system → different identifiers
    identifiers: dict[str, dict[str, int]] = field(default_factory=dict)
    # identifier type → [different identifiers, of them in two systems or more]
    shared: dict[str, list[int]] = field(default_factory=dict)
    # (system, system, identifier type) → identifiers in both
    overlaps: dict[tuple[str, str, str], int] = field(default_factory=dict)
    # system → [records with an identifier, of them with one that another system knows]
    matches: dict[str, list[int]] = field(default_factory=dict)
    blocked: dict[str, int] = field(default_factory=dict)
    unknown_currencies: list[str] = field(default_factory=list)
    # name that a survey gives its touchpoint, or its type, and no seed knows → records
    unknown_touchpoints: dict[str, int] = field(default_factory=dict)
    unknown_survey_types: dict[str, int] = field(default_factory=dict)
    text: str = ""

    @property
    def will_stop(self) -> bool:
        """True when a build would stop, or would have nothing to read."""
        return bool(self.stops)


def examine(settings: Settings, sample: int = 100_000) -> Report:
    """Look at the raw root of the settings; `sample` rows per table tell the time formats."""
    report = Report()
    if settings.is_remote:
        report.stops.append(
            "make doctor looks at folders only; copy one day of the dataset to a folder and try that"
        )
        report.text = _text(report, settings)
        return report
    contract = read_contract()
    root = Path(settings.raw_root)
    landed = _inventory(root, contract, report)
    examiner = _Examiner(settings, sample, report)
    try:
        for name, files in landed.items():
            examiner.examine(contract[name], files)
        if not any(table.records for table in report.tables.values()):
            report.stops.append(
                f"nothing to build: no record under {settings.raw_root} in a file that the landing contract knows "
                "(<system>/<table>.csv, <system>/<table>.parquet or <system>/<table>/*.csv|parquet)"
            )
        examiner.compare_events()
        examiner.compare_stated()
        examiner.compare_surveys()
        examiner.compare_identifiers()
        examiner.compare_currencies()
    finally:
        examiner.connection.close()
    report.text = _text(report, settings)
    return report


def ignored_count(settings: Settings) -> int:
    """How many files and folders lie in the raw root that a build does not read; none of an object store."""
    report = Report()
    if not settings.is_remote:
        _inventory(Path(settings.raw_root), read_contract(), report)
    return len(report.remarks)


def _inventory(
    root: Path, contract: dict[str, TableContract], report: Report
) -> dict[str, list[LandedFile]]:
    """The files of each known table; what lies there beside them becomes a remark."""
    landed: dict[str, list[LandedFile]] = defaultdict(list)
    systems = sorted({table.system for table in contract.values()})
    for path in _visible(root):
        if path.is_file():
            if path.name != "truth.json":
                report.remarks.append(f"{path.name} lies outside the system folders: ignored")
        elif path.name not in systems:
            report.remarks.append(
                f"folder {path.name}/ is no system of the contract: ignored{_hint(path.name, systems)}"
            )
        else:
            tables = [table.table for table in contract.values() if table.system == path.name]
            for entry in _visible(path):
                name = entry.name if entry.is_dir() else entry.name.split(".")[0]
                shown = f"{path.name}/{entry.name}{'/' if entry.is_dir() else ''}"
                if name not in tables:
                    report.remarks.append(
                        f"{shown} is no table of the contract: ignored{_hint(name, tables)}"
                    )
                    continue
                inside = _landed(entry) if entry.is_dir() else [entry]
                for file in inside:
                    is_known = file.is_file() and file.name.endswith(landing.ENDINGS)
                    if is_known and (entry.is_dir() or file.name == name + file.suffix):
                        landed[f"{path.name}.{name}"].append(LandedFile(file))
                    else:
                        report.remarks.append(
                            f"{file.relative_to(root)} is neither .csv nor .parquet in the place of a table: ignored"
                        )
    return {name: landed[name] for name in contract if name in landed}


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))


def _landed(folder: Path) -> list[Path]:
    """What lies in a table's folder: a build reads all files that end like one, whatever their names begin with."""
    return sorted(
        {*_visible(folder), *(path for kind in landing.ENDINGS for path in folder.glob(f"*{kind}"))}
    )


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f" (is it {close[0]}?)" if close else ""


class _Examiner:
    """Reads the landed tables into an engine in memory, typed by the project's macros, and compares them."""

    def __init__(self, settings: Settings, sample: int, report: Report) -> None:
        self.settings = settings
        self.sample = sample
        self.report = report
        self.root = Path(settings.raw_root)
        self.macros = load_macros()
        self.rules = {row["identifier_type"]: row for row in read_seed("identifier_rules")}
        self.connection = connect(settings)
        self.branch_count = 0

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, list(parameters)).fetchall()

    def examine(self, contract: TableContract, files: list[LandedFile]) -> None:
        """Read one table and note what a build would make of it."""
        table = TableReport(contract, files)
        self.report.tables[contract.name] = table
        for file in files:
            self._look_at(file)
            if file.problem and file.problem != "is empty":
                self.report.stops.append(f"{file.path.relative_to(self.root)} {file.problem}")
            elif file.problem:
                self.report.remarks.append(
                    f"{file.path.relative_to(self.root)} is empty: no records"
                )
        sound = [file for file in files if not file.problem]
        table.records = sum(file.records for file in sound)
        if not sound:
            return
        self._compare_columns(table, sound)
        kept = self._columns_to_read(contract)
        parts = []
        for group in _groups(sound):
            # a line that cannot be read is told by all of its columns
            is_whole = all(file.records == file.readable for file in group)
            part, relation = self._typed(contract, kept if is_whole else contract, group)
            parts.append(part)
            self._tell_formats(table, group, relation)
        selects = " union all by name ".join(f"select * from {part}" for part in parts)
        self.connection.execute(f'create temp table "{contract.name}" as {selects}')
        for part in parts:
            self.connection.execute(f"drop table {part}")
        self._judge(table, sound)

    def _look_at(self, file: LandedFile) -> None:
        """Read the columns and count the records of a file; its problem where a build would stop at it."""
        if file.is_csv:
            header, file.problem = landing.csv_header(str(file.path))
            if file.problem:
                return
            layout: Any = landing.csv_layout(str(file.path))
            file.header = header
            file.columns = {column: "text" for column in header if column}
            file.problem = layout["problem"]
            file.records, file.readable = layout["records"], layout["readable"]
            file.offsets = layout["offsets"]
            return
        file.problem = landing.parquet_problem(str(file.path))
        if file.problem:
            return
        try:
            path = plain_path(file.path)
            for name, landed_type, kind in self._rows(
                "select column_name, landed_type, duckdb_type "
                f"from ({self.macros.duckdb__parquet_columns([str(file.path)])}) order by column_id"
            ):
                file.columns[name] = landed_type
                file.types.append(kind)
            file.records = file.readable = self._rows(
                "select coalesce(sum(num_rows), 0) from parquet_file_metadata(?)", path
            )[0][0]
            # Columns are only checked when they are read: a file that was cut or overwritten says so here.
            self.connection.execute("select sum(hash(columns(*))) from read_parquet(?)", [path])
        except duckdb.Error as error:
            file.problem = f"is damaged: {str(error).splitlines()[0]}"

    def _compare_columns(self, table: TableReport, files: list[LandedFile]) -> None:
        known = table.contract.columns
        everywhere = set.intersection(*(set(file.columns) for file in files))
        table.missing_needed = [
            column for column in table.contract.need if column not in everywhere
        ]
        table.missing_optional = [
            column
            for column in known
            if column not in everywhere and column not in table.contract.need
        ]
        table.extra = sorted({column for file in files for column in file.columns} - set(known))

    def _columns_to_read(self, contract: TableContract) -> TableContract:
        """The contract without the free texts that no check looks at."""
        wanted = {*contract.key, *contract.need, *self.rules}
        wanted |= {"platform", "medium", "currency", "touchpoint_code"}
        wanted.update(column for column, _, _ in STATED_COLUMNS.values())
        columns = {
            column: kind
            for column, kind in contract.columns.items()
            if kind != "text" or column in wanted
        }
        return TableContract(contract.system, contract.table, columns, contract.key, contract.need)

    def _typed(
        self, contract: TableContract, kept: TableContract, group: list[LandedFile]
    ) -> tuple[str, str]:
        """Read files with the same columns as a build would; the typed part and the relation it was read from."""
        self.branch_count += 1
        part = f"part_{self.branch_count}"
        types = group[0].columns
        files = {"files": [str(file.path) for file in group], "types": types}
        if group[0].is_csv:
            relation = str(
                self.macros.duckdb__read_csv({**files, "columns": group[0].header}, part)
            )
        else:
            relation = str(self.macros.duckdb__read_parquet({**files, "columns": list(types)}))
        branch = {"relation": relation, "file_key": '" (path)"', "row": '" (row)"', "types": types}
        shape = {"columns": kept.columns, "key": kept.key, "need": kept.need}
        cases = []
        for column in contract.need:
            cases.append(
                f"when {column} is null then case when invalid_columns like '%{column},%' "
                f"then 'invalid_{column}' else 'missing_{column}' end"
            )
            kind = contract.columns[column]
            if kind in ("timestamp", "date"):
                possible = self.macros.is_possible_time(column, kind)
                cases.append(f"when not ({possible}) then 'out_of_range_{column}'")
        self.connection.execute(
            f"create temp table {part} as "
            f"select *, case {' '.join(cases)} end as reason_code "
            f"from ({self.macros.typed_branch(shape, branch)}) as typed"
        )
        return part, relation

    def _tell_formats(self, table: TableReport, group: list[LandedFile], relation: str) -> None:
        """Note how the times of text columns are written, on a sample."""
        columns = [
            column
            for column, kind in table.contract.columns.items()
            if kind in ("timestamp", "date") and group[0].columns.get(column) == "text"
        ]
        if not columns:
            return
        cleaned = ", ".join(f"{self.macros.clean_text(column)} as {column}" for column in columns)
        relation = relation.replace(
            f"__part_{self.branch_count}'", f"__sample_{self.branch_count}'"
        )
        self.connection.execute(
            f"create or replace temp table sampled as select {cleaned} from {relation} "
            f"using sample reservoir({int(self.sample)} rows) repeatable (1)"
        )
        table.sampled += self._rows("select count(*) from sampled")[0][0]
        for column in columns:
            plain = self.macros.half_width(column)
            cases = " ".join(
                f"when regexp_matches({plain}, '{pattern}') then '{name}'"
                for name, pattern in TIME_FORMATS
            )
            formats = table.time_formats.setdefault(column, {})
            for name, count, readable in self._rows(
                f"""
                select case {cases} end as format, count(*), count({self.macros.normalise_time(column)})
                from sampled
                where {column} is not null
                group by all
                order by count(*) desc, format
                """
            ):
                found = formats.setdefault(name, [0, 0])
                found[0] += count
                found[1] += readable

    def _judge(self, table: TableReport, files: list[LandedFile]) -> None:
        """Count what a build would put into quarantine, and why, with the places of a few."""
        name = table.contract.name
        by_path = {str(file.path): file for file in files}
        for reason, count in self._rows(
            f'select reason_code, count(*) from "{name}" where reason_code is not null '
            "group by all order by count(*) desc, reason_code"
        ):
            table.quarantined[reason] = count
            places = self._rows(
                f"""
                select source_file_key, source_row
                from "{name}"
                where reason_code = ?
                order by source_file_key, source_row
                limit {EXAMPLES}
                """,
                reason,
            )
            table.examples[reason] = [self._place(name, by_path[path], row) for path, row in places]
        unreadable = sum(file.records - file.readable for file in files)
        if unreadable:
            table.quarantined["unreadable_line"] = unreadable
            table.examples["unreadable_line"] = list(_unreadable_places(files, self.root))
            table.is_other_encoding = any(map(_has_other_encoding, files))
        key = ", ".join(f"coalesce({column}, '')" for column in table.contract.key)
        table.duplicates = self._rows(
            f'select count(*) - count(distinct ({key},)) from "{name}" where reason_code is null'
        )[0][0]
        for column, count in self._rows(
            f"""
            select column_name, count(*)
            from (
                select unnest(string_split(rtrim(invalid_columns, ','), ',')) as column_name
                from "{name}"
                where invalid_columns <> ''
            ) as invalid
            group by all
            order by all
            """
        ):
            if column not in table.contract.need:
                table.unreadable_values[column] = count
        self._note_odd_values(table)

    def _note_odd_values(self, table: TableReport) -> None:
        """Count what is read, and may yet be meant otherwise: whole numbers with '.0', times that lie ahead."""
        columns = self._columns_to_read(table.contract).columns
        if "paid_at" in columns:
            orders, paid = self._rows(
                f'select count(*), count(paid_at) from "{table.contract.name}" where reason_code is null'
            )[0]
            table.lacks_payment_times = orders > 0 and not paid
        for column in columns:
            if columns[column] == "text" and (column in self.rules or column in LINK_COLUMNS):
                # 3.0 beside 3.1 is a way of numbering
                count, others = self._rows(
                    f"select count(*) filter (where regexp_matches({column}, '^[0-9]+[.]0$')), "
                    f"count(*) filter (where regexp_matches({column}, '^[0-9]+[.][0-9]*[1-9]')) "
                    f'from "{table.contract.name}" where reason_code is null'
                )[0]
                if count and not others:
                    table.written_as_floats[column] = count
        optional = HAPPENING_COLUMNS.get(table.contract.name, ())
        for column in (*table.contract.need, *optional):
            if columns[column] == "timestamp" and column not in PLANNED_COLUMNS:
                has_happened = _is_kept_or_missed() if column == "visit_at" else "true"
                count = self._rows(
                    f'select count(*) from "{table.contract.name}" '
                    f"where reason_code is null and {column} > cast(? as timestamp) + interval 1 day "
                    f"and {has_happened}",
                    datetime.now(UTC).replace(tzinfo=None),
                )[0][0]
                if count:
                    table.ahead[column] = count
        if table.contract.name in UNDATED_NOTES:
            is_undated = (
                f"visit_at is null and {_is_kept_or_missed()}"
                if table.contract.name == "his.appointments"
                else "done_at is null and score is not null"
            )
            table.undated = self._rows(
                f'select count(*) from "{table.contract.name}" where reason_code is null and {is_undated}'
            )[0][0]

    def _place(self, name: str, file: LandedFile, row: int) -> str:
        shown = str(file.path.relative_to(self.root))
        if not file.is_csv:
            return f"{shown} row {row}"
        rank = self._rows(
            f'select count(*) from "{name}" where source_file_key = ? and source_row <= ?',
            str(file.path),
            row,
        )[0][0]
        return f"{shown} line {line_of_readable(file.offsets, rank)}"

    def compare_events(self) -> None:
        """Note the events and platforms that the seeds do not know, as rows to paste."""
        mappings = read_seed("channel_mappings")
        channels = {
            (row["source_system"], row["platform"]): row["channel_code"] for row in mappings
        }
        # spend may name a channel by its own code
        for row in read_seed("channels"):
            if row["industry"] in ("all", self.settings.industry):
                channels.setdefault(("ads", row["channel_code"]), row["channel_code"])
        events = read_seed("event_mappings")
        by_source: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for row in events:
            if row["industry"] in ("all", self.settings.industry):
                place = (row["source_system"], row["source_table"], row["channel_code"])
                by_source[place][row["raw_event"]] = row["touchpoint_code"]
        found: dict[tuple[str, str, str, str], int] = defaultdict(int)
        for name, table in self.report.tables.items():
            platform = PLATFORM_COLUMNS.get(name)
            event = EVENT_COLUMNS.get(name)
            if not (platform or event) or not any(not file.problem for file in table.files):
                continue
            for platform_name, event_name, count in self._rows(
                f"""
                select
                    {f"lower({platform})" if platform else "null"},
                    {f"lower({event})" if event else "null"},
                    count(*)
                from "{name}"
                where reason_code is null
                group by all
                order by 3 desc, 1, 2
                """
            ):
                system = table.contract.system
                default = channels.get((system, "*"), "unmapped")
                channel = channels.get((system, platform_name or "(none)"), default)
                if platform_name and (system, platform_name) not in channels:
                    like = self._channel_like(platform_name, system, mappings, default)
                    told = self.report.channel_rows
                    row = f"{system},{_quoted(platform_name)},{like}"
                    if _safe(platform_name) != platform_name:
                        told = self.report.masked_platforms
                        row = f"{system}: {_safe(platform_name)}"
                    if row not in told:
                        told.append(row)
                if (
                    event
                    and event_name
                    and event_name not in by_source[system, table.contract.table, channel]
                ):
                    found[system, table.contract.table, channel, event_name] += count
        for (system, source_table, channel, event_name), count in sorted(
            found.items(), key=lambda item: (-item[1], item[0])
        ):
            if _safe(event_name) != event_name:
                row = f"{system}.{source_table}, {channel}: {_safe(event_name)}"
                if row not in self.report.masked_events:
                    self.report.masked_events.append(row)
            else:
                suggestion = _touchpoint_like(event_name, by_source[system, source_table, channel])
                row = f"all,{system},{source_table},{channel},{_quoted(event_name)},{suggestion}"
                self.report.event_rows.append(row)
            self.report.event_counts[row] = self.report.event_counts.get(row, 0) + count

    def _channel_like(
        self, platform: str, system: str, mappings: list[dict[str, str]], default: str
    ) -> str:
        known = {
            row["platform"]: row["channel_code"]
            for row in mappings
            if row["source_system"] == system
        }
        close = difflib.get_close_matches(platform, list(known), n=1, cutoff=0.7)
        return known[close[0]] if close else default

    def compare_stated(self) -> None:
        """Note the statuses and severities that the seeds do not know, as rows to paste."""
        for name, (column, seed, neutral) in STATED_COLUMNS.items():
            table = self.report.tables.get(name)
            if table is None or not any(not file.problem for file in table.files):
                continue
            known = {word: rest for word, *rest in (row.values() for row in read_seed(seed))}
            rows = self.report.stated_rows.setdefault(seed, {})
            masked = self.report.masked_words.setdefault(seed, {})
            for word, count in self._rows(
                f"""
                select lower({column}), count(*)
                from "{name}"
                where reason_code is null and {column} is not null
                group by all
                order by 2 desc, 1
                """
            ):
                if word in known:
                    continue
                if _safe(word) != word:
                    masked[_safe(word)] = masked.get(_safe(word), 0) + count
                    continue
                close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
                row = ",".join([_quoted(word), *(known[close[0]] if close else neutral)])
                rows[row] = rows.get(row, 0) + count

    def compare_surveys(self) -> None:
        """Note the touchpoints and types of surveys that the seeds do not know: nobody else asks what they mean."""
        touchpoints = {
            row["touchpoint_code"]
            for row in read_seed("touchpoints")
            if row["industry"] in ("all", self.settings.industry)
        }
        types = {row["score_type"] for row in read_seed("satisfaction_scales")} - {"review"}
        for column, name, known, told in (
            ("touchpoint_code", "survey.invitations", touchpoints, self.report.unknown_touchpoints),
            ("touchpoint_code", "survey.responses", touchpoints, self.report.unknown_touchpoints),
            ("lower(survey_type)", "survey.responses", types, self.report.unknown_survey_types),
        ):
            table = self.report.tables.get(name)
            if table is None or not any(not file.problem for file in table.files):
                continue
            for value, count in self._rows(
                f"""
                select {column}, count(*)
                from "{name}"
                where reason_code is null and {column} is not null
                group by all
                order by 2 desc, 1
                """
            ):
                if value not in known:
                    close = difflib.get_close_matches(value.lower(), list(known), n=1, cutoff=0.7)
                    shown = _safe(value) + (f" (meant: {close[0]}?)" if close else "")
                    told[shown] = told.get(shown, 0) + count

    def compare_identifiers(self) -> None:
        """Count the different identifiers per system and how many of them systems share."""
        self.connection.execute(
            "create temp table identifiers (identifier_type varchar, value varchar, system varchar)"
        )
        carriers: dict[str, list[str]] = {}
        for name, table in self.report.tables.items():
            if not any(not file.problem for file in table.files):
                continue
            carriers[name] = [column for column in self.rules if column in table.contract.columns]
            for column in carriers[name]:
                self.connection.execute(
                    f"insert into identifiers select distinct '{column}', {self._value(table, column)}, "
                    f"'{table.contract.system}' from \"{name}\" "
                    f"where reason_code is null and {column} is not null"
                )
        self.connection.execute(
            "create temp table distinct_identifiers as select distinct * from identifiers"
        )
        self._find_blocked()
        for kind, system, count in self._rows(
            "select identifier_type, system, count(*) from distinct_identifiers group by all order by all"
        ):
            self.report.identifiers.setdefault(kind, {})[system] = count
        self.connection.execute(
            """
            create temp table shared_identifiers as
            select identifier_type, value, count(*) as system_count
            from distinct_identifiers
            group by identifier_type, value
            """
        )
        for kind, count, shared in self._rows(
            "select identifier_type, count(*), count(*) filter (where system_count > 1) "
            "from shared_identifiers group by all order by all"
        ):
            self.report.shared[kind] = [count, shared]
        self.connection.execute("delete from shared_identifiers where system_count = 1")
        for one, other, kind, count in self._rows(
            """
            select one.system, other.system, one.identifier_type, count(*)
            from distinct_identifiers as one
            inner join distinct_identifiers as other
                on one.identifier_type = other.identifier_type and one.value = other.value
            where one.system < other.system
            group by all
            order by 4 desc, 1, 2, 3
            """
        ):
            self.report.overlaps[one, other, kind] = count
        for name, columns in carriers.items():
            if columns:
                self._match(name, columns)

    def _value(self, table: TableReport, column: str) -> str:
        """An identifier's value; accounts of platforms with their platform before it."""
        if (
            self.rules[column]["is_scoped_by_platform"] == "true"
            and "platform" in table.contract.columns
        ):
            return f"coalesce(lower(platform), '') || ':' || {column}"
        return column

    def _find_blocked(self) -> None:
        """Count, and leave out of the comparison, the identifiers that the seed of blocked values refuses."""
        conditions = []
        for row in read_seed("blocked_identifiers"):
            value = row["value"].replace("'", "''")
            test = (
                f"regexp_matches(value, '{value}')"
                if row["match_type"] == "pattern"
                else f"value = '{value}'"
            )
            conditions.append(f"(identifier_type = '{row['identifier_type']}' and {test})")
        condition = " or ".join(conditions) or "false"
        for kind, count in self._rows(
            f"select identifier_type, count(distinct value) from distinct_identifiers where {condition} "
            "group by all order by all"
        ):
            self.report.blocked[kind] = count
        self.connection.execute(f"delete from distinct_identifiers where {condition}")

    def _match(self, name: str, columns: list[str]) -> None:
        """Count a table's records that carry an identifier, and those with one that another system knows."""
        table = self.report.tables[name]
        tests = " or ".join(
            f"({self._value(table, column)}) in "
            f"(select value from shared_identifiers where identifier_type = '{column}')"
            for column in columns
        )
        some = " or ".join(f"{column} is not null" for column in columns)
        carrying, matched = self._rows(
            f'select count(*), count(*) filter (where {tests}) from "{name}" '
            f"where reason_code is null and ({some})"
        )[0]
        found = self.report.matches.setdefault(table.contract.system, [0, 0])
        found[0] += carrying
        found[1] += matched

    def compare_currencies(self) -> None:
        """Note the currencies without a rate to the reporting currency."""
        known = _convertible(read_seed("exchange_rates"), self.settings.currency)
        found: set[str] = set()
        for name, table in self.report.tables.items():
            if "currency" in table.contract.columns and any(
                not file.problem for file in table.files
            ):
                found.update(
                    code
                    for (code,) in self._rows(
                        f'select distinct upper(currency) from "{name}" where currency is not null'
                    )
                )
        self.report.unknown_currencies = sorted(_safe(code) for code in found - known)


def _convertible(rates: list[dict[str, str]], currency: str) -> set[str]:
    """Currencies that a build converts: by a rate, one read backwards, or two of a day into the same currency."""
    known = {currency}
    crossings = {
        (row["to_currency"], row["rate_date"]) for row in rates if row["from_currency"] == currency
    }
    for row in rates:
        if row["to_currency"] == currency or (row["to_currency"], row["rate_date"]) in crossings:
            known.add(row["from_currency"])
        if row["from_currency"] == currency:
            known.add(row["to_currency"])
    return known


def _groups(files: list[LandedFile]) -> list[list[LandedFile]]:
    """Files with the same columns, in the same order, together; see the macro `duckdb__parquet_groups`."""
    groups: dict[tuple[Any, ...], list[LandedFile]] = defaultdict(list)
    for file in files:
        shape: tuple[Any, ...] = tuple(file.header)
        if not file.is_csv:
            shape = tuple(zip(file.columns, file.types, strict=True))
            if "file_row_number" in file.columns:
                shape += (file.path,)
        groups[file.is_csv, shape].append(file)
    return list(groups.values())


def _unreadable_places(files: list[LandedFile], root: Path) -> Iterator[str]:
    """Places of the first few lines that a CSV reader refuses."""
    shown = 0
    for file in files:
        if file.records == file.readable:
            continue
        width = len(file.header)
        places = landing.read_places(str(file.path), file.header)
        for record in records(str(file.path)):
            if landing.is_record(record, width) and not landing.is_readable(record, width, places):
                yield f"{file.path.relative_to(root)} line {record.line}"
                shown += 1
                if shown == EXAMPLES:
                    return


def _has_other_encoding(file: LandedFile) -> bool:
    """True for a CSV file with bytes that are no UTF-8."""
    if not file.is_csv or file.records == file.readable:
        return False
    try:
        with file.path.open(encoding="utf-8") as text:
            for _ in text:
                pass
    except UnicodeDecodeError:
        return True
    return False


def _touchpoint_like(event: str, known: dict[str, str]) -> str:
    """The touchpoint of the known event whose name is most like this one, or `unmapped`."""
    close = difflib.get_close_matches(event, list(known), n=1, cutoff=0.6)
    if close:
        return known[close[0]]
    words = set(re.findall(r"[a-z]+", event))
    for raw, touchpoint in known.items():
        parts = re.findall(r"[a-z]+", raw)
        if parts and len(raw) > 3 and words.issuperset(parts):
            return touchpoint
    return "unmapped"


def _safe(value: str) -> str:
    """A name that may be printed: long digits and addresses, which may identify someone, are masked."""
    masked = re.sub(r"[^\s,;]+@[^\s,;]+", "***", value)
    masked = re.sub(r"[0-9]{7,}", "***", masked)
    return masked if len(masked) <= MOST_SIGNS else masked[:MOST_SIGNS] + "…"


def _quoted(value: str) -> str:
    if any(sign in value for sign in ',"\n\r'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _text(report: Report, settings: Settings) -> str:
    parts = [
        f"Dataset {settings.raw_root} ({settings.industry}, {settings.timezone}, {settings.currency})"
    ]
    if report.stops:
        parts.append(_block("WILL STOP THE BUILD", report.stops))
    if report.tables:
        parts.append(
            "TABLES\n" + "\n".join(_table_text(table, settings) for table in report.tables.values())
        )
    if report.remarks:
        parts.append(_block("IGNORED OR EMPTY", report.remarks))
    if report.event_counts:
        names, total = len(report.event_counts), sum(report.event_counts.values())
        parts.append(
            f"UNKNOWN EVENTS, kept as touchpoint `unmapped` (names: {names}, records: {total:,})."
            + _rows_to_paste(
                "event_mappings",
                report.event_rows,
                report.masked_events,
                " (the last column is a guess)",
            )
        )
    if report.channel_rows or report.masked_platforms:
        parts.append(
            "UNKNOWN PLATFORMS, counted under the channel in the last column of the mapping's `*` row."
            + _rows_to_paste("channel_mappings", report.channel_rows, report.masked_platforms)
        )
    for seed, rows in report.stated_rows.items():
        masked = report.masked_words[seed]
        if rows or masked:
            total = sum(rows.values()) + sum(masked.values())
            parts.append(
                f"UNKNOWN WORDS of seeds/{seed}.csv (words: {len(rows) + len(masked)}, records: {total:,}).\n"
                + STATED_NOTES[seed]
                + _rows_to_paste(seed, list(rows), list(masked), " (check what the words mean)")
            )
    for heading, names in (
        (
            "UNKNOWN TOUCHPOINTS of surveys, with their records, which count at `survey_answer`. Touchpoints are "
            "those of seeds/touchpoints.csv.",
            report.unknown_touchpoints,
        ),
        (
            "UNKNOWN TYPES of surveys, with their records, whose scores stay and count nowhere. Types are those of "
            "seeds/satisfaction_scales.csv.",
            report.unknown_survey_types,
        ),
    ):
        if names:
            told = [f"{name}: {count:,}" for name, count in names.items()]
            parts.append(heading + "\n\n" + _first_of(told))
    if report.unknown_currencies:
        parts.append(
            _block(
                "NO EXCHANGE RATE",
                [
                    f"{', '.join(report.unknown_currencies)} → {settings.currency}: the records stay, their amounts "
                    "are null. Add rates to seeds/exchange_rates.csv, or set TOUCHPOINT_CURRENCY."
                ],
            )
        )
    if report.identifiers:
        parts.append(_identifiers_text(report))
    verdict = (
        "A build would stop: see the top."
        if report.stops
        else "A build can run: `make build` with the same settings."
    )
    return "\n\n".join([*parts, verdict])


def _is_kept_or_missed() -> str:
    """Condition: an appointment's status tells of what happens at its visit_at."""
    words = [
        row["raw_status"].replace("'", "''")
        for row in read_seed("appointment_statuses")
        if row["is_at_visit"] == "true"
    ]
    return "lower(status) in ('" + "', '".join(words) + "')"


def _rows_to_paste(seed: str, rows: list[str], masked: list[str], remark: str = "") -> str:
    """Rows for a seed; names that are not told as they are, and need a row written by hand, apart from them."""
    told = ""
    if rows:
        told += f"\nRows to check and paste into seeds/{seed}.csv{remark}:\n\n" + _first_of(rows)
    if masked:
        told += (
            ("\n" if rows else "")
            + "\nNames that are long or may identify someone, shortened and masked here: none can be pasted; "
            f"write their rows by hand:\n\n{_first_of(masked)}"
        )
    return told


def _first_of(lines: list[str]) -> str:
    more = len(lines) - MOST_ROWS_SHOWN
    return "\n".join(lines[:MOST_ROWS_SHOWN]) + (f"\n… and {more} more" if more > 0 else "")


def _table_text(table: TableReport, settings: Settings) -> str:
    kinds = sorted({"csv" if file.is_csv else "parquet" for file in table.files})
    count = len(table.files)
    files = f"{count} {'/'.join(kinds)} file{'s' * (count > 1)}"
    head = f"  {table.contract.name:<26} {table.records:>11,} records  {files}"
    lines = []
    if table.missing_needed:
        lines.append(
            f"needed columns missing: {', '.join(table.missing_needed)}; every record of such a file is quarantined"
        )
    if table.extra:
        names = [
            column + _hint(column, [*table.missing_needed, *table.missing_optional])
            for column in table.extra
        ]
        lines.append(f"extra columns, ignored: {', '.join(_safe(name) for name in names)}")
    if table.missing_optional:
        lines.append(f"optional columns missing: {', '.join(table.missing_optional)}")
    for column, formats in table.time_formats.items():
        told = []
        for name, (number, readable) in formats.items():
            verdict = (
                ""
                if readable == number
                else " unreadable"
                if not readable
                else f", {number - readable:,} unreadable"
            )
            told.append(f"{name} {number:,}{verdict}")
        if told:
            lines.append(f"{column}: {'; '.join(told)}")
    if table.sampled and table.sampled < table.records:
        lines.append(f"(times: a sample of {table.sampled:,} records)")
    quarantined = sum(table.quarantined.values())
    if quarantined:
        share = 100 * quarantined / max(table.records, 1)
        lines.append(f"will be quarantined: {quarantined:,} ({share:.1f} %)")
        for reason, number in table.quarantined.items():
            lines.append(f"    {reason} {number:,}: {_places(table.examples.get(reason, []))}")
    if table.is_other_encoding:
        lines.append(
            "a line is not UTF-8 (GBK, GB18030?): export as UTF-8, or land the file by `make ingest`"
        )
    if table.lacks_payment_times:
        lines.append(
            "no order has a paid_at: they are paid by their status, or all of them where none has one, but no payment "
            "is a touchpoint, so funnels find nobody at that step"
        )
    if table.undated:
        lines.append(f"{UNDATED_NOTES[table.contract.name]}: {table.undated:,}")
    if table.written_as_floats:
        told = [f"{column} {number:,}" for column, number in table.written_as_floats.items()]
        lines.append(
            f"whole numbers written with .0, which are not the same as those without: {', '.join(told)}; "
            "export these columns as text"
        )
    if table.ahead:
        told = [f"{column} {number:,}" for column, number in table.ahead.items()]
        lines.append(
            f"later than today: {', '.join(told)}; the newest touchpoint is “now” for profiles, alerts and periods: "
            "repair them, or set the var as_of"
        )
    if table.unreadable_values:
        told = [f"{column} {number:,}" for column, number in table.unreadable_values.items()]
        lines.append(
            f"values that cannot be read (the record stays, without them): {', '.join(told)}"
        )
    if table.duplicates:
        lines.append(
            f"duplicates of another record's key ({', '.join(table.contract.key)}): {table.duplicates:,}"
        )
    body = [
        textwrap.fill(
            line, 110, initial_indent="      ", subsequent_indent="        ", break_long_words=False
        )
        for line in lines
    ]
    return "\n".join([head, *body])


def _identifiers_text(report: Report) -> str:
    lines = ["IDENTIFIERS (different values after normalisation, placeholders left out)"]
    for kind, systems in report.identifiers.items():
        count, shared = report.shared.get(kind, [0, 0])
        where = ", ".join(f"{system} {number:,}" for system, number in systems.items())
        blocked = (
            f"; {report.blocked[kind]:,} refused as placeholders" if kind in report.blocked else ""
        )
        lines.append(
            textwrap.fill(
                f"{kind:<17} {count:,}, of them {shared:,} in two systems or more: {where}{blocked}",
                110,
                initial_indent="  ",
                subsequent_indent=" " * 20,
            )
        )
    if report.overlaps:
        lines.append("SHARED BETWEEN SYSTEMS (identifiers of any type)")
        lines.extend(_matrix(report))
    if report.matches:
        lines.append(
            "MATCH RATE TO EXPECT (records that carry an identifier which another system knows)"
        )
        for system, (carrying, matched) in sorted(report.matches.items()):
            share = f"{100 * matched / carrying:.0f} %" if carrying else "–"
            lines.append(f"  {system:<14} {share:>6} of {carrying:,} records with an identifier")
    return "\n".join(lines)


def _matrix(report: Report) -> list[str]:
    """How many identifiers each two systems share, as a triangle: columns are headed by the row's number."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for (one, other, _), count in report.overlaps.items():
        totals[one, other] += count
    systems = sorted({system for counts in report.identifiers.values() for system in counts})
    width = max(len(f"{count:,}") for count in totals.values()) + 2
    width = max(width, 5)
    lines = [" " * 20 + "".join(f"{f'({number})':>{width}}" for number in range(1, len(systems)))]
    for number, system in enumerate(systems, start=1):
        cells = (totals.get((other, system), 0) for other in systems[: number - 1])
        shown = "".join(f"{f'{count:,}' if count else '·':>{width}}" for count in cells)
        lines.append(f"  {f'({number})':>4} {system:<13}{shown}")
    return lines


def _places(places: list[str]) -> str:
    """Places with each path named once: `a.csv line 3, 9; b.csv line 1`."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for place in places:
        path, number = place.rsplit(" ", 1)
        grouped[path].append(number)
    return "; ".join(f"{path} {', '.join(numbers)}" for path, numbers in grouped.items())


def _block(heading: str, lines: list[str]) -> str:
    return "\n".join([heading, *(f"  {line}" for line in lines)])
