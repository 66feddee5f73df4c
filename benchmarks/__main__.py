"""`make benchmark`: the build of generated datasets, beside the floor, as whole processes in one run.

For each size: generate the dataset (once; it is kept), then floor and build in turn, `--runs` times. Printed are
medians: CPU seconds (user and system), wall seconds, peak memory of the largest process, raw records per CPU second,
and the ratio of the build to the floor, pair by pair; then growth from the smallest size to the largest.
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

PROJECT = Path(__file__).resolve().parent.parent


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
    environment = {
        **os.environ,
        "TOUCHPOINT_RAW_ROOT": str(raw_root),
        "TOUCHPOINT_DATABASE": str(folder / "build.duckdb"),
        "TOUCHPOINT_VAULT_KEY": str(folder / "identity.key"),
        "TOUCHPOINT_THREADS": str(threads),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    dbt = [sys.executable, "-m", "dbt.cli.main", "build"]
    build = measure(
        [*dbt, "--exclude", "resource_type:test", "resource_type:unit_test"],
        environment,
        folder / "build.log",
    )
    return floor, build


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
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    print(
        "records | floor CPU s | build CPU s | ratio | build wall s | peak MB | records per CPU s"
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
            f"| {median.memory:,.0f} | {records / median.cpu:,.0f}",
            flush=True,
        )
    if len(medians) > 1:
        (small, first), *_, (large, last) = sorted(medians.items())
        print(
            f"growth: {large / small:.1f} times the records take {last.cpu / first.cpu:.1f} times the CPU "
            f"and {last.memory / first.memory:.1f} times the memory"
        )


if __name__ == "__main__":
    main()
