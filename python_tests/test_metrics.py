"""The named metrics against a plain count of sessions, searches, reads, visits, sends and orders."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from builds import Build
from oracles.cases import Case, assert_same, both, case_of, random_case
from oracles.definitions import seed
from oracles.metrics import Z, content_rows, difference, metric_rows, page_views, ratio_ends

NOON = datetime(2025, 3, 1, 12, 0)


def wanted_rows(case: Case) -> dict[tuple[str, str, date | None], dict[str, Any]]:
    """The oracle's rows. Whose a session is was shown elsewhere and is taken from the mart."""
    persons = {
        int(row["session_id"], 16): None if row["user_id"] is None else int(row["user_id"], 16)
        for row in case.rows("select session_id, user_id from marts.fct_sessions")
    }
    return metric_rows(case.world, persons)


@both
def test_every_metric_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = wanted_rows(case)
    columns = ", ".join(next(iter(wanted.values())))
    keys = ("metric_code", "channel_code", "period_start_date")
    rows = case.rows(f"select {', '.join(keys)}, {columns} from marts.metric_values")
    assert len(rows) == len(wanted)
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_every_article_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = content_rows(case.world)
    columns = ", ".join(next(iter(wanted.values())))
    keys = ("content_id", "channel_code", "period_start_date")
    rows = case.rows(f"select {', '.join(keys)}, {columns} from marts.content_performance")
    assert len(rows) == len(wanted)
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


def test_the_random_dataset_has_articles_that_lead_somewhere_and_a_number_that_is_hidden() -> None:
    rows = random_case().rows("select * from marts.content_performance")
    for column in (
        *("shares", "comments", "likes", "engaged_readers"),
        *("consulting_readers", "registering_readers", "ordering_readers"),
    ):
        assert max(row[column] for row in rows) > 0, column
    assert any(row["order_rate"] is not None for row in rows)
    assert any(row["content_id"].startswith("masked-") for row in rows)
    assert any(row["content_id"] == "https://a.demo/news/1" for row in rows)


def test_the_random_dataset_shows_and_withholds_every_metric() -> None:
    rows = random_case().rows("select * from marts.metric_values")
    shown = Counter(row["metric_code"] for row in rows if row["value"] is not None)
    held = Counter(row["metric_code"] for row in rows if row["is_suppressed"])
    assert {str(row["metric_code"]) for row in seed("metric_definitions")} == set(shown)
    assert len(held) > 15
    totals = {
        row["metric_code"]: row
        for row in rows
        if row["channel_code"] == "(all)" and row["period_type"] == "all"
    }
    for code, row in totals.items():
        if code != "visit_depth_median":
            assert row["numerator"] > 0, code


@pytest.mark.parametrize(
    ("story", "count"),
    [
        ("a0", 1),
        ("a0 a1", 1),
        ("a0 a5", 1),
        ("a0 a5.001", 2),
        ("a0 a4 a8 a12", 1),
        ("a0 b1 a2", 2),
        ("a0 b1 a6", 3),
        ("-0 -0 -0", 3),
    ],
)
def test_the_oracle_counts_reloads_once(story: str, count: int) -> None:
    class Page:
        def __init__(self, number: int, word: str) -> None:
            self.key, self.code = number, "website_page_view"
            self.at = NOON + timedelta(seconds=float(word[1:]))
            self.record = {"page_url": None if word[0] == "-" else word[0], "page_path": None}

    views = [Page(number, word) for number, word in enumerate(story.split())]
    assert page_views(views) == count  # type: ignore[arg-type]


def test_the_oracles_difference_is_that_of_the_literature() -> None:
    """Newcombe 1998, method 10: 56 of 70 less 48 of 80 is 0.2 (0.0524 to 0.3339)."""
    row = difference({"numerator": 56, "denominator": 70}, {"numerator": 48, "denominator": 80}, 30)
    assert (row["low"], row["high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_interval_of_a_ratio_is_about_the_jackknifes() -> None:
    """Leaving out one person at a time gives nearly the same spread as the residuals."""
    rng = np.random.default_rng(5)
    sessions = rng.integers(1, 9, 400)
    pages = sessions + rng.poisson(2 * sessions)
    ratios = (pages.sum() - pages) / (sessions.sum() - sessions)
    margin = Z * np.sqrt(399 / 400 * ((ratios - ratios.mean()) ** 2).sum())
    low, high = ratio_ends(list(zip(pages.tolist(), sessions.tolist(), strict=True)))
    assert (high - low) / 2 == pytest.approx(margin, rel=0.01)
