"""sqlfluff, with each macro compiled once: by itself it compiles all macros twice for every file that it reads."""

from __future__ import annotations

from types import CodeType

import jinja2
from sqlfluff.cli.commands import cli

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


# Here, not below: the processes that sqlfluff starts read this file as a module.
jinja2.Environment.compile = compile_once

if __name__ == "__main__":
    cli()
