"""The explorer as an app: `make explorer` starts it on this machine. Draws what the pages build; computes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import streamlit as st
from streamlit_echarts import st_echarts

from explorer import origins, pages, queries
from explorer.blocks import (
    Block,
    Cards,
    Drill,
    Empty,
    Figure,
    Filter,
    Finding,
    Table,
    as_markdown,
    csv,
    plain,
    share_columns,
)
from explorer.charts import Style
from explorer.pages.common import View
from explorer.publication import (
    MOST_DOWNLOADED,
    NothingPublished,
    NotPublished,
    Publication,
    locate,
    opened,
)
from explorer.words import LANGUAGES, WORDS, Words

SHOWN_ROWS = 500
# The icon of the tab lies here: those that Streamlit knows by name are fetched from elsewhere.
ICON = Path(__file__).resolve().parent / "server" / "icon.svg"
STYLE = """<style>
.block-container {padding-top: 3.2rem; padding-bottom: 4rem; max-width: 1240px;}
[data-testid="stMetricLabel"] p {font-size: .85rem;}
[data-testid="stMetricValue"] {font-size: 1.55rem;}
[data-testid="stMainBlockContainer"] h1 {font-size: 1.7rem; padding-bottom: .1rem;}
[data-testid="stMainBlockContainer"] h3 {font-size: 1.08rem; padding: .9rem 0 0;}
@media (max-width: 640px) {
  .block-container {padding-left: 1rem; padding-right: 1rem;}
  [data-testid="stHorizontalBlock"] {gap: .6rem;}
}
</style>"""


def current() -> tuple[Publication, bool]:
    """The publication that this session reads, and whether a newer one is there.

    A session keeps to the folder that it began with, until the reader asks for the newer one or the folder is gone.
    """
    newest = str(locate())
    kept = st.session_state.get("folder")
    if kept is None or not (Path(kept) / "publication.json").is_file():
        kept = st.session_state["folder"] = newest
    return opened(kept), kept != newest


def main() -> None:
    """Menu, language, page."""
    st.set_page_config(page_title="Touchpoints 触点", page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    if "language" not in st.session_state:
        asked = st.query_params.get("lang")
        st.session_state["language"] = asked if asked in LANGUAGES else "en"
    language = st.session_state["language"]
    try:
        publication, is_old = current()
    except NothingPublished:
        at = 0 if language == "en" else 1
        st.title(WORDS["nothing_published"][at])
        folder = os.environ.get("TOUCHPOINT_PUBLISH_DIR") or "published"
        st.info(WORDS["nothing_published_how"][at].format(folder=folder))
        return
    words = Words(language, publication)
    menu = [
        st.Page(
            _page(name),
            title=words(pages.title_key(name)),
            icon=pages.ICONS[name],
            url_path=name,
            default=name == pages.NAMES[0],
        )
        for name in pages.NAMES
    ]
    st.session_state["menu"] = dict(zip(pages.NAMES, menu, strict=True))
    chosen = st.navigation(menu, expanded=True)
    with st.sidebar:
        st.segmented_control(
            words("language"),
            list(LANGUAGES),
            format_func=LANGUAGES.get,
            key="language_choice",
            default=language,
            on_change=_change_language,
        )
        published = str(publication.note.get("published_at", ""))[:16].replace("T", " ")
        st.caption(words("published_at", time=published))
        if publication.has("fct_touchpoints"):
            st.caption(words("data_until", day=queries.last_day(publication)))
        if is_old:
            st.info(words("newer"))
            if st.button(words("show_newer")):
                st.session_state.pop("folder")
                st.rerun()
    try:
        chosen.run()
    except duckdb.IOException:
        # Two publications were made since this session began, and its folder is gone: begin again with the newest.
        if not (publication.folder / "publication.json").is_file():
            st.session_state.pop("folder", None)
            st.rerun()
        raise


def _change_language() -> None:
    chosen = st.session_state.get("language_choice")
    if chosen:
        st.session_state["language"] = chosen


def _page(name: str):
    def run() -> None:
        show(name)

    run.__name__ = name
    return run


def show(name: str) -> None:
    """Draw a page: title, choices, blocks."""
    publication, _ = current()
    words = Words(st.session_state["language"], publication)
    style = Style(dark=st.context.theme.type == "dark")
    view = View(publication, words, style)
    st.title(words(pages.title_key(name)))
    st.caption(words(f"{name}_question"))
    _choose(name, view)
    narrow: list[Block] = []
    # a page may build as it is drawn: what comes first is seen before the rest is asked for
    for block in pages.build(name, view):
        if isinstance(block, Figure) and not block.wide:
            narrow.append(block)
            if len(narrow) < 2:
                continue
            for column, its in zip(st.columns(2, gap="large"), narrow, strict=True):
                with column:
                    draw(name, its, view)
            narrow = []
        else:
            for its in narrow:
                draw(name, its, view)
            narrow = []
            draw(name, block, view)
    for its in narrow:
        draw(name, its, view)


def _choose(name: str, view: View) -> None:
    """The choices of a page in a row; a choice may depend on those before it."""
    filters: list[Filter] = pages.filters(name, view)
    if not filters:
        return
    if len(filters) <= 4:
        places = list(st.columns(len(filters)))
    elif len(filters) == 5:
        # the choice that the others depend on has a row of its own
        places = [st.container(), *st.columns(4)]
    else:
        places = [*st.columns(3), *st.columns(3)]
    for at in range(len(filters)):
        filters = pages.filters(name, view)
        its = filters[at]
        key = f"{name}_{its.key}"
        values = list(its.options)
        if st.session_state.get(key) not in values:
            st.session_state[key] = its.first
        with places[at]:
            view.choice[its.key] = st.selectbox(
                its.label,
                values,
                format_func=lambda value, told=its.options: told.get(value, value),
                key=key,
            )


def draw(name: str, block: Block, view: View) -> None:
    """Draw a block."""
    match block:
        case Finding():
            with st.container(border=True):
                st.markdown(as_markdown(block.text))
        case Empty():
            st.info(block.text, icon=":material/info:")
        case Cards():
            _cards(block)
        case Figure():
            st.subheader(block.title, anchor=False)
            answer = st_echarts(
                block.option,
                theme=view.style.theme(),
                height=f"{block.height}px",
                key=f"{name}_{block.key}_{view.style.dark}",
                on_select="rerun" if block.drill and block.drill.items else "ignore",
                selection_mode="points",
            )
            if block.definition:
                st.caption(block.definition)
            _behind(name, block, view, _clicked(answer))
        case Table():
            st.subheader(block.title, anchor=False)
            _table(block.frame, view, f"{name}_{block.key}", block.more)
            if block.definition:
                st.caption(block.definition)
            _behind(name, block, view, None)


def _cards(block: Cards) -> None:
    for start in range(0, len(block.cards), 4):
        for column, card in zip(st.columns(4), block.cards[start : start + 4], strict=False):
            with column:
                st.metric(
                    card.label,
                    card.value,
                    card.change,
                    delta_color=card.good,
                    help=card.help,
                    border=True,
                    chart_data=card.line if len(card.line) > 1 else None,
                    chart_type="area",
                    height="stretch",
                )
    if block.note:
        st.caption(block.note)


def _clicked(answer) -> str | None:
    """The name of the item that was clicked in a chart."""
    try:
        points = answer["selection"]["points"]
        return points[0].get("name") if points else None
    except (KeyError, TypeError, IndexError, AttributeError):
        return None


def _behind(name: str, block: Figure | Table, view: View, clicked: str | None) -> None:
    """The rows behind a chart: of the item that was clicked or chosen."""
    drill: Drill | None = block.drill
    words = view.words
    key = f"{name}_{block.key}_rows"
    is_chart = isinstance(block, Figure)
    if drill is None and not is_chart:
        relations = origins.named(block.definition, view.publication)
        # a table that is made from no relation, or tells meanings itself, has nothing behind it
        if not relations or "meaning" in block.frame.columns:
            return
    if drill and clicked in drill.items and st.session_state.get(f"{key}_clicked") != clicked:
        # A click chooses the item and opens the rows; the keyboard does the same in the list.
        st.session_state[f"{key}_item"] = clicked
        st.session_state[f"{key}_clicked"] = clicked
        st.session_state[key] = True
    label = "rows_behind" if drill or is_chart else "explain"
    with st.expander(words(label), key=key, on_change="rerun") as opened:
        if not opened.open:
            return
        if is_chart:
            st.markdown(words("numbers"))
            _table(block.frame, view, f"{name}_{block.key}")
        if drill is None:
            _explain(block, None if is_chart else block.frame, view, key)
            return
        st.markdown(words("behind"))
        if not drill.items:
            st.info(drill.why_none)
            _explain(block, None, view, key)
            return
        labels = list(drill.items)
        if st.session_state.get(f"{key}_item") not in labels:
            st.session_state[f"{key}_item"] = labels[0]
        label = st.selectbox(words("which"), labels, key=f"{key}_item")
        item = drill.items[label]
        found = drill.rows(item)
        try:
            count, total = found.total(drill.measure)
        except NotPublished as error:
            st.info(pages.lacking(view, error).text)
            _explain(block, None, view, key)
            return
        digits = 0 if total.is_integer() else 2
        said = words("rows_counted", count=words.number(count))
        if item in drill.expected:
            said = words(
                "rows_add_up", count=words.number(count), total=words.number(total, digits)
            )
            expected = float(drill.expected[item])
            said += " " + words(
                "chart_shows", expected=words.number(expected, 0 if expected.is_integer() else 2)
            )
        st.markdown(said)
        rows = found.first(SHOWN_ROWS)
        if count > SHOWN_ROWS:
            kept = words.number(min(count, MOST_DOWNLOADED))
            st.caption(words("first_rows", shown=SHOWN_ROWS, kept=kept))
        st.dataframe(_headed(rows, view), hide_index=True, height=280, placeholder="")
        st.download_button(
            words("download_rows"),
            lambda: csv(found.downloaded()),
            f"{block.key}.csv",
            "text/csv",
            key=f"{key}_csv",
            icon=":material/download:",
            on_click="ignore",
        )
        _explain(block, rows, view, key)


def _explain(block: Figure | Table, rows: pd.DataFrame | None, view: View, key: str) -> None:
    """What the number is made of: relations, meanings of columns, and of a row the way to file and line."""
    words, publication = view.words, view.publication
    relations = origins.named(block.definition, publication)
    st.markdown(words("explained"))
    for relation in relations:
        st.markdown(f"`{relation}` {as_markdown(words.meaning(publication.about(relation)))}")
    facts = origins.facts_of(relations, publication)
    told = origins.meanings(
        publication,
        [*relations, *facts],
        origins.columns_of(block, rows),
        words.generic(),
        words.meaning,
    )
    if not told.empty:
        st.dataframe(
            _headed(told, view),
            hide_index=True,
            height="auto" if len(told) <= 9 else 260,
            column_config={words.column("meaning"): st.column_config.TextColumn(width="large")},
            key=f"{key}_meanings",
        )
    for relation in [*relations, *facts]:
        _all_of(relation, view, key)
    traced = origins.traced(rows) if rows is not None and len(rows) else None
    if traced is None:
        st.caption(words("trace_further") if facts else words("trace_none"))
        return
    ids = rows[traced].dropna().head(SHOWN_ROWS).astype(str).unique().tolist()
    if not ids:
        return
    if st.session_state.get(f"{key}_trace") not in ids:
        st.session_state[f"{key}_trace"] = ids[0]
    its = st.selectbox(words("trace_which", column=traced), ids, key=f"{key}_trace")
    st.caption(words("trace_how"))
    st.code(origins.command(its), language="sh", wrap_lines=True)


def _all_of(relation: str, view: View, key: str) -> None:
    """A way to the page with all rows of a relation."""
    menu = st.session_state.get("menu", {})
    asked = st.button(
        view.words("all_of", mart=relation),
        key=f"{key}_all_{relation}",
        icon=":material/database:",
        type="tertiary",
    )
    if asked and "details" in menu:
        st.session_state["details_mart"] = relation
        st.switch_page(menu["details"])


def _headed(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """A frame under headings in words, its text safe to export."""
    told = plain(view.words.values(frame))
    headings: dict[str, str] = {}
    for column in told.columns:
        heading = view.words.column(column)
        # Two columns must not have one heading.
        headings[column] = heading if heading not in headings.values() else f"{heading} ({column})"
    return told.rename(columns=headings)


def _shares(frame: pd.DataFrame, view: View) -> dict:
    """Columns that are shares are shown as percentages, long texts with room."""
    told = {}
    shares = share_columns(frame)
    for column in frame.columns:
        heading = view.words.column(column)
        if column in shares:
            told[heading] = st.column_config.NumberColumn(format="percent")
        elif column in ("path", "masked_text", "meaning", "explanation", "explanation_zh"):
            told[heading] = st.column_config.TextColumn(
                width="medium" if column == "path" else "large"
            )
        elif column in ("least", "greatest"):
            told[heading] = st.column_config.TextColumn(width=130)
        elif pd.api.types.is_datetime64_any_dtype(frame[column]):
            days = frame[column].dropna()
            if len(days) and (days == days.dt.normalize()).all():
                told[heading] = st.column_config.DateColumn()
        elif pd.api.types.is_float_dtype(frame[column]):
            told[heading] = st.column_config.NumberColumn(format="localized")
    return told


def _table(
    frame: pd.DataFrame, view: View, key: str, more: Callable[[], pd.DataFrame] | None = None
) -> None:
    """A table of numbers with its CSV; `more` brings its rows where all of them are more than is shown."""
    st.dataframe(
        _headed(frame, view),
        hide_index=True,
        placeholder="",
        column_config=_shares(frame, view),
        height="auto" if len(frame) <= 9 else 340,
        key=f"{key}_table",
    )
    st.download_button(
        view.words("download"),
        (lambda: csv(more())) if more else csv(frame),
        f"{key}.csv",
        "text/csv",
        key=f"{key}_csv",
        icon=":material/download:",
        on_click="ignore",
    )
