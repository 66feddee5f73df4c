"""`python -m explorer.server`: the app, ready before its address is told; arguments are those of `streamlit run`.

What the first reader would wait for is done before: modules are loaded, the publication is opened, and what pages
show at their defaults is asked of it.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from streamlit.web import cli

from explorer import pages
from explorer.pages.common import View
from explorer.publication import NothingPublished, locate, opened
from explorer.words import Words

START = Path(__file__).resolve().with_name("start.py")


def prepare() -> None:
    """Ask of the publication what pages ask of it at their defaults; its answers are remembered."""
    try:
        publication = opened(str(locate()))
    except NothingPublished:
        return
    words = Words("en", publication)
    for name in pages.NAMES:
        # A page that fails says so to who opens it; it does not keep the others away.
        with contextlib.suppress(Exception):
            view = View(publication, words)
            for at in range(len(pages.filters(name, view))):
                its = pages.filters(name, view)[at]
                view.choice[its.key] = its.first
            list(pages.build(name, view))


if __name__ == "__main__":
    prepare()
    sys.argv = ["streamlit", "run", str(START), *sys.argv[1:]]
    cli.main(prog_name="streamlit")
