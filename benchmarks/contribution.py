"""`make benchmark-contribution`: contribution out of journeys, by the project's models and by ChannelAttribution.

Journeys are made up: twelve channels, one of them in four of ten touches, lengths as in the public sample of `mta`
(half of them up to 3 touches, one in a hundred over 23), runs of one channel, two of nine converting. Both begin with
the same Parquet file, one row per touch, and end with a table of channels. Each contender is a whole process, run
`--runs` times in turn; printed are medians of wall and CPU seconds and peak memory, and the ratio pair by pair.

- models: `make build` of contribution (OURS) without tests on a database whose journeys are ready (loading them is not
  measured): seven rule models with the credit of every touch, Markov of order 1 and 2, both Shapley values, by month,
  with intervals; rule models and order 1 at three levels.
- dbt: the same command where there are no journeys: what dbt and the database take whatever the size.
- peer: DuckDB makes distinct paths with counts as texts, which is the least that the peer asks for; then
  heuristic_models, and markov_model of order 1 and 2 at its defaults, on all cores. It says what each part took.
- months: the same, and once more for the paths of each month, as the models give months, too.
- intervals: the same, and once more without each group of persons that the models take their intervals from, at order 1
  alone, as theirs have it. Levels, Shapley values and the credit of each touch the peer still does not tell. Run for
  the sizes of `--intervals` alone, as it takes many times what the others take.
- paths: the first part of the peer alone, as a floor.

The peer simulates. `error` is the largest difference of a channel's Markov share from the exact one, which scipy
solves from the same paths outside what is measured. ChannelAttribution is built from its source
distribution in an environment of its own, `.venv-attribution-dev`, and never installed beside the project.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from benchmarks.__main__ import PROJECT, Usage, build_command, build_environment, measure

# Channels with their share of the touches.
CHANNELS = {
    "alpha": 0.4219,
    "iota": 0.2014,
    "eta": 0.1147,
    "beta": 0.1085,
    "theta": 0.0604,
    "lambda": 0.0526,
    "epsilon": 0.0164,
    "zeta": 0.0115,
    "kappa": 0.0078,
    "gamma": 0.0047,
    "delta": 0.0006,
    "mi": 0.0005,
}
# Journeys of each length in the public sample, in ten thousands; the last is spread over 17 to 89.
LENGTHS = (1794, 1223, 3185, 697, 546, 1292, 282, 218, 142, 97, 82, 77, 52, 48, 36, 29, 200)
LONGEST = 89
STAYS = 0.4
CONVERTS = 0.2238
CHUNK = 1_000_000
PEER = PROJECT / ".venv-attribution-dev" / "bin" / "python"
ORDERS = (1, 2)
NOTHING = "contribution_nothing.duckdb"  # a database without journeys


def make_journeys(path: Path, count: int) -> None:
    """Write so many journeys, one row per touch, in files of a million journeys; the same whenever it is called."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    if (path / "done").exists():
        return
    path.mkdir(parents=True, exist_ok=True)
    odds = np.array(LENGTHS, dtype=float)
    names, weights = list(CHANNELS), np.array(list(CHANNELS.values()))
    for first in range(0, count, CHUNK):
        random = np.random.default_rng([count, first])
        journeys = np.arange(first, min(first + CHUNK, count))
        length = 1 + random.choice(len(odds), len(journeys), p=odds / odds.sum())
        rest = length == len(odds)
        tail = len(odds) + random.exponential(9, rest.sum()).astype(int)
        length[rest] = np.minimum(tail, LONGEST)
        starts = np.cumsum(length) - length
        place = np.arange(length.sum()) - np.repeat(starts, length)
        drawn = random.choice(len(names), len(place), p=weights / weights.sum())
        changes = (place == 0) | (random.random(len(place)) >= STAYS)
        channel = drawn[np.maximum.accumulate(np.where(changes, np.arange(len(place)), 0))]
        # a channel converts a little better or worse than the next
        better = 0.9 + 0.2 * channel[starts + length - 1] / len(names)
        converts = random.random(len(journeys)) < CONVERTS * better
        cents = np.where(converts, random.integers(100, 100_000, len(journeys)), 0)
        begins = np.datetime64("2025-01-01", "s") + random.integers(0, 86400 * 300, len(journeys))
        minutes = np.timedelta64(40 * 60, "s") * place
        table = {
            "journey": np.repeat(journeys, length),
            "place": (place + 1).astype("int32"),
            "occurred_at": (np.repeat(begins, length) + minutes).astype("datetime64[us]"),
            "channel": pa.DictionaryArray.from_arrays(pa.array(channel.astype("int8")), names),
            "is_converted": np.repeat(converts, length),
            "cents": np.repeat(cents, length),
        }
        pq.write_table(pa.table(table), path / f"{first // CHUNK:04d}.parquet")
    (path / "done").touch()


