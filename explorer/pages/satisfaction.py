"""Which touchpoints hurt?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Drill, Empty, Figure, Filter, Finding
from explorer.pages.common import (
    View,
    code_filter,
    figure,
    known,
    missing,
    month_filter,
    unique,
)
from explorer.publication import Rows

SHOWN = 14


def filters(view: View) -> list[Filter]:
    """Measure, month, touchpoint, channel, region, and the outcome of the drivers."""
    if missing(view, "touchpoint_satisfaction"):
        return []
    words, publication = view.words, view.publication
    chosen = [
        Filter("measure", words("measure"), {key: words(key) for key in queries.MEASURES}),
        month_filter(view, "touchpoint_satisfaction", "period_start_date"),
        code_filter(view, "touchpoint", "touchpoint", "touchpoint_satisfaction"),
        code_filter(view, "channel", "channel", "touchpoint_satisfaction"),
        code_filter(view, "region", "region", "touchpoint_satisfaction", "region"),
    ]
    if publication.has("satisfaction_drivers"):
        outcomes = queries.distinct(publication, "satisfaction_drivers", "outcome_code")
        chosen.append(
            Filter(
                "outcome",
                words("outcome"),
                {code: words.name("outcome", code) for code in outcomes},
                "repurchase",
            )
        )
    return chosen


def build(view: View) -> list[Block]:
    """Trend, touchpoints × measures, regions, drivers, quadrant, where complaints gather."""
    if empty := missing(view, "touchpoint_satisfaction"):
        return [empty]
    publication, measure = view.publication, view["measure"]
    place = {key: view[key] for key in ("touchpoint", "channel", "region")}
    total = queries.satisfaction(publication, measure, "all", month=view["period"], **place)
    points = queries.satisfaction(
        publication, measure, "touchpoint_code", month=view["period"], **place
    )
    blocks: list[Block] = []
    if total.empty:
        blocks.append(Empty(view.words("nothing_here")))
    else:
        blocks.append(Finding(_finding(view, total.iloc[0], points)))
        trend = queries.satisfaction(publication, measure, "month", period_type="month", **place)
        if not trend.empty:
            blocks.append(_trend(view, trend))
    heat = _heat(view)
    if heat:
        blocks.append(heat)
    regions = queries.satisfaction(publication, measure, "region", month=view["period"], **place)
    if len(regions) > 1:
        blocks.append(_regions(view, regions))
    if publication.has("satisfaction_drivers"):
        blocks += _drivers(view)
    if publication.has("complaint_concentration"):
        cells = queries.complaint_cells(publication, view["touchpoint"], view["region"])
        if not cells.empty:
            blocks.append(_complaints(view, cells))
    return blocks


def _finding(view: View, total, points: pd.DataFrame) -> str:
    words, measure = view.words, view["measure"]
    if not known(total["rate"]):
        return words("all_withheld", least=words.least)
    said = words(
        "satisfaction_nps_finding" if measure == "nps" else "satisfaction_finding",
        measure=words(measure),
        value=_shown(view, total["rate"]),
        interval=_interval(view, total["low"], total["high"]),
        part=words.number(total["part"]),
        whole=words.number(total["whole"]),
    )
    enough = points[points["rate"].notna()]
    if len(enough) > 1:
        worst = enough.sort_values(["rate", "code"]).iloc[0]
        said += words(
            "satisfaction_worst",
            name=words.name("touchpoint", worst["code"]),
            value=_shown(view, worst["rate"]),
        )
    return said


def _shown(view: View, rate) -> str:
    """NPS is written as −100 to 100, everything else as a percentage."""
    if not known(rate):
        return view.words.withheld()
    return f"{100 * rate:+.0f}" if view["measure"] == "nps" else view.words.percent(rate)


def _interval(view: View, low, high) -> str:
    if view["measure"] != "nps":
        return view.words.interval(low, high)
    if not (known(low) and known(high)):
        return ""
    return f"{view.words('interval')} {100 * low:+.0f} … {100 * high:+.0f}"


def _tip(view: View, label: str, row, month: str) -> dict[str, str]:
    words = view.words
    return charts.tip(
        label,
        [
            (words(view["measure"]), _shown(view, row.rate)),
            ("", words("of", part=words.number(row.part), whole=words.number(row.whole))),
            ("", _interval(view, row.low, row.high)),
            (words("period"), words.period(month)),
        ],
        words(f"{view['measure']}_def"),
    )


def _drill(view: View, labels: list[str], frame: pd.DataFrame, by: str) -> Drill:
    """The answers behind a month, touchpoint or region: what they count adds up to the numerator."""
    publication, measure = view.publication, view["measure"]

    def rows(code: str) -> Rows:
        chosen = {
            "period": view["period"],
            **{key: view[key] for key in ("touchpoint", "channel", "region")},
        }
        chosen[by] = code
        return queries.score_rows(
            publication,
            measure,
            chosen["period"],
            chosen["touchpoint"],
            chosen["channel"],
            chosen["region"],
        )

    return Drill(
        dict(zip(labels, frame["code"], strict=True)),
        rows,
        "counted",
        dict(zip(frame["code"], frame["part"], strict=True)),
    )


def _trend(view: View, frame: pd.DataFrame) -> Figure:
    words, measure = view.words, view["measure"]
    labels = [words.period(code) for code in frame["code"]]
    title = words("satisfaction_trend", measure=words(measure))
    told = frame.copy()
    told["code"] = labels
    return (
        Figure(
            "satisfaction_trend",
            title,
            charts.line(
                title,
                labels,
                frame["rate"].tolist(),
                frame["low"].tolist(),
                frame["high"].tolist(),
                [
                    _tip(view, label, row, row.code)
                    for label, row in zip(labels, frame.itertuples(), strict=True)
                ],
                percent=True,
                style=view.style,
            ),
            told.rename(columns={"code": "month"}),
            words(f"{measure}_def"),
            260,
            _drill(view, labels, frame, "period"),
        )
        if frame["rate"].notna().any()
        else Figure(
            "satisfaction_trend",
            title,
            charts.bars(
                title,
                labels,
                frame["whole"].tolist(),
                [
                    _tip(view, label, row, row.code)
                    for label, row in zip(labels, frame.itertuples(), strict=True)
                ],
                shown=[
                    f"{words.number(whole)} · {words('withheld_short')}" for whole in frame["whole"]
                ],
                colors=[charts.NEUTRAL] * len(frame),
                style=view.style,
            ),
            told.rename(columns={"code": "month"}),
            words(f"{measure}_def"),
            charts.height_of(len(frame)),
            _drill(view, labels, frame, "period"),
        )
    )


def _heat(view: View) -> Figure | None:
    words, publication = view.words, view.publication
    place = {key: view[key] for key in ("touchpoint", "channel", "region")}
    found = {
        measure: queries.satisfaction(
            publication, measure, "touchpoint_code", month=view["period"], **place
        )
        for measure in queries.MEASURES
    }
    sizes: dict[str, float] = {}
    for frame in found.values():
        for row in frame.itertuples():
            sizes[row.code] = sizes.get(row.code, 0) + row.whole
    order = sorted(sizes, key=lambda code: (-sizes[code], code))[:SHOWN]
    if not order:
        return None
    columns = [measure for measure in found if not found[measure].empty]
    labels = unique([words.name("touchpoint", code) for code in order])
    cells, told = [], []
    for measure in columns:
        other = View(publication, words, view.style, {**view.choice, "measure": measure})
        for row in found[measure].itertuples():
            if row.code not in order:
                continue
            label = labels[order.index(row.code)]
            written = _shown(other, row.rate) if known(row.rate) else words("withheld_short")
            # NPS lies between −1 and 1: it is coloured on the same scale by its place on it.
            place_on_scale = (
                (row.rate + 1) / 2 if measure == "nps" and known(row.rate) else row.rate
            )
            its_tip = _tip(other, f"{label} · {words(measure)}", row, view["period"])
            cells.append(
                (
                    columns.index(measure),
                    order.index(row.code),
                    place_on_scale,
                    written,
                    its_tip,
                    label,
                )
            )
            told.append(
                {
                    "touchpoint": label,
                    "measure": words(measure),
                    "part": row.part,
                    "whole": row.whole,
                    "rate": row.rate,
                    "low": row.low,
                    "high": row.high,
                }
            )
    title = words("satisfaction_heat")
    counted = found[view["measure"]]
    counted = counted[counted["code"].isin(order)].reset_index(drop=True)
    drill = (
        _drill(view, [labels[order.index(code)] for code in counted["code"]], counted, "touchpoint")
        if not counted.empty
        else None
    )
    return Figure(
        "satisfaction_heat",
        title,
        charts.heat(
            title, [words(measure) for measure in columns], labels, cells, view.style, low=0, high=1
        ),
        pd.DataFrame(told),
        words("satisfaction_heat_def"),
        charts.height_of(len(order), 30) + 20,
        drill,
    )


def _regions(view: View, frame: pd.DataFrame) -> Figure:
    words, measure = view.words, view["measure"]
    frame = frame.sort_values(["whole", "code"], ascending=[False, True]).reset_index(drop=True)
    # Where two regions or more can be told, only those are drawn; else how many answers there are.
    told_apart = int(frame["rate"].notna().sum()) > 1
    hidden = int(frame["rate"].isna().sum()) if told_apart else 0
    frame = (
        (frame[frame["rate"].notna()] if told_apart else frame).head(SHOWN).reset_index(drop=True)
    )
    labels = unique([words.name("region", code) for code in frame["code"]])
    title = words("satisfaction_regions", measure=words(measure))
    tips = [
        _tip(view, label, row, view["period"])
        for label, row in zip(labels, frame.itertuples(), strict=True)
    ]
    told = frame.rename(columns={"code": "region"})
    told["region"] = labels
    told["note"] = ["" if known(rate) else words.withheld() for rate in frame["rate"]]
    if told_apart:
        option = charts.dots(
            title,
            labels,
            frame["rate"].tolist(),
            frame["low"].tolist(),
            frame["high"].tolist(),
            tips,
            style=view.style,
        )
    else:
        option = charts.bars(
            title,
            labels,
            frame["whole"].tolist(),
            tips,
            shown=[
                f"{words.number(whole)} · {words('withheld_short')}" for whole in frame["whole"]
            ],
            colors=[charts.NEUTRAL] * len(frame),
            style=view.style,
        )
    return Figure(
        "satisfaction_regions",
        title,
        option,
        told,
        words(f"{measure}_def")
        + (words("some_withheld", count=hidden, least=words.least) if hidden else ""),
        charts.height_of(len(frame), least=110),
        _drill(view, labels, frame, "region"),
    )


def _drivers(view: View) -> list[Block]:
    words, publication, outcome = view.words, view.publication, view["outcome"]
    frame = queries.drivers(publication, outcome)
    told = frame[frame["importance"].notna()].reset_index(drop=True)
    name = words.name("outcome", outcome)
    if told.empty:
        count = frame["outcome_user_count"].max() if not frame.empty else 0
        return [
            Empty(
                words(
                    "drivers_withheld",
                    outcome=name,
                    count=words.number(count if known(count) else 0),
                )
            )
        ]
    labels = unique([words.name("touchpoint", code) for code in told["touchpoint_code"]])
    tips = [
        charts.tip(
            label,
            [
                (words("importance"), words.percent(row.importance)),
                ("", words.interval(row.low, row.high)),
                (words("people"), words.number(row.user_count) if known(row.user_count) else ""),
            ],
            words("drivers_def"),
        )
        for label, row in zip(labels, told.itertuples(), strict=True)
    ]
    title = words("drivers", outcome=name)
    shown = told.copy()
    shown["touchpoint_code"] = labels
    blocks: list[Block] = [
        Figure(
            "drivers",
            title,
            charts.dots(
                title,
                labels,
                told["importance"].tolist(),
                told["low"].tolist(),
                told["high"].tolist(),
                tips,
                colors=[
                    charts.PALETTE[0] if influential else charts.NEUTRAL
                    for influential in told["is_influential"].fillna(False)
                ],
                style=view.style,
            ),
            shown,
            words("drivers_def"),
            charts.height_of(len(told)),
        )
    ]
    csat = queries.satisfaction(
        publication, "csat", "touchpoint_code", month=view["period"]
    ).set_index("code")
    points = []
    rows = []
    for label, row in zip(labels, told.itertuples(), strict=True):
        if row.touchpoint_code not in csat.index or not known(
            csat.loc[row.touchpoint_code, "rate"]
        ):
            continue
        measured = csat.loc[row.touchpoint_code]
        its_tip = charts.tip(
            label,
            [
                (words("importance"), words.percent(row.importance)),
                (words("performance"), words.percent(measured["rate"])),
                ("", words.interval(measured["low"], measured["high"])),
                (
                    "",
                    words(
                        "of",
                        part=words.number(measured["part"]),
                        whole=words.number(measured["whole"]),
                    ),
                ),
            ],
            words("quadrant_def"),
        )
        points.append((label, float(row.importance), float(measured["rate"]), 0.3, its_tip))
        rows.append({"touchpoint": label, "importance": row.importance, "rate": measured["rate"]})
    if len(points) > 1:
        blocks.append(
            Figure(
                "quadrant",
                words("quadrant"),
                charts.bubbles(
                    words("quadrant"),
                    points,
                    across=words("importance"),
                    up=words("performance"),
                    percent=True,
                    style=view.style,
                ),
                pd.DataFrame(rows),
                words("quadrant_def"),
                360,
            )
        )
    return blocks


def _complaints(view: View, frame: pd.DataFrame) -> Figure:
    words, publication = view.words, view.publication
    labels = unique(
        [
            f"{words.name('touchpoint', row.touchpoint_code)} · {words.name('region', row.region)}"
            for row in frame.itertuples()
        ]
    )
    tips = [
        charts.tip(
            label,
            [
                (words("kpi_complaints"), words.number(row.complaint_count)),
                (words("share"), figure(view, row.share)),
                ("lift", f"{row.lift:.2f}" if known(row.lift) else words.withheld()),
                (
                    words("interval"),
                    f"{row.low:.2f}–{row.high:.2f}" if known(row.low) and known(row.high) else "",
                ),
            ],
            words("complaint_cells_def"),
        )
        for label, row in zip(labels, frame.itertuples(), strict=True)
    ]
    keys = [(row.touchpoint_code, row.region) for row in frame.itertuples()]
    told = frame.copy()
    told["touchpoint_code"] = [words.name("touchpoint", code) for code in frame["touchpoint_code"]]
    told["region"] = [words.name("region", code) for code in frame["region"]]
    title = words("complaint_cells")
    return Figure(
        "complaint_cells",
        title,
        charts.bars(
            title,
            labels,
            frame["complaint_count"].tolist(),
            tips,
            shown=[words.number(count) for count in frame["complaint_count"]],
            colors=[
                charts.BAD if named else charts.NEUTRAL
                for named in frame["is_concentrated"].fillna(False)
            ],
            style=view.style,
        ),
        told,
        words("complaint_cells_def"),
        charts.height_of(len(frame)),
        Drill(
            dict(zip(labels, keys, strict=True)),
            lambda key: queries.complaint_rows(publication, *key),
            None,
            dict(zip(keys, frame["complaint_count"], strict=True)),
        ),
    )
