"""The compiled models of alerts, run on measures that a test makes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from builds import PROJECT, Build

IN_ORDER = (
    *(
        "int_alert_days",
        "int_alert_series",
        "int_alert_windows",
        "int_alert_pairs",
        "int_alert_middles",
        "int_alert_baselines",
    ),
    *("int_alert_comparisons", "int_alert_thresholds", "int_alert_complaints", "int_alert_orders"),
    *("int_alert_concentrations", "int_alert_tests", "int_alert_episodes"),
)


def run_alert_models(
    built: Build, measures: pd.DataFrame, cases: pd.DataFrame, orders: pd.DataFrame
) -> duckdb.DuckDBPyConnection:
    """A database in memory with the models' rows, as if a build had measured what is given."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as touchpoints; use touchpoints")
    connection.execute(
        "create schema intermediate; create schema definitions; set timezone = 'UTC'"
    )
    path = str(PROJECT / "seeds" / "alert_rules.csv")
    connection.execute("create table definitions.alert_rules as select * from read_csv(?)", [path])
    last = measures["measured_date"].max()
    connection.execute(
        "create table intermediate.int_as_of as select cast(? as timestamp) + interval 30 hour as as_of",
        [last],
    )
    connection.execute(
        "create table intermediate.int_alert_measures as select metric_code, touchpoint_code::varchar"
        " as touchpoint_code, channel_code::varchar as channel_code, region::varchar as region,"
        " step_code::varchar as step_code, measured_date::date as measured_date, numerator::decimal(28, 9)"
        " as numerator, denominator::bigint as denominator, square_sum::decimal(28, 9) as square_sum"
        " from measures where numerator <> 0 or denominator > 0"
    )
    connection.execute(
        "create table intermediate.int_cases_assessed as select *, true as is_complaint,"
        " row_number() over () as case_group_key from cases"
    )
    connection.execute("create table intermediate.int_orders_placed as select * from orders")
    compiled = (
        Path(built.target) / "compiled" / "touchpoints" / "models" / "intermediate" / "alerts"
    )
    for name in ("int_alert_rules", *IN_ORDER):
        query = (compiled / f"{name}.sql").read_text(encoding="utf-8")
        connection.execute(f"create table intermediate.{name} as {query}")
    return connection
