"""What the sample planted, found again in what was built: counts, reasons, drift, scenarios, lines."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest

from builds import Build
from oracles.cases import SAMPLE, assert_same, sample_case
from oracles.definitions import contracts
from oracles.landing import as_id
from touchpoints.trace import lines_and_records, locate


@cache
def truth() -> dict[str, Any]:
    """The sample's planted truth."""
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


@cache
def frame(build: Build, sql: str) -> pd.DataFrame:
    """Rows of a query as a data frame."""
    with build.connect() as connection:
        return connection.execute(sql).df()


def test_the_ledger_counts_what_was_planted_in_every_table(built: Build) -> None:
    ledger = frame(built, "select * from marts.record_ledger")
    columns = ["received", "accepted", "duplicate", "quarantined", "out_of_scope"]
    found = {
        f"{system}.{table}": {column: int(total) for column, total in sums.items()}
        for (system, table), sums in ledger.groupby(["source_system", "source_table"])[columns]
        .sum()
        .iterrows()
    }
    wanted = {
        table: {
            "received": counts["records"],
            "accepted": counts["accepted"],
            "duplicate": counts["duplicates"],
            "quarantined": sum(counts["quarantined"].values()),
            "out_of_scope": counts["bots"] + counts["staff"],
        }
        for table, counts in truth()["tables"].items()
    }
    assert_same(found, wanted)
    assert (ledger["erased"] == 0).all()


def test_every_quarantined_record_has_its_planted_reason(built: Build) -> None:
    rows = sample_case(built).rows(
        "select source_system, source_table, reason_code from marts.quarantined_records"
    )
    found = Counter(
        (f"{row['source_system']}.{row['source_table']}", row["reason_code"]) for row in rows
    )
    wanted = {
        (table, reason): count
        for table, counts in truth()["tables"].items()
        for reason, count in counts["quarantined"].items()
        if count
    }
    assert_same(dict(found), wanted)


def test_the_oracle_reads_the_sample_as_it_was_planted(built: Build) -> None:
    """The reading that the other tests rest on, held against the truth itself."""
    outcomes = sample_case(built).world.landing.outcomes
    for table, counts in truth()["tables"].items():
        found = outcomes[table]
        assert found["received"] == counts["records"], table
        assert found["accepted"] == counts["accepted"], table
        assert found["duplicate"] == counts["duplicates"], table
        assert found["out_of_scope"] == counts["bots"] + counts["staff"], table
        for reason, count in counts["quarantined"].items():
            assert found[f"quarantined {reason}"] == count, (table, reason)


def test_unknown_events_are_kept_as_unmapped_touchpoints(built: Build) -> None:
    wanted = {
        table: counts["unknown_events"]
        for table, counts in truth()["tables"].items()
        if counts["unknown_events"]
    }
    reported = sample_case(built).rows(
        "select source_system || '.' || source_table as name, sum(touchpoint_count) as touchpoints "
        "from marts.unmapped_events group by all"
    )
    assert_same({row["name"]: row["touchpoints"] for row in reported}, wanted)
    touches = frame(built, "select source_system, touchpoint_code from marts.fct_touchpoints")
    unmapped = (
        touches[touches["touchpoint_code"] == "unmapped"]["source_system"].value_counts().to_dict()
    )
    assert unmapped == {table.split(".")[0]: count for table, count in wanted.items()}


def test_schema_drift_names_every_planted_column_and_nothing_else(built: Build) -> None:
    planted = truth()["schema_drift"]
    wanted = {
        (table, column, "missing")
        for table, columns in planted["lacking_columns"].items()
        for column in columns
    }
    wanted |= {
        (table, column, "extra")
        for table, columns in planted["extra_columns"].items()
        for column in columns
    }
    found = {
        (f"{row['source_system']}.{row['source_table']}", row["column_name"], row["drift"])
        for row in sample_case(built).rows("select * from marts.schema_drift")
    }
    assert found == wanted


