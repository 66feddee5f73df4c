"""The machine maker's planted shares and its bad batch, counted from the raw files."""

from __future__ import annotations

import pandas as pd
import pytest

from demo_frames import Dataset, make_small


@pytest.fixture(scope="module", params=[1, 2, 3])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A dataset with the effects."""
    return make_small(tmp_path_factory, "manufacturing", request.param, is_null=False)


@pytest.fixture(scope="module", params=[1, 2, 3])
def null(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Its twin without."""
    return make_small(tmp_path_factory, "manufacturing", request.param, is_null=True)


def enquiries(data: Dataset) -> pd.DataFrame:
    """One line per person with an enquiry: arm, period, order within a week, score."""
    activities = data.table("crm.activities")
    activities["person"] = data.people(activities)
    asked = activities[activities["activity_type"] == "enquiry"].set_index("person")
    assert asked.index.is_unique
    contracts = activities[activities["activity_type"] == "contract"]
    signed = contracts.set_index("person")["event_time"]
    assert signed.index.is_unique
    waited = signed.reindex(asked.index) - asked["event_time"]
    asked["orders"] = (waited > pd.Timedelta(0)) & (waited <= pd.Timedelta(days=7))
    answers = data.table("survey.responses")
    answers["person"] = data.people(answers)
    first = answers[answers["touchpoint_code"] == "crm_enquiry"].set_index("person")
    overall = answers[answers["survey_type"] == "nps"].set_index("person")
    assert first.index.is_unique
    assert overall.index.is_unique
    asked["score"] = first["score"].reindex(asked.index)
    asked["answered_at"] = first["answered_at"].reindex(asked.index)
    asked["nps"] = overall["score"].reindex(asked.index)
    asked["nps_at"] = overall["answered_at"].reindex(asked.index)
    scenario = data.scenario(1)
    arms = {scenario["region"]: "treated", scenario["control_region"]: "control"}
    arm = asked["region"].map(arms).fillna("alike")
    period = (asked["event_time"] >= data.action_start).map({True: "after", False: "before"})
    asked["cell"] = arm + "_" + period
    asked["hours"] = (asked["responded_at"] - asked["event_time"]).dt.total_seconds() / 3600
    return asked