# The groups of persons that intervals are taken from, each left out in turn; every journey has a person of its own.
GROUP = "cast(hash(journey) % 50 as integer)"

# Distinct paths with counts. A channel is never in another's name here, so that a text can stand for a path.
PATHS = """
    with journeys as (
        select
            string_agg(channel, ' > ' order by place) as path,
            date_trunc('month', max(occurred_at)) as month_date,
            any_value({group}) as person_group,
            any_value(is_converted) as is_converted,
            any_value(cents) as cents
        from read_parquet('{source}/*.parquet')
        group by journey
    )
    select
        {columns},
        cast(count(*) filter (where is_converted) as bigint) as conversions,
        cast(sum(cents) as double) / 100 as value,
        cast(count(*) filter (where not is_converted) as bigint) as nulls
    from journeys
    group by {columns}
"""


def distinct_paths(source: Path, memory: str, columns: str = "path") -> duckdb.DuckDBPyRelation:
    """The paths of the journeys, or those of each month or group of persons (columns `month_date, path`)."""
    folder = str(source.parent / "tmp")
    connection = duckdb.connect(config={"temp_directory": folder, "memory_limit": memory})
    return connection.sql(PATHS.format(source=source, columns=columns, group=GROUP))


def run_paths(source: Path, target: Path, memory: str) -> None:
    """Only what both need first."""
    target.write_text(json.dumps({"paths": len(distinct_paths(source, memory).fetchall())}))


def run_peer(
    source: Path, target: Path, memory: str, by_month: bool = False, by_group: bool = False
) -> None:
    """ChannelAttribution: three heuristic models and two Markov chains, of all time, months and without each group."""
    clock, took = time.monotonic(), {}

    def lap(name: str) -> None:
        nonlocal clock
        took[name], clock = round(time.monotonic() - clock, 2), time.monotonic()

    from ChannelAttribution import heuristic_models, markov_model

    def attribute(data: object, orders: Sequence[int] = ORDERS) -> dict[str, dict[str, float]]:
        columns = {"var_path": "path", "var_conv": "conversions", "var_value": "value"}
        rules = heuristic_models(data, **columns, flg_pro=False)
        answers = {
            rule: dict(zip(rules["channel_name"], rules[f"{rule}_touch_conversions"], strict=True))
            for rule in ("first", "last", "linear")
        }
        lap("heuristic")
        for order in orders:
            found = markov_model(
                data,
                **columns,
                var_null="nulls",
                order=order,
                ncore=os.cpu_count(),
                verbose=False,
                flg_pro=False,
            )
            found = found["result"] if isinstance(found, dict) else found
            found = found[0] if isinstance(found, list | tuple) else found
            answers[f"markov_{order}"] = dict(
                zip(found["channel_name"], found["total_conversions"], strict=True)
            )
            lap(f"markov_{order}")
        return answers

    lap("import")
    counts = ["conversions", "value", "nulls"]
    parts = ["month_date"] * by_month + ["person_group"] * by_group
    told = distinct_paths(source, memory, ", ".join([*parts, "path"])).df()
    data = told.groupby("path", as_index=False)[counts].sum() if parts else told
    lap("paths")
    answers = attribute(data)
    all_time, started = dict(took), time.monotonic()
    if by_month:
        for _, month in told.groupby("month_date"):
            attribute(month.groupby("path", as_index=False)[counts].sum())
        all_time["months"] = round(time.monotonic() - started, 2)
    if by_group:
        started, every = time.monotonic(), data.set_index("path")
        for _, group in told.groupby("person_group"):
            left_out = group.groupby("path")[counts].sum()
            others = every.sub(left_out, fill_value=0)
            attribute(others[others["conversions"] + others["nulls"] > 0].reset_index(), ORDERS[:1])
        all_time["groups"] = round(time.monotonic() - started, 2)
    target.write_text(json.dumps({"paths": len(data), "took": all_time, "answers": answers}))


def run_months(source: Path, target: Path, memory: str) -> None:
    """The peer for all time and each month."""
    run_peer(source, target, memory, by_month=True)


def run_intervals(source: Path, target: Path, memory: str) -> None:
    """The peer for all time, each month, and without each group of persons."""
    run_peer(source, target, memory, by_month=True, by_group=True)


RUNS: dict[str, Callable[[Path, Path, str], None]] = {
    "paths": run_paths,
    "peer": run_peer,
    "months": run_months,
    "intervals": run_intervals,
}


