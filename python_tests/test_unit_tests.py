"""Unit tests of models come to the same by the project's own macros as by dbt's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from builds import PLAIN_DBT, PROJECT, kept_settings

ENGINE = PROJECT / "macros" / "engine"
GIVEN = """
select 1 as id, 'a' as "Name", cast(1 as decimal(18, 2)) as amount, date '2026-01-01' as "on day", true as is_paid,
    ['a'] as names
"""
TESTED = """
select id, upper("Name") as "Name", amount * 2 as amount, "on day", not is_paid as is_unpaid, names, null as nothing,
    typeof(amount) as kind
from {{ ref('given') }}
"""
ROWS = (
    '[{id: 1, name: "it\'s \\\\ \\"x\\"", amount: 0.10, on day: 2026-02-28, is_paid: true, names: "[b, c]"},'
    ' {NAME: "1", id: "2", amount: null}, {is_paid: false, amount: "10.005"}, {name: ""}]'
)
# name → rows given, rows expected, and whether that is green, wrong, or no unit test at all
CASES = {
    "values": (
        ROWS,
        '[{id: 1, name: "IT\'S \\\\ \\"X\\"", amount: 0.2, on day: "2026-02-28", is_unpaid: false, names: "[b, c]"},'
        ' {id: 2, name: "1", amount: null, on day: null, is_unpaid: null, names: null},'
        " {id: null, name: null, amount: 20.02, on day: null, is_unpaid: true, names: null},"
        ' {id: null, name: "", amount: null, on day: null, is_unpaid: null, names: null}]',
        "pass",
    ),
    "some columns": (
        "[{id: 2}, {id: 1}]",
        "[{NOTHING: null, ID: 1}, {NOTHING: null, ID: 2}]",
        "pass",
    ),
    "types": ("[{id: 1}, {id: 2}]", '[{kind: "DECIMAL(18,2)"}, {kind: "DECIMAL(18,2)"}]', "pass"),
    "no rows": ("[]", "[]", "pass"),
    "a value": ("[{id: 1}]", "[{id: 2}]", "fail"),
    "a null": ("[{id: 1}]", "[{id: null}]", "fail"),
    "cents": ("[{amount: 1}]", "[{amount: 2.01}]", "fail"),
    "a row more": ("[{id: 1}]", "[{id: 1}, {id: 1}]", "fail"),
    "a row less": ("[{id: 1}, {id: 1}]", "[{id: 1}]", "fail"),
    "a row of none": ("[]", "[{id: null}]", "fail"),
    "none of a row": ("[{id: null}]", "[]", "fail"),
    "no such column given": ("[{id: 1, nonsense: 1}]", "[{id: 1}]", "error"),
    "no such column expected": ("[{id: 1}]", "[{id: 1, nonsense: 1}]", "error"),
    "no such value": ("[{id: x}]", "[{id: 1}]", "error"),
    "rows of more columns": ("[{id: 1}]", "[{id: 1}, {id: 1, name: null}]", "error"),
    "rows of fewer columns": (
        "[{id: 1, name: a}, {id: 2}]",
        "[{id: 1, name: A}, {id: 2}]",
        "error",
    ),
}


def run_cases(folder: Path, *, with_macros: bool) -> dict[str, str]:
    """How dbt ends each case, in a project of its own."""
    for name in ("models", "macros"):
        (folder / name).mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: cases\nprofile: cases\nversion: '1.0.0'\n")
    (folder / "profiles.yml").write_text(
        "cases:\n  target: here\n  outputs: {here: {type: duckdb, path: cases.duckdb, threads: 1}}\n"
    )
    (folder / "models" / "given.sql").write_text(GIVEN)
    (folder / "models" / "tested.sql").write_text(TESTED)
    cases = "".join(
        f"  - name: {name.replace(' ', '_')}\n    model: tested\n"
        f"    given: [{{input: ref('given'), rows: {given}}}]\n    expect: {{rows: {expected}}}\n"
        for name, (given, expected, _) in CASES.items()
    )
    (folder / "models" / "unit_tests.yml").write_text(f"unit_tests:\n{cases}")
    if with_macros:
        for macros in (ENGINE / "unit_tests.sql", ENGINE / "materializations" / "unit_tests.sql"):
            (folder / "macros" / f"{macros.parent.name}.sql").write_text(macros.read_text())
    with duckdb.connect(folder / "cases.duckdb") as database:
        database.execute(f"create table given as {GIVEN}")
    subprocess.run(
        [sys.executable, "-c", PLAIN_DBT, "--quiet", "test"],
        cwd=folder,
        env=kept_settings(),
        check=False,
        capture_output=True,
    )
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[-1]: result["status"] for result in results}


@pytest.mark.parametrize("with_macros", [True, False], ids=["ours", "dbt's"])
def test_unit_tests_end_as_with_macros_of_dbt(with_macros, tmp_path):
    ended = run_cases(tmp_path / "cases", with_macros=with_macros)
    assert ended == {name.replace(" ", "_"): end for name, (*_, end) in CASES.items()}
