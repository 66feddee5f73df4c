"""`make benchmark-components`: people out of links, by the project's macro and by scipy, on the same links in one run.

Links join the identifiers of made-up people (one to twelve each) in random order; node keys are hashed.
Each contender runs in a process of its own, which reads the links from Parquet and leaves node and component in
memory; every size is run `--runs` times in turn. Printed are medians of the whole process: wall and CPU seconds, peak
memory.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

import duckdb

from benchmarks.__main__ import Usage, measure
from touchpoints.macros import load_component_macros

PROJECT = Path(__file__).resolve().parent.parent
CONTENDERS = ("macro", "scipy")


def make_links(path: Path, count: int) -> None:
    """Write about so many links between identifiers of people to a Parquet file."""
    if path.exists():
        return
    duckdb.connect().execute(
        f"""
        copy (
            with people as (
                select i as person, 1 + cast(hash(i) % 12 as bigint) as size from range({count} * 2 // 11) as people(i)
            ),
            identifiers as (
                select person, unnest(range(size)) as place, size from people
            )
            select
                cast(hash(person, place) >> 1 as bigint) as node,
                cast(hash(person, hash(person, place, 'to') % cast(place as ubigint)) >> 1 as bigint) as neighbour
            from identifiers
            where place > 0
            order by hash(node, neighbour)
        ) to '{path}' (format parquet)
        """
    )


def run_macro(path: str) -> None:
    """Components by the project's macro."""
    connection = duckdb.connect()
    connection.execute(f"create table links as select * from read_parquet('{path}')")
    load_component_macros(connection, PROJECT).connected_components("links", "found")
    print(connection.execute("select count(*), count(distinct component) from found").fetchall()[0])


def run_scipy(path: str) -> None:
    """Components by scipy; node keys are made into positions first, as its users must."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    links = duckdb.connect().execute(f"select * from read_parquet('{path}')").fetchnumpy()
    nodes, places = np.unique(
        np.concatenate([links["node"], links["neighbour"]]), return_inverse=True
    )
    one, other = places[: len(links["node"])], places[len(links["node"]) :]
    matrix = coo_matrix((np.ones(len(one), dtype=bool), (one, other)), shape=(len(nodes),) * 2)
    count, _ = connected_components(matrix, directed=False)
    print((len(nodes), count))


def main() -> None:
    """Measure every size and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.components", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("target/benchmark"))
    parser.add_argument("--only", nargs=2, metavar=("CONTENDER", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        {"macro": run_macro, "scipy": run_scipy}[options.only[0]](options.only[1])
        return
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    print("links | contender | wall s | CPU s | peak MB | (nodes, components)")
    for size in options.sizes:
        path = folder / f"links_{size}.parquet"
        make_links(path, size)
        links = duckdb.connect().execute(f"select count(*) from read_parquet('{path}')").fetchall()
        used: dict[str, list[Usage]] = {name: [] for name in CONTENDERS}
        for _ in range(options.runs):
            for name in CONTENDERS:
                command = [sys.executable, "-m", "benchmarks.components", "--only", name, str(path)]
                used[name].append(measure(command, None, folder / f"components_{name}.log"))
        for name in CONTENDERS:
            said = (folder / f"components_{name}.log").read_text(encoding="utf-8").strip()
            wall, cpu, memory = (
                statistics.median(getattr(usage, what) for usage in used[name])
                for what in ("wall", "cpu", "memory")
            )
            print(
                f"{links[0][0]:,} | {name} | {wall:.1f} | {cpu:.1f} | {memory:,.0f} | {said}",
                flush=True,
            )


if __name__ == "__main__":
    main()
