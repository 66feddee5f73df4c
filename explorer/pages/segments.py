"""Who behaves differently, who is at risk, what to do next?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Drill, Figure, Filter, Finding
from explorer.pages.common import View, code_filter, figure, known, missing, unique
from explorer.publication import Rows

# Counted by code: relation, code, names, title, definition. A relation that is not published is said to be missing.
COUNTED = (
    ("user_tags", "tag_code", "tags", "tags_def"),
    ("user_risk_reasons", "reason_code", "risks", "risks_def"),
    ("audiences", "audience_code", "audience_bars", "audience_def"),
    ("next_best_actions", "action_code", "action_bars", "action_def"),
)
MOST = 15


def filters(view: View) -> list[Filter]:
    """Region and tier of people; channel and window of cohorts."""
    words, publication = view.words, view.publication
    chosen = []
    if not missing(view, "user_profiles"):
        chosen += [
            code_filter(view, "region", "region", "user_profiles", "region"),
            code_filter(view, "tier", "tier", "user_profiles", "customer_tier"),
        ]
    if not missing(view, "retention_cohorts"):
        chosen.append(code_filter(view, "channel", "channel", "retention_cohorts"))
    if not missing(view, "repurchase_cohorts"):
        windows = [
            str(value)
            for value in queries.distinct(publication, "repurchase_cohorts", "window_days")
        ]
        chosen.append(
            Filter(
                "window",
                words("window"),
                {value: words("days", n=value) for value in windows},
                "90",
            )
        )
    return chosen


def build(view: View) -> list[Block]:
    """Segments, stages, the grid of recency and frequency, tags, risks, audiences, actions, cohorts."""
    publication = view.publication
    blocks: list[Block] = []
    if not missing(view, "user_profiles"):
        blocks += _profiles(view)
    for relation, code, title, definition in COUNTED:
        if not missing(view, relation):
            blocks.append(_counted(view, relation, code, title, definition))
    if not missing(view, "retention_cohorts"):
        found = queries.retention(publication, view["channel"])
        if not found.empty:
            blocks.append(_retention(view, found))
    if not missing(view, "repurchase_cohorts"):
        found = queries.repurchase(publication, view["window"])
        if found["repurchase_rate"].notna().any():
            blocks.append(_repurchase(view, found))
    wanted = (
        "user_profiles",
        "audiences",
        "next_best_actions",
        "retention_cohorts",
        "repurchase_cohorts",
    )
    return [*blocks, *(empty for relation in wanted if (empty := missing(view, relation)))]


def _profiles(view: View) -> list[Block]:
    words, publication = view.words, view.publication
    region, tier = view["region"], view["tier"]
    blocks: list[Block] = []
    for column, title in (("rfm_segment_code", "segment_bars"), ("lifecycle_stage", "stages")):
        frame = queries.people(publication, column, region, tier)
        if frame.empty:
            continue
        if not blocks:
            whole, first = frame["people"].sum(), frame.iloc[0]
            blocks.append(
                Finding(
                    words(
                        "segments_finding",
                        count=words.number(whole),
                        name=words.name("segment", first["code"]),
                        share=words.percent(first["people"] / whole),
                    )
                )
            )
        labels = unique([words.name("segment", code) for code in frame["code"]])

        def rows(code: str, column: str = column) -> Rows:
            return queries.profile_rows(publication, region, tier, **{column: code})

        blocks.append(
            _bars(
                view, column, words(title), labels, frame, rows, words("segments_def"), wide=False
            )
        )
    grid = queries.rfm(publication, region, tier)
    if not grid.empty:
        blocks.append(_grid(view, grid))
    return blocks


def _bars(
    view: View,
    key: str,
    title: str,
    labels: list[str],
    frame: pd.DataFrame,
    rows: Callable[[Any], Rows],
    definition: str,
    *,
    wide: bool = True,
    parts: bool = True,
) -> Figure:
    """People by code; where one may stand under several codes (not parts of a whole) without shares."""
    words = view.words
    whole = frame["people"].sum()
    shown, labels = frame.head(MOST), labels[:MOST]
    told = frame.copy().head(MOST)
    told["code"] = labels
    return Figure(
        key,
        title,
        charts.bars(
            title,
            labels,
            shown["people"].tolist(),
            [
                charts.tip(
                    label,
                    [
                        (
                            words("people"),
                            words("of", part=words.number(count), whole=words.number(whole)),
                        ),
                        (words("share"), words.percent(count / whole)),
                    ]
                    if parts
                    else [(words("people"), words.number(count))],
                    definition,
                )
                for label, count in zip(labels, shown["people"], strict=True)
            ],
            shown=[words.number(count) for count in shown["people"]],
            style=view.style,
        ),
        told,
        definition,
        charts.height_of(len(shown)),
        Drill(
            dict(zip(labels, shown["code"], strict=True)),
            rows,
            None,
            dict(zip(shown["code"], shown["people"], strict=True)),
        ),
        wide,
    )


def _counted(view: View, relation: str, code: str, title: str, definition: str) -> Figure:
    words, publication = view.words, view.publication
    columns = publication.columns(relation)
    suffix = "_zh" if words.language == "zh" else ""
    name = code.removesuffix("_code") + "_name" + suffix
    if name not in columns:
        name = f"reason{suffix}" if relation == "user_risk_reasons" else code
    frame = queries.named_counts(publication, relation, code, name)
    labels = unique([words.name("segment", label) for label in frame["name"]])

    def rows(value: str) -> Rows:
        # a reason may speak for several risks of one person
        if relation == "user_risk_reasons":
            return queries.reason_rows(publication, value)
        return queries.value_rows(publication, relation, code, value)

    return _bars(
        view,
        relation,
        words(title),
        labels,
        frame.drop(columns="name"),
        rows,
        words(definition),
        parts=False,
    )


def _grid(view: View, grid: pd.DataFrame) -> Figure:
    words, publication = view.words, view.publication
    region, tier = view["region"], view["tier"]
    columns = [words("frequency_axis", n=n) for n in range(1, 6)]
    rows = [words("recency_axis", n=n) for n in range(5, 0, -1)]
    cells, items, expected = [], {}, {}
    for row in grid.itertuples():
        recency, frequency = int(row.recency_score), int(row.frequency_score)
        name = f"{rows[5 - recency]} · {columns[frequency - 1]}"
        items[name] = (recency, frequency)
        expected[(recency, frequency)] = int(row.people)
        its_tip = charts.tip(name, [(words("people"), words.number(row.people))], words("rfm_def"))
        cells.append(
            (frequency - 1, 5 - recency, float(row.people), words.number(row.people), its_tip, name)
        )
    title = words("rfm")
    return Figure(
        "rfm",
        title,
        charts.heat(title, columns, rows, cells, view.style, low=0),
        grid,
        words("rfm_def"),
        260,
        Drill(
            items,
            lambda key: queries.profile_rows(
                publication, region, tier, recency_score=key[0], frequency_score=key[1]
            ),
            None,
            expected,
        ),
    )


def _retention(view: View, frame: pd.DataFrame) -> Figure:
    words = view.words
    months = list(dict.fromkeys(frame["month"]))[:14]
    # The day itself is 100 % for all, and would take the colours.
    shown = frame[frame["month"].isin(months) & (frame["age_days"] > 0)]
    ages = sorted(shown["age_days"].unique())
    cells = []
    for row in shown.itertuples():
        name = f"{row.month} · {words('day_n', n=row.age_days)}"
        its_tip = charts.tip(
            name,
            [
                (words("share"), figure(view, row.retention_rate)),
                (
                    "",
                    words(
                        "of", part=words.number(row.retained), whole=words.number(row.cohort_size)
                    ),
                ),
                ("", words.interval(row.retention_rate_low, row.retention_rate_high)),
            ],
            words("retention_def"),
        )
        written = words.percent(row.retention_rate, 0) if known(row.retention_rate) else "–"
        cells.append(
            (
                ages.index(row.age_days),
                months.index(row.month),
                row.retention_rate,
                written,
                its_tip,
                name,
            )
        )
    title = words("retention")
    return Figure(
        "retention",
        title,
        charts.heat(
            title, [words("day_n", n=age) for age in ages], months, cells, view.style, low=0
        ),
        frame,
        words("retention_def"),
        charts.height_of(len(months)),
    )


def _repurchase(view: View, frame: pd.DataFrame) -> Figure:
    words = view.words
    labels = frame["month"].tolist()
    title = words("repurchase_chart", n=view["window"])
    return Figure(
        "repurchase",
        title,
        charts.line(
            title,
            labels,
            frame["repurchase_rate"].tolist(),
            frame["repurchase_rate_low"].tolist(),
            frame["repurchase_rate_high"].tolist(),
            [
                charts.tip(
                    row.month,
                    [
                        (words("share"), figure(view, row.repurchase_rate)),
                        (
                            "",
                            words(
                                "of",
                                part=words.number(row.repurchasers),
                                whole=words.number(row.buyers),
                            ),
                        ),
                        ("", words.interval(row.repurchase_rate_low, row.repurchase_rate_high)),
                    ],
                    words("repurchase_def"),
                )
                for row in frame.itertuples()
            ],
            percent=True,
            style=view.style,
        ),
        frame,
        words("repurchase_def"),
        260,
    )
