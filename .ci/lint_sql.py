"""sqlfluff in less time: it compiles all macros twice for every file, and four rules map the same tree anew."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import jinja2
from sqlfluff.cli.commands import cli
from sqlfluff.core.parser import BaseSegment
from sqlfluff.utils.reflow.depthmap import DepthMap

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from touchpoints.templates import compile_once

# What a file is parsed into is not garbage, and looking for some takes a sixth of the time.
COLLECT_AFTER = 100_000
map_depths = DepthMap.from_parent
latest: tuple[BaseSegment, DepthMap] | None = None


def map_depths_once(parent: BaseSegment) -> DepthMap:
    """Where each segment of the tree stands; the rules of a file share it."""
    global latest
    if latest is None or latest[0] is not parent:
        latest = parent, map_depths(parent)
    return latest[1]


# Here, not below: the processes that sqlfluff starts read this file as a module.
gc.set_threshold(COLLECT_AFTER, 50, 50)
jinja2.Environment.compile = compile_once
if "lint" in sys.argv:  # to fix is to change the tree
    DepthMap.from_parent = staticmethod(map_depths_once)

if __name__ == "__main__":
    cli()
