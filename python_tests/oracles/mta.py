"""The public sample of 10,000 aggregated paths that the wheel `mta` carries, and a raw root made of it.

The wheel is fetched by hash without what it depends on, and only its data file is read. In the raw root every journey
is a person of its own, each touch a message on a channel of the sample and a session of its own, each conversion a
paid order, and a later record of nobody moves the newest event on, so that whoever did not convert has lapsed.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from oracles.data_driven import Counts, Paths, codes_of
from oracles.definitions import PROJECT

LOCK = PROJECT / "requirements-attribution.lock"
FOLDER = PROJECT / "target" / "attribution"
MEMBER = "mta/data/data.csv.gz"
SEPARATOR = " > "
# Minutes between two touches of a journey: more than a session's gap; 89 touches take less than three days.
MINUTES = 40
# How a touch counts: kind, stage, interaction type, attributable, priority, no page view.
KIND = ("marketing", "consider", "click", "true", "3", "false")
# Start of the first journey; they begin over 20 days, and long after the last of them nothing is open.
START, END = "2025-01-01 00:00:00", "2025-06-01 00:00:00"

# What other tools and this project's definitions say of the sample, to the decimals given.
TABLE = """
    channel  first  last  linear  markov_1  markov_2  shapley_set  shapley_path
    alpha    6308   8447  7574.7  5344.9    5617.5    7627.9       7487.1
    iota     4606   3355  3857.1  3884.6    3810.5    3505.0       3377.6
    eta      3164   4167  3540.0  3340.8    3391.9    3613.7       3594.7
    beta     2831   989   2083.5  2527.4    2439.6    1982.7       1973.8
    theta    1606   653   1022.8  1971.9    1902.5    1191.0       1598.1
