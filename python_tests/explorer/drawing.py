"""Pages as blocks, for tests: built as the app builds them, with choices of the test's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from explorer import pages
from explorer.blocks import Block, Figure, Table
from explorer.charts import Style
from explorer.pages.common import View
from explorer.publication import Publication
from explorer.words import Words


@cache
def opened(folder: Path) -> Publication:
    """A publication, opened once."""
    return Publication(folder)


def blocks(folder: Path, name: str, language: str = "en", **chosen: str) -> list[Block]:
    """The blocks of a page; choices that are not named stand at their defaults."""
    return blocks_of(opened(folder), name, language, **chosen)


def blocks_of(
    publication: Publication, name: str, language: str = "en", **chosen: str
) -> list[Block]:
    """The blocks of a page of a publication that is open."""
    view = View(publication, Words(language, publication), Style(), dict(chosen))
    for at in range(len(pages.filters(name, view))):
        its = pages.filters(name, view)[at]
        view.choice.setdefault(its.key, its.first)
        assert view.choice[its.key] in its.options, (its.key, view.choice[its.key])
    return list(pages.build(name, view))


def figures(
    folder: Path, name: str, language: str = "en", **chosen: str
) -> dict[str, Figure | Table]:
    """The charts and tables of a page by their keys."""
    return {
        block.key: block
        for block in blocks(folder, name, language, **chosen)
        if isinstance(block, (Figure, Table))
    }


def drawn(figure: Figure, series: int = 0) -> list[float | None]:
    """The numbers of a series as the chart has them."""
    return [entry["value"] for entry in figure.option["series"][series]["data"]]
