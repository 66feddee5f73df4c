"""sqlfluff in less time: it compiles all macros twice for every file, and four rules map the same tree anew."""

from __future__ import annotations

import gc
import sys
from types import CodeType

import jinja2
from sqlfluff.cli.commands import cli
from sqlfluff.core.parser import BaseSegment
from sqlfluff.utils.reflow.depthmap import DepthMap

# What a file is parsed into is not garbage, and looking for some takes a sixth of the time.
COLLECT_AFTER = 100_000
COMPILED: dict[tuple, CodeType | str] = {}
compile_template = jinja2.Environment.compile
map_depths = DepthMap.from_parent
latest: tuple[BaseSegment, DepthMap] | None = None


def compile_once(
    self: jinja2.Environment,
    source: str,
    name: str | None = None,
    filename: str | None = None,
    raw: bool = False,
    defer_init: bool = False,
) -> CodeType | str:
    """The code of a template; environments of the same kind share it."""
    kind = (type(self), *sorted(self.extensions), self.trim_blocks, self.lstrip_blocks)
    key = (kind, source, name, filename, raw, defer_init)
    if key not in COMPILED:
        COMPILED[key] = compile_template(self, source, name, filename, raw, defer_init)
    return COMPILED[key]


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