# The contribution step as dbt selects it.
OURS = (
    "int_journeys_ended",
    "int_journey_paths",
    "int_path_examples",
    "int_path_steps",
    "int_path_transitions",
    "int_paths_counted",
    "path:models/intermediate/contribution",
    "channel_contribution",
)
# All journeys have ended by then; they know channels alone, so nothing but rule models is asked of campaigns.
VARIABLES = {"markov_orders": list(ORDERS), "few_code_levels": ["channel"], "as_of": "2027-01-01"}
# Upstream of it or nothing to do with it.
NOT_OURS = ("int_conversions", "int_ad_spend_converted", "int_campaign_credits")
# What puts the journeys of the Parquet files into a database as the relations that those models read: every journey is
# a person's only one, every touch a session of its own. A build of nothing (an empty raw root) makes the relations.
LOAD = {
    "int_conversions": """
        select
            'order' as goal_code,
            30 as lookback_days,
            journey as conversion_key,
            journey as user_key,
            max(occurred_at) + interval 1 hour as converted_at,
            cast(max(occurred_at) as date) as converted_date,
            'website' as channel_code,
            any_value(cents) * cast(0.01 as decimal(3, 2)) as value
        from read_parquet('{source}/*.parquet')
        where is_converted
        group by journey
    """,
    "int_journeys": """
        select
            'order' as goal_code,
            journey as list_key,
            journey as user_key,
            30 as lookback_days,
            case when any_value(is_converted) then journey end as conversion_key,
            min(hash(journey, place)) // 2 as first_touchpoint_key,
            1 as first_number,
            max(place) as last_number,
            min(occurred_at) as started_at,
            max(occurred_at) as ended_at,
            case when any_value(is_converted) then any_value(cents) * cast(0.01 as decimal(3, 2)) end as value,
            journey as stretch_key
        from read_parquet('{source}/*.parquet')
        group by journey
    """,
    "int_journey_steps": """
        select
            journey as user_key,
            journey as stretch_key,
            place as touch_number,
            hash(journey, place) // 2 as touchpoint_key,
            occurred_at,
            channel as channel_code,
            channel as touchpoint_code,
            '(no campaign)' as campaign_code,
            place = 1 as is_first,
            max(place) over journeys as last_number,
            true as is_channel_step,
            lead(channel) over journeys as next_channel_code,
            lead(occurred_at) over journeys as next_channel_at,
            count(*) over journeys - place as channel_steps_after,
            true as is_touchpoint_step,
            lead(channel) over journeys as next_touchpoint_code,
            lead(occurred_at) over journeys as next_touchpoint_at,
            count(*) over journeys - place as touchpoint_steps_after,
            true as is_campaign_step,
            count(*) over journeys - place as campaign_steps_after,
            place as next_non_direct_number
        from read_parquet('{source}/*.parquet')
        window journeys as (
            partition by journey
            order by place
            rows between unbounded preceding and unbounded following
        )
    """,
    "int_person_groups": """
        select distinct
            journey as user_key,
            {group} as person_group
        from read_parquet('{source}/*.parquet')
    """,
}


def prepare_models(
    source: Path, database: Path, folder: Path, memory: str
) -> dict[str, dict[str, str]]:
    """A database whose journeys are ready, and the environments to run dbt on it ("models") and on nothing ("dbt").

    Called once per size, outside what is measured: builds the project on an empty raw root, then replaces the relations
    of LOAD by the journeys. The step itself is `make build` of OURS: see `models_command`. Both read the project
    here, so that the step does not read it anew.
    """
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    environment = build_environment(empty, database, folder, os.cpu_count() or 1)
    environment["TOUCHPOINT_MEMORY"] = memory
    database.unlink(missing_ok=True)
    dbt = [sys.executable, "-m", "dbt.cli.main", "build"]
    measure(
        [
            *dbt,
            "--exclude-resource-types",
            "test",
            "unit_test",
            "--vars",
            json.dumps(VARIABLES),
        ],
        environment,
        folder / "prepare.log",
    )
    shutil.copy(database, folder / NOTHING)
    with duckdb.connect(str(database)) as connection:
        for relation, sql in LOAD.items():
            connection.execute(f"truncate intermediate.{relation}")
            connection.execute(
                f"insert into intermediate.{relation} by name {sql.format(source=source, group=GROUP)}"
            )
    environments = {}
    for name, path in (("models", database), ("dbt", folder / NOTHING)):
        target = str(folder / f"target_{name}")
        environments[name] = {
            **environment,
            "TOUCHPOINT_DATABASE": str(path),
            "DBT_TARGET_PATH": target,
        }
        parse = [*dbt[:-1], "parse", "--vars", json.dumps(VARIABLES)]
        measure(parse, environments[name], folder / "prepare.log")
    return environments


def models_command() -> list[str]:
    """The contribution step on a database that has journeys."""
    build = [*build_command(), "--full-refresh", "--vars", json.dumps(VARIABLES)]
    return [*build, "--select", *OURS, "--exclude", *NOT_OURS]


