"""A thousand mutated records for every landed table: nothing crashes or is lost, and good records stay as they are.

Values come from hypothesis and from a list of what has broken readers before; they are put into records that were good,
and land in CSV and Parquet files beside good ones. Two builds of staging and the ledgers: the good ones, and the
mutated ones on top. Part of `make test-faults`.
"""

from __future__ import annotations

import csv
import io
import os
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builds import NO_TESTS, Build, green, run_dbt
from touchpoints.contract import TableContract, read_contract
from touchpoints.settings import PROJECT

MUTATED = int(os.environ.get("TOUCHPOINT_MUTATIONS", "1000"))
GOOD = 20
WHAT = ("+record_ledger", "+file_ledger", "+quarantined_records", "path:models/staging")
FIRST = datetime(2025, 3, 1, 9, 30)

# what has broken readers before
KNOWN = [
    *("", " ", "\t", "\u3000", "null", "NULL", "None", "NaN", "-", "N/A", "#REF!", "无", "true"),
    *(
        "0",
        "-0",
        "-1",
        "-99999999.99",
        "1e308",
        "-1e400",
        "9" * 40,
        "0.1" + "0" * 60,
        "1,234,567.89",
    ),
    *("9223372036854775808", "¥-12.5", "１２３", "٣٤", "½", "0x10", "1_000", "١٢٣", "Infinity"),
    *(
        "1969-12-31 23:59:59",
        "9999-12-31",
        "0000-00-00",
        "2025-02-30",
        "2025-13-01 10:00",
        "31/12/2025",
    ),
    *(
        "2025-03-01T25:61:61",
        "2025-03-30 02:30:00+99:00",
        "1e9",
        "-2208988800000",
        "20250301",
        "昨天",
    ),
    *(
        "294277-01-09 04:00:54",
        "2025-03-01 09:30:00.999999999",
        "2025年2月30日",
        "infinity",
        "-infinity",
    ),
    *(
        "'; drop table staging.base_crm__contacts; --",
        '" or ""="',
        "{{ 1/0 }}",
        "${x}",
        "%s%n",
        "\\",
    ),
    *(
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "$(id)",
    ),
    *(
        "👩‍👩‍👧‍👦" * 20,
        "مرحبا بالعالم",
        "\u202eabc",
        "\u200b",
        "\ufeff",
        "\ufffd",
        "e\u0301" * 50,
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙",
    ),
    *(
        "\x01\x02\x1f",
        "\x7f",
        "\u2028",
        "line\nbreak",
        "line\r\nbreak",
        'quote"quote',
        "a,b,,c",
        "'",
    ),
    *(
        "長" * 20_000,
        "a" * 70_000,
        "锟斤拷",
        "Ã©",
        "+86 139-0000-0000",
        "139１３９",
        "@@",
        "a@b@c.d",
        "erased:x",
    ),
    *("erased:0123456789abcdef", "unread:0123456789abcdef", "(unknown)", "masked-0123456789abcdef"),
]


def hostile(count: int) -> list[str]:
    """As many values as hypothesis draws, the same each time, and those that are known."""
    drawn: list[str] = []
    # a surrogate is no UTF-8, and no text holds NUL: both are tried as bytes of their own
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    values = st.one_of(
        st.text(characters, max_size=80),
        st.integers().map(str),
        st.floats().map(repr),
        st.decimals().map(str),
        st.datetimes().map(str),
        st.dates().map(str),
        st.timedeltas().map(str),
        st.emails(),
        st.from_regex(r"\+?[0-9 ()-]{5,20}", fullmatch=True),
    )

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(values)
    def draw(value: str) -> None:
        drawn.append(value)

    draw()
    return KNOWN + drawn


def good_value(table: TableContract, column: str, number: int) -> str:
    """A value that the landing contract takes."""
    moment = FIRST + timedelta(hours=number)
    if column == "identifier_type":
        return "phone"
    if column == "identifier_value":
        return f"137{number:08d}"
    if column == "purpose":
        return "outreach"
    by_kind = {
        "phone": f"139{number:08d}",
        "email": f"person{number}@post.demo",
        "timestamp": f"{moment:%Y-%m-%d %H:%M:%S}",
        "date": f"{moment:%Y-%m-%d}",
        "amount": f"{number}.50",
        "number": str(number % 5 + 1),
        "boolean": "true",
    }
    return by_kind.get(table.columns[column], f"{column}-{number}")


