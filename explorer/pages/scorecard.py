"""What to fix first?"""

from __future__ import annotations

from explorer import queries
from explorer.blocks import ALL, Block, Filter, Finding, Table
from explorer.pages.common import View, missing, nothing

RELATION = "touchpoint_scorecard"


def filters(view: View) -> list[Filter]:
    """Kind and begin of the period, where the mart has them."""
    if missing(view, RELATION):
        return []
    words, publication = view.words, view.publication
    months = queries.months(publication, RELATION, "period_start_date")
    return [
        Filter(
            "period",
            words("period"),
            {ALL: words("all_time")} | {month: month[:7] for month in months},
        )
    ]


def build(view: View) -> list[Block]:
    """One table, sortable by each column."""
    if empty := missing(view, RELATION):
        return [empty]
    words = view.words
    frame = queries.scorecard(view.publication, view["period"])
    if frame.empty:
        return [nothing(view)]
    count = len(frame)
    frame["touchpoint_code"] = [words.name("touchpoint", code) for code in frame["touchpoint_code"]]
    if "channel_code" in frame:
        frame["channel_code"] = [words.name("channel", code) for code in frame["channel_code"]]
    return [
        Finding(words("scorecard_finding", count=count, period=words.period(view["period"]))),
        Table("scorecard_table", words("scorecard_table"), frame),
    ]
