"""Where do we lose people, and whom?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Drill, Figure, Filter, Finding
from explorer.pages.common import View, figure, known, missing, nothing, unique

PANELS = 9
# What a breakdown is called, where that is not its own name.
LABELS = {"customer_tier": "tier"}


def _label(view: View, breakdown: str) -> str:
    return view.words(LABELS.get(breakdown, breakdown))


def filters(view: View) -> list[Filter]:
    """Funnel, what it is broken down by, and one group of that."""
    if missing(view, "funnel_steps"):
        return []
    words, publication = view.words, view.publication
    funnels = queries.distinct(publication, "funnel_steps", "funnel_code")
    chosen = Filter(
        "funnel", words("funnel"), {code: words.name("funnel", code) for code in funnels}, "order"
    )
    breakdowns = Filter(
        "breakdown",
        words("breakdown"),
        {name: _label(view, name) for name in queries.breakdowns(publication)},
    )
    breakdown = view.choice.get("breakdown", breakdowns.first)
    groups = queries.funnel_groups(publication, view.choice.get("funnel", chosen.first), breakdown)
    label = _label(view, breakdown)
    only = Filter(
        "group",
        label,
        {"(all)": words("all")} | {value: words.name(breakdown, value) for value in groups},
    )
    return [chosen, breakdowns, only]


def build(view: View) -> list[Block]:
    """The funnel, its small multiples, its bottlenecks."""
    if empty := missing(view, "funnel_steps"):
        return [empty]
    publication = view.publication
    group = view["group"]
    breakdown = "all" if group == "(all)" else view["breakdown"]
    steps = queries.funnel_steps(publication, view["funnel"], breakdown, group)
    if steps.empty:
        return [nothing(view)]
    won = queries.bottlenecks(publication, view["funnel"], "all")
    blocks: list[Block] = [
        Finding(_finding(view, steps, won if breakdown == "all" else won.head(0)))
    ]
    blocks.append(_funnel(view, steps, breakdown, group))
    groups = queries.funnel_groups(publication, view["funnel"], view["breakdown"])
    if len(groups) > 1:
        blocks.append(_small(view, groups[:PANELS]))
    for kind in ("all", view["breakdown"]):
        found = queries.bottlenecks(publication, view["funnel"], kind)
        if not found.empty:
            blocks.append(_bottlenecks(view, found, kind))
    return blocks


def _finding(view: View, steps, won) -> str:
    words = view.words
    last = steps[~steps["is_optional"].astype(bool)].iloc[-1]
    needed = steps[(~steps["is_optional"].astype(bool)) & steps["drop_off_count"].notna()]
    if needed.empty:
        return words("nothing_here")
    worst = needed.sort_values(["drop_off_count", "step_number"], ascending=[False, True]).iloc[0]
    said = words(
        "funnel_finding",
        reached=words.number(last["entry_count"]),
        entered=words.number(last["entered_count"]),
        rate=figure(view, last["conversion_from_start"]),
        step=words.name("step", worst["step_name"]),
        lost=words.number(worst["drop_off_count"]),
        before=words.number(worst["previous_entry_count"]),
    )
    if not won.empty:
        first = won.iloc[0]
        value = first["recoverable_value"]
        said += words(
            "funnel_win",
            step=words.name("step", first["step_name"]),
            count=words.number(first["recoverable_conversions"]),
            money=words("worth", money=words.money(value)) if known(value) and value > 0 else "",
        )
    return said


def _short(view: View, rate) -> str:
    return view.words.percent(rate) if known(rate) else view.words("withheld_short")


def _tip(view: View, label: str, row) -> dict[str, str]:
    words = view.words
    return charts.tip(
        label,
        [
            (
                words("entries"),
                words(
                    "of", part=words.number(row.entry_count), whole=words.number(row.entered_count)
                ),
            ),
            (words("share"), figure(view, row.conversion_from_start)),
            ("", words.interval(row.conversion_from_start_low, row.conversion_from_start_high)),
            (words("people"), words.number(row.user_count)),
            (words("lost"), words.number(row.drop_off_count)),
        ],
        words("funnel_def"),
    )


def _funnel(view: View, steps, breakdown: str, group: str) -> Figure:
    words, publication = view.words, view.publication
    labels = unique([words.name("step", name) for name in steps["step_name"]])
    told = steps.copy()
    told["step_name"] = labels
    title = words("funnel_chart")
    return Figure(
        "funnel_chart",
        title,
        charts.funnel(
            title,
            labels,
            steps["entry_count"].tolist(),
            [
                f"{words.number(row.entry_count)} · {_short(view, row.conversion_from_start)}"
                for row in steps.itertuples()
            ],
            [_tip(view, label, row) for label, row in zip(labels, steps.itertuples(), strict=True)],
            view.style,
        ),
        told,
        words("funnel_def"),
        max(200, 64 * len(steps)),
        Drill(
            dict(zip(labels, steps["step_number"], strict=True)),
            lambda step: queries.funnel_rows(
                publication, view["funnel"], int(step), breakdown, group
            ),
            None,
            dict(zip(steps["step_number"], steps["entry_count"], strict=True)),
        ),
    )


def _small(view: View, groups: list[str]) -> Figure:
    words, publication = view.words, view.publication
    breakdown = view["breakdown"]
    label = _label(view, breakdown)
    drawn, frames, names = [], [], unique([words.name(breakdown, group) for group in groups])
    labels: list[str] = []
    expected = {}
    for name, group in zip(names, groups, strict=True):
        steps = queries.funnel_steps(publication, view["funnel"], breakdown, group)
        labels = [words.name("step", step) for step in steps["step_name"]]
        tips = [
            _tip(view, f"{name} · {step}", row)
            for step, row in zip(labels, steps.itertuples(), strict=True)
        ]
        drawn.append((name, steps["conversion_from_start"].tolist(), tips))
        expected[group] = int(steps["entry_count"].iloc[0])
        steps.insert(0, "group", name)
        steps["step_name"] = labels
        frames.append(steps)
    title = words("funnel_small", breakdown=label.lower())
    frame = pd.concat(frames, ignore_index=True)
    rows = -(-len(groups) // 3)
    return Figure(
        "funnel_small",
        title,
        charts.panels(title, labels, drawn, view.style),
        frame,
        words("funnel_small_def", least=words.least),
        rows * (44 + 30 * len(labels)) + 20,
        Drill(
            dict(zip(names, groups, strict=True)),
            lambda group: queries.funnel_rows(publication, view["funnel"], 1, breakdown, group),
            None,
            expected,
        ),
    )


def _bottlenecks(view: View, frame, kind: str) -> Figure:
    words, publication = view.words, view.publication
    valued = bool((frame["recoverable_value"].fillna(0) > 0).any())
    measure = "recoverable_value" if valued else "recoverable_conversions"
    labels = unique(
        [
            words.name("step", row.step_name)
            if kind == "all"
            else f"{words.name(kind, row.breakdown_value)} · {words.name('step', row.step_name)}"
            for row in frame.itertuples()
        ]
    )
    tips = [
        charts.tip(
            label,
            [
                (words("conversions"), words.number(row.recoverable_conversions, 1)),
                (words("value"), words.money(row.recoverable_value) if valued else ""),
                (
                    words("rate"),
                    f"{figure(view, row.conversion_from_previous)} → {words.percent(row.benchmark_rate)}",
                ),
                (
                    "",
                    words.interval(
                        row.conversion_from_previous_low, row.conversion_from_previous_high
                    ),
                ),
                (
                    words("entries"),
                    words(
                        "of",
                        part=words.number(row.entry_count),
                        whole=words.number(row.previous_entry_count),
                    ),
                ),
            ],
            words("bottlenecks_def", value=words("times_value") if valued else ""),
        )
        for label, row in zip(labels, frame.itertuples(), strict=True)
    ]
    keys = [(row.breakdown_value, int(row.step_number)) for row in frame.itertuples()]
    lost = {
        key: int(row.previous_entry_count) - int(row.entry_count)
        for key, row in zip(keys, frame.itertuples(), strict=True)
    }
    told = frame.copy()
    told["step_name"] = [words.name("step", name) for name in frame["step_name"]]
    if kind == "all":
        told = told.drop(columns="breakdown_value")
    else:
        told["breakdown_value"] = [words.name(kind, value) for value in frame["breakdown_value"]]
    title = words("bottlenecks")
    if kind != "all":
        title += " · " + _label(view, kind).lower()
    return Figure(
        f"bottlenecks_{'all' if kind == 'all' else 'groups'}",
        title,
        charts.bars(
            title,
            labels,
            frame[measure].tolist(),
            tips,
            shown=[
                words.money(value) if valued else words.number(value, 1) for value in frame[measure]
            ],
            colors=[charts.PALETTE[1]] * len(frame),
            style=view.style,
        ),
        told,
        words("bottlenecks_def", value=words("times_value") if valued else ""),
        charts.height_of(len(frame), least=110),
        Drill(
            dict(zip(labels, keys, strict=True)),
            lambda key: queries.bottleneck_rows(publication, view["funnel"], kind, key[0], key[1]),
            None,
            lost,
        ),
    )