def good_record(table: TableContract, number: int) -> dict[str, str]:
    """A record that is accepted, with every column of the contract."""
    return {column: good_value(table, column, number) for column in table.columns}


@dataclass
class Landed:
    """What was written: records by file."""

    root: Path
    files: dict[str, int] = field(default_factory=dict)

    def csv(self, table: TableContract, name: str, header: list[str], lines: list[bytes]) -> None:
        """Write a CSV file of lines that are ready."""
        path = self._path(table, f"{name}.csv")
        path.write_bytes(b"".join([_line(header), *lines]))
        self.files[str(path.relative_to(self.root))] = len(lines)

    def parquet(self, table: TableContract, name: str, columns: dict[str, pa.Array]) -> None:
        """Write a Parquet file."""
        path = self._path(table, f"{name}.parquet")
        pq.write_table(pa.table(columns), path)
        self.files[str(path.relative_to(self.root))] = len(next(iter(columns.values())))

    def _path(self, table: TableContract, name: str) -> Path:
        folder = self.root / table.system / table.table
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name


def _line(values: list[str]) -> bytes:
    buffer = io.StringIO()
    # all in quotes: an unquoted line break or carriage return in a value would be another record
    csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(values)
    return buffer.getvalue().encode("utf-8", "surrogateescape")


def mutate(record: dict[str, str], values: list[str], chance: random.Random) -> dict[str, str]:
    """Replace some columns."""
    changed = dict(record)
    for column in chance.sample(sorted(record), min(len(record), chance.choice([1, 1, 2, 3, 8]))):
        changed[column] = chance.choice(values)
    return changed


def write_mutated(landed: Landed, table: TableContract, values: list[str]) -> None:
    """The mutated records of a table, in files of several kinds."""
    chance = random.Random(table.name)
    header = list(table.columns)
    records = [
        mutate(good_record(table, 100_000 + number), values, chance) for number in range(MUTATED)
    ]
    parts = [records[start::5] for start in range(5)]
    # as they are, with lines that are none: broken bytes, a field too many or too few
    lines = []
    for record in parts[0]:
        line = _line(list(record.values()))
        kind = chance.randrange(10)
        if set("".join(record.values())) & set("\r\n"):
            # broken over several lines, it stops the build with its place, as a stray quotation mark does
            kind = 9
        if kind == 0:
            line = line.replace(b'"', b'"\xff\xfe', 1)
        elif kind == 1:
            line = line.rstrip(b"\n") + b',"one more"\n'
        elif kind == 2:
            line = _line(list(record.values())[:-1])
        elif kind == 3:
            line = line.replace("长".encode(), "长".encode("gb18030")).replace(
                b'"', b'"\xb3\xa4', 1
            )
        lines.append(line)
    landed.csv(table, "mutated_lines", header, lines)
    # columns that nobody knows, in another order
    strange = [*reversed(header), "surplus", "'; drop table x; --", "列"]
    landed.csv(
        table,
        "mutated_strange",
        strange,
        [_line([record.get(name, "x") for name in strange]) for record in parts[1]],
    )
    # without an optional column; without a needed one
    optional = [name for name in header if name not in table.need]
    gone = chance.choice(optional or header)
    for name, without in (("optional", gone), ("needed", chance.choice(table.need))):
        kept = [column for column in header if column != without]
        part = parts[2] if name == "optional" else parts[3]
        landed.csv(
            table,
            f"mutated_without_{name}",
            kept,
            [_line([record[column] for column in kept]) for record in part],
        )
    # typed: texts with NUL, and other types than one would choose
    columns: dict[str, pa.Array] = {}
    for column in header:
        texts = [record[column] for record in parts[4]]
        kind = chance.randrange(6)
        if kind == 0:
            columns[column] = pa.array([len(text) * 1e300 for text in texts], pa.float64())
        elif kind == 1:
            columns[column] = pa.array([text.encode() + b"\0\xff" for text in texts], pa.binary())
        elif kind == 2:
            columns[column] = pa.array([[text] for text in texts], pa.list_(pa.string()))
        elif kind == 3:
            columns[column] = pa.array([text + "\0" for text in texts])
        else:
            columns[column] = pa.array(texts)
    landed.parquet(table, "mutated_typed", columns)


