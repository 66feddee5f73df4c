"""What a page consists of. Pages build blocks; the app and the static site each draw them in their own way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from explorer.publication import FewRows, Rows

ALL = "(all)"


@dataclass(frozen=True)
class Filter:
    """A choice of the reader: values with their labels; the first is the default unless another is named."""

    key: str
    label: str
    options: dict[str, str]
    default: str | None = None

    @property
    def first(self) -> str:
        """The value that holds until the reader chooses."""
        if self.default in self.options:
            return str(self.default)
        return next(iter(self.options))


@dataclass(frozen=True)
class Drill:
    """The rows behind a chart: what can be chosen (label → key), and the rows of a key.

    `measure` is the column whose sum is the chart's number; without one the rows are counted. `expected` holds the
    chart's number of each key.
    """

    items: dict[str, Any]
    rows: Callable[[Any], Rows | FewRows]
    measure: str | None = None
    expected: dict[Any, float] = field(default_factory=dict)
    why_none: str = ""


@dataclass(frozen=True)
class Finding:
    """What the page has to say, in a sentence or two."""

    text: str


@dataclass(frozen=True)
class Card:
    """One figure: its value in words, the change on the period before, its line over time."""

    key: str
    label: str
    value: str
    change: str | None = None
    good: str = "normal"
    help: str = ""
    line: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Cards:
    """Figures side by side, and what they are held against."""

    cards: list[Card]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart: its ECharts option, the numbers that it draws, their definition and the rows behind."""

    key: str
    title: str
    option: dict[str, Any]
    frame: pd.DataFrame
    definition: str = ""
    height: int = 360
    drill: Drill | None = None
    wide: bool = True


@dataclass(frozen=True)
class Table:
    """A table of numbers; where it shows the first rows of many, `more` brings those that are to be downloaded."""

    key: str
    title: str
    frame: pd.DataFrame
    definition: str = ""
    drill: Drill | None = None
    more: Callable[[], pd.DataFrame] | None = None


@dataclass(frozen=True)
class Empty:
    """Why there is nothing to see."""

    text: str


Block = Finding | Cards | Figure | Table | Empty


SHARES = re.compile(
    r"(share|rate|csat|importance|low|high|conversion_from_(start|previous))"
    r"|.*_(share|rate|csat|percentile)"
    r"|(.*_)?(share|rate|csat|conversion_from_start|conversion_from_previous)_(low|high)"
)


def share_columns(frame: pd.DataFrame) -> set[str]:
    """Columns that hold shares, by their names, and by lying between −1 and 1."""
    # Bare ends of an interval are of whatever stands beside them.
    of_a_share = {"rate", "importance"} & set(frame.columns)
    return {
        name
        for name in frame.columns
        if SHARES.fullmatch(str(name))
        and (name not in ("low", "high") or of_a_share)
        and pd.api.types.is_float_dtype(frame[name])
        and not frame[name].abs().max() > 1
    }


def as_markdown(text: str) -> str:
    """The text with what the data hold shown as it is: no HTML, no formulas of markdown, no links and pictures."""
    for sign, shown in (("<", "&lt;"), ("$", "\\$"), ("~", "\\~"), ("[", "\\[")):
        text = text.replace(sign, shown)
    return text


def safe_cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula: text that begins like one gets an apostrophe before it."""
    if isinstance(value, str) and value[:1] in (
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "＝",
        "＋",
        "－",
        "＠",
    ):
        return "'" + value
    return value


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with lists as text and text that is safe in a spreadsheet."""
    told = frame.copy()
    for name in told.columns:
        if not (
            pd.api.types.is_numeric_dtype(told[name])
            or pd.api.types.is_datetime64_any_dtype(told[name])
        ):
            told[name] = [
                safe_cell(
                    (" → " if "path" in name else ", ").join(map(str, value))
                    if isinstance(value, (list, tuple)) or hasattr(value, "tolist")
                    else value
                )
                for value in told[name]
            ]
    told.columns = [safe_cell(str(name)) for name in told.columns]
    return told


def csv(frame: pd.DataFrame) -> bytes:
    """A CSV file that spreadsheets read as UTF-8 and in which nothing is run."""
    return plain(frame).to_csv(index=False).encode("utf-8-sig")
