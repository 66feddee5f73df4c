"""sqlfluff in less time: it reads all macros twice for every file, and four rules map the same tree anew."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

import jinja2
from sqlfluff.cli.commands import cli
from sqlfluff.core import FluffConfig
from sqlfluff.core.parser import BaseSegment
from sqlfluff.core.templaters.jinja import JinjaTemplater
from sqlfluff.utils.reflow.depthmap import DepthMap

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from touchpoints.templates import compile_once

# What a file is parsed into is not garbage, and looking for some takes a sixth of the time.
COLLECT_AFTER = 100_000
map_depths = DepthMap.from_parent
latest: tuple[BaseSegment, DepthMap] | None = None
make_renderer = JinjaTemplater.construct_render_func
renderers: dict[str, tuple[Any, ...]] = {}


def map_depths_once(parent: BaseSegment) -> DepthMap:
    """Where each segment of the tree stands; the rules of a file share it."""
    global latest
    if latest is None or latest[0] is not parent:
        latest = parent, map_depths(parent)
    return latest[1]


def renderer_once(
    self: JinjaTemplater, fname: str | None = None, config: FluffConfig | None = None
) -> tuple[Any, ...]:
    """What renders a file: Jinja and all macros, which differ where the settings do, and not by file."""
    settings = repr(config.get_section((self.templater_selector, self.name)) if config else None)
    if settings not in renderers:
        renderers[settings] = make_renderer(self, fname, config)
    return renderers[settings]


# Here, not below: the processes that sqlfluff starts read this file as a module.
gc.set_threshold(COLLECT_AFTER, 50, 50)
jinja2.Environment.compile = compile_once
JinjaTemplater.construct_render_func = renderer_once
if "lint" in sys.argv:  # to fix is to change the tree
    DepthMap.from_parent = staticmethod(map_depths_once)

if __name__ == "__main__":
    cli()
