"""Did what we did help?"""

from __future__ import annotations

from explorer import charts, queries
from explorer.blocks import Block, Figure, Filter, Finding, Table
from explorer.pages.common import View, known, missing, unique

RELATION = "action_effects"
VERDICTS = {"improved": charts.GOOD, "worsened": charts.BAD}


def filters(view: View) -> list[Filter]:
    """Nothing to choose yet."""
    return []


def build(view: View) -> list[Block]:
    """Effects with their intervals, the verdict in words."""
    if empty := missing(view, RELATION):
        return [empty]
    words = view.words
    frame = queries.whole(view.publication, RELATION)
    counted = frame["verdict"].value_counts().sort_index() if "verdict" in frame else {}
    said = ", ".join(f"{count} {verdict}" for verdict, count in counted.items())
    blocks: list[Block] = [Finding(words("effects_finding", count=len(frame), verdicts=said))]
    drawn = frame[[known(value) for value in frame["effect_absolute"]]].reset_index(drop=True)
    if not drawn.empty and {"low", "high"} <= set(drawn.columns):
        blocks.append(_effects(view, drawn))
    return [*blocks, Table("effects_table", words("effects"), frame)]


def _effects(view: View, frame) -> Figure:
    words = view.words
    names = [name for name in ("action_code", "metric_code") if name in frame]
    labels = unique(
        [" · ".join(str(getattr(row, name)) for name in names) for row in frame.itertuples()]
    )
    verdicts = frame["verdict"].tolist() if "verdict" in frame else [""] * len(frame)
    tips = [
        charts.tip(
            label,
            [
                (words.column("effect_absolute"), f"{row.effect_absolute:+.4f}"),
                (
                    words.column("effect_relative"),
                    words.percent(row.effect_relative)
                    if known(getattr(row, "effect_relative", None))
                    else "",
                ),
                (words("interval"), f"{row.low:+.4f} … {row.high:+.4f}" if known(row.low) else ""),
                (words.column("verdict"), str(verdict)),
            ],
            words("effects_def"),
        )
        for label, verdict, row in zip(labels, verdicts, frame.itertuples(), strict=True)
    ]
    title = words("effects_chart")
    return Figure(
        "effects_chart",
        title,
        charts.dots(
            title,
            labels,
            frame["effect_absolute"].tolist(),
            frame["low"].tolist(),
            frame["high"].tolist(),
            tips,
            percent=False,
            colors=[VERDICTS.get(str(verdict), charts.NEUTRAL) for verdict in verdicts],
            style=view.style,
        ),
        frame,
        words("effects_def"),
        charts.height_of(len(frame)),
    )
