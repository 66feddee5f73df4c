"""The pages: each answers one question. It says what can be chosen, and builds blocks; it computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from explorer.blocks import Block, Empty, Filter
from explorer.pages.common import View
from explorer.publication import NotPublished

# In the order of the menu; the name is also the address.
NAMES = [
    "overview",
    "journeys",
    "funnel",
    "contribution",
    "returns",
    "satisfaction",
    "voice",
    "service",
    "scorecard",
    "segments",
    "effects",
    "trust",
    "status",
    "details",
]
TITLES = {"funnel": "funnel_page"}
ICONS = {
    "overview": ":material/home:",
    "journeys": ":material/alt_route:",
    "funnel": ":material/filter_alt:",
    "contribution": ":material/equalizer:",
    "returns": ":material/payments:",
    "satisfaction": ":material/sentiment_satisfied:",
    "voice": ":material/forum:",
    "service": ":material/support_agent:",
    "scorecard": ":material/table_chart:",
    "segments": ":material/groups:",
    "effects": ":material/science:",
    "trust": ":material/verified:",
    "status": ":material/update:",
    "details": ":material/database:",
}


def page(name: str) -> ModuleType:
    """The module of a page: FILTERS and build."""
    return import_module(f"explorer.pages.{name}")


def filters(name: str, view: View) -> list[Filter]:
    """What can be chosen on a page; nothing where the publication lacks what the choices are made of."""
    try:
        return list(page(name).filters(view))
    except NotPublished:
        return []


def build(name: str, view: View) -> Iterator[Block]:
    """The blocks of a page; in the place of those that the publication lacks something for, what it is."""
    module = page(name)
    try:
        # without what the choices are made of there is nothing to build from
        module.filters(view)
        yield from module.build(view)
    except NotPublished as error:
        yield lacking(view, error)


def lacking(view: View, error: NotPublished) -> Empty:
    """What the publication lacks."""
    words = view.words
    return Empty(words("missing_mart", marts=str(error), because=words("because_not_given")))


def title_key(name: str) -> str:
    """The key of a page's title in the words."""
    return TITLES.get(name, name)
