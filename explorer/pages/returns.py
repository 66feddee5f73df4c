"""Where should spend move?"""

from __future__ import annotations

from explorer import charts, queries
from explorer.blocks import Block, Drill, Empty, Figure, Filter, Finding, Table
from explorer.pages.common import (
    View,
    goal_filter,
    known,
    missing,
    model_filter,
    month_filter,
)


def filters(view: View) -> list[Filter]:
    """Goal, model and month."""
    if missing(view, "channel_returns"):
        return []
    return [
        goal_filter(view, "channel_returns"),
        model_filter(view, "channel_returns"),
        month_filter(view, "channel_returns", "month_start_date"),
    ]


def build(view: View) -> list[Block]:
    """Bubbles by channel, a table of campaigns."""
    if empty := missing(view, "channel_returns"):
        return [empty]
    words, publication = view.words, view.publication
    chosen = (view["goal"], view["model"], view["period"])
    frame = queries.returns(publication, *chosen, "channel")
    if frame.empty:
        spent = queries.has_spend(publication)
        return [Empty(words("nothing_here" if spent else "returns_no_spend"))]
    return [
        Finding(_finding(view, frame)),
        _bubbles(view, frame),
        _table(view, queries.returns(publication, *chosen, "campaign")),
    ]


def _ratio(value) -> str:
    return f"{value:.2f}" if known(value) else "–"


def _finding(view: View, frame) -> str:
    words = view.words
    cost, value = float(frame["cost"].sum()), float(frame["value"].sum())
    said = {
        "cost": words.money(cost),
        "value": words.money(value),
        "model": words.name("model", view["model"]),
        "ratio": _ratio(value / cost),
    }
    if len(frame) == 1:
        return words("returns_one", **said)
    ranked = frame.sort_values(["return_on_spend", "channel_code"], ascending=[False, True])
    best, worst = ranked.iloc[0], ranked.iloc[-1]
    return words(
        "returns_finding",
        **said,
        best=words.name("channel", best["channel_code"]),
        best_ratio=_ratio(best["return_on_spend"]),
        worst=words.name("channel", worst["channel_code"]),
        worst_ratio=_ratio(worst["return_on_spend"]),
    )


def _bubbles(view: View, frame) -> Figure:
    words, publication = view.words, view.publication
    most = float(frame["conversions"].max()) or 1
    points = []
    labels = [words.name("channel", code) for code in frame["channel_code"]]
    for label, row in zip(labels, frame.itertuples(), strict=True):
        its_tip = charts.tip(
            label,
            [
                (words("cost"), words.money(row.cost)),
                (words("value"), words.money(row.value)),
                (words("return_on_spend"), _ratio(row.return_on_spend)),
                (words("conversions"), words.number(row.conversions, 1)),
                (words("period"), words.period(view["period"])),
            ],
            words("returns_def"),
        )
        points.append((label, row.cost, row.value, row.conversions / most, its_tip))
    told = frame.copy()
    told["channel_code"] = labels
    title = words("returns_chart")
    return Figure(
        "returns_chart",
        title,
        charts.bubbles(
            title,
            points,
            across=f"{words('cost')} ({publication.currency})",
            up=f"{words('value')} ({publication.currency})",
            diagonal=words("break_even"),
            style=view.style,
        ),
        told,
        words("returns_def"),
        420,
        Drill(
            dict(zip(labels, frame["channel_code"], strict=True)),
            lambda channel: queries.return_rows(
                publication, view["goal"], view["model"], view["period"], channel
            ),
            "value",
            dict(zip(frame["channel_code"], frame["value"], strict=True)),
        ),
    )


def _table(view: View, frame) -> Table:
    words = view.words
    told = frame.copy()
    told["channel_code"] = [words.name("channel", code) for code in frame["channel_code"]]
    told["campaign"] = [words.name("campaign", code) for code in frame["campaign"]]
    told = told.sort_values(
        ["return_on_spend", "cost"], ascending=[False, False], ignore_index=True
    )
    return Table("returns_table", words("returns_table"), told, words("returns_def"))
