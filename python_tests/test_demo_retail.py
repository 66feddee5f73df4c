"""Scenarios 2 and 12 of retail, counted again from the raw files: for three seeds, and their null twins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import sqrt
from pathlib import Path

import pandas as pd
import pytest

from demo import generate
from demo.retail import industry
from demo.schema import TABLES

# each with what is planted, and without; all but the first are made by `make test-slow`
DATASETS = [
    pytest.param((seed, kind), marks=[pytest.mark.slow] if seed > "1" else [])
    for seed in ("1", "2", "3")
    for kind in ("", "--null")
]
CELLS = list(product((True, False), (True, False)))
WINDOW = pd.Timedelta(days=180)


@dataclass
class Raw:
    """The raw tables of a dataset of two chunks, without dirt: members' records are what matters."""

    root: Path
    truth: dict

    def table(self, name: str) -> pd.DataFrame:
        """One table: readable records, each once, the newest; times in the business time zone."""
        parts = sorted((self.root / name.replace(".", "/")).glob("*.parquet"))
        rows = pd.concat([pd.read_parquet(part) for part in parts], ignore_index=True)
        columns = TABLES[name].columns
        rows = rows.replace({"NULL": None, "null": None, "\\N": None, "N/A": None, "-": None})
        rows = rows.dropna(subset=[column.name for column in columns if column.is_needed])
        for column in columns:
            if column.kind == "time":
                rows[column.name] = pd.to_datetime(rows[column.name]).dt.tz_convert("Asia/Shanghai")
        keys = [column.name for column in columns if column.is_key]
        return rows.sort_values("loaded_at").drop_duplicates(keys, keep="last")


