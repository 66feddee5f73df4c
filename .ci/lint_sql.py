"""sqlfluff in less time: it reads all macros twice for every file, and its rules walk the same tree one by one.

What stands in place of its functions gives the same findings; `lint` alone has it, as to fix is to change the tree.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from sqlfluff.cli.commands import cli
from sqlfluff.core import FluffConfig
from sqlfluff.core.dialects.base import Dialect
from sqlfluff.core.parser import BaseSegment
from sqlfluff.core.rules.context import RuleContext
from sqlfluff.core.rules.crawlers import SegmentSeekerCrawler
from sqlfluff.core.templaters.jinja import JinjaTemplater
from sqlfluff.utils.analysis import select
from sqlfluff.utils.reflow.sequence import ReflowSequence

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from touchpoints.templates import compile_once

# What a file is parsed into is not garbage, and looking for some takes a sixth of the time.
COLLECT_AFTER = 100_000
# Selects of some files: each holds on to the whole tree of its own.
KEPT_SELECTS = 1_000
make_sequence = ReflowSequence.from_root
latest: ReflowSequence | None = None
crawl = SegmentSeekerCrawler.crawl
make_select_info = select.get_select_statement_info
selects: dict[tuple[int, bool], select.SelectStatementColumnsAndTables | None] = {}
make_renderer = JinjaTemplater.construct_render_func
renderers: dict[str, tuple[Any, ...]] = {}


def sequence_once(
    cls: type[ReflowSequence], root_segment: BaseSegment, config: FluffConfig
) -> ReflowSequence:
    """What a file is laid out of; four rules ask for it, and each changes a list of its own."""
    global latest
    if latest is None or latest.root_segment is not root_segment:
        latest = make_sequence(root_segment, config)
    return cls([*latest.elements], root_segment, latest.reflow_config, latest.depth_map)


def crawl_quickly(self: SegmentSeekerCrawler, context: RuleContext) -> Iterator[RuleContext]:
    """Every segment that a rule asks for; where none can be is not gone into."""
    if self.provide_raw_stack:
        yield from crawl(self, context)
        return
    segment, parents = context.segment, context.parent_stack
    if not self.passes_filter(segment):
        return
    if self.is_self_match(segment):
        yield context
        if not self.allow_recurse:
            return
    parents += (segment,)
    for index, child in enumerate(segment.segments):
        if self.is_self_match(child) or not self.types.isdisjoint(child.descendant_type_set):
            context.segment, context.parent_stack, context.segment_idx = child, parents, index
            yield from crawl_quickly(self, context)


def select_info_once(
    segment: BaseSegment, dialect: Dialect | None, early_exit: bool = True
) -> select.SelectStatementColumnsAndTables | None:
    """What a select reads and gives; seven rules ask for it."""
    key = (segment.uuid, early_exit)
    if key not in selects:
        if len(selects) > KEPT_SELECTS:
            selects.clear()
        selects[key] = make_select_info(segment, dialect, early_exit)
    return selects[key]


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
if "lint" in sys.argv:
    ReflowSequence.from_root = classmethod(sequence_once)
    SegmentSeekerCrawler.crawl = crawl_quickly
    select.get_select_statement_info = select_info_once

if __name__ == "__main__":
    cli()