# ------------------------------------------------------------------ planted scenarios


def journeys(built: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(first conversion per person, touchpoints of known persons), from published relations alone."""
    orders = built.table("fct_orders")
    converting = orders[orders["is_paid"] & orders["user_id"].notna()]
    first = converting.sort_values(["ordered_at", "order_id"]).groupby("user_id").head(1)
    touches = built.table("fct_touchpoints")
    return first.set_index("user_id"), touches[touches["user_id"].notna()]


def test_60_percent_of_buyers_come_from_an_article_and_order_in_the_mini_program(
    built: Any,
) -> None:
    first, touches = journeys(built)
    scenario = truth()["scenarios"]["3"]
    assert len(first) == scenario["denominator"]
    mini = touches[(touches["channel_code"] == "mini_program") & touches["order_id"].notna()]
    ordered = (
        mini[mini["touchpoint_code"] == "mini_program_order"]
        .groupby("order_id")["occurred_at"]
        .min()
    )
    paid = set(mini[mini["touchpoint_code"] == "mini_program_payment"]["order_id"])
    read = touches[touches["touchpoint_code"] == "wechat_oa_article_read"]
    reads = read.groupby("user_id")["occurred_at"].apply(list).to_dict()
    came_that_way = 0
    for user, order in first.iterrows():
        if order["channel_code"] != "own_shop" or order["order_id"] not in paid:
            continue
        at = ordered.get(order["order_id"])
        came_that_way += at is not None and any(
            at - timedelta(days=30) <= moment < at for moment in reads.get(user, [])
        )
    assert came_that_way == scenario["numerator"]
    assert came_that_way / len(first) == pytest.approx(0.60, abs=0.01)


def test_the_path_favourite_consultation_shop_is_found_exactly(built: Any) -> None:
    first, touches = journeys(built)
    scenario = truth()["scenarios"]["10"]
    store = first[first["channel_code"] == "store"]
    found = 0
    for user, mine in touches[touches["user_id"].isin(store.index)].groupby("user_id"):
        bought = store.loc[user, "ordered_at"]
        before = mine[
            (mine["occurred_at"] < bought) & (mine["occurred_at"] >= bought - timedelta(days=95))
        ]
        path = list(before.sort_values(["occurred_at", "touchpoint_id"])["touchpoint_code"])
        recent = (before["occurred_at"] >= bought - timedelta(days=30)).all()
        found += recent and path == ["xiaohongshu_favourite", "mini_program_consultation"]
    assert found == scenario["count"]


def test_60_percent_of_buyers_take_the_path_from_the_account_to_the_mini_program(
    built: Build,
) -> None:
    """The same share from the journeys alone: no other path leads these buyers there, and no other buyer takes it."""
    scenario = truth()["scenarios"]["3"]
    buyers = frame(
        built, "select user_id from marts.fct_conversions where goal_code = 'first_order'"
    )
    assert len(buyers) == buyers["user_id"].nunique() == scenario["denominator"]
    led = frame(
        built,
        "select journeys.user_id, journeys.channel_path, conversions.channel_code"
        " from marts.fct_journeys as journeys"
        " inner join marts.fct_conversions as conversions"
        " on journeys.conversion_id = conversions.conversion_id"
        " where journeys.goal_code = 'first_order'",
    )
    came_that_way = {
        row.user_id
        for row in led.itertuples()
        if row.channel_code == "own_shop" and without_repeats(row.channel_path) == scenario["path"]
    }
    assert len(came_that_way) == scenario["numerator"]
    assert len(came_that_way) / len(buyers) == pytest.approx(0.60, abs=0.01)
    members = frame(
        built,
        "select identifier_value, user_id from vault.identity_map where identifier_type = 'member_no'",
    )
    user_of = dict(zip(members["identifier_value"], members["user_id"], strict=True))
    assert came_that_way == {user_of[member] for member in scenario["members"]}


def without_repeats(path: Any) -> list[str]:
    """A path in which equal codes that follow each other count once."""
    return [code for place, code in enumerate(path) if place == 0 or code != path[place - 1]]


def test_the_account_leads_on_to_the_mini_program_for_as_many_buyers(built: Build) -> None:
    handovers = frame(
        built,
        "select from_channel_code, to_channel_code, converted_user_count"
        " from marts.channel_handovers where goal_code = 'first_order'",
    )
    buyers = {
        (row.from_channel_code, row.to_channel_code): row.converted_user_count
        for row in handovers.itertuples()
    }
    planted = truth()["scenarios"]["3"]["numerator"]
    assert buyers["wechat_oa", "mini_program"] == planted
    assert buyers["mini_program", "own_shop"] == planted
    assert max(buyers.values()) == planted


def test_favourite_then_consultation_is_among_the_top_paths_to_a_first_order(
    built: Build,
) -> None:
    scenario = truth()["scenarios"]["10"]
    wanted = ["xiaohongshu_favourite", "mini_program_consultation"]
    paths = frame(
        built,
        "select path_id, path, converted_count from marts.journey_paths"
        " where goal_code = 'first_order' and level = 'touchpoint'"
        " order by converted_count desc, path_id",
    )
    ranks = [rank for rank, path in enumerate(paths["path"], 1) if list(path) == wanted]
    assert len(ranks) == 1
    assert ranks[0] <= 10
    assert paths["converted_count"][ranks[0] - 1] == scenario["count"]
    led = frame(
        built,
        "select conversions.channel_code, journeys.user_id from marts.fct_journeys as journeys"
        " inner join marts.fct_conversions as conversions"
        " on journeys.conversion_id = conversions.conversion_id"
        f" where journeys.path_id = '{paths['path_id'][ranks[0] - 1]}'"
        " and journeys.goal_code = 'first_order'",
    )
    assert set(led["channel_code"]) == {"store"}
    assert led["user_id"].nunique() == len(led) == scenario["count"]


def test_every_buyer_who_came_by_an_article_is_among_its_ordering_readers(built: Build) -> None:
    """The content mart counts who orders after reading; scenario 3 planted whom it must not miss."""
    case = sample_case(built)
    readers = {
        as_id(row["user_key"])
        for row in case.rows(
            "select distinct user_key from intermediate.int_content_reads"
            " where channel_code = 'wechat_oa' and has_order"
        )
    }
    members = {
        row["identifier_value"]: row["user_id"]
        for row in case.rows("select * from vault.identity_map where identifier_type = 'member_no'")
    }
    assert {members[member] for member in truth()["scenarios"]["3"]["members"]} <= readers


# ------------------------------------------------------------------ lines


def test_accepted_records_are_traced_to_their_line(built: Build) -> None:
    """The line that the trace names holds the record: one of every table, in files with and without broken lines."""
    case = sample_case(built)
    checked = 0
    with built.connect() as connection:
        for table, records in case.world.landing.records.items():
            if not records:  # nobody of the sample asks to be forgotten
                continue
            system, name = table.split(".")
            path = SAMPLE / system / f"{name}.csv"
            lines = dict(lines_and_records(str(path)))
            header = lines[1]
            assert header is not None
            key_column = text_key(table)
            for record in records[len(records) * 2 // 3 :][:1]:
                place = locate(connection, record.key)
                assert (place.path, place.status) == (f"{system}/{name}.csv", "accepted")
                fields = lines[place.line]
                assert fields is not None, place
                row = dict(zip([h.lstrip("\ufeff") for h in header], fields, strict=True))
                assert row[key_column].strip() == record[key_column], (place, as_id(record.key))
                checked += 1
    assert checked == len(truth()["tables"])


def text_key(table: str) -> str:
    """The last key column of a table that is a text."""
    contract = contracts()[table]
    return [column for column in contract.key if contract.kinds[column] == "text"][-1]
