"""Did what we did help?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import ALL, Block, Drill, Figure, Filter, Finding, Table
from explorer.pages.common import View, known, missing, nothing, unique

RELATION = "action_effects"
LEADING = (
    *("action_name", "metric_code", "verdict", "effect_relative", "effect_relative_low"),
    *("effect_relative_high", "effect_absolute", "treated_segment", "control_segment"),
)
VERDICTS = {"improved": charts.GOOD, "worsened": charts.BAD, "no effect": charts.PALETTE[7]}


def filters(view: View) -> list[Filter]:
    """The metric."""
    if missing(view, RELATION):
        return []
    words = view.words
    metrics = queries.distinct(view.publication, RELATION, "metric_code")
    return [
        Filter(
            "metric",
            words("measure"),
            {ALL: words("all")} | {code: words.name("metric", code) for code in metrics},
        )
    ]


def build(view: View) -> list[Block]:
    """The verdicts in words, effects with their intervals, what outreach won."""
    blocks: list[Block] = []
    if empty := missing(view, RELATION):
        blocks.append(empty)
    else:
        frame = queries.effects(view.publication, view["metric"])
        blocks += _effects(view, frame) if len(frame) else [nothing(view)]
    if not missing(view, "outreach_lift"):
        title = view.words("outreach_lift")
        frame = queries.whole(
            view.publication, "outreach_lift", "treated_user_count desc, medium, campaign"
        )
        # empty where campaigns of the row are for several
        frame["goal_code"] = [
            view.words.name("goal", code) if isinstance(code, str) else None
            for code in frame["goal_code"]
        ]
        blocks.append(Table("outreach_lift", title, frame, view.words("outreach_lift_def")))
    return blocks


def _effects(view: View, frame: pd.DataFrame) -> list[Block]:
    words = view.words
    counted = frame["verdict"].value_counts().sort_index()
    said = ", ".join(
        f"{words.name('verdict', verdict)} {count}" for verdict, count in counted.items()
    )
    blocks: list[Block] = [Finding(words("effects_finding", count=len(frame), verdicts=said))]
    drawn = frame[frame["effect_relative"].notna()].reset_index(drop=True)
    if not drawn.empty:
        blocks.append(_chart(view, drawn))
    told = frame.copy()
    for kind, column in (("verdict", "verdict"), ("metric", "metric_code")):
        told[column] = [words.name(kind, code) if known(code) else "" for code in frame[column]]
    told = told.loc[:, told.notna().any()]
    # what was done and what came of it stand first
    leading = [name for name in LEADING if name in told]
    told = told[[*leading, *told.columns.difference(leading, sort=False)]]
    return [*blocks, Table("effects_table", words("effects"), told, words("effects_def"))]


def _chart(view: View, frame: pd.DataFrame) -> Figure:
    words, publication = view.words, view.publication
    labels = unique(
        [
            f"{row.action_name if known(row.action_name) else row.action_id} · {words.name('metric', row.metric_code)}"
            for row in frame.itertuples()
        ]
    )
    tips = [
        charts.tip(
            label,
            [
                (words.column("effect_relative"), f"{100 * row.effect_relative:+.1f}%"),
                (
                    words("interval"),
                    f"{100 * row.effect_relative_low:+.1f} … {100 * row.effect_relative_high:+.1f}%"
                    if known(row.effect_relative_low)
                    else "",
                ),
                (words.column("effect_absolute"), f"{row.effect_absolute:+.4f}"),
                (words.column("verdict"), words.name("verdict", row.verdict)),
            ],
            words("effects_def"),
        )
        for label, row in zip(labels, frame.itertuples(), strict=True)
    ]
    title = words("effects_chart")
    keys = list(zip(frame["action_id"], frame["metric_code"], strict=True))
    return Figure(
        "effects_chart",
        title,
        charts.dots(
            title,
            labels,
            frame["effect_relative"].tolist(),
            frame["effect_relative_low"].tolist(),
            frame["effect_relative_high"].tolist(),
            tips,
            colors=[VERDICTS.get(str(verdict), charts.NEUTRAL) for verdict in frame["verdict"]],
            style=view.style,
        ),
        frame,
        words("effects_def"),
        charts.height_of(len(frame)),
        Drill(
            dict(zip(labels, keys, strict=True)),
            lambda key: queries.effect_rows(publication, *key),
        ),
    )
