"""What pages share: what a page sees, the choices that several offer, what is said where there is nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from explorer import queries
from explorer.blocks import ALL, Empty, Filter, Table
from explorer.charts import Style
from explorer.publication import Publication
from explorer.words import Words


@dataclass
class View:
    """What a page is built from: a publication, a language, a style and what the reader chose."""

    publication: Publication
    words: Words
    style: Style = field(default_factory=Style)
    choice: dict[str, str] = field(default_factory=dict)
    # The site shows totals; single rows of any relation are the app's.
    has_rows: bool = True

    def __getitem__(self, key: str) -> str:
        return self.choice.get(key, ALL)


def missing(view: View, *relations: str) -> Empty | None:
    """Why the page is empty, where a relation that it needs is not there; None where all are."""
    words, publication = view.words, view.publication
    absent = [name for name in relations if name not in publication.relations]
    if absent:
        return Empty(
            words("missing_mart", marts=", ".join(absent), because=words("because_not_built"))
        )
    empty = [name for name in relations if not publication.has(name)]
    if empty:
        return Empty(
            words("missing_mart", marts=", ".join(empty), because=words("because_no_rows"))
        )
    return None


def nothing(view: View) -> Empty:
    """Nothing fits the choices."""
    return Empty(view.words("nothing_here"))


def code_filter(
    view: View, key: str, kind: str, relation: str, column: str | None = None, **more: Any
) -> Filter:
    """A choice among the codes of a relation, with All first."""
    column = column or f"{kind}_code"
    values = queries.distinct(view.publication, relation, column)
    options = {ALL: view.words("all")} | {
        value: view.words.name(kind, value) for value in values if value != ALL
    }
    return Filter(key, view.words(key), options, **more)


def month_filter(
    view: View, relation: str, column: str, *, default: str | None = None, all_time: bool = True
) -> Filter:
    """A choice among months, with all time first."""
    found = queries.months(view.publication, relation, column)
    options = {ALL: view.words("all_time")} if all_time else {}
    return Filter(
        "period", view.words("period"), options | {month: month[:7] for month in found}, default
    )


def goal_filter(view: View, relation: str) -> Filter:
    """A choice among goals, `order` first."""
    goals = queries.distinct(view.publication, relation, "goal_code")
    return Filter(
        "goal", view.words("goal"), {goal: view.words.name("goal", goal) for goal in goals}, "order"
    )


def level_filter(view: View, *levels: str) -> Filter:
    """A choice of the level of codes."""
    return Filter("level", view.words("level"), {level: view.words(level) for level in levels})


def model_filter(view: View, relation: str) -> Filter:
    """A choice among models of contribution."""
    models = queries.distinct(view.publication, relation, "model_code")
    return Filter(
        "model",
        view.words("model"),
        {model: view.words.name("model", model) for model in models},
        "position_based",
    )


def alerts_table(view: View, key: str) -> Table:
    """Alerts, open ones first, in the reader's language."""
    words = view.words
    frame = queries.alerts(view.publication, words.language == "zh")
    for kind in ("severity", "status"):
        if kind in frame:
            frame[kind] = [words.name(kind, code) for code in frame[kind]]
    return Table(key, words("alerts"), frame, words("alerts_def"))


def known(value: Any) -> bool:
    """Whether a figure is there."""
    return (
        value is not None
        and not (isinstance(value, float) and math.isnan(value))
        and not pd.isna(value)
    )


def figure(view: View, value: Any) -> str:
    """A share, or why it is withheld."""
    return view.words.percent(value) if known(value) else view.words.withheld()


def unique(labels: list[str]) -> list[str]:
    """Labels made different from each other, as charts and choices go by them."""
    seen: dict[str, int] = {}
    told = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        told.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return told
