"""The parcel carrier's planted shares, counted from the raw files."""

from __future__ import annotations

import pandas as pd
import pytest

from demo.logistics import industry
from demo_frames import ZONE, Dataset, make_small


@pytest.fixture(scope="module", params=[1, 2, 3])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A dataset with the effects."""
    return make_small(tmp_path_factory, "logistics", request.param, is_null=False)


@pytest.fixture(scope="module", params=[1, 2, 3])
def null(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Its twin without."""
    return make_small(tmp_path_factory, "logistics", request.param, is_null=True)


def complaints(data: Dataset) -> pd.DataFrame:
    """Order and whether it is about delivery, of each complaint."""
    tickets = data.table("service.tickets").query("is_complaint == True")
    calls = data.table("hotline.calls").query("is_complaint == True")
    about = [tickets["source_category"] == "delivery", calls["queue"] == "派送投诉"]
    return pd.DataFrame(
        {
            "order_no": pd.concat([tickets["order_no"], calls["order_no"]], ignore_index=True),
            "is_delivery": pd.concat(about, ignore_index=True),
        }
    )


def by_arm(data: Dataset) -> dict[str, dict[str, int]]:
    """Orders, complaints, answers and late deliveries by arm and period."""
    orders = data.table("ecommerce.orders").set_index("order_no")
    until = pd.Timestamp(data.truth["args"]["until"]).tz_localize(ZONE) + pd.Timedelta(days=1)
    orders = orders[orders["created_at"] < until - pd.Timedelta(days=industry.OPEN_DAYS)]
    found = complaints(data)
    assert found["order_no"].notna().all()
    assert found["order_no"].is_unique
    orders["complains"] = orders.index.isin(found["order_no"])
    answers = data.table("survey.responses").query("touchpoint_code == 'logistics_delivery'")
    answers = answers.set_index("order_no")["score"]
    assert answers.index.is_unique
    orders["score"] = answers.reindex(orders.index)
    shipments = data.table("erp.shipments").set_index("order_no")
    orders["is_late"] = (shipments["delivered_at"] > shipments["promised_at"]).reindex(orders.index)
    scenario = data.scenario(7)
    arms = {scenario["region"]: "treated", scenario["control_region"]: "control"}
    orders["arm"] = orders["region"].map(arms).fillna("alike")
    period = (orders["created_at"] >= data.action_start).map({True: "after", False: "before"})
    orders["cell"] = orders["arm"] + "_" + period
    return {
        cell: {
            "orders": len(rows),
            "complaints": int(rows["complains"].sum()),
            "answers": int(rows["score"].notna().sum()),
            "satisfied": int((rows["score"] >= 4).sum()),
            "late": int(rows["is_late"].sum()),
        }
        for cell, rows in orders.groupby("cell")
    }


def effect(cells: dict[str, dict[str, int]], part: str, whole: str) -> float:
    """Difference in differences, relative to what the treated would have had."""
    rate = {cell: counts[part] / counts[whole] for cell, counts in cells.items()}
    change = rate["control_after"] - rate["control_before"]
    return (rate["treated_after"] - rate["treated_before"] - change) / (
        rate["treated_before"] + change
    )


def assert_truth(data: Dataset, cells: dict[str, dict[str, int]]) -> None:
    """truth.json says what was counted."""
    scenario = data.scenario(7)
    for cell in (
        f"{arm}_{period}" for arm in ("treated", "control") for period in ("before", "after")
    ):
        for measure, value in cells[cell].items():
            assert scenario[f"{cell}_{measure}"] == value, (cell, measure)


def test_effects_are_planted_exactly(planted: Dataset) -> None:
    """CSAT up by 20 %, complaint rate down by 35 %, relative."""
    cells = by_arm(planted)
    assert_truth(planted, cells)
    assert effect(cells, "satisfied", "answers") == pytest.approx(0.2)
    assert effect(cells, "complaints", "orders") == pytest.approx(-0.35)


def test_complaints_concentrate(planted: Dataset) -> None:
    """Exactly 80 % of all complaints are about delivery in the one region."""
    orders = planted.table("ecommerce.orders").set_index("order_no")
    found = complaints(planted)
    region = found["order_no"].map(orders["region"])
    here = (found["is_delivery"] & (region == planted.scenario(7)["region"])).sum()
    assert here * 5 == len(found) * 4
    assert planted.scenario(7)["complaints"] == len(found)
    assert planted.scenario(7)["delivery_complaints_of_region"] == here


def test_delay_depresses_satisfaction(planted: Dataset) -> None:
    """Late parcels have low scores and a delay among their tracking events."""
    shipments = planted.table("erp.shipments").set_index("order_no")
    late = shipments["delivered_at"] > shipments["promised_at"]
    events = planted.table("logistics.tracking_events")
    delayed = set(events[events["event_name"].isin(["delayed", "延误"])]["shipment_id"])
    assert set(shipments[late]["shipment_id"]) == delayed
    answers = planted.table("survey.responses").query("touchpoint_code == 'logistics_delivery'")
    is_late = answers["order_no"].map(late)
    satisfied = answers["score"] >= 4
    assert satisfied[~is_late].mean() > satisfied[is_late].mean() + 0.5


def test_tracking_follows_the_parcel(planted: Dataset) -> None:
    """Pick-up first, delivery last, at the times of the shipment."""
    events = planted.table("logistics.tracking_events")
    known = events[~events["event_name"].isin(["mystery_click", "beta_probe", "h5_banner_x"])]
    known = known.sort_values(["shipment_id", "event_time"], kind="stable")
    shipments = planted.table("erp.shipments").set_index("shipment_id")
    assert set(known.groupby("shipment_id")["event_name"].first()) == {"picked_up", "揽收"}
    last = known.groupby("shipment_id").last()
    arrived = shipments[shipments["delivered_at"].notna()]
    on_the_way = last[~last.index.isin(arrived.index)]
    assert not set(on_the_way["event_name"]) & {"delivered", "签收"}
    assert len(on_the_way) < len(last) / 20
    last = last[last.index.isin(arrived.index)]
    assert set(last["event_name"]) == {"delivered", "签收"}
    assert (last["event_time"] == shipments["delivered_at"].reindex(last.index)).all()
    assert len(last) == len(arrived)


def test_null_twin_has_no_effect(null: Dataset) -> None:
    """The same shares everywhere, before and after; complaints about everything."""
    cells = by_arm(null)
    assert_truth(null, cells)
    assert effect(cells, "satisfied", "answers") == pytest.approx(0)
    assert effect(cells, "complaints", "orders") == pytest.approx(0)
    assert {counts["complaints"] / counts["orders"] for counts in cells.values()} == {0.15}
    assert complaints(null)["is_delivery"].mean() < 0.4
    assert null.scenario(7)["is_planted"] is False
