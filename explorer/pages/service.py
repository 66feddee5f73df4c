"""Does a slow answer lower satisfaction? Who misses the promise?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Drill, Figure, Filter, Finding
from explorer.pages.common import View, code_filter, known, missing, month_filter, nothing, unique

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ANSWERS = {"in_time": charts.GOOD, "late": charts.BAD, "not_measured": charts.NEUTRAL}


def filters(view: View) -> list[Filter]:
    """Month, channel, region and topic."""
    if missing(view, "fct_service_cases"):
        return []
    return [
        month_filter(view, "fct_service_cases", "opened_date"),
        code_filter(view, "channel", "channel", "fct_service_cases"),
        code_filter(view, "region", "region", "fct_service_cases", "region"),
        code_filter(view, "category", "category", "fct_service_cases"),
    ]


def build(view: View) -> list[Block]:
    """Hours of the week, bands of waiting, promises kept."""
    if empty := missing(view, "fct_service_cases"):
        return [empty]
    publication = view.publication
    choice = {key: view[key] for key in ("period", "channel", "region", "category")}
    hours = queries.case_hours(publication, choice)
    if hours.empty:
        return [nothing(view)]
    queues = queries.case_queues(publication, choice)
    blocks: list[Block] = [Finding(_finding(view, hours, queues)), _hours(view, hours, choice)]
    if publication.has("response_satisfaction"):
        bands = queries.response_bands(publication)
        if not bands.empty:
            blocks.append(_bands(view, bands))
    blocks.append(_queues(view, queues, choice))
    return blocks


def _finding(view: View, hours: pd.DataFrame, queues: pd.DataFrame) -> str:
    words = view.words
    met, late = int(queues["in_time"].sum()), int(queues["late"].sum())
    said = words(
        "service_finding",
        cases=words.number(queues["cases"].sum()),
        complaints=words.number(queues["complaints"].sum()),
    )
    if met + late == 0:
        said += words("service_silent")
    else:
        enough = met + late >= words.least
        said += words(
            "service_promises",
            met=words.number(met),
            due=words.number(met + late),
            share=words.percent(met / (met + late)) if enough else words.withheld(),
        )
    peak = hours.sort_values(["cases", "weekday", "hour"], ascending=[False, True, True]).iloc[0]
    return said + words(
        "service_peak", day=words(DAYS[int(peak["weekday"]) - 1]), hour=int(peak["hour"])
    )


def _hours(view: View, hours: pd.DataFrame, choice: dict[str, str]) -> Figure:
    words, publication = view.words, view.publication
    definition = words("hours_def", zone=publication.timezone)
    days = [words(day) for day in DAYS]
    cells, items, expected = [], {}, {}
    for row in hours.itertuples():
        name = f"{days[row.weekday - 1]} {row.hour:02d}:00"
        key = (int(row.weekday), int(row.hour))
        items[name], expected[key] = key, int(row.cases)
        its_tip = charts.tip(
            name,
            [
                (words("cases"), words.number(row.cases)),
                (words("period"), words.period(view["period"])),
            ],
            definition,
        )
        cells.append(
            (int(row.hour), int(row.weekday) - 1, float(row.cases), str(row.cases), its_tip, name)
        )
    told = hours.copy()
    told["weekday"] = [days[day - 1] for day in hours["weekday"]]
    title = words("hours")
    return Figure(
        "hours",
        title,
        charts.heat(title, [str(hour) for hour in range(24)], days, cells, view.style, low=0),
        told,
        definition,
        300,
        Drill(
            items,
            lambda key: queries.case_rows(publication, choice, weekday=key[0], hour=key[1]),
            None,
            expected,
        ),
    )


def _bands(view: View, bands: pd.DataFrame) -> Figure:
    words, publication = view.words, view.publication
    labels = [words.name("band", code) for code in bands["band_code"]]
    tips = [
        charts.tip(
            label,
            [
                (words("csat"), words.percent(row.csat) if known(row.csat) else words.withheld()),
                (
                    "",
                    words(
                        "of",
                        part=words.number(row.satisfied_count),
                        whole=words.number(row.rated_count),
                    ),
                ),
                ("", words.interval(row.csat_low, row.csat_high)),
                (words("cases"), words.number(row.case_count)),
                (words("period"), words.period("(all)")),
            ],
            words("bands_def"),
        )
        for label, row in zip(labels, bands.itertuples(), strict=True)
    ]
    told = bands.drop(columns=["band_rank", "is_suppressed"]).rename(columns={"band_code": "band"})
    told["band"] = labels
    told["note"] = ["" if known(value) else words.withheld() for value in bands["csat"]]
    title = words("bands")
    return Figure(
        "bands",
        title,
        charts.bars(
            title,
            labels,
            bands["csat"].tolist(),
            tips,
            shown=[
                words.percent(row.csat)
                if known(row.csat)
                else f"{words('withheld_short')} ({words.number(row.rated_count)})"
                for row in bands.itertuples()
            ],
            low=bands["csat_low"].tolist(),
            high=bands["csat_high"].tolist(),
            percent=True,
            style=view.style,
        ),
        told,
        words("bands_def"),
        charts.height_of(len(bands)),
        Drill(
            dict(zip(labels, bands["band_code"], strict=True)),
            lambda band: queries.band_rows(publication, band),
            "case_count",
            dict(zip(bands["band_code"], bands["case_count"], strict=True)),
        ),
    )


def _queues(view: View, queues: pd.DataFrame, choice: dict[str, str]) -> Figure:
    words, publication = view.words, view.publication
    labels = unique([words.name("queue", name).replace("_", " ") for name in queues["queue"]])
    series, tips = {}, {}
    for kind in ANSWERS:
        name = words(kind)
        series[name] = queues[kind].tolist()
        tips[name] = [
            charts.tip(
                f"{label} · {name}",
                [
                    (
                        words("cases"),
                        words(
                            "of",
                            part=words.number(getattr(row, kind)),
                            whole=words.number(row.cases),
                        ),
                    )
                ],
                words("queues_def"),
            )
            for label, row in zip(labels, queues.itertuples(), strict=True)
        ]
    title = words("queues")
    return Figure(
        "queues",
        title,
        charts.stacked(
            title,
            labels,
            series,
            tips,
            colors={words(kind): color for kind, color in ANSWERS.items()},
        ),
        queues,
        words("queues_def"),
        charts.height_of(len(queues)) + 24,
        Drill(
            dict(zip(labels, queues["queue"], strict=True)),
            lambda queue: queries.case_rows(publication, choice, queue=queue),
            None,
            dict(zip(queues["queue"], queues["cases"], strict=True)),
        ),
    )
