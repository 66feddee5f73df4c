"""Every page in the app, in both languages: it draws, says something, and answers to each of its choices."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer import pages

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
