"""Data frame → ECharts option, as plain JSON without any function, so that the app and the static site draw the same.

Tooltips are written here, item by item: value, numerator and denominator, interval, period, definition.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

GOOD, BAD, NEUTRAL = "#2f9e7a", "#d5566b", "#8b95a8"
SHADES = ["#3f72d8", "#5584de", "#6b95e4", "#81a6ea", "#97b7ef", "#adc8f5"]
PALETTE = ["#3f72d8", "#e08b3a", "#2f9e7a", "#a160c4", "#d5566b", "#2aa3bf", "#b59b2c", "#6b7a99"]


@dataclass(frozen=True)
class Style:
    """Colours that differ between a light and a dark page."""

    dark: bool = False

    @property
    def text(self) -> str:
        """Colour of text."""
        return "#e6e9f0" if self.dark else "#1f2733"

    @property
    def faint(self) -> str:
        """Colour of axes and of what is withheld."""
        return "#3a4252" if self.dark else "#dfe4ec"

    @property
    def muted(self) -> str:
        """Colour of labels on axes."""
        return "#a9b3c4" if self.dark else "#566173"

    @property
    def ground(self) -> str:
        """Colour of what lies over the page, such as tooltips."""
        return "#1c222d" if self.dark else "#fefefe"

    @property
    def on_strong(self) -> str:
        """Colour of text on a cell that has the strong end of the scale."""
        return "#14213a" if self.dark else "#fefeff"

    def turned(self) -> dict[str, str]:
        """Each colour of this style with its counterpart: an option drawn for the one turns into one for the other."""
        other = Style(not self.dark)
        names = ("text", "faint", "muted", "ground", "on_strong")
        pairs = [(getattr(self, name), getattr(other, name)) for name in names]
        # A shade that is in both scales, in different places, must not be turned twice: all are replaced in one pass.
        return dict([*pairs, *zip(self.scale, other.scale, strict=True)])

    @property
    def scale(self) -> list[str]:
        """From little to much."""
        if self.dark:
            return ["#1f2a3f", "#2b4a86", "#3f72d8", "#7fa8f5", "#cfe0ff"]
        return ["#eef3fc", "#c3d5f6", "#86aaec", "#3f72d8", "#1d448f"]

    def theme(self) -> dict[str, Any]:
        """The ECharts theme."""
        axis = {
            "axisLine": {"lineStyle": {"color": self.faint}},
            "axisTick": {"show": False},
            "axisLabel": {"color": self.muted},
            "nameTextStyle": {"color": self.muted},
            "splitLine": {"lineStyle": {"color": self.faint}},
        }
        return {
            "color": PALETTE,
            "backgroundColor": "transparent",
            "textStyle": {"color": self.text},
            "legend": {"textStyle": {"color": self.muted}, "pageTextStyle": {"color": self.muted}},
            "categoryAxis": {**axis, "splitLine": {"show": False}},
            "valueAxis": axis,
            "tooltip": {
                "backgroundColor": self.ground,
                "borderColor": self.faint,
                "textStyle": {"color": self.text, "fontSize": 12},
            },
            "visualMap": {"textStyle": {"color": self.muted}},
        }


def tip(title: str, lines: Sequence[tuple[str, str]], definition: str = "") -> dict[str, str]:
    """The tooltip of one item: what it is, its figures, how they are defined. Everything in it is escaped."""

    def clean(text: str) -> str:
        return html.escape(str(text)).replace("{", "&#123;").replace("}", "&#125;")

    rows = "".join(
        f"<div>{clean(label)}{': ' if label else ''}<b>{clean(value)}</b></div>"
        for label, value in lines
        if value
    )
    small = "font-size:11px;opacity:.75;margin-top:4px;max-width:260px;white-space:normal"
    told = f'<div style="{small}">{clean(definition)}</div>' if definition else ""
    return {"formatter": f"<b>{clean(title)}</b>{rows}{told}"}


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    return None if math.isnan(number) else round(number, 6)


def _base(label: str, **option: Any) -> dict[str, Any]:
    return {
        "animationDuration": 300,
        "aria": {"enabled": True, "label": {"description": label}},
        "tooltip": {
            "trigger": "item",
            "confine": True,
            "extraCssText": "max-width:290px;white-space:normal",
        },
        **option,
    }


# Names on the axis leave room for the bars: pixels at most, and where the chart is as narrow as a telephone.
NAMES, NARROW_NAMES = 190, 112


def _room(labels: Sequence[str], most: int) -> int:
    """Pixels for names: as many as the longest may take, so that short ones leave the room to the chart."""
    widths = [sum(13 if ord(letter) > 0x2E80 else 7 for letter in label) for label in labels]
    return min(most, max(widths, default=0) + 2)


def _narrow_names(labels: Sequence[str]) -> dict[str, Any]:
    return {"axisLabel": {"width": _room(labels, NARROW_NAMES), "fontSize": 11}}


def _narrow(**option: Any) -> list[dict[str, Any]]:
    """What is different where the chart is as narrow as a telephone."""
    return [{"query": {"maxWidth": 520}, "option": option}]


def _grid(**place: Any) -> dict[str, Any]:
    return {"left": 8, "right": 24, "top": 16, "bottom": 8, "containLabel": True, **place}


def _axis_names(labels: Sequence[str], inverse: bool = True, width: int = NAMES) -> dict[str, Any]:
    return {
        "type": "category",
        "data": list(labels),
        "inverse": inverse,
        # a long name takes two lines; what is longer yet ends in an ellipsis
        "axisLabel": {
            "width": _room(labels, width),
            "overflow": "break",
            "lineHeight": 12,
            "height": 24,
            "lineOverflow": "truncate",
            "interval": 0,
        },
    }


def _values(percent: bool, name: str = "") -> dict[str, Any]:
    axis: dict[str, Any] = {
        "type": "value",
        "name": name,
        "nameLocation": "middle",
        "nameGap": 28,
        "splitNumber": 4,
    }
    axis["axisLabel"] = {"hideOverlap": True, **({"formatter": "{value}%"} if percent else {})}
    return axis


def height_of(rows: int, each: int = 26, least: int = 140) -> int:
    """Height of a chart with so many rows."""
    return max(least, rows * each + 56)


def bars(
    title: str,
    labels: Sequence[str],
    values: Sequence[Any],
    tips: Sequence[dict[str, str]],
    *,
    shown: Sequence[str] | None = None,
    low: Sequence[Any] | None = None,
    high: Sequence[Any] | None = None,
    colors: Sequence[str] | None = None,
    percent: bool = False,
    style: Style,
) -> dict[str, Any]:
    """Horizontal bars, the first on top, each with its figure; whiskers where there are intervals."""
    scale = 100 if percent else 1
    data = []
    for at, value in enumerate(values):
        number = _number(value)
        data.append(
            {
                "name": labels[at],
                "value": None if number is None else number * scale,
                "tooltip": tips[at],
                "itemStyle": {
                    "color": (colors[at] if colors else PALETTE[0]),
                    "borderRadius": [0, 3, 3, 0],
                },
            }
        )
    series: list[dict[str, Any]] = [{"type": "bar", "data": data, "barMaxWidth": 20}]
    ends = [_number(value) for value in values]
    if low is not None and high is not None:
        series += [_whiskers([(at, low[at], high[at]) for at in range(len(labels))], scale, style)]
        ends = [
            end if _number(top) is None else max(end or 0, _number(top) or 0)
            for end, top in zip(ends, high, strict=True)
        ]
    if shown is not None:
        series.append(_figures([(end or 0) * scale for end in ends], shown, style))
    return _base(
        title,
        media=_narrow(yAxis=_narrow_names(labels)),
        grid=_grid(right=84 if shown is not None else 24),
        xAxis=_values(percent),
        yAxis=_axis_names(labels),
        series=series,
    )


def _figures(ends: Sequence[float], shown: Sequence[str], style: Style) -> dict[str, Any]:
    """Figures beside bars: points without a mark at the end of the bar or its whisker, so that nothing crosses them."""
    return {
        "type": "scatter",
        "silent": True,
        "symbolSize": 0.01,
        "z": 7,
        "data": [
            {
                "value": [end, at],
                "label": {
                    "show": True,
                    "position": "right",
                    "color": style.muted,
                    "fontSize": 12,
                    "formatter": _template(shown[at]),
                },
            }
            for at, end in enumerate(ends)
        ],
    }


def _reach(ends: Sequence[tuple[int, Any, Any]], scale: float, across: bool) -> dict[str, Any]:
    """Points without a mark at the ends of intervals, so that the axis reaches them."""
    points = []
    for at, *both in ends:
        for end in both:
            number = _number(end)
            if number is not None:
                points.append([number * scale, at] if across else [at, number * scale])
    return {"type": "scatter", "silent": True, "symbolSize": 0.01, "data": points}


def _whiskers(
    ends: Sequence[tuple[int, Any, Any]], scale: float, style: Style, across: bool = True
) -> dict[str, Any]:
    """Intervals as lines from end to end."""
    lines = []
    for at, low, high in ends:
        start, end = _number(low), _number(high)
        if start is None or end is None:
            continue
        first, last = start * scale, end * scale
        lines.append({"coords": [[first, at], [last, at]] if across else [[at, first], [at, last]]})
    return {
        "type": "lines",
        "coordinateSystem": "cartesian2d",
        "silent": True,
        "z": 5,
        "symbol": ["none", "none"],
        "lineStyle": {"color": style.text, "width": 1.5, "opacity": 0.75},
        "data": lines,
    }


def dots(
    title: str,
    labels: Sequence[str],
    values: Sequence[Any],
    low: Sequence[Any],
    high: Sequence[Any],
    tips: Sequence[dict[str, str]],
    *,
    percent: bool = True,
    colors: Sequence[str] | None = None,
    style: Style,
) -> dict[str, Any]:
    """Figures as dots with their intervals as lines."""
    scale = 100 if percent else 1
    data = []
    for at, value in enumerate(values):
        number = _number(value)
        if number is None:
            continue
        data.append(
            {
                "name": labels[at],
                "value": [number * scale, at],
                "tooltip": tips[at],
                "itemStyle": {"color": colors[at] if colors else PALETTE[0]},
            }
        )
    ends = [(at, low[at], high[at]) for at in range(len(labels))]
    return _base(
        title,
        media=_narrow(yAxis=_narrow_names(labels)),
        grid=_grid(),
        xAxis={**_values(percent), "scale": True},
        yAxis=_axis_names(labels),
        series=[
            _whiskers(ends, scale, style),
            _reach(ends, scale, True),
            {"type": "scatter", "symbolSize": 11, "z": 6, "data": data},
        ],
    )


def stacked(
    title: str,
    labels: Sequence[str],
    series: dict[str, Sequence[Any]],
    tips: dict[str, Sequence[dict[str, str]]],
    *,
    colors: dict[str, str] | None = None,
    percent: bool = False,
) -> dict[str, Any]:
    """Horizontal bars of parts."""
    drawn = []
    for name, values in series.items():
        drawn.append(
            {
                "type": "bar",
                "name": name,
                "stack": "all",
                "barMaxWidth": 20,
                **({"itemStyle": {"color": colors[name]}} if colors else {}),
                "data": [
                    {"name": labels[at], "value": _number(value), "tooltip": tips[name][at]}
                    for at, value in enumerate(values)
                ],
            }
        )
    return _base(
        title,
        media=_narrow(yAxis=_narrow_names(labels)),
        legend={"top": 0, "type": "scroll"},
        grid=_grid(top=36),
        xAxis=_values(percent),
        yAxis=_axis_names(labels),
        series=drawn,
    )


def line(
    title: str,
    months: Sequence[str],
    values: Sequence[Any],
    low: Sequence[Any],
    high: Sequence[Any],
    tips: Sequence[dict[str, str]],
    *,
    percent: bool,
    style: Style,
) -> dict[str, Any]:
    """A figure over time with its interval; months that are withheld stay empty."""
    scale = 100 if percent else 1
    data = []
    for at, value in enumerate(values):
        number = _number(value)
        data.append(
            {
                "name": months[at],
                "value": None if number is None else number * scale,
                "tooltip": tips[at],
            }
        )
    ends = [(at, low[at], high[at]) for at in range(len(months))]
    return _base(
        title,
        grid=_grid(top=24),
        xAxis={"type": "category", "data": list(months), "axisLabel": {"hideOverlap": True}},
        yAxis={**_values(percent), "scale": True},
        series=[
            {
                "type": "line",
                "data": data,
                "symbol": "circle",
                "symbolSize": 9,
                "lineStyle": {"width": 2},
                "z": 6,
            },
            _whiskers(ends, scale, style, across=False),
            _reach(ends, scale, False),
        ],
    )


def funnel(
    title: str,
    labels: Sequence[str],
    values: Sequence[float],
    shown: Sequence[str],
    tips: Sequence[dict[str, str]],
    style: Style,
) -> dict[str, Any]:
    """A funnel as centred bars whose widths are the counts, from 0 on; the axis names the steps, where no label clips.

    ECharts' own funnel slants towards the next step, so that its widths are not the counts, and has no room for labels.
    """
    most = max([float(value) for value in values] or [1]) or 1
    data = [
        {
            "name": labels[at],
            "value": _number(value),
            "tooltip": tips[at],
            "itemStyle": {"color": SHADES[min(at, len(SHADES) - 1)], "borderRadius": 3},
        }
        for at, value in enumerate(values)
    ]
    margins = [(most - float(value)) / 2 for value in values]
    figures = []
    for at, value in enumerate(values):
        # A narrow bar has no room for its figure, which then stands beside it.
        is_wide = float(value) / most > 0.4
        label = {
            "show": True,
            "position": "inside" if is_wide else "right",
            "color": "#ffffff" if is_wide else style.text,
            "fontSize": 12,
            "formatter": _template(shown[at]),
        }
        place = most / 2 if is_wide else (most + float(value)) / 2
        figures.append({"value": [place, at], "label": label})
    return _base(
        title,
        grid=_grid(right=24, top=8),
        xAxis={"type": "value", "min": 0, "max": most, "show": False},
        yAxis={**_axis_names(labels, width=110), "axisLine": {"show": False}},
        series=[
            {
                "type": "bar",
                "stack": "funnel",
                "silent": True,
                "itemStyle": {"color": "transparent"},
                "data": [{"value": margin, "tooltip": {"show": False}} for margin in margins],
            },
            {"type": "bar", "stack": "funnel", "barWidth": "74%", "data": data},
            {"type": "scatter", "silent": True, "symbolSize": 0.01, "z": 7, "data": figures},
        ],
    )


def _template(text: str) -> str:
    """Text in which ECharts finds nothing to fill in."""
    return str(text).replace("{", "(").replace("}", ")")


def panels(
    title: str,
    steps: Sequence[str],
    groups: Sequence[tuple[str, Sequence[Any], Sequence[dict[str, str]]]],
    style: Style,
    columns: int = 3,
) -> dict[str, Any]:
    """Small multiples: a panel of bars for each group, all on one scale."""
    grids, across, down, series, titles = [], [], [], [], []
    rows = math.ceil(len(groups) / columns) or 1
    for at, (name, values, tips) in enumerate(groups):
        left, top = at % columns, at // columns
        width, height = 100 / columns, 100 / rows
        grids.append(
            {
                "left": f"{left * width + 1.2}%",
                "width": f"{width - 3}%",
                "top": f"{top * height + 9 / rows}%",
                "height": f"{height - 16 / rows}%",
                "containLabel": True,
            }
        )
        titles.append(
            {
                "text": name,
                "left": f"{left * width + 1.2}%",
                "top": f"{top * height}%",
                "textStyle": {"fontSize": 12, "fontWeight": "bold", "color": style.muted},
            }
        )
        across.append({"type": "value", "gridIndex": at, "min": 0, "max": 100, "show": False})
        down.append(
            {
                **_axis_names(steps, width=72),
                "gridIndex": at,
                "axisLine": {"show": False},
            }
        )
        data = []
        for step, value in enumerate(values):
            number = _number(value)
            shown = "–" if number is None else f"{100 * number:.0f}%"
            data.append(
                {
                    "name": name,
                    "value": 0 if number is None else 100 * number,
                    "tooltip": tips[step],
                    "label": {
                        "show": True,
                        "position": "insideLeft"
                        if number is not None and number > 0.8
                        else "right",
                        "color": "#ffffff" if number is not None and number > 0.8 else style.muted,
                        "fontSize": 11,
                        "formatter": shown,
                    },
                }
            )
        series.append(
            {
                "type": "bar",
                "xAxisIndex": at,
                "yAxisIndex": at,
                "barMaxWidth": 16,
                "itemStyle": {"color": PALETTE[0]},
                "data": data,
            }
        )
    return _base(title, title=titles, grid=grids, xAxis=across, yAxis=down, series=series)


def heat(
    title: str,
    columns: Sequence[str],
    rows: Sequence[str],
    cells: Sequence[tuple[int, int, Any, str, dict[str, str], str]],
    style: Style,
    *,
    low: float | None = None,
    high: float | None = None,
    turn: bool = False,
) -> dict[str, Any]:
    """A heat map. A cell: column, row, value (None: withheld, grey), what is written on it, its tooltip, its name."""
    known = [float(cell[2]) for cell in cells if _number(cell[2]) is not None]
    least = min(known, default=0) if low is None else low
    most = max(known, default=1) if high is None else high
    span = (most - least) or 1
    told, grey = [], []
    for column, row, value, written, its_tip, name in cells:
        number = _number(value)
        strong = number is not None and (number - least) / span > 0.55
        entry = {
            "name": name,
            "value": [column, row, number if number is not None else 0],
            "tooltip": its_tip,
            "label": {
                "show": bool(written),
                "formatter": _template(written),
                "fontSize": 11,
                "color": style.muted
                if number is None
                else style.on_strong
                if strong
                else style.text,
            },
        }
        if number is None:
            entry["itemStyle"] = {"color": style.faint}
            grey.append(entry)
        else:
            told.append(entry)
    return _base(
        title,
        media=_narrow(
            yAxis=_narrow_names(rows),
            xAxis={
                "axisLabel": {
                    "rotate": 40,
                    "width": 70,
                    "overflow": "truncate",
                    "hideOverlap": False,
                }
            }
            if len(columns) <= 12
            else {},
        ),
        grid=_grid(top=8, bottom=4, right=12),
        xAxis={
            "type": "category",
            "data": list(columns),
            "position": "bottom",
            "axisLabel": {
                "interval": 0 if turn or len(columns) <= 12 else "auto",
                "hideOverlap": not turn,
                **(
                    {"rotate": 40, "width": 90, "overflow": "truncate"}
                    if turn
                    else {"width": 76, "overflow": "break"}
                ),
            },
            "splitArea": {"show": False},
        },
        yAxis=_axis_names(rows),
        visualMap={
            "min": least,
            "max": most if most > least else least + 1,
            "show": False,
            "seriesIndex": 0,
            "dimension": 2,
            "inRange": {"color": style.scale},
        },
        series=[
            {
                "type": "heatmap",
                # on a telephone long numbers would cross: hovering tells those that are left out
                "labelLayout": {"hideOverlap": True},
                "data": told,
                "itemStyle": {"borderColor": style.ground, "borderWidth": 1},
            },
            {
                "type": "heatmap",
                # on a telephone long numbers would cross: hovering tells those that are left out
                "labelLayout": {"hideOverlap": True},
                "data": grey,
                "itemStyle": {"borderColor": style.ground, "borderWidth": 1},
            },
        ],
    ) | ({} if told else {"visualMap": {"show": False, "seriesIndex": 0, "min": 0, "max": 1}})


def sankey(
    title: str,
    nodes: Sequence[tuple[str, int, str, dict[str, str]]],
    links: Sequence[tuple[str, str, float, dict[str, str]]],
    style: Style,
) -> dict[str, Any]:
    """Flows from step to step. A node: name, depth, colour, tooltip; a link: from, to, value, tooltip."""
    return _base(
        title,
        media=_narrow(series=[{"right": 62, "label": {"fontSize": 10, "width": 56}}]),
        series=[
            {
                "type": "sankey",
                "left": 6,
                "right": 96,
                "top": 12,
                "bottom": 12,
                "nodeWidth": 14,
                "nodeGap": 9,
                "draggable": False,
                "layoutIterations": 24,
                "emphasis": {"focus": "adjacency"},
                "label": {
                    "color": style.text,
                    "fontSize": 12,
                    "width": 116,
                    "overflow": "truncate",
                },
                "lineStyle": {"color": "source", "opacity": 0.28, "curveness": 0.5},
                "data": [
                    {
                        "name": name,
                        "depth": depth,
                        "itemStyle": {"color": color},
                        "tooltip": its_tip,
                    }
                    for name, depth, color, its_tip in nodes
                ],
                "links": [
                    {"source": start, "target": end, "value": value, "tooltip": its_tip}
                    for start, end, value, its_tip in links
                ],
            }
        ],
    )


def bubbles(
    title: str,
    points: Sequence[tuple[str, float, float, float, dict[str, str]]],
    *,
    across: str,
    up: str,
    diagonal: str = "",
    percent: bool = False,
    style: Style,
) -> dict[str, Any]:
    """Bubbles: name, x, y, size (0–1) and tooltip; the diagonal is where both axes are equal."""
    scale = 100 if percent else 1
    data = [
        {
            "name": name,
            "value": [_number(x * scale), _number(y * scale)],
            "symbolSize": 14 + 36 * math.sqrt(max(size, 0)),
            "itemStyle": {"color": PALETTE[at % len(PALETTE)], "opacity": 0.8},
            "label": {
                "show": True,
                "position": "top",
                "formatter": _template(name),
                "color": style.text,
                "fontSize": 12,
            },
            "tooltip": its_tip,
        }
        for at, (name, x, y, size, its_tip) in enumerate(points)
    ]
    series: dict[str, Any] = {
        "type": "scatter",
        "data": data,
        "labelLayout": {"hideOverlap": False, "moveOverlap": "shiftY"},
    }
    if diagonal and data:
        # Only so far as the points reach on both axes: beyond that the line would be cut.
        most = (
            min(max(point["value"][0] for point in data), max(point["value"][1] for point in data))
            or 1
        )
        series["markLine"] = {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"type": "dashed", "color": style.muted},
            "label": {
                "show": True,
                "formatter": diagonal,
                "color": style.muted,
                "position": "insideEndTop",
            },
            "data": [[{"coord": [0, 0]}, {"coord": [most, most]}]],
        }
    gap = {"nameLocation": "middle", "nameGap": 30}
    return _base(
        title,
        grid=_grid(left=28, top=36, bottom=28, right=48),
        xAxis={**_values(percent), "name": across, **gap},
        yAxis={
            **_values(percent),
            "name": up,
            "nameLocation": "end",
            "nameGap": 14,
            "nameTextStyle": {"align": "left", "color": style.muted},
        },
        series=[series],
    )


def cloud(title: str, words: Sequence[tuple[str, float, str, dict[str, str]]]) -> dict[str, Any]:
    """A word cloud: word, weight, colour, tooltip."""
    return _base(
        title,
        series=[
            {
                "type": "wordCloud",
                "shape": "square",
                "left": "center",
                "top": "center",
                "width": "98%",
                "height": "96%",
                "sizeRange": [15, 54],
                "rotationRange": [0, 0],
                "gridSize": 9,
                "drawOutOfBound": False,
                "shrinkToFit": True,
                "textStyle": {"fontFamily": "sans-serif", "fontWeight": "bold"},
                "data": [
                    {
                        "name": word,
                        "value": weight,
                        "textStyle": {"color": color},
                        "tooltip": its_tip,
                    }
                    for word, weight, color, its_tip in words
                ],
            }
        ],
    )


def feeling(value: Any) -> str:
    """Colour of a sentiment from −1 to 1."""
    number = _number(value)
    if number is None or abs(number) < 0.1:
        return NEUTRAL
    return GOOD if number > 0 else BAD
