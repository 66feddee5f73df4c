"""The dashboard of bi/superset is whole: its charts have their datasets, and the exposure names just what they read."""

from __future__ import annotations

import duckdb
import yaml

from builds import PROJECT

FOLDER = PROJECT / "bi" / "superset"


def _read(part: str) -> list[dict]:
    paths = sorted((FOLDER / part).rglob("*.yaml"))
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]


def test_the_exposure_names_what_the_datasets_read():
    marts = yaml.safe_load((PROJECT / "models" / "_exposures.yml").read_text(encoding="utf-8"))
    (exposure,) = [one for one in marts["exposures"] if one["name"] == "superset_dashboard"]
    datasets = {dataset["table_name"]: dataset for dataset in _read("datasets")}
    assert all(dataset["sql"] is None for dataset in datasets.values())
    assert exposure["depends_on"] == [f"ref('{name}')" for name in sorted(datasets)]


def test_each_chart_has_its_dataset_its_metrics_and_a_place():
    datasets = {dataset["uuid"]: dataset for dataset in _read("datasets")}
    (dashboard,) = _read("dashboards")
    charts = _read("charts")
    placed = [
        item["meta"]["uuid"]
        for item in dashboard["position"].values()
        if isinstance(item, dict) and item["type"] == "CHART"
    ]
    assert sorted(placed) == sorted(chart["uuid"] for chart in charts)
    assert {chart["dataset_uuid"] for chart in charts} == set(datasets)
    for chart in charts:
        dataset = datasets[chart["dataset_uuid"]]
        assert set(chart["params"]["metrics"]) <= {m["metric_name"] for m in dataset["metrics"]}
        filters = chart["params"]["adhoc_filters"]
        columns = {column["column_name"] for column in dataset["columns"]}
        assert {one["subject"] for one in filters} <= columns


def test_no_rate_is_averaged():
    expressions = [m["expression"] for dataset in _read("datasets") for m in dataset["metrics"]]
    assert len(expressions) > 10
    assert [text for text in expressions if "avg(" in text.lower()] == []


def test_csat_is_of_valid_answers():
    """A score outside its scale is no answer, as in touchpoint_satisfaction."""
    (scores,) = (d for d in _read("datasets") if d["table_name"] == "fct_satisfaction_scores")
    sums = {metric["metric_name"]: metric["expression"] for metric in scores["metrics"]}
    rows = "('csat', 1, true), ('csat', 0, false), ('csat', null, null), ('nps', 1, true)"
    with duckdb.connect() as connection:
        told = connection.execute(
            f"select {sums['csat_answer_count']}, {sums['csat']}"
            f" from (values {rows}) as scores (score_type, score_scaled, is_satisfied)"
        ).fetchone()
    assert told == (2, 0.5)
