"""`make benchmark`: the build of generated datasets, beside the floor, as whole processes in one run.

For each size: generate the dataset (once; it is kept), then floor and build in turn, `--runs` times. Printed are
medians: CPU seconds (user and system), wall seconds, peak memory of the largest process, raw records per CPU second,
and the ratio of the build to the floor, pair by pair; the size of the database; then, once per size, all data tests on
what was built, and what builds cost after portions of the newest records have landed one after the other; and growth
from the smallest size to the largest. First of all: the sample with all its tests, in wall seconds. Last of all: what
was measured beside what is wanted of 10 million records and more.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parent.parent
# With more records than these a full build may take nine floors instead of eight, and no more than 12 GB.
LARGE = 50_000_000


@dataclass(frozen=True)
class Target:
    """Something that was measured, and the most that it should be."""

    what: str
    found: float
    wanted: float
    unit: str

    @property
    def line(self) -> str:
        """One line of the table."""
        times = self.found / self.wanted
        told = "met" if times <= 1 else f"missed: {times:.1f} times as much"
        figures = f"{self.found:,.1f} {self.unit} | {self.wanted:,.1f} {self.unit}"
        return f"{self.what} | {figures} | {told}"


@dataclass(frozen=True)
class Usage:
    """What one process took: CPU and wall in seconds, peak memory in MB."""

    cpu: float
    wall: float
    memory: float


def measure(command: list[str], environment: dict[str, str] | None, log: Path) -> Usage:
    """Run a command to its end and return what it took; stops the benchmark where the command fails."""
    start = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed; see {log}")
    return Usage(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def generate(records: int, folder: Path) -> Path:
    """Generate a Parquet dataset of about so many raw records, unless the folder holds one."""
    raw_root = folder / f"raw_{records}"
    if not (raw_root / "truth.json").exists():
        shutil.rmtree(raw_root, ignore_errors=True)
        arguments = [
            "--industry",
            "retail",
            "--records",
            str(records),
            "--seed",
            "1",
            "--format",
            "parquet",
        ]
        subprocess.run(
            [sys.executable, "-m", "demo.generate", *arguments, "--out", str(raw_root)],
            cwd=PROJECT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return raw_root


def count_records(raw_root: Path) -> int:
    """Raw records of a generated dataset, as its truth states them."""
    truth = json.loads((raw_root / "truth.json").read_text(encoding="utf-8"))
    return sum(table["records"] for table in truth["tables"].values())


def hold_back(raw_root: Path, folder: Path, shares: list[float]) -> list[Path]:
    """The dataset without its newest records, and these in portions of their own, by load time, each table alike.

    The first folder holds all but the newest `sum(shares)`; each further one holds the next share alone.
    """
    kept = [1 - sum(shares[number:]) for number in range(len(shares))] + [1.0]
    name = "_".join(str(share) for share in shares)
    folders = [folder / f"{raw_root.name}_{name}" / str(number) for number in range(len(kept))]
    done = folders[0].parent / "done"
    if done.exists():
        return folders
    connection = duckdb.connect()
    for path in sorted(raw_root.glob("*/*/*.parquet")):
        columns = [row[0] for row in connection.execute(f"describe from '{path}'").fetchall()]
        table = path.parent.relative_to(raw_root)
        portion = "0"
        if "loaded_at" in columns:
            ends = f"select quantile_disc(loaded_at, {kept[:-1]}) from '{path.parent}/*.parquet'"
            portion = f"coalesce(len(list_filter(({ends}), lambda e: e < loaded_at)), 0)"
        for number, root in enumerate(folders):
            (root / table).mkdir(parents=True, exist_ok=True)
            target = root / table / (f"new-{number}-{path.name}" if number else path.name)
            connection.execute(
                f"copy (select * from '{path}' where {portion} = {number}) to '{target}' (format parquet)"
            )
    done.touch()
    return folders


def build_command() -> list[str]:
    """What `make build` runs, without tests; arguments for dbt may follow."""
    build = [sys.executable, "-m", "touchpoints", "build", "--"]
    return [*build, "--exclude-resource-types", "test", "unit_test"]


def build_environment(raw_root: Path, database: Path, folder: Path, threads: int) -> dict[str, str]:
    """The settings of a build under the benchmark's folder."""
    return {
        **os.environ,
        "TOUCHPOINT_RAW_ROOT": str(raw_root),
        "TOUCHPOINT_DATABASE": str(database),
        "TOUCHPOINT_VAULT_KEY": str(folder / "identity.key"),
        "TOUCHPOINT_THREADS": str(threads),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }


def run_once(raw_root: Path, folder: Path, threads: int) -> tuple[Usage, Usage]:
    """Floor and full build (without tests), each into a fresh database."""
    for name in ("floor.duckdb", "build.duckdb"):
        (folder / name).unlink(missing_ok=True)
    floor = measure(
        [
            sys.executable,
            "-m",
            "benchmarks.floor",
            str(raw_root),
            str(folder / "floor.duckdb"),
            str(threads),
        ],
        dict(os.environ),
        folder / "floor.log",
    )
    environment = build_environment(raw_root, folder / "build.duckdb", folder, threads)
    return floor, measure(build_command(), environment, folder / "build.log")