def make(seed: str, root: Path, *more: str) -> Raw:
    """A dataset of two chunks with a trial in each."""
    arguments = ["--people", "8600", "--seed", seed, *more, "--out", str(root)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(industry, "PEOPLE_PER_CHUNK", 4300)
        truth = generate.main([*arguments, "--workers", "1"])
    return Raw(root, truth)


@pytest.fixture(scope="module", params=DATASETS)
def raw(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Raw:
    """Every seed with what is planted, and without."""
    seed, kind = request.param
    return make(seed, tmp_path_factory.mktemp("retail"), *([kind] if kind else []))


@pytest.fixture(scope="module")
def buyers(raw: Raw) -> pd.DataFrame:
    """Members who buy: first purchase, the second on a later day, region."""
    orders = raw.table("ecommerce.orders")
    orders = orders[orders["paid_at"].notna() & orders["cancelled_at"].isna()]
    accounts = orders.dropna(subset=["member_no"]).drop_duplicates("buyer_id")
    orders = orders.drop(columns="member_no").merge(accounts[["buyer_id", "member_no"]])
    receipts = raw.table("store.transactions")
    receipts = receipts[~receipts["is_return"].astype(bool) & receipts["member_no"].notna()]
    bought = pd.concat(
        [
            orders[["member_no", "created_at"]].set_axis(["member_no", "at"], axis=1),
            receipts[["member_no", "event_time"]].set_axis(["member_no", "at"], axis=1),
        ]
    ).sort_values("at")
    first = bought.groupby("member_no")["at"].first().rename("first")
    later = bought.merge(first, on="member_no")
    later = later[later["at"].dt.date > later["first"].dt.date]
    again = later.groupby("member_no")["at"].first().rename("again")
    members = raw.table("erp.members").set_index("member_no")["region"]
    found = pd.concat([first, again], axis=1).join(members).dropna(subset=["first"])
    found["is_back"] = found["again"] - found["first"] <= WINDOW
    return found


@pytest.fixture(scope="module")
def cells(raw: Raw, buyers: pd.DataFrame) -> pd.DataFrame:
    """Buyers and who comes back, by region of the trial and period."""
    actions = raw.table("operations.actions").set_index("action_id")
    trial = actions.loc["RT-STORE"]
    told = raw.truth["scenarios"]["2"]
    assert trial["treated_segment"] == told["treated_region"]
    assert trial["control_segment"] == told["control_region"]
    names = {told["treated_region"]: "treated", told["control_region"]: "control"}
    here = buyers[buyers["region"].isin(names)].copy()
    here["arm"] = here["region"].map(names)
    here["is_after"] = here["first"].dt.date >= trial["starts_on"]
    return here


def test_scenario_2_every_cell_has_the_told_counts(raw: Raw, cells: pd.DataFrame) -> None:
    """Whoever buys in the two regions is counted; a quarter more come back, or as many."""
    told = raw.truth["scenarios"]["2"]
    rates = {}
    for (arm, is_after), group in cells.groupby(["arm", "is_after"]):
        key = f"{arm}_{'after' if is_after else 'before'}"
        assert len(group) == told[key]
        assert group["is_back"].sum() == told[f"{key}_repurchased"]
        rates[key] = group["is_back"].sum() / len(group)
    effect = 1 if raw.truth["args"]["is_null"] else 1.25
    assert rates["treated_after"] == pytest.approx(effect * rates["treated_before"], abs=1e-12)
    assert rates["control_after"] == rates["control_before"] == rates["treated_before"] == 0.45


def test_scenario_2_every_window_has_passed(raw: Raw, cells: pd.DataFrame) -> None:
    """Half a year after the last first purchase there are still data."""
    last = pd.Timestamp(raw.truth["args"]["until"], tz="Asia/Shanghai")
    assert (cells["first"] + WINDOW < last).all()


def test_scenario_2_satisfaction_with_the_shop_drives_repurchase(
    raw: Raw, cells: pd.DataFrame
) -> None:
    """Answers stand before the first purchase; in the null twin they say nothing."""
    answers = raw.table("survey.responses")
    answers = answers[answers["touchpoint_code"] == "store_visit"].set_index("member_no")
    found = cells.join(answers[["answered_at", "score"]], how="inner")
    assert (found["answered_at"] < found["first"]).all()
    told = raw.truth["scenarios"]["2"]
    rates = {}
    for name, likes in (("high", found["score"] >= 4), ("low", found["score"] < 4)):
        assert likes.sum() == told[f"answered_{name}"]
        assert found[likes]["is_back"].sum() == told[f"answered_{name}_repurchased"]
        rates[name] = found[likes]["is_back"].mean()
    gap = rates["high"] - rates["low"]
    assert abs(gap) < 0.08 if raw.truth["args"]["is_null"] else gap > 0.22


def test_scenario_12_complaints_are_spread_evenly(raw: Raw, buyers: pd.DataFrame) -> None:
    """By region, per buyer who may complain: no region stands out by four standard errors."""
    members = raw.table("erp.members").set_index("member_no")["region"]
    tickets = raw.table("service.tickets")
    complaints = tickets[tickets["is_complaint"].fillna(False).astype(bool)]
    per_region = complaints["region"].value_counts()
    purchases = purchases_by_region(raw, members)
    rate = per_region.sum() / purchases.sum()
    for region, count in per_region.items():
        expected = rate * purchases[region]
        assert abs(count - expected) < 4 * sqrt(expected)


def test_scenario_12_the_action_changes_nothing(raw: Raw) -> None:
    """Complaints per purchase before and after, in both of its regions."""
    members = raw.table("erp.members").set_index("member_no")["region"]
    action = raw.table("operations.actions").set_index("action_id").loc["RT-PACKAGING"]
    tickets = raw.table("service.tickets")
    tickets = tickets[tickets["is_complaint"].fillna(False).astype(bool)]
    change, error = {}, 0.0
    for arm in ("treated_segment", "control_segment"):
        rates = []
        for is_after in (False, True):
            since = tickets["opened_at"].dt.date >= action["starts_on"]
            count = (since.eq(is_after) & (tickets["region"] == action[arm])).sum()
            size = purchases_by_region(raw, members, action["starts_on"], is_after=is_after)
            rates.append(count / size[action[arm]])
            error += count / size[action[arm]] ** 2
        change[arm] = rates[1] - rates[0]
    assert abs(change["treated_segment"] - change["control_segment"]) < 4 * sqrt(error)


def purchases_by_region(
    raw: Raw, members: pd.Series, day: object = None, *, is_after: bool = True
) -> pd.Series:
    """Received orders and receipts of members, by the member's region."""
    orders = raw.table("ecommerce.orders")
    accounts = orders.dropna(subset=["member_no"]).drop_duplicates("buyer_id")
    orders = orders.drop(columns="member_no").merge(accounts[["buyer_id", "member_no"]])
    orders = orders[orders["received_at"].notna()]
    receipts = raw.table("store.transactions")
    receipts = receipts[~receipts["is_return"].astype(bool)]
    both = pd.concat(
        [
            orders[["member_no", "created_at"]].set_axis(["member_no", "at"], axis=1),
            receipts[["member_no", "event_time"]].set_axis(["member_no", "at"], axis=1),
        ]
    ).dropna()
    if day is not None:
        both = both[(both["at"].dt.date >= day) == is_after]
    return both["member_no"].map(members).value_counts()