@pytest.fixture(scope="module")
def contracts() -> dict[str, TableContract]:
    """Every landed table."""
    return read_contract(PROJECT)


@dataclass(frozen=True)
class Played:
    """The builds: good records alone, mutated ones on top; and what was written."""

    good: dict[str, list[tuple[Any, ...]]]
    built: Build
    landed: Landed


@pytest.fixture(scope="module")
def played(contracts, tmp_path_factory) -> Played:
    """Build the good records, then the mutated ones on top."""
    folder = tmp_path_factory.mktemp("mutations")
    landed = Landed(folder / "raw")
    for table in contracts.values():
        records = [good_record(table, number) for number in range(GOOD)]
        landed.csv(
            table, "good", list(table.columns), [_line(list(record.values())) for record in records]
        )
    first = green(build(folder / "build", landed.root))
    before = handed_on(first, contracts)
    assert all(len(rows) == GOOD for rows in before.values()), {
        name: len(rows) for name, rows in before.items() if len(rows) != GOOD
    }
    values = hostile(max(100, MUTATED))
    for table in contracts.values():
        write_mutated(landed, table, values)
    return Played(before, green(build(folder / "build", landed.root)), landed)


def build(folder: Path, root: Path) -> Build:
    """Staging and the ledgers of a raw root."""
    command = ("build", *NO_TESTS, "-s", *WHAT)
    return run_dbt(folder, command, {"TOUCHPOINT_RAW_ROOT": str(root)})


def handed_on(
    built: Build, contracts: dict[str, TableContract]
) -> dict[str, list[tuple[Any, ...]]]:
    """What the file `good.csv` of each table handed on, as the base tables hold it."""
    return {
        table.name: built.rows(
            f"select record_key, record_status, {', '.join(table.columns)}"
            f" from staging.base_{table.name.replace('.', '__')}"
            " inner join staging.stg_landing__files on source_file_key = file_key"
            " where ends_with(landed_path, '/good.csv') and record_status = 'accepted' order by all"
        )
        for table in contracts.values()
    }


def test_good_records_are_untouched(played, contracts) -> None:
    assert handed_on(played.built, contracts) == played.good


def test_every_record_is_in_the_ledgers_once(played) -> None:
    files = {
        row[0]: row[1:]
        for row in played.built.rows(
            "select source_file, received_count, accepted_count, duplicate_count, quarantined_count,"
            " out_of_scope_count, erased_count, expired_count from marts.file_ledger"
        )
    }
    assert {name: counts[0] for name, counts in files.items()} == played.landed.files
    assert [name for name, counts in files.items() if counts[0] != sum(counts[1:])] == []
    assert (
        played.built.rows(
            "from marts.record_ledger where received <>"
            " accepted + duplicate + quarantined + out_of_scope + erased + expired"
        )
        == []
    )
    total = sum(played.landed.files.values())
    assert played.built.one("select sum(received) from marts.record_ledger") == total


def test_what_is_quarantined_has_a_reason_and_mutations_do_both(played, contracts) -> None:
    quarantined = played.built.one("select sum(quarantined) from marts.record_ledger")
    assert played.built.rows(
        "select count(*), count(reason_code), count(source_row) from marts.quarantined_records"
    ) == [(quarantined,) * 3]
    kept = played.built.rows(
        "select source_system || '.' || source_table, sum(accepted_count), sum(quarantined_count)"
        " from marts.file_ledger where not ends_with(source_file, '/good.csv') group by all"
    )
    assert {row[0] for row in kept} == set(contracts)
    assert [row for row in kept if not row[1] and not row[0].startswith("privacy")] == []
    assert [row for row in kept if not row[2]] == []
