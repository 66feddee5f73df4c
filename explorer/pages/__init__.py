"""The pages: each answers one question. It says what can be chosen, and builds blocks; it computes nothing."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

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


def title_key(name: str) -> str:
    """The key of a page's title in the words."""
    return TITLES.get(name, name)
