"""`make benchmark-components`: people out of links, by the project's macro, by splink and by scipy, in one run.

Links join the identifiers of made-up people (one to twelve each) in random order; node keys are hashed.
Each contender runs in a process of its own, which reads the links from Parquet and leaves node and component in
memory; every size is run `--runs` times in turn. Splink also wants the nodes, and gets them ready made. Printed are
medians: wall and CPU seconds from links in memory to components in memory, without imports and reading; peak memory of
the process; and what each took in relation to the macro, pair by pair. DuckDB has `--memory` as its limit in the macro
and in splink. Stops where contenders find other components.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import duckdb

from benchmarks.__main__ import Usage, measure
from touchpoints.macros import load_component_macros

PROJECT = Path(__file__).resolve().parent.parent
CONTENDERS = ("macro", "splink", "scipy")


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


def make_nodes(links: Path, path: Path) -> None:
    """Write every node of the links once."""
    if not path.exists():
        duckdb.connect().execute(
            f"copy (select node from '{links}' union select neighbour from '{links}') to '{path}' (format parquet)"
        )


def connect(memory: str) -> duckdb.DuckDBPyConnection:
    """DuckDB with a limit of memory; what does not fit is written beside the links."""
    return duckdb.connect(config={"memory_limit": memory, "temp_directory": "target/benchmark/tmp"})


class Clock:
    """Wall and CPU seconds of this process since it was made."""

    def __init__(self) -> None:
        self.start = (time.monotonic(), time.process_time())

    def told(self) -> str:
        """Both as two words."""
        return f"{time.monotonic() - self.start[0]:.3f} {time.process_time() - self.start[1]:.3f}"


class Counting:
    """A connection that counts how often the macro looks whether links are left."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.looks = 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run a statement."""
        self.looks += sql.startswith("select count(*) from found_links_")
        return self.connection.execute(sql)


def run_macro(links: str, memory: str) -> None:
    """Components by the project's macro."""
    connection = Counting(connect(memory))
    connection.execute(f"create table links as select * from read_parquet('{links}')")
    macros = load_component_macros(connection, PROJECT)  # type: ignore[arg-type]
    clock = Clock()
    macros.connected_components("links", "found")
    took = clock.told()
    found = connection.execute("select count(*), count(distinct component) from found").fetchall()
    print(took, *found[0], connection.looks - 1)


def run_splink(links: str, memory: str) -> None:
    """Components by splink's own clustering."""
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    connection = connect(memory)
    connection.execute(f"create table links as select * from read_parquet('{links}')")
    nodes = links.replace("links_", "nodes_")
    connection.execute(f"create table nodes as select * from read_parquet('{nodes}')")
    clock = Clock()
    clusters = cluster_pairwise_predictions_at_threshold(
        connection.table("nodes"),
        connection.table("links"),
        DuckDBAPI(connection=connection),
        node_id_column_name="node",
        edge_id_column_name_left="node",
        edge_id_column_name_right="neighbour",
    )
    took = clock.told()
    found = connection.execute(
        f"select count(*), count(distinct cluster_id) from {clusters.physical_name}"
    ).fetchall()
    print(took, *found[0])


def run_scipy(links_path: str, memory: str) -> None:
    """Components by scipy; node keys are made into positions first, as its users must."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    links = duckdb.connect().execute(f"select * from read_parquet('{links_path}')").fetchnumpy()
    clock = Clock()
    nodes, places = np.unique(
        np.concatenate([links["node"], links["neighbour"]]), return_inverse=True
    )
    one, other = places[: len(links["node"])], places[len(links["node"]) :]
    matrix = coo_matrix((np.ones(len(one), dtype=bool), (one, other)), shape=(len(nodes),) * 2)
    count, _ = connected_components(matrix, directed=False)
    print(clock.told(), len(nodes), count)


RUNS = {"macro": run_macro, "splink": run_splink, "scipy": run_scipy}


def ratio(used: dict[str, list[Usage]], name: str, what: str) -> float:
    """What a contender took in relation to the macro: the median of the pairs."""
    return statistics.median(
        getattr(other, what) / getattr(macro, what)
        for other, macro in zip(used[name], used["macro"], strict=True)
    )


def main() -> None:
    """Measure every size and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.components", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", default="12GB", help="DuckDB's memory_limit")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=CONTENDERS)
    parser.add_argument("--folder", type=Path, default=Path("target/benchmark"))
    parser.add_argument("--only", nargs=2, metavar=("CONTENDER", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        RUNS[options.only[0]](options.only[1], options.memory)
        return
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    contenders = ["macro", *(name for name in options.contenders if name != "macro")]
    print(f"DuckDB {duckdb.__version__}, memory_limit {options.memory}, {options.runs} runs")
    print(
        "links | contender | wall s | CPU s | peak MB | wall / macro | CPU / macro | nodes, components, rounds"
    )
    for size in options.sizes:
        path = folder / f"links_{size}.parquet"
        make_links(path, size)
        make_nodes(path, folder / f"nodes_{size}.parquet")
        links = duckdb.connect().execute(f"select count(*) from read_parquet('{path}')").fetchall()
        used: dict[str, list[Usage]] = {name: [] for name in contenders}
        said: dict[str, list[str]] = {}
        for _ in range(options.runs):
            for name in contenders:
                command = [sys.executable, "-m", "benchmarks.components", "--memory"]
                command += [options.memory, "--only", name, str(path)]
                log = folder / f"components_{name}.log"
                memory = measure(command, None, log).memory
                wall, cpu, *said[name] = log.read_text(encoding="utf-8").splitlines()[-1].split()
                used[name].append(Usage(float(cpu), float(wall), memory))
        if len({tuple(words[:2]) for words in said.values()}) > 1:
            raise SystemExit(f"the contenders found other components: {said}")
        for name in contenders:
            wall, cpu, memory = (
                statistics.median(getattr(usage, what) for usage in used[name])
                for what in ("wall", "cpu", "memory")
            )
            print(
                f"{links[0][0]:,} | {name} | {wall:.2f} | {cpu:.2f} | {memory:,.0f}"
                f" | {ratio(used, name, 'wall'):.2f} | {ratio(used, name, 'cpu'):.2f} | {' '.join(said[name])}",
                flush=True,
            )


if __name__ == "__main__":
    main()
