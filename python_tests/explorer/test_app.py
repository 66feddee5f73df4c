"""Every page in the app, in both languages: it draws, says something, and answers to each of its choices."""

from __future__ import annotations

import dataclasses
import json
import re

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from builds import PROJECT
from drawing import figures, opened
from explorer import pages
from touchpoints.settings import read_settings
from touchpoints.trace import trace

LANGUAGES = ["en", "zh"]


def _script(name: str, language: str) -> None:
    import streamlit

    from explorer import app

    streamlit.session_state.setdefault("language", language)
    app.show(name)


def open_page(name: str, language: str) -> AppTest:
    """A page as the app draws it."""
    test = AppTest.from_function(
        _script, kwargs={"name": name, "language": language}, default_timeout=60
    )
    test.run()
    assert not test.exception, test.exception
    return test


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", pages.NAMES)
def test_every_page_draws_without_an_exception(name: str, language: str) -> None:
    page = open_page(name, language)
    assert page.title[0].value
    said = [entry.value for entry in [*page.markdown, *page.info]]
    assert any(len(text) > 10 for text in said), "the page says nothing"


@pytest.mark.parametrize("name", pages.NAMES)
def test_every_choice_of_every_filter_draws(name: str) -> None:
    page = open_page(name, "zh")
    for at in range(len(page.selectbox)):
        kept = page.selectbox[at].value
        options = list(page.selectbox[at].options)
        # All of a short list; of a long one its ends and its middle.
        some = (
            options if len(options) < 6 else [options[1], options[len(options) // 2], options[-1]]
        )
        for option in some:
            page.selectbox[at].select(option).run()
            assert not page.exception, (name, option, page.exception)
        page.selectbox[at].set_value(kept).run()


def test_a_language_is_complete() -> None:
    from explorer.words import CODES, MODELS, WORDS

    for table in (WORDS, CODES, MODELS):
        for key, both in table.items():
            assert len(both) == 2, key
            assert all(text.strip() for text in both), key
    for key, (english, chinese) in WORDS.items():
        fields = {part.split("}")[0] for part in english.split("{")[1:]}
        assert fields == {part.split("}")[0] for part in chinese.split("{")[1:]}, key


def test_headings_and_words_in_tables_of_chinese_pages_are_chinese(published) -> None:
    """Also of the rows behind a chart. What has no Chinese is the name of a figure, or a code of the company."""
    from explorer.words import VALUES_ZH, Words

    words = Words("zh", opened(published))
    headings, values = set(), set()
    for name in pages.NAMES:
        # all tables: any column of any mart
        for block in figures(published, name, "zh").values() if name != "details" else ():
            frames = [block.frame]
            if block.drill and block.drill.items:
                frames.append(block.drill.rows(next(iter(block.drill.items.values()))).downloaded())
            for frame in frames:
                headings |= {words.column(str(column)) for column in frame.columns}
                for column in VALUES_ZH.keys() & set(frame.columns):
                    shown = words.values(frame)[column].dropna()
                    values |= {(column, its) for its in shown if isinstance(its, str)}
    assert len(headings) > 200
    assert {its for its in headings if not re.search("[一-鿿]", its)} <= {"CSAT", "NPS", "CES"}
    assert len(values) > 20
    assert {its for its in values if its[1] and not re.search("[一-鿿]", its[1])} == set()


def test_descriptions_on_a_chinese_page_are_chinese(published) -> None:
    page = _opened("funnel", "funnel_funnel_chart_rows", language="zh")
    said = [entry.value for entry in page.markdown if entry.value.startswith("`funnel_steps`")]
    assert len(said) == 1
    assert "每个漏斗、归属方式、拆分维度、维度取值与步骤一行" in said[0]
    meanings = [
        frame.value for frame in page.dataframe if "含义（模型说明）" in frame.value.columns
    ]
    assert len(meanings) == 1
    told = meanings[0]["含义（模型说明）"]
    assert len(told) > 5
    assert all(re.search("[一-鿿]", text) for text in told), list(told)


def _app(language: str) -> None:
    import streamlit

    from explorer import app

    streamlit.session_state.setdefault("language", language)
    app.main()


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Run `make build` first"), ("zh", "请先运行 `make build`")]
)
def test_an_empty_publish_folder_is_told_with_what_to_do(
    tmp_path, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv("TOUCHPOINT_PUBLISH_DIR", str(tmp_path))
    page = AppTest.from_function(_app, kwargs={"language": language}).run()
    assert not page.exception, page.exception
    assert told in page.info[0].value
    assert str(tmp_path) in page.info[0].value


def _opened(name: str, key: str, language: str = "en", **state: str) -> AppTest:
    """A page with what is behind a block opened."""
    test = AppTest.from_function(
        _script, kwargs={"name": name, "language": language}, default_timeout=60
    )
    for its, value in state.items():
        test.session_state[its] = value
    test.session_state[key] = True
    test.run()
    assert not test.exception, test.exception
    return test


@pytest.mark.parametrize(
    ("name", "key", "relation", "column"),
    [
        ("voice", "voice_tone_bars_rows", "fct_feedback_texts", "text_id"),
        ("service", "service_queues_rows", "fct_service_cases", "case_id"),
        ("journeys", "journeys_sankey_rows", "fct_journeys", "journey_id"),
        ("trust", "trust_quarantine_rows", "quarantined_records", None),
        ("status", "status_files_rows", "file_ledger", "record_id"),
        ("funnel", "funnel_funnel_chart_rows", "funnel_steps", None),
    ],
)
def test_a_number_leads_to_its_definition_and_a_row_to_its_line(
    published, name: str, key: str, relation: str, column: str | None
) -> None:
    page = _opened(name, key)
    catalogue = json.loads((published / "catalogue.json").read_text(encoding="utf-8"))
    said = [entry.value for entry in page.markdown]
    # what a row of the relation is, in the words of its model
    assert any(
        text.startswith(f"`{relation}`") and catalogue[relation]["description"][:40] in text
        for text in said
    ), said
    assert any(f"All of {relation}" in button.label for button in page.button)
    meanings = [frame.value for frame in page.dataframe if "Meaning" in frame.value.columns]
    assert len(meanings) == 1
    assert len(meanings[0])
    if column:
        told = page.code[0].value
        its = re.fullmatch(r'make trace ID="((?:\w+:)?[0-9a-f]{16})" TRACE_ARGS=--show', told)
        assert its, told
        ids = duckdb.execute(
            f"select count(*) from read_parquet('{published}/*.parquet', union_by_name = true) where {column} = ?",
            [its[1]],
        ).fetchall()
        assert ids[0][0] > 0


def test_the_command_that_is_shown_finds_file_and_line(built) -> None:
    page = _opened("service", "service_queues_rows")
    its = re.search(r'ID="(.+?)"', page.code[0].value)
    assert its
    settings = dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(PROJECT / "demo" / "raw" / "retail")}),
        database=built.database,
    )
    assert re.search(r"\.csv, line \d+ ", trace(settings, its[1]))


def test_details_offers_what_was_asked_for_elsewhere() -> None:
    page = _opened("details", "details_rows_rows", details_mart="fct_orders")
    assert "fct_orders" in page.markdown[0].value
    page.selectbox(key="details_column_1").select("source_system").run()
    assert not page.exception
    options = page.selectbox(key="details_value_1").options
    assert len(options) > 1
    page.selectbox(key="details_value_1").select(options[-1]).run()
    assert not page.exception
    # another relation has other columns: the conditions go back to none
    page.selectbox(key="details_mart").select("dim_channels").run()
    assert not page.exception
    assert page.selectbox(key="details_column_1").value == "(all)"
