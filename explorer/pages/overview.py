"""Where do people come from, where do they convert, what feels best, what loses most?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Card, Cards, Drill, Figure, Filter, Finding
from explorer.pages.common import View, alerts_table, known, missing, month_filter, unique

SHOWN = 12
# Figures that are shares change in points; of complaints fewer are better.
SHARES = ("kpi_conversion", "kpi_csat", "kpi_sla")
FEWER_IS_BETTER = ("kpi_complaints",)


def filters(view: View) -> list[Filter]:
    """The month."""
    if missing(view, "fct_sessions"):
        return []
    found = queries.months(view.publication, "fct_sessions", "started_date")
    return [
        month_filter(
            view,
            "fct_sessions",
            "started_date",
            default=found[0] if found else None,
            all_time=False,
        )
    ]


def build(view: View) -> list[Block]:
    """Four answers in words, key figures with their lines, where people come from and convert, why the rate moved."""
    if empty := missing(view, "fct_sessions", "dim_users"):
        return [empty]
    publication, month = view.publication, view["period"]
    people = queries.new_people(publication, month)
    orders = (
        queries.orders_by_channel(publication, month)
        if publication.has("fct_conversions")
        else pd.DataFrame()
    )
    blocks: list[Block] = [Finding(_answers(view, people, orders)), _cards(view)]
    if publication.has("alerts"):
        blocks.append(alerts_table(view, "alerts"))
    if not people.empty:
        blocks.append(_bars(view, "new_by_channel", people, "people", queries.new_people_rows))
    if not orders.empty:
        blocks.append(_bars(view, "orders_by_channel", orders, "orders", queries.order_rows))
    if publication.has("mix_and_rate_changes"):
        changes = queries.mix_and_rate(publication, month)
        if not changes.empty and changes["mix_effect"].notna().any():
            blocks.append(_mix(view, changes))
    return blocks


def _answers(view: View, people: pd.DataFrame, orders: pd.DataFrame) -> str:
    words, publication, month = view.words, view.publication, view["period"]
    found = queries.home_answers(publication, month)
    if not found.empty:
        rows = {row.question_code: row for row in found.itertuples()}
        return "\n\n".join(
            _home(view, rows[question])
            if question in rows
            else words("no_answer", topic=words(f"home_{question}"))
            for question in queries.HOME_QUESTIONS
        )
    said = []
    if people.empty:
        said.append(words("no_answer", topic=words("from_topic")))
    else:
        first, whole = people.iloc[0], int(people["people"].sum())
        said.append(
            words(
                "from_answer",
                period=words.period(month),
                count=words.number(whole),
                name=words.name("channel", first["channel_code"]),
                share=words.percent(first["people"] / whole),
            )
        )
    if orders.empty:
        said.append(words("no_answer", topic=words("convert_topic")))
    else:
        first, whole = orders.iloc[0], int(orders["orders"].sum())
        said.append(
            words(
                "convert_answer",
                name=words.name("channel", first["channel_code"]),
                count=words.number(first["orders"]),
                whole=words.number(whole),
                share=words.percent(first["orders"] / whole),
            )
        )
    said.append(_best(view))
    worst = (
        queries.worst_bottleneck(publication)
        if publication.has("funnel_bottlenecks")
        else pd.DataFrame()
    )
    if worst.empty:
        said.append(words("no_answer", topic=words("loses_topic")))
    else:
        row = worst.iloc[0]
        value = row["recoverable_value"]
        said.append(
            words(
                "loses_answer",
                step=words.name("step", row["step_name"]),
                funnel=words.name("funnel", row["funnel_code"]),
                count=words.number(row["recoverable_conversions"]),
                money=words("worth", money=words.money(value))
                if known(value) and value > 0
                else "",
            )
        )
    return "\n\n".join(said)


def _home(view: View, row) -> str:
    """An answer of the mart home_answers in words."""
    words = view.words
    topic = words(f"home_{row.question_code}")
    suffix = "_zh" if words.language == "zh" else ""
    name, runner_up = getattr(row, f"answer_name{suffix}"), getattr(row, f"runner_up_name{suffix}")
    if not known(row.figure) or not known(name):
        return words("no_answer", topic=topic)
    told = words.interval(row.figure_low, row.figure_high)
    return words(
        "home_answer",
        topic=topic,
        name=name,
        period=words.period("(all)" if row.period_type == "all" else view["period"]),
        figure=words.percent(row.figure),
        part=words.number(row.numerator),
        whole=words.number(row.denominator),
        interval=f", {told}" if told else "",
        change=words(
            "home_change", points=words("points", points=f"{100 * row.figure_change:+.1f}")
        )
        if known(row.figure_change)
        else "",
        next=words("home_next", name=runner_up, figure=words.percent(row.runner_up_figure))
        if known(runner_up)
        else "",
    )


def _best(view: View) -> str:
    """The touchpoint with the highest CSAT of those with enough answers; of all time, as months are too short."""
    words = view.words
    if view.publication.has("touchpoint_satisfaction"):
        points = queries.satisfaction(view.publication, "csat", "touchpoint_code")
        enough = points[points["rate"].notna()]
        if not enough.empty:
            best = enough.sort_values(["rate", "code"], ascending=[False, True]).iloc[0]
            return words(
                "best_answer",
                name=words.name("touchpoint", best["code"]),
                value=words.percent(best["rate"]),
                interval=words.interval(best["low"], best["high"]),
            )
    return words("no_answer", topic=words("best_topic"))


def _cards(view: View) -> Cards:
    words, month = view.words, view["period"]
    cards = []
    month_before = (pd.Timestamp(month) - pd.DateOffset(months=1)).strftime("%Y-%m-%d")
    for key in queries.MONTHLY:
        frame = queries.monthly(view.publication, key)
        if frame.empty:
            continue
        recent = frame[frame["month"] <= month].tail(13)
        at = recent[recent["month"] == month]
        value = at["value"].iloc[0] if not at.empty else None
        earlier = recent[recent["month"] == month_before]
        before = earlier["value"].iloc[0] if not earlier.empty else None
        cards.append(
            Card(
                key,
                words(key),
                _told(view, key, value),
                _change(view, key, value, before),
                "inverse" if key in FEWER_IS_BETTER else "normal",
                words(f"{key}_help"),
                _line(recent),
            )
        )
    return Cards(cards, words("changes", period=words.period(month_before)))


def _line(recent: pd.DataFrame) -> list[float]:
    """The months up to the chosen one, back to the last one that is withheld: a line must not jump over it."""
    values = [float(entry) if known(entry) else None for entry in recent["value"]]
    while None in values:
        values = values[values.index(None) + 1 :]
    return [value for value in values if value is not None] if len(values) > 2 else []


def _told(view: View, key: str, value) -> str:
    words = view.words
    if not known(value):
        return words("withheld_short") if key in SHARES else "0"
    if key in SHARES:
        return words.percent(value)
    return words.money_short(value) if key == "kpi_net" else words.number(value)


def _change(view: View, key: str, value, before) -> str | None:
    if not known(value) or not known(before):
        return None
    if key in SHARES:
        return view.words("points", points=f"{100 * (value - before):+.1f}")
    if not before:
        return None
    return f"{100 * (value - before) / abs(before):+.0f}%"


def _bars(view: View, key: str, frame: pd.DataFrame, measure: str, rows) -> Figure:
    words, publication, month = view.words, view.publication, view["period"]
    whole = frame[measure].sum()
    frame = frame.head(SHOWN)
    labels = unique([words.name("channel", code) for code in frame["channel_code"]])
    definition = words(f"{key}_def")
    tips = [
        charts.tip(
            label,
            [
                (words(measure), words("of", part=words.number(count), whole=words.number(whole))),
                (words("share"), words.percent(count / whole)),
                (words("period"), words.period(month)),
            ],
            definition,
        )
        for label, count in zip(labels, frame[measure], strict=True)
    ]
    told = frame.copy()
    told["channel_code"] = labels
    return Figure(
        key,
        words(key),
        charts.bars(
            words(key),
            labels,
            frame[measure].tolist(),
            tips,
            shown=[words.number(count) for count in frame[measure]],
            style=view.style,
        ),
        told,
        definition,
        charts.height_of(len(frame)),
        Drill(
            dict(zip(labels, frame["channel_code"], strict=True)),
            lambda code: rows(publication, month, code),
            None,
            dict(zip(frame["channel_code"], frame[measure], strict=True)),
        ),
        wide=False,
    )


def _mix(view: View, changes: pd.DataFrame) -> Figure:
    words = view.words
    frame = changes[changes["mix_effect"].notna()].head(SHOWN).reset_index(drop=True)
    labels = unique([words.name("channel", code) for code in frame["channel_code"]])
    series, tips = {}, {}
    for key, column in (("mix", "mix_effect"), ("rate", "rate_effect")):
        name = words(key)
        series[name] = [100 * value for value in frame[column]]
        tips[name] = [
            charts.tip(
                f"{label} · {name}",
                [
                    ("", words("points", points=f"{100 * getattr(row, column):+.2f}")),
                    ("Σ", words("points", points=f"{100 * row.total_change:+.2f}")),
                    (
                        words("period"),
                        f"{words.period(row.previous_month)} → {words.period(view['period'])}",
                    ),
                ],
                words("mix_rate_def"),
            )
            for label, row in zip(labels, frame.itertuples(), strict=True)
        ]
    title = words("mix_rate")
    told = frame.drop(columns="is_suppressed")
    told["channel_code"] = labels
    return Figure(
        "mix_rate",
        title,
        charts.stacked(
            title,
            labels,
            series,
            tips,
            colors={words("mix"): charts.PALETTE[1], words("rate"): charts.PALETTE[0]},
        ),
        told,
        words("mix_rate_def"),
        charts.height_of(len(frame)) + 24,
        Drill(
            dict(zip(labels, frame["channel_code"], strict=True)),
            lambda code: queries.mix_rows(view.publication, view["period"], code),
            "effect",
            {row.channel_code: row.mix_effect + row.rate_effect for row in frame.itertuples()},
        ),
    )
