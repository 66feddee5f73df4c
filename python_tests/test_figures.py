"""No figure is infinite or no number: what cannot be reckoned is null."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from builds import Build
from oracles.cases import both, case_of

FIGURES = """
    select table_schema || '.' || table_name, list(column_name order by ordinal_position)
    from information_schema.columns
    where data_type in ('DOUBLE', 'FLOAT')
    group by all
    order by all
"""


def not_finite(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Columns that hold an infinite figure, or one that is no number."""
    for relation, columns in connection.execute(FIGURES).fetchall():
        counted = ", ".join(f'count(*) filter (where not isfinite("{name}"))' for name in columns)
        [counts] = connection.execute(f"select {counted} from {relation}").fetchall()
        yield from (f"{relation}.{name}" for name, n in zip(columns, counts, strict=True) if n > 0)


@both
def test_every_figure_is_a_number(dataset: str, built: Build) -> None:
    with case_of(dataset, built).build.connect() as connection:
        assert len(connection.execute(FIGURES).fetchall()) > 100
        assert list(not_finite(connection)) == []


def test_what_is_no_number_is_found() -> None:
    connection = duckdb.connect()
    connection.execute("create table odds as select 1.0::double as one, 'nan'::double as none")
    connection.execute("insert into odds values (null, null)")
    connection.execute("create table shares as select 'infinity'::float as share, 1 as whole")
    assert list(not_finite(connection)) == ["main.odds.none", "main.shares.share"]