def run_tests(raw_root: Path, folder: Path, threads: int) -> Usage:
    """All data tests on what was built last."""
    dbt = [sys.executable, "-m", "dbt.cli.main", "test", "--exclude", "test_type:unit"]
    environment = build_environment(raw_root, folder / "build.duckdb", folder, threads)
    return measure(dbt, environment, folder / "tests.log")


def run_sample(folder: Path) -> Usage:
    """The committed sample with all its tests."""
    database = folder / "sample.duckdb"
    database.unlink(missing_ok=True)
    environment = build_environment(PROJECT / "demo" / "raw" / "retail", database, folder, 2)
    build = [sys.executable, "-m", "touchpoints", "build", "--unit-tests"]
    return measure(build, environment, folder / "sample.log")


def land(source: Path, live: Path) -> None:
    """Put the files of one folder into another, as they are."""
    for path in sorted(source.glob("*/*/*.parquet")):
        target = live / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        os.link(path, target)


def run_increments(raw_root: Path, folder: Path, threads: int, shares: list[float]) -> list[Target]:
    """A full build of all but the newest records, then one build after each portion of them has landed.

    Wanted of each is the share of the people that it touches, and 2 %, of the full build's CPU, and 30 seconds.
    """
    targets = []
    before, *portions = hold_back(raw_root, folder, shares)
    database, live = folder / "increment.duckdb", folder / "live"
    database.unlink(missing_ok=True)
    shutil.rmtree(live, ignore_errors=True)
    land(before, live)
    environment = build_environment(live, database, folder, threads)
    full = measure(build_command(), environment, folder / "before.log")
    for share, portion in zip(shares, portions, strict=True):
        land(portion, live)
        more = measure(build_command(), environment, folder / "increment.log")
        connection = duckdb.connect(str(database), read_only=True)
        touched = connection.execute(
            "select cast(rewritten_key_count as double) / key_count from intermediate.model_rewrites"
            " where model = 'int_touches_numbered' order by rowid desc limit 1"
        ).fetchall()[0][0]
        connection.close()
        print(
            f"increment of {share:.2%}: {more.cpu:.1f} CPU s, {more.wall:.1f} s, {more.cpu / full.cpu:.0%} of the "
            f"full build's CPU ({full.cpu:.1f} s); {touched:.1%} of the people were touched",
            flush=True,
        )
        wanted = (touched + 0.02) * full.cpu + 30
        targets.append(Target(f"increment of {share:.2%}", more.cpu, wanted, "CPU s"))
    return targets


def main() -> None:
    """Measure every size and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000], help="raw records"
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of each size")
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="threads of both engines"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("target/benchmark"), help="where data and logs go"
    )
    parser.add_argument(
        "--increments",
        type=float,
        nargs="*",
        default=[0.0001, 0.001, 0.01],
        help="shares of the newest records to add, one after the other",
    )
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sample = run_sample(folder).wall
    print(f"sample with all tests: {sample:.1f} s", flush=True)
    targets = [Target("sample with all tests", sample, 60, "s")]
    print(
        "records | floor CPU s | build CPU s | ratio | build wall s | peak MB | records per CPU s"
        " | database MB"
    )
    medians: dict[int, Usage] = {}
    for size in sorted(options.sizes):
        raw_root = generate(size, folder)
        records = count_records(raw_root)
        pairs = [run_once(raw_root, folder, options.threads) for _ in range(options.runs)]
        floor_cpu = statistics.median(floor.cpu for floor, _ in pairs)
        ratio = statistics.median(build.cpu / floor.cpu for floor, build in pairs)
        median = Usage(
            statistics.median(build.cpu for _, build in pairs),
            statistics.median(build.wall for _, build in pairs),
            statistics.median(build.memory for _, build in pairs),
        )
        medians[records] = median
        print(
            f"{records:,} | {floor_cpu:.1f} | {median.cpu:.1f} | {ratio:.1f} | {median.wall:.1f} "
            f"| {median.memory:,.0f} | {records / median.cpu:,.0f} "
            f"| {(folder / 'build.duckdb').stat().st_size / 1e6:,.0f}",
            flush=True,
        )
        floors = 9 if records > LARGE else 8
        targets.append(Target(f"build of {records:,}", ratio, floors, "floors"))
        if records > LARGE:
            targets.append(Target(f"memory of {records:,}", median.memory / 1024, 12, "GB"))
        tests = run_tests(raw_root, folder, options.threads)
        share = 100 * tests.cpu / median.cpu
        targets.append(Target(f"data tests of {records:,}", share, 40, "% of the build"))
        print(
            f"all data tests: {tests.cpu:.1f} CPU s, {share:.0f}% of the build's CPU",
            flush=True,
        )
        if options.increments:
            targets += run_increments(raw_root, folder, options.threads, options.increments)
    if len(medians) > 1:
        (small, first), *_, (large, last) = sorted(medians.items())
        print(
            f"growth: {large / small:.1f} times the records take {last.cpu / first.cpu:.1f} times the CPU "
            f"and {last.memory / first.memory:.1f} times the memory"
        )
        wanted = 1.1 * large / small
        targets.append(Target("growth of CPU", last.cpu / first.cpu, wanted, "times"))
    print("\n".join(["", "what | measured | wanted |", *(target.line for target in targets)]))


if __name__ == "__main__":
    main()