def by_cell(data: Dataset, asked: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Counts by arm and period; those of the two arms must stand in truth.json."""
    cells = {
        cell: {
            "enquiries": len(rows),
            "orders": int(rows["orders"].sum()),
            "answers": int(rows["score"].notna().sum()),
            "satisfied": int((rows["score"] >= 4).sum()),
        }
        for cell, rows in asked.groupby("cell")
    }
    for cell, counts in cells.items():
        for measure, value in counts.items():
            if not cell.startswith("alike"):
                assert data.scenario(1)[f"{cell}_{measure}"] == value, (cell, measure)
    return cells


def effect(cells: dict[str, dict[str, int]], part: str, whole: str) -> float:
    """Difference in differences, relative to what the treated would have had."""
    rate = {cell: counts[part] / counts[whole] for cell, counts in cells.items()}
    change = rate["control_after"] - rate["control_before"]
    return (rate["treated_after"] - rate["treated_before"] - change) / (
        rate["treated_before"] + change
    )


def batches(data: Dataset) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Deliveries, anomalies per batch; and complaints with their batch."""
    deliveries = data.table("production.deliveries")
    assert deliveries["order_no"].is_unique
    batch_of = deliveries.set_index("order_no")["batch_no"]
    tickets = data.table("service.tickets").query("is_complaint == True")
    assert tickets["order_no"].is_unique
    tickets["batch_no"] = tickets["order_no"].map(batch_of)
    assert tickets["batch_no"].notna().all()
    events = data.table("production.equipment_events")
    is_anomaly = events["severity"].isin(["warning", "critical"]) & events["batch_no"].notna()
    known = data.table("production.batches")["batch_no"]
    assert set(deliveries["batch_no"]) <= set(known)
    anomalies = events[is_anomaly].groupby("batch_no").size().reindex(known, fill_value=0)
    return deliveries.groupby("batch_no").size(), anomalies, tickets


def assert_batches(data: Dataset) -> tuple[float, float]:
    """truth.json says what was counted; the complaint rates of the batch and of the others."""
    deliveries, anomalies, tickets = batches(data)
    scenario = data.scenario(8)
    bad = scenario["batch_no"]
    complaints = tickets.groupby("batch_no").size().reindex(deliveries.index, fill_value=0)
    assert scenario["deliveries_of_batch"] == deliveries[bad]
    assert scenario["complaints_of_batch"] == complaints[bad]
    assert scenario["deliveries_of_others"] == deliveries.drop(bad).sum()
    assert scenario["complaints_of_others"] == complaints.drop(bad).sum()
    assert scenario["anomalies_of_batch"] == anomalies[bad]
    return (
        complaints[bad] / deliveries[bad],
        complaints.drop(bad).sum() / deliveries.drop(bad).sum(),
    )


def explained(data: Dataset, asked: pd.DataFrame) -> dict[str, float]:
    """Share of the variance of being a promoter that low, high or no answer explains, by touchpoint."""
    answers = data.table("survey.responses").query("survey_type == 'csat'")
    answers["person"] = data.people(answers)
    promotes = (asked["nps"] >= 9).astype(float)
    shares = {}
    for code, rows in answers.groupby("touchpoint_code"):
        score = rows.groupby("person")["score"].last().reindex(asked.index)
        group = (score >= 4).astype(str).where(score.notna(), "no answer")
        shares[code] = promotes.groupby(group).transform("mean").var() / promotes.var()
    return shares


def test_effects_are_planted_exactly(planted: Dataset) -> None:
    """CSAT up by 30 %, order conversion by 17 %, relative; enquiries are answered sooner."""
    asked = enquiries(planted)
    cells = by_cell(planted, asked)
    assert effect(cells, "satisfied", "answers") == pytest.approx(0.3)
    assert effect(cells, "orders", "enquiries") == pytest.approx(0.17)
    hours = asked.groupby("cell")["hours"]
    assert hours.min()["treated_before"] > 20
    assert hours.max()["treated_after"] < 5


def test_the_enquiry_drives_satisfaction(planted: Dataset) -> None:
    """Four of five who were satisfied with the enquiry are promoters, one of five of the others."""
    asked = enquiries(planted).dropna(subset=["score", "nps"])  # they answered both
    assert len(asked) >= 200
    assert (asked["answered_at"] < asked["nps_at"]).all()
    well, promotes = asked["score"] >= 4, asked["nps"] >= 9
    scenario = planted.scenario(1)
    assert scenario["nps_of_satisfied"] == well.sum()
    assert scenario["nps_high_of_satisfied"] == (well & promotes).sum()
    assert scenario["nps_of_dissatisfied"] == (~well).sum()
    assert scenario["nps_high_of_dissatisfied"] == (~well & promotes).sum()
    assert promotes[well].mean() == pytest.approx(0.8, abs=0.02)
    assert promotes[~well].mean() == pytest.approx(0.2, abs=0.02)
    shares = explained(planted, asked)
    strongest = shares.pop("crm_enquiry")
    assert strongest > 0.25
    assert strongest > 3 * max(shares.values())


def test_the_bad_batch_stands_out(planted: Dataset) -> None:
    """40 % complaints against some 3 %, weeks after the anomalies."""
    bad, others = assert_batches(planted)
    assert bad == 0.4
    assert others < 0.04
    _, anomalies, tickets = batches(planted)
    batch_no = planted.scenario(8)["batch_no"]
    assert anomalies.idxmax() == batch_no
    assert anomalies[batch_no] >= 7 * anomalies.drop(batch_no).max()
    events = planted.table("production.equipment_events").query("batch_no == @batch_no")
    last = events[events["severity"] != "info"]["event_time"].max()
    opened = tickets[tickets["batch_no"] == batch_no]["opened_at"]
    assert opened.min() > last + pd.Timedelta(days=14)


def test_machines_of_customers_fail_before_they_complain(planted: Dataset) -> None:
    """Each complaint follows a fault of the machine that was delivered."""
    deliveries = planted.table("production.deliveries").set_index("order_no")
    _, _, tickets = batches(planted)
    events = planted.table("production.equipment_events")
    events = events[events["batch_no"].isna() & (events["severity"] != "info")]
    for ticket in tickets.itertuples():
        mine = events[events["equipment_id"] == deliveries.at[ticket.order_no, "equipment_id"]]
        before = ticket.opened_at - mine["event_time"]
        assert ((before > pd.Timedelta(0)) & (before < pd.Timedelta(days=3))).any()


def test_null_twin_has_no_effect(null: Dataset) -> None:
    """Slow before and after; promoters whatever was said; no batch stands out."""
    asked = enquiries(null)
    cells = by_cell(null, asked)
    assert effect(cells, "satisfied", "answers") == pytest.approx(0)
    assert effect(cells, "orders", "enquiries") == pytest.approx(0)
    rated = asked.dropna(subset=["score", "nps"])
    promotes = rated["nps"] >= 9
    well = rated["score"] >= 4
    assert abs(promotes[well].mean() - promotes[~well].mean()) < 0.02
    assert max(explained(null, asked.dropna(subset=["nps"])).values()) < 0.06
    bad, others = assert_batches(null)
    assert abs(bad - others) < 0.02
    _, anomalies, _ = batches(null)
    assert anomalies.max() <= 2
