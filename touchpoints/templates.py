"""Jinja templates, each compiled once: dbt and sqlfluff compile the same text for every model, test and file."""

from __future__ import annotations

from types import CodeType

import jinja2

COMPILED: dict[tuple, CodeType | str] = {}
compile_template = jinja2.Environment.compile


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
