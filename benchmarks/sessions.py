"""`make benchmark-sessions`: sessions out of touchpoints, by the project's model and by pandas, in one run.

The model is run by dbt on a built dataset (`python -m benchmarks` leaves one), whole process: it reads the base tables,
names every touchpoint, cuts sessions and writes all columns. pandas is handed a Parquet file with the three columns
that a cut needs, and writes three. Both run `--runs` times in turn; printed are medians of CPU and wall seconds and
peak memory, and the ratio pair by pair. Stops where the sessions of profiles that nobody shares differ: pandas knows no
change of person within a session.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

import duckdb

from benchmarks.__main__ import Usage, build_environment, measure

GAP_MINUTES = 30
MODEL = "int_touchpoints_sessionised"
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


def main() -> None:
    """Measure the model and pandas in turn, and print both."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sessions", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000, help="size that was built")
    parser.add_argument("--runs", type=int, default=3, help="runs of each")
    parser.add_argument("--folder", type=Path, default=Path("target/benchmark"), help="where it is")
    parser.add_argument("--pandas", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.pandas:
        cut_with_pandas(*options.pandas)
        return
    folder = options.folder.resolve()
    database, source = folder / "build.duckdb", folder / "touchpoints.parquet"
    if not database.exists():
        raise SystemExit(f"{database} is not there: run `make benchmark` first")
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(EXPORT.format(path=source))
        expected = connection.execute(COUNT).fetchall()[0]
    raw_root = folder / f"raw_{options.records}"
    environment = build_environment(raw_root, database, folder, threads=2)
    ours = [sys.executable, "-m", "dbt.cli.main", "run", "--full-refresh", "--select", MODEL]
    log = folder / "pandas.log"
    theirs = [
        *(sys.executable, "-m", "benchmarks.sessions", "--pandas"),
        *(str(source), str(folder / "pandas.parquet")),
    ]
    pairs: list[tuple[Usage, Usage]] = []
    for _ in range(options.runs):
        pairs.append(
            (measure(ours, environment, folder / "sessions.log"), measure(theirs, None, log))
        )
        found = tuple(int(word) for word in log.read_text().split())
        if found != expected:
            raise SystemExit(f"pandas finds {found} touchpoints and sessions, the model {expected}")
    for name, runs in zip(("model", "pandas"), zip(*pairs, strict=True), strict=True):
        cpu, wall, memory = (
            statistics.median(getattr(run, field) for run in runs)
            for field in ("cpu", "wall", "memory")
        )
        print(f"{name}: {cpu:.1f} CPU s, {wall:.1f} s, {memory:,.0f} MB")
    ratio = statistics.median(other.cpu / model.cpu for model, other in pairs)
    print(f"pandas takes {ratio:.2f} times the model's CPU on {expected[0]:,} touchpoints")


if __name__ == "__main__":
    main()
