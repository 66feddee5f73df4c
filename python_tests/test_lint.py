"""`make lint` finds what sqlfluff finds: `.ci/lint_sql.py` replaces functions of it by quicker ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from builds import PROJECT

# Few macros, many macros, a loop over levels, a test: each with other things to find.
SPOILT = [
    "models/marts/shared/dim_users.sql",
    "models/intermediate/contribution/int_split_steps.sql",
    "models/staging/landing/stg_landing__loads.sql",
    "tests/every_identifier_has_one_person.sql",
]


def spoil(sql: str) -> str:
    """The same with keywords in capitals, lines too far left, blanks at their ends, no `as`, names without relation."""
    lines = []
    for line in sql.splitlines():
        if "{" not in line:
            line = re.sub(r"\) as (\w+,?)$", r") \1", line.replace("select", "SELECT"))
            line = re.sub(r"\b[a-z_]+\.([a-z_]+)", r"\1", line, count=1)
            line = line.replace("     ", "  ") + " "
        lines.append(line)
    return "\n".join(lines) + "\n\n"


def findings(command: list[str], files: list[Path]) -> list[str]:
    """What a linter says of the files."""
    arguments = ["lint", "--config", ".sqlfluff", "--disable-progress-bar"]
    arguments += ["--format", "github-annotation-native"]
    run = subprocess.run(
        [*command, *arguments, *map(str, files)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr[-2000:]
    return sorted(line for line in run.stdout.splitlines() if "title=" in line)


@pytest.mark.slow
def test_the_quicker_linter_finds_what_sqlfluff_finds(tmp_path: Path) -> None:
    files = []
    for path in SPOILT:
        files.append(tmp_path / Path(path).name)
        files[-1].write_text(spoil((PROJECT / path).read_text(encoding="utf-8")), encoding="utf-8")
    plain = findings([sys.executable, "-m", "sqlfluff"], files)
    assert all(any(file.name in line for line in plain) for file in files)
    assert len(plain) > 100
    assert findings([sys.executable, ".ci/lint_sql.py"], files) == plain
