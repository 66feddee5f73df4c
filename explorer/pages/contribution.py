"""Which channels earn? Does the answer depend on the model?"""

from __future__ import annotations

from explorer import charts, queries
from explorer.blocks import ALL, Block, Drill, Figure, Filter, Finding
from explorer.pages.common import (
    View,
    goal_filter,
    known,
    level_filter,
    missing,
    model_filter,
    month_filter,
    nothing,
    unique,
)

SHOWN = 15


def filters(view: View) -> list[Filter]:
    """Goal, level, model and month."""
    if missing(view, "channel_contribution"):
        return []
    return [
        goal_filter(view, "channel_contribution"),
        level_filter(view, "channel", "touchpoint", "campaign"),
        model_filter(view, "channel_contribution"),
        month_filter(view, "channel_contribution", "period_start_date"),
    ]


def build(view: View) -> list[Block]:
    """Bars by the model chosen, and every model side by side."""
    if empty := missing(view, "channel_contribution"):
        return [empty]
    publication = view.publication
    goal, level, model, month = view["goal"], view["level"], view["model"], view["period"]
    frame = queries.contribution(publication, goal, level, model, month)
    frame = frame[frame["conversions"] > 0].reset_index(drop=True)
    if frame.empty:
        return [nothing(view)]
    by_model = queries.contribution_by_model(publication, goal, level, month)
    shown = frame.head(SHOWN)
    return [
        Finding(_finding(view, frame, by_model)),
        _bars(view, shown),
        _heat(view, by_model, shown["code"].tolist()),
    ]


def _finding(view: View, frame, by_model) -> str:
    words = view.words
    earned = frame[frame["code"] != "(unattributed)"]
    if earned.empty and not frame.empty:
        return words("contribution_none", whole=words.number(frame.iloc[0]["total_conversions"]))
    if earned.empty:
        return words("nothing_here")
    best = earned.iloc[0]
    said = words(
        "contribution_finding",
        model=words.name("model", view["model"]),
        name=words.name(view["level"], best["code"]),
        share=words.percent(best["share"]),
        whole=words.number(best["total_conversions"]),
        value=words.money(best["value"]),
    )
    told = by_model[(by_model["code"] != "(unattributed)") & by_model["share"].notna()]
    firsts = told.sort_values(["model_code", "conversions", "code"], ascending=[True, False, True])
    firsts = firsts.groupby("model_code").first()
    if len(firsts) > 1 and firsts["code"].nunique() == 1:
        return said + words("contribution_agree", count=len(firsts))
    of_best = told[told["code"] == best["code"]].sort_values(["share", "model_code"])
    if len(of_best) > 1:
        lowest, highest = of_best.iloc[0], of_best.iloc[-1]
        said += words(
            "contribution_differ",
            name=words.name(view["level"], best["code"]),
            low=words.percent(lowest["share"]),
            low_model=words.name("model", lowest["model_code"]),
            high=words.percent(highest["share"]),
            high_model=words.name("model", highest["model_code"]),
        )
    return said


def _bars(view: View, frame) -> Figure:
    words = view.words
    level, model, month = view["level"], view["model"], view["period"]
    labels = unique([words.name(level, code) for code in frame["code"]])
    title = words("contribution_bars", level=words(level).lower(), model=words.name("model", model))
    tips = [
        charts.tip(
            label,
            [
                (words("share"), words.percent(row.share)),
                (
                    words("conversions"),
                    words(
                        "of",
                        part=words.number(row.conversions, 1),
                        whole=words.number(row.total_conversions),
                    ),
                ),
                ("", words.interval(row.share_low, row.share_high)),
                (words("value"), words.money(row.value)),
                (words("period"), words.period(month)),
            ],
            words("contribution_def"),
        )
        for label, row in zip(labels, frame.itertuples(), strict=True)
    ]
    # The credits themselves where they are published; else the months, where those add up; else nothing does.
    by_credit = queries.has_credit_rows(view.publication, level, model)
    behind = queries.credit_rows if by_credit else queries.contribution_months
    ruled = by_credit or queries.adds_up_over_months(view.publication, model)
    drill = Drill(
        dict(zip(labels, frame["code"], strict=True)) if ruled else {},
        lambda code: behind(view.publication, view["goal"], level, model, month, code),
        "credit",
        dict(zip(frame["code"], frame["conversions"], strict=True)),
        words("no_rows_model"),
    )
    told = frame.drop(columns=["is_low_data", "is_unsettled"])
    told["code"] = labels
    return Figure(
        "contribution_bars",
        title,
        charts.bars(
            title,
            labels,
            frame["share"].tolist(),
            tips,
            shown=[words.percent(share) for share in frame["share"]],
            low=frame["share_low"].tolist() if month == ALL else None,
            high=frame["share_high"].tolist() if month == ALL else None,
            colors=[
                charts.NEUTRAL if code == "(unattributed)" else charts.PALETTE[0]
                for code in frame["code"]
            ],
            percent=True,
            style=view.style,
        ),
        told,
        words("contribution_def"),
        charts.height_of(len(frame)),
        drill,
    )


def _heat(view: View, by_model, codes: list[str]) -> Figure:
    words, level = view.words, view["level"]
    models = sorted(by_model["model_code"].unique())
    columns = [words.name("model", model) for model in models]
    labels = unique([words.name(level, code) for code in codes])
    cells = []
    for row in by_model[by_model["code"].isin(codes)].itertuples():
        label, column = labels[codes.index(row.code)], words.name("model", row.model_code)
        its_tip = charts.tip(
            f"{label} · {column}",
            [
                (words("share"), words.percent(row.share)),
                (
                    words("conversions"),
                    words(
                        "of",
                        part=words.number(row.conversions, 1),
                        whole=words.number(row.total_conversions),
                    ),
                ),
                ("", words.interval(row.share_low, row.share_high)),
                (words("period"), words.period(view["period"])),
            ],
            words("contribution_heat_def"),
        )
        written = f"{100 * row.share:.0f}" if known(row.share) else ""
        cells.append(
            (
                models.index(row.model_code),
                codes.index(row.code),
                row.share,
                written,
                its_tip,
                label,
            )
        )
    told = by_model[by_model["code"].isin(codes)].copy()
    told["code"] = [labels[codes.index(code)] for code in told["code"]]
    told["model_code"] = [words.name("model", model) for model in told["model_code"]]
    title = words("contribution_heat")
    return Figure(
        "contribution_heat",
        title,
        charts.heat(title, columns, labels, cells, view.style, low=0, turn=True),
        told,
        words("contribution_heat_def"),
        charts.height_of(len(codes)) + 60,
    )
