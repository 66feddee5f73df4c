"""Who behaves differently, who is at risk, what to do next?"""

from __future__ import annotations

from explorer import charts, queries
from explorer.blocks import Block, Drill, Figure, Filter, Finding, Table
from explorer.pages.common import View, missing, unique

COUNTED = (
    ("user_profiles", ("rfm_segment", "segment_code", "segment"), "segment_bars", "segments_def"),
    ("user_profiles", ("lifecycle_stage",), "segment_bars", "segments_def"),
    ("audiences", ("audience_code",), "audience_bars", "audience_def"),
    ("next_best_actions", ("action_code",), "action_bars", "action_def"),
)
TABLES = (("retention_cohorts", "cohorts"), ("repurchase_cohorts", "cohorts"))


def filters(view: View) -> list[Filter]:
    """Nothing to choose yet."""
    return []


def build(view: View) -> list[Block]:
    """People by segment and stage, audiences, proposed actions, cohorts; each where its mart is published."""
    blocks: list[Block] = []
    for relation, columns, title, definition in COUNTED:
        if missing(view, relation):
            continue
        present = [name for name in columns if name in view.publication.columns(relation)]
        if present:
            blocks.append(_bars(view, relation, present[0], title, definition))
    for relation, title in TABLES:
        if not missing(view, relation):
            frame = queries.whole(view.publication, relation)
            blocks.append(Table(relation, f"{view.words(title)} · {relation}", frame))
    empties = [
        missing(view, relation)
        for relation in ("user_profiles", "audiences", "next_best_actions", "retention_cohorts")
        if missing(view, relation)
    ]
    return [*_finding(view), *blocks, *empties]


def _finding(view: View) -> list[Block]:
    words = view.words
    if missing(view, "user_profiles"):
        return []
    columns = view.publication.columns("user_profiles")
    column = next((name for name in COUNTED[0][1] + COUNTED[1][1] if name in columns), None)
    if column is None:
        return []
    frame = queries.counts(view.publication, "user_profiles", column)
    whole = int(frame["people"].sum())
    first = frame.iloc[0]
    return [
        Finding(
            words(
                "segments_finding",
                count=words.number(whole),
                name=words.name("segment", first["code"]),
                share=words.percent(first["people"] / whole),
            )
        )
    ]


def _bars(view: View, relation: str, column: str, title: str, definition: str) -> Figure:
    words, publication = view.words, view.publication
    frame = queries.counts(publication, relation, column).head(20)
    labels = unique([words.name(column, code) for code in frame["code"]])
    whole = frame["people"].sum()
    heading = f"{words(title)} · {words.column(column)}"
    return Figure(
        f"{relation}_{column}",
        heading,
        charts.bars(
            heading,
            labels,
            frame["people"].tolist(),
            [
                charts.tip(
                    label,
                    [
                        (
                            words("people"),
                            words("of", part=words.number(count), whole=words.number(whole)),
                        )
                    ],
                    words(definition),
                )
                for label, count in zip(labels, frame["people"], strict=True)
            ],
            shown=[words.number(count) for count in frame["people"]],
            style=view.style,
        ),
        frame,
        words(definition),
        charts.height_of(len(frame)),
        Drill(
            dict(zip(labels, frame["code"], strict=True)),
            lambda code: queries.value_rows(publication, relation, column, code),
            None,
            dict(zip(frame["code"], frame["people"], strict=True)),
        ),
    )
