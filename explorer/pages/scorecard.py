"""What to fix first?"""

from __future__ import annotations

from explorer import charts, queries
from explorer.blocks import ALL, Block, Drill, Figure, Filter, Finding, Table
from explorer.pages.common import View, missing, nothing, unique

RELATION = "touchpoint_scorecard"
PRIORITIES = "touchpoint_priorities"


def filters(view: View) -> list[Filter]:
    """Month and, where priorities are published, the business goal that they go by."""
    if missing(view, RELATION):
        return []
    words, publication = view.words, view.publication
    months = queries.months(publication, RELATION, "period_start_date")
    # Weeks begin in months too: only the first of a month names one.
    months = [month for month in months if month.endswith("-01")]
    chosen = [
        Filter(
            "period",
            words("period"),
            {ALL: words("all_time")} | {month: month[:7] for month in months},
        )
    ]
    if not missing(view, PRIORITIES):
        goals = queries.distinct(publication, PRIORITIES, "business_goal_code")
        chosen.append(
            Filter(
                "business_goal",
                words("business_goal"),
                {goal: words.name("business_goal", goal) for goal in goals},
                "balanced",
            )
        )
    return chosen


def build(view: View) -> list[Block]:
    """Priorities as bars, and one table that is sorted by any column."""
    if empty := missing(view, RELATION):
        return [empty]
    words, publication, month = view.words, view.publication, view["period"]
    frame = queries.scorecard(publication, month)
    if frame.empty:
        return [nothing(view)]
    blocks: list[Block] = []
    first = (
        queries.priorities(publication, view["business_goal"], month)
        if not missing(view, PRIORITIES)
        else frame.head(0)
    )
    count, period = len(frame), words.period(month)
    if first.empty:
        blocks.append(Finding(words("scorecard_finding", count=count, period=period)))
    else:
        row = first.iloc[0]
        blocks.append(
            Finding(
                words(
                    "scorecard_first",
                    count=count,
                    period=period,
                    name=words.name("touchpoint", row["touchpoint_code"]),
                    score=f"{row['priority_score']:.2f}",
                    figure=words.name("figure", row["leading_figure_code"]),
                )
            )
        )
        blocks.append(_priorities(view, first))
    told = frame.copy()
    # Columns without any value say nothing.
    told = told.loc[:, told.notna().any()].drop(
        columns=["period_type", "period_start_date", "is_complete"], errors="ignore"
    )
    for kind in ("touchpoint", "channel"):
        if f"{kind}_code" in told:
            told[f"{kind}_code"] = [words.name(kind, code) for code in told[f"{kind}_code"]]
    labels = unique(told["touchpoint_code"].tolist())
    blocks.append(
        Table(
            "scorecard_table",
            words("scorecard_table"),
            told,
            words("scorecard_def"),
            Drill(
                dict(zip(labels, frame["touchpoint_code"], strict=True)),
                lambda code: queries.scorecard_rows(publication, code),
            ),
        )
    )
    return blocks


def _priorities(view: View, frame) -> Figure:
    words, publication = view.words, view.publication
    labels = unique([words.name("touchpoint", code) for code in frame["touchpoint_code"]])
    figures = [words.name("figure", code) for code in frame["leading_figure_code"]]
    title = words("priorities")
    told = frame.copy()
    told["touchpoint_code"] = labels
    told["leading_figure_code"] = figures
    return Figure(
        "priorities",
        title,
        charts.bars(
            title,
            labels,
            frame["priority_score"].tolist(),
            [
                charts.tip(
                    label,
                    [(title, f"{row.priority_score:.2f}"), (words("leading"), figure)],
                    words("priorities_def"),
                )
                for label, figure, row in zip(labels, figures, frame.itertuples(), strict=True)
            ],
            shown=[
                f"{score:.2f} · {figure}"
                for score, figure in zip(frame["priority_score"], figures, strict=True)
            ],
            style=view.style,
        ),
        told,
        words("priorities_def"),
        charts.height_of(len(frame)),
        Drill(
            dict(zip(labels, frame["touchpoint_code"], strict=True)),
            lambda code: queries.scorecard_rows(publication, code),
        ),
    )
