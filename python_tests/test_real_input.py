"""Public datasets give their known figures with nothing but settings changed; data tests are green.

They lie beside the repository where the project is developed (`../shared/real`), and are read from
there. The figures are those of the datasets' README; the distributions are counted from the files
by other means than the models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from builds import NO_TESTS, PROJECT, Build, green, start_dbt
from oracles.cases import assert_same
from oracles.people import is_blocked
from oracles.profiles import repurchases, rfm
from test_figures import not_finite

REAL = PROJECT.parent / "shared" / "real"
SETTINGS = {
    "weblog": {"TOUCHPOINT_TIMEZONE": "UTC", "TOUCHPOINT_BOT_RULE": "off"},
    "complete_journey": {"TOUCHPOINT_CURRENCY": "USD"},
    "adventureworks": {"TOUCHPOINT_CURRENCY": "USD"},
}
# Unit tests bring their own rows and would only say the same again.
WITH_DATA_TESTS = ("build", "--exclude-resource-types", "unit_test")

pytestmark = [pytest.mark.real_input, pytest.mark.slow]


def _raw(dataset: str) -> Path:
    folder = REAL / dataset / "raw"
    if not folder.is_dir():
        pytest.skip(f"the public dataset {dataset} does not lie beside the repository ({folder})")
    return folder


@pytest.fixture(scope="module")
def started(tmp_path_factory) -> dict[str, Future[Build]]:
    """Every dataset that is there, being built."""
    found = {}
    for dataset, settings in SETTINGS.items():
        raw = REAL / dataset / "raw"
        if raw.is_dir():
            folder = tmp_path_factory.mktemp(dataset)
            chosen = {**settings, "TOUCHPOINT_RAW_ROOT": str(raw)}
            found[dataset] = start_dbt(folder, WITH_DATA_TESTS, chosen)
    return found


@pytest.fixture(scope="module")
def build_of(started) -> Callable[[str], Build]:
    """The green build of a dataset; skips where the dataset is absent."""

    def wait(dataset: str) -> Build:
        _raw(dataset)
        return green(started[dataset].result())

    return wait


@pytest.mark.parametrize("dataset", sorted(SETTINGS))
def test_every_data_test_is_green(dataset, build_of):
    build_of(dataset)


@pytest.mark.parametrize("dataset", sorted(SETTINGS))
def test_every_record_is_received_and_accounted_for(dataset, build_of):
    built = build_of(dataset)
    raw = _raw(dataset)
    landed = {
        (path.parent.name, path.stem): len(
            pd.read_csv(path, dtype=str) if path.suffix == ".csv" else pd.read_parquet(path)
        )
        for path in raw.glob("*/*.*")
    }
    ledger = built.rows(
        "select source_system, source_table, cast(sum(received) as bigint),"
        " cast(sum(accepted + duplicate + quarantined + out_of_scope + erased) as bigint)"
        " from marts.record_ledger group by source_system, source_table"
    )
    assert {(system, table): received for system, table, received, _ in ledger} == landed
    assert all(received == outcome for _, _, received, outcome in ledger)


@pytest.mark.parametrize("dataset", sorted(SETTINGS))
def test_every_figure_is_a_number(dataset, build_of):
    with build_of(dataset).connect() as connection:
        assert list(not_finite(connection)) == []


def test_weblog_gives_its_people_and_sessions(build_of):
    built = build_of("weblog")
    assert built.one("select sum(received) from marts.record_ledger") == 10_000
    assert built.one("select sum(accepted) from marts.record_ledger") == 10_000
    assert built.one("select count(*) from marts.dim_users") == 1_862
    assert built.one("select count(*) from marts.fct_sessions") == 3_224


def test_weblog_sessions_are_those_that_pandas_cuts(build_of):
    built = build_of("weblog")
    events = pd.read_csv(_raw("weblog") / "website" / "events.csv")
    events["at"] = pd.to_datetime(events["event_time"], utc=True)
    events = events.sort_values(["visitor_id", "at"], kind="stable")
    gap = events.groupby("visitor_id")["at"].diff()
    events["session"] = (gap.isna() | (gap > pd.Timedelta(minutes=30))).cumsum()
    cut = events.groupby("session")["at"].agg(["min", "max", "size"])
    expected = Counter(
        (first.tz_localize(None), last.tz_localize(None), size)
        for first, last, size in cut.itertuples(index=False)
    )
    sessions = built.rows("select started_at, ended_at, touchpoint_count from marts.fct_sessions")
    found = Counter((pd.Timestamp(a), pd.Timestamp(b), count) for a, b, count in sessions)
    assert found == expected


def test_weblog_with_the_bot_rule_on_is_accounted_for_too(build_of, tmp_path_factory):
    raw = _raw("weblog")
    chosen = {"TOUCHPOINT_TIMEZONE": "UTC", "TOUCHPOINT_RAW_ROOT": str(raw)}
    command = ("build", "--select", "+record_ledger", *NO_TESTS)
    built = green(start_dbt(tmp_path_factory.mktemp("weblog_bots"), command, chosen).result())
    received, accepted, bots = built.rows(
        "select sum(received), sum(accepted), sum(out_of_scope) from marts.record_ledger"
    )[0]
    events = pd.read_csv(raw / "website" / "events.csv", dtype=str)
    plain = events["user_agent"].str.contains("googlebot|bingbot", case=False, na=False).sum()
    assert received == accepted + bots == 10_000
    assert plain <= bots < 10_000


def test_complete_journey_gives_its_receipts_people_and_sends(build_of):
    built = build_of("complete_journey")
    assert built.rows(
        "select count(*), sum(gross_amount), count(distinct user_id) from marts.fct_orders"
    ) == [(47_243, Decimal("233935.24"), 2_377)]
    assert built.one("select count(*) from marts.dim_users") == 2_379
    assert built.rows(
        "select medium, count(*), count(responded_at) from marts.fct_outreach_sends"
        " group by medium order by medium"
    ) == [("coupon_mail", 3_647, 604), ("email", 2_368, 154), ("sms", 574, 34)]
    assert built.one("select count(*) from marts.fct_outreach_sends") == 6_589


def test_complete_journey_gives_every_household_its_receipts(build_of):
    built = build_of("complete_journey")
    receipts = pd.read_parquet(_raw("complete_journey") / "store" / "transactions.parquet")
    cents = (receipts["amount"].astype(float) * 100).round().astype(int)
    expected = Counter(
        (int(size), int(total))
        for size, total in cents.groupby(receipts["member_no"]).agg(["size", "sum"]).to_numpy()
    )
    found = built.rows(
        "select count(*), cast(sum(gross_amount) * 100 as bigint) from marts.fct_orders"
        " where user_id is not null group by user_id"
    )
    assert Counter(found) == expected


def _receipts_of_households() -> tuple[pd.DataFrame, date]:
    """Who bought on which local day for how much, and the last day of all."""
    receipts = pd.read_parquet(_raw("complete_journey") / "store" / "transactions.parquet")
    days = receipts["event_time"].dt.date
    frame = pd.DataFrame(
        {
            "person": receipts["member_no"].astype(int),
            "day": days,
            "net": receipts["amount"].map(lambda amount: Decimal(str(amount))),
            "is_purchase": True,
        }
    )
    return frame, days.max()


def test_complete_journey_gives_its_repurchases(build_of):
    built = build_of("complete_journey")
    wanted = repurchases(*_receipts_of_households())
    columns = ", ".join(next(iter(wanted.values())))
    rows = built.rows(
        f"select cohort_month_date, window_days, {columns} from marts.repurchase_cohorts"
    )
    found = {row[:2]: dict(zip(columns.split(", "), row[2:], strict=True)) for row in rows}
    assert_same(found, wanted)
    assert sum(row["buyers"] for (_, days), row in wanted.items() if days == 30) == 2_377


def test_complete_journey_gives_its_fifths(build_of):
    """Recency, frequency and money of every household: how many have which scores."""
    built = build_of("complete_journey")
    names = ("recency_score", "frequency_score", "monetary_score")
    wanted = Counter(
        tuple(row.get(name) for name in names) for row in rfm(*_receipts_of_households()).values()
    )
    found = Counter(
        built.rows(
            f"select {', '.join(names)} from marts.user_profiles where recency_days is not null"
        )
    )
    assert found == wanted


def test_complete_journey_gives_what_is_bought_together(build_of):
    """How many households bought both items, either, and anything, and the lift, for every pair that is shown."""
    built = build_of("complete_journey")
    store = _raw("complete_journey") / "store"
    receipts = pd.read_parquet(store / "transactions.parquet").dropna(subset="member_no")
    lines = pd.read_parquet(store / "transaction_items.parquet", columns=["receipt_no", "item_id"])
    lines["item_id"] = lines["item_id"].astype(str)
    bought = lines.merge(receipts, on="receipt_no")
    last = bought.groupby(["member_no", "item_id"])["event_time"].max().reset_index()
    # a household's 50 newest items are compared
    newest_first = last.sort_values(["event_time", "item_id"], ascending=[False, True])
    compared = newest_first.groupby("member_no").head(50)
    buyers = {item: set(members) for item, members in compared.groupby("item_id")["member_no"]}
    shown = built.rows(
        "select item_id, other_item_id, user_count, item_user_count, other_user_count, person_count, lift"
        " from marts.item_affinities where item_id <> other_item_id"
    )
    assert len(shown) > 40_000
    assert sum(lift is not None for *_, lift in shown) > 5_000
    for item, other, *counts, lift in shown:
        both, one, two = (
            len(buyers[item] & buyers[other]),
            len(buyers[item]),
            len(buyers[other]),
        )
        assert counts == [both, one, two, 2_377], (item, other)
        if lift is not None:
            assert lift == pytest.approx(both * 2_377 / (one * two), rel=1e-9), (item, other)


def test_adventureworks_gives_its_orders_and_people(build_of):
    built = build_of("adventureworks")
    assert built.rows(
        "select count(*), sum(gross_amount), count(distinct user_id) from marts.fct_orders"
    ) == [(27_659, Decimal("29358677.89"), 18_484)]
    assert built.one("select count(*) from marts.dim_users") == 19_119


def test_adventureworks_merges_nobody_over_a_shared_phone(build_of):
    """One member number per person, one person per member number."""
    built = build_of("adventureworks")
    members = built.rows(
        "select count(*), count(distinct identifier_key), count(distinct user_key)"
        " from vault.int_identifiers_resolved where identifier_type = 'member_no'"
    )
    assert members == [(19_119, 19_119, 19_119)]


def test_adventureworks_gives_every_account_its_orders(build_of):
    built = build_of("adventureworks")
    orders = pd.read_csv(_raw("adventureworks") / "ecommerce" / "orders.csv", dtype=str)
    cents = orders["amount"].map(lambda text: int(Decimal(text) * 100))
    expected = Counter(
        (int(size), int(total))
        for size, total in cents.groupby(orders["buyer_id"]).agg(["size", "sum"]).to_numpy()
    )
    found = built.rows(
        "select count(*), cast(sum(gross_amount) * 100 as bigint) from marts.fct_orders"
        " group by user_id"
    )
    assert Counter(found) == expected


def test_adventureworks_reports_its_shared_phones_and_the_links_that_they_do_not_make(build_of):
    """767 phones of two members or more, one of 209: each is a conflict, none links; pandas counts the same."""
    built = build_of("adventureworks")
    contacts = pd.read_csv(_raw("adventureworks") / "crm" / "contacts.csv", dtype=str)
    contacts["phone"] = contacts["phone"].str.replace(r"[^0-9]", "", regex=True)
    owners = contacts.groupby("phone")["member_no"].nunique()
    shared = {
        phone: int(count)
        for phone, count in owners.items()
        if count > 1 and not is_blocked(("phone", "", phone))
    }
    assert (len(shared), max(shared.values())) == (767, 209)
    conflicts = built.rows(
        "select identifier_value, observed_count from vault.identity_conflicts"
        " where conflict_type = 'possible_double_registration'"
    )
    assert dict(conflicts) == shared
    refused = built.rows(
        "select refusal_reason, count(*) from vault.identity_links where status = 'refused'"
        " and 'phone' in (identifier_type, other_identifier_type) group by all order by all"
    )
    people_of = contacts.drop_duplicates(["phone", "member_no"])
    blocked = people_of["phone"].map(lambda p: isinstance(p, str) and is_blocked(("phone", "", p)))
    # each owner has a member number, an e-mail, a contact and an account beside the phone
    assert refused == [
        ("blocked_value", 4 * int(blocked.sum())),
        ("shared_identifier", 4 * sum(shared.values())),
    ]
    assert built.one("select count(*) from vault.identity_links where status = 'refused'") == sum(
        count for _, count in refused
    )
