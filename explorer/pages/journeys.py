"""Which paths convert, and which leak?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import ALL, Block, Drill, Figure, Filter, Finding, Table
from explorer.pages.common import (
    View,
    figure,
    goal_filter,
    level_filter,
    missing,
    nothing,
)
from explorer.publication import Rows

STEPS, TOP = 3, 6
ENDS = {
    "(converted)": charts.GOOD,
    "(lapsed)": charts.NEUTRAL,
    "(open)": charts.PALETTE[1],
    "(more)": charts.PALETTE[7],
}
END_WORDS = {
    "(converted)": "converted",
    "(lapsed)": "lapsed",
    "(open)": "open",
    "(more)": "more_steps",
}
SHOWN_CHANNELS = 12


def filters(view: View) -> list[Filter]:
    """Goal, level and the month in which a journey began."""
    if missing(view, "fct_journeys", "journey_paths"):
        return []
    return [
        goal_filter(view, "fct_journeys"),
        level_filter(view, "channel", "touchpoint"),
        Filter(
            "period",
            view.words("period"),
            {ALL: view.words("all_time")}
            | {
                month: month[:7]
                for month in queries.months_of_times(view.publication, "fct_journeys", "started_at")
            },
        ),
    ]


def build(view: View) -> list[Block]:
    """Steps and ends of journeys, the most frequent paths, who leads on to whom."""
    if empty := missing(view, "fct_journeys", "journey_paths"):
        return [empty]
    publication = view.publication
    goal, level, month = view["goal"], view["level"], view["period"]
    flows = queries.journey_flows(publication, goal, level, month, STEPS, TOP)
    if flows.empty:
        return [nothing(view)]
    blocks: list[Block] = [
        Finding(_finding(view, flows)),
        _sankey(view, flows),
        _paths(view, queries.top_paths(publication, goal, level)),
    ]
    if publication.has("channel_handovers"):
        handed = queries.handovers(publication, goal)
        if not handed.empty:
            blocks.append(_handovers(view, handed))
    return blocks


def _node(view: View, depth: int, code: str) -> str:
    words = view.words
    if code in END_WORDS:
        return words(END_WORDS[code])
    name = words("others") if code == "(others)" else words.name(view["level"], code)
    return f"{depth} · {name}"


def _finding(view: View, flows: pd.DataFrame) -> str:
    words = view.words
    best = queries.best_path(view.publication, view["goal"], view["level"])
    if best.empty:
        return words("nothing_here")
    row = best.iloc[0]
    journeys = words.number(row["journeys"])
    if row["converted"]:
        said = words(
            "journeys_finding",
            converted=words.number(row["converted"]),
            journeys=journeys,
            path=" → ".join(words.name(view["level"], code) for code in row["path"]),
            count=words.number(row["converted_count"]),
            share=words.percent(row["share_of_conversions"]),
        )
    else:
        said = words("journeys_none", journeys=journeys)
    leaks = flows[
        (flows["depth"] == 1)
        & (flows["to_code"] == "(lapsed)")
        & (flows["from_code"] != "(others)")
    ]
    if not leaks.empty:
        first = leaks.iloc[0]
        said += words(
            "journeys_leak",
            name=words.name(view["level"], first["from_code"]),
            count=words.number(first["journeys"]),
        )
    return said


def _sankey(view: View, flows: pd.DataFrame) -> Figure:
    words, publication = view.words, view.publication
    title, definition = words("sankey"), words("sankey_def", steps=STEPS, top=TOP)
    entering = flows.groupby(["to_depth", "to_code"])["journeys"].sum()
    leaving = flows.groupby(["depth", "from_code"])["journeys"].sum()
    sizes = {
        **{key: int(value) for key, value in leaving.items()},
        **{key: int(value) for key, value in entering.items()},
    }
    codes = sorted({code for _, code in sizes if code not in ENDS})
    colors = {
        code: charts.PALETTE[at % len(charts.PALETTE)] for at, code in enumerate(codes)
    } | ENDS
    colors["(others)"] = charts.NEUTRAL
    nodes, items, expected = [], {}, {}
    for (depth, code), count in sorted(
        sizes.items(), key=lambda entry: (entry[0][0], -entry[1], entry[0][1])
    ):
        name = _node(view, int(depth), code)
        its_tip = charts.tip(name, [(words("journey_count"), words.number(count))], definition)
        nodes.append((name, int(depth) - 1, colors[code], its_tip))
        items[name] = (int(depth), code)
        expected[(int(depth), code)] = count
    links = []
    for row in flows.itertuples():
        start, end = _node(view, row.depth, row.from_code), _node(view, row.to_depth, row.to_code)
        its_tip = charts.tip(
            f"{start} → {end}", [(words("journey_count"), words.number(row.journeys))], definition
        )
        links.append((start, end, float(row.journeys), its_tip))

    def rows(key: tuple[int, str]) -> Rows:
        depth, code = key
        apart = [name for at, name in sizes if at == depth and name != "(others)"]
        return queries.journey_rows(
            publication, view["goal"], view["level"], view["period"], depth, code, apart, STEPS
        )

    told = flows.copy()
    told["from"] = [_node(view, row.depth, row.from_code) for row in flows.itertuples()]
    told["to"] = [_node(view, row.to_depth, row.to_code) for row in flows.itertuples()]
    return Figure(
        "sankey",
        title,
        charts.sankey(title, nodes, links, view.style),
        told[["from", "to", "journeys"]],
        definition,
        520,
        Drill(items, rows, None, expected),
    )


def _paths(view: View, frame: pd.DataFrame) -> Table:
    words, publication = view.words, view.publication
    told = frame.drop(columns=["path_id", "is_suppressed", "share_of_conversions"]).copy()
    told["path"] = [
        " → ".join(words.name(view["level"], code) for code in path) for path in frame["path"]
    ]
    told["conversion_rate"] = frame["conversion_rate"]
    told["note"] = [
        "" if not suppressed else words.withheld()
        for suppressed in frame["is_suppressed"].astype(bool)
    ]
    labels = [f"{at + 1}. {path}" for at, path in enumerate(told["path"])]
    return Table(
        "top_paths",
        words("top_paths"),
        told,
        words("top_paths_def"),
        Drill(
            dict(zip(labels, frame["path_id"], strict=True)),
            lambda path: queries.path_rows(publication, view["goal"], view["level"], path),
            None,
            dict(zip(frame["path_id"], frame["journey_count"], strict=True)),
        ),
    )


def _handovers(view: View, frame: pd.DataFrame) -> Figure:
    words = view.words
    weight = pd.concat(
        [
            frame.groupby("from_channel_code")["user_count"].sum(),
            frame.groupby("to_channel_code")["user_count"].sum(),
        ],
        axis=1,
    ).sum(axis=1)
    order = sorted(weight.index, key=lambda code: (-weight[code], code))[:SHOWN_CHANNELS]
    labels = [words.name("channel", code) for code in order]
    cells = []
    shown = frame[frame["from_channel_code"].isin(order) & frame["to_channel_code"].isin(order)]
    for row in shown.itertuples():
        start, end = order.index(row.from_channel_code), order.index(row.to_channel_code)
        its_tip = charts.tip(
            f"{labels[start]} → {labels[end]}",
            [
                (words("people"), words.number(row.user_count)),
                (
                    words("converted"),
                    f"{words('of', part=words.number(row.converted_user_count), whole=words.number(row.user_count))} · "
                    f"{figure(view, row.conversion_rate)}",
                ),
                ("", words.interval(row.conversion_rate_low, row.conversion_rate_high)),
                (words("value"), words.money(row.value)),
            ],
            words("handovers_def"),
        )
        cells.append(
            (
                end,
                start,
                float(row.user_count),
                words.number(row.user_count),
                its_tip,
                labels[start],
            )
        )
    told = frame.copy()
    told["from_channel_code"] = [words.name("channel", code) for code in frame["from_channel_code"]]
    told["to_channel_code"] = [words.name("channel", code) for code in frame["to_channel_code"]]
    told = told.rename(columns={"from_channel_code": "from", "to_channel_code": "to"})
    return Figure(
        "handovers",
        words("handovers"),
        charts.heat(words("handovers"), labels, labels, cells, view.style, low=0, turn=True),
        told,
        words("handovers_def"),
        charts.height_of(len(order), 30) + 60,
    )
