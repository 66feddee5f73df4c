"""`make benchmark-sessions`: sessions out of touchpoints, by the project's SQL and by pandas, in one run.

What `make benchmark` built is exported as a Parquet file with the three columns that a cut needs. Two processes read
it, cut sessions and write touchpoint and session: DuckDB with the project's macro `cut_sessions`, and pandas. Both run
`--runs` times in turn; printed are medians of CPU and wall seconds and peak memory, and the ratio pair by pair. Stops
where the number of sessions differs from the build's. pandas writes the time as well, the macro's process counts
sessions once more. Profiles that several people share are left out: pandas knows no
change of person within a session.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

import duckdb
import jinja2

from benchmarks.__main__ import PROJECT, Usage, measure

GAP_MINUTES = 30
MACRO = PROJECT / "macros" / "sessions" / "cut_sessions.sql"
# One lane is a local identity on a channel; a touchpoint without a profile is a lane of its own.
EXPORT = """
    copy (
        select
            case
                when touchpoints.profile_key is null then touchpoints.touchpoint_key
                else cast(hash(events.channel_code, touchpoints.profile_key) >> 1 as bigint)
            end as lane_key,
            touchpoints.occurred_at,
            touchpoints.touchpoint_key
        from intermediate.int_touchpoints_sessionised as touchpoints
        inner join intermediate.int_events_defined as events on touchpoints.event_key = events.event_key
        where
            touchpoints.profile_key is null
            or touchpoints.profile_key not in (select profile_key from vault.int_shared_profiles)
        order by touchpoints.record_key
    ) to '{path}' (format parquet)
"""
COUNT = """
    select count(*), count(distinct session_key) from intermediate.int_touchpoints_sessionised
    where profile_key is null or profile_key not in (select profile_key from vault.int_shared_profiles)
"""


def cut_with_pandas(source: Path, target: Path) -> None:
    """The same sessions in pandas: sort, compare with the row before, count the beginnings."""
    import pandas as pd

    touchpoints = pd.read_parquet(source)
    touchpoints = touchpoints.sort_values(["lane_key", "occurred_at", "touchpoint_key"])
    begins = touchpoints["lane_key"].ne(touchpoints["lane_key"].shift()) | (
        touchpoints["occurred_at"].diff() > pd.Timedelta(minutes=GAP_MINUTES)
    )
    touchpoints["session"] = begins.cumsum()
    touchpoints[["touchpoint_key", "session", "occurred_at"]].to_parquet(target)
    print(len(touchpoints), int(begins.sum()))


def cut_with_macro(source: Path, target: Path) -> None:
    """The sessions of the project's macro in DuckDB."""
    template = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(MACRO.read_text())
    macros = template.make_module(
        {
            "var": {"session_gap_minutes": GAP_MINUTES}.get,
            "ref": str,
            "carry_forward": "last_value({} ignore nulls) over {}".format,
        }
    )
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(
        "create table int_shared_profiles (profile_key bigint, identifier_type text)"
    )
    connection.execute(
        "create table int_set_logins (identifier_set_key bigint, identifier_type text, identifier_key bigint)"
    )
    connection.execute(
        "create view touchpoints as select *, null::bigint as identifier_set_key, null::bigint as profile_key"
        f" from read_parquet('{source}')"
    )
    connection.execute(
        f"copy (select touchpoint_key, session_key from ({macros.cut_sessions('touchpoints')}))"
        f" to '{target}' (format parquet)"
    )
    counts = f"select count(*), count(distinct session_key) from read_parquet('{target}')"
    print(*connection.execute(counts).fetchall()[0])


CONTENDERS = {"macro": cut_with_macro, "pandas": cut_with_pandas}


def main() -> None:
    """Measure both in turn, and print both."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sessions", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each")
    parser.add_argument("--folder", type=Path, default=Path("target/benchmark"), help="where it is")
    parser.add_argument("--only", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        name, source, target = options.only
        CONTENDERS[name](Path(source), Path(target))
        return
    folder = options.folder.resolve()
    database, source = folder / "build.duckdb", folder / "touchpoints.parquet"
    if not database.exists():
        raise SystemExit(f"{database} is not there: run `make benchmark` first")
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(EXPORT.format(path=source))
        expected = connection.execute(COUNT).fetchall()[0]
    runs: dict[str, list[Usage]] = {name: [] for name in CONTENDERS}
    for _ in range(options.runs):
        for name in CONTENDERS:
            log, target = folder / f"{name}.log", folder / f"{name}.parquet"
            command = [sys.executable, "-m", "benchmarks.sessions", "--only", name]
            runs[name].append(measure([*command, str(source), str(target)], None, log))
            found = tuple(int(word) for word in log.read_text().split())
            if found != expected:
                raise SystemExit(f"{name} finds {found} touchpoints and sessions, not {expected}")
    for name, usages in runs.items():
        cpu, wall, memory = (
            statistics.median(getattr(usage, field) for usage in usages)
            for field in ("cpu", "wall", "memory")
        )
        print(f"{name}: {cpu:.1f} CPU s, {wall:.1f} s, {memory:,.0f} MB")
    pairs = zip(runs["macro"], runs["pandas"], strict=True)
    ratio = statistics.median(pandas.cpu / macro.cpu for macro, pandas in pairs)
    print(f"pandas takes {ratio:.2f} times the macro's CPU on {expected[0]:,} touchpoints")


if __name__ == "__main__":
    main()