"""
CONVERSIONS, NULLS, PROBABILITY = 19_785, 68_602, 0.2238451356


class NotFetched(Exception):
    """The wheel cannot be had here."""


def published() -> dict[tuple[str, str], tuple[float, int]]:
    """(model, channel) -> the published conversions and their number of decimals."""
    header, *lines = (line.split() for line in TABLE.strip().splitlines())
    return {
        (model, line[0]): (float(text), len(text.partition(".")[2]))
        for line in lines
        for model, text in zip(header[1:], line[1:], strict=True)
    }


def wheel(folder: Path = FOLDER) -> Path:
    """The wheel, fetched once with its hash checked. The project's environment need not have pip: any other will do."""
    for path in sorted(folder.glob("mta-*.whl")):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    options = ("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:")
    told = ""
    for python in (sys.executable, PROJECT / ".bootstrap" / "bin" / "python", _base_python()):
        command = [str(python), "-m", "pip", "download", "--disable-pip-version-check", *options]
        try:
            done = subprocess.run(
                [*command, "--requirement", str(LOCK), "--dest", str(folder)],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            told += f"{error}\n"
            continue
        if done.returncode == 0:
            return next(iter(sorted(folder.glob("mta-*.whl"))))
        if "DO NOT MATCH THE HASHES" in done.stderr:
            raise RuntimeError(done.stderr)
        told += done.stderr
    raise NotFetched(told[-2000:])


def _base_python() -> Path:
    """The interpreter that the environment was made from."""
    return Path(getattr(sys, "_base_executable", sys.executable))


def sample(path: Path | None = None) -> Paths:
    """The sample's distinct paths; a path's value is rounded to cents once."""
    with zipfile.ZipFile(path or wheel()) as archive:
        text = gzip.decompress(archive.read(MEMBER)).decode("utf-8")
    paths: Paths = defaultdict(Counts)
    values: dict[tuple[str, ...], float] = defaultdict(float)
    for row in csv.DictReader(io.StringIO(text)):
        codes = tuple(row["path"].split(SEPARATOR))
        paths[codes].add(Counts(int(row["total_conversions"]), 0, int(row["total_null"])))
        values[codes] += float(row["total_conversion_value"])
    for codes, counts in paths.items():
        counts.cents = round(values[codes] * 100)
    return dict(paths)


def load_paths(connection: duckdb.DuckDBPyConnection, paths: Paths) -> None:
    """The paths as table `paths`: number, list of codes, conversions, cents, nulls."""
    rows = list(paths.items())
    listed = pa.table(
        {
            "path_number": pa.array(range(len(rows)), pa.int64()),
            "codes": pa.array([list(codes) for codes, _ in rows], pa.list_(pa.string())),
            "conversions": pa.array([counts.conversions for _, counts in rows], pa.int64()),
            "cents": pa.array([counts.cents for _, counts in rows], pa.int64()),
            "nulls": pa.array([counts.nulls for _, counts in rows], pa.int64()),
        }
    )
    connection.register("listed", listed)
    connection.execute("create or replace table paths as select * from listed")
    connection.unregister("listed")


# One row per journey. A path's cents are shared by its conversions: what does not divide goes to the first ones.
JOURNEYS = """
    create or replace table journeys as
    with taken as (
        select
            paths.*,
            unnest(range(conversions + nulls)) as place
        from paths
    )
    select
        row_number() over (order by path_number, place) as journey,
        codes,
        place < conversions as is_converted,
        case
            when place >= conversions then 0
            else sign(cents) * (abs(cents) // conversions + cast(place < abs(cents) % conversions as bigint))
        end as cents
    from taken
"""
TOUCHES = """
    select
        'T' || journey || '-' || place as send_id,
        codes[place] as medium,
        'M' || lpad(cast(journey as varchar), 9, '0') as member_no,
        begins + to_minutes({minutes} * place) as sent_at
    from begun, unnest(range(1, len(codes) + 1)) as places(place)
    union all
    select 'END', (select any_value(codes[1]) from journeys), null, timestamp '{end}'
    order by send_id
"""
ORDERS = """
    select
        'O' || journey as order_no,
        'M' || lpad(cast(journey as varchar), 9, '0') as member_no,
        begins + to_minutes({minutes} * (len(codes) + 1)) as created_at,
        begins + to_minutes({minutes} * (len(codes) + 1)) as paid_at,
        cast(cents as decimal(18, 2)) / 100 as amount
    from begun
    where is_converted
    order by journey
"""


def write_raw_root(folder: Path, paths: Paths) -> Path:
    """Landed Parquet files of the paths' journeys."""
    connection = duckdb.connect()
    load_paths(connection, paths)
    connection.execute(JOURNEYS)
    connection.execute(
        "create view begun as select *,"
        f" timestamp '{START}' + to_minutes(cast(journey % 28800 as integer)) as begins from journeys"
    )
    for table, sql in (("outreach/sends", TOUCHES), ("ecommerce/orders", ORDERS)):
        target = folder / f"{table}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        written = sql.format(minutes=MINUTES, end=END)
        connection.execute(f"copy ({written}) to '{target}' (format parquet)")
    connection.close()
    return folder


def add_channels(project: Path, channels: Iterable[str]) -> None:
    """Give a copy of the project the channels: a message that was sent on one is a click that may earn credit."""
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for channel in channels:
        code = re.sub(r"\W+", "_", channel)
        touchpoint = f"{code}_click"
        rows["channels"].append(["all", channel, channel, channel, "paid", "awareness"])
        rows["channel_mappings"].append(["outreach", channel.lower(), channel])
        rows["channel_mappings"].append(["ads", channel.lower(), channel])
        rows["touchpoints"].append(
            ["all", touchpoint, f"{channel}: clicked", f"{channel} 点击", channel, *KIND]
        )
        rows["event_mappings"].append(["all", "outreach", "sends", channel, "sent", touchpoint])
    for name, added in rows.items():
        with open(project / "seeds" / f"{name}.csv", "a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(added)


def channels(paths: Paths) -> list[str]:
    """The channels of the paths."""
    return codes_of(paths)