def models_answers(database: Path) -> dict[str, dict[str, float]]:
    """Conversions of every channel by model, as the models gave them."""
    answers: dict[str, dict[str, float]] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for model, code, conversions in connection.execute(
            "select model_code, code, cast(conversions as double) from marts.channel_contribution"
            " where level = 'channel' and period_type = 'all' and goal_code = 'order'"
        ).fetchall():
            answers.setdefault(model, {})[code] = conversions
    return answers


def exact_answers(source: Path, memory: str) -> dict[str, dict[str, float]]:
    """First, last, linear and Markov conversions from the paths: what every contender is held against."""
    sys.path.append(str(PROJECT / "python_tests"))
    from oracles.data_driven import Counts, credit_by

    paths = {
        tuple(text.split(" > ")): Counts(won, round(value * 100), lost)
        for text, won, value, lost in distinct_paths(source, memory).fetchall()
    }
    answers: dict[str, dict[str, float]] = {
        rule: dict.fromkeys(CHANNELS, 0.0) for rule in ("first", "last", "linear")
    }
    for path, counts in paths.items():
        answers["first"][path[0]] += counts.conversions
        answers["last"][path[-1]] += counts.conversions
        for code in path:
            answers["linear"][code] += counts.conversions / len(path)
    for order in ORDERS:
        credit = credit_by(f"markov_{order}", paths)
        answers[f"markov_{order}"] = {code: won for code, (won, _) in credit.items()}
    return answers


def errors(found: dict[str, dict[str, float]], exact: dict[str, dict[str, float]]) -> str:
    """Largest difference of a Markov share, by order; stops where a rule model is wrong."""
    total = sum(exact["first"].values())
    told = []
    for model, wanted in exact.items():
        most = max(abs(found[model].get(code, 0) - won) for code, won in wanted.items()) / total
        if model.startswith("markov"):
            told.append(f"{model} {most:.2%}")
        elif most > 1e-6:
            raise SystemExit(f"{model} is wrong: {found[model]}, not {wanted}")
    return ", ".join(told)


def against(used: dict[str, list[Usage]], name: str, what: str) -> float:
    """What a contender took in relation to the models: the median of the pairs."""
    return statistics.median(
        getattr(other, what) / getattr(ours, what)
        for other, ours in zip(used[name], used["models"], strict=True)
    )


def main() -> None:
    """Measure every size and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contribution", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3, help="runs of each")
    parser.add_argument(
        "--intervals",
        type=int,
        nargs="*",
        default=[1_000_000],
        help="sizes that the peer is asked for intervals at",
    )
    parser.add_argument("--folder", type=Path, default=Path("target/benchmark"))
    parser.add_argument("--peer", type=Path, default=PEER, help="a Python with ChannelAttribution")
    parser.add_argument("--memory", default="6GB", help="DuckDB's memory_limit")
    parser.add_argument("--only", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        name, source, target = options.only
        RUNS[name](Path(source), Path(target), options.memory)
        return
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    print(
        "journeys | touches | contender | wall s | CPU s | peak MB | wall and CPU to models | said"
    )
    for size in options.sizes:
        source, database = folder / f"journeys_{size}", folder / f"contribution_{size}.duckdb"
        make_journeys(source, size)
        touches = duckdb.sql(f"select count(*) from '{source}/*.parquet'").fetchall()[0][0]
        environments = prepare_models(source, database, folder, options.memory)
        exact = exact_answers(source, options.memory)
        contenders = ["models", "dbt", "peer", "months", "paths"]
        contenders += ["intervals"] * (size in options.intervals)
        used: dict[str, list[Usage]] = {name: [] for name in contenders}
        said: dict[str, str] = {}
        for _ in range(options.runs):
            for name in contenders:
                target = folder / f"contribution_{name}.json"
                if name in ("models", "dbt"):
                    log = folder / f"contribution_{name}.log"
                    used[name].append(measure(models_command(), environments[name], log))
                    found = errors(models_answers(database), exact) if name == "models" else "–"
                    said[name] = f"error {found}"
                    continue
                python = sys.executable if name == "paths" else options.peer
                command = [str(python), "-m", "benchmarks.contribution", "--memory"]
                command += [options.memory, "--only", name]
                log = folder / f"contribution_{name}.log"
                used[name].append(measure([*command, str(source), str(target)], None, log))
                told = json.loads(target.read_text(encoding="utf-8"))
                said[name] = f"{told['paths']:,} paths"
                if name != "paths":
                    said[name] += f", error {errors(told['answers'], exact)}, s: {told['took']}"
        for name in contenders:
            wall, cpu, memory = (
                statistics.median(getattr(usage, what) for usage in used[name])
                for what in ("wall", "cpu", "memory")
            )
            ratio = f"{against(used, name, 'wall'):.2f} and {against(used, name, 'cpu'):.2f}"
            print(
                f"{size:,} | {touches:,} | {name} | {wall:.1f} | {cpu:.1f} | {memory:,.0f} | {ratio} | {said[name]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
