"""No CSV file that the project writes for people holds a formula: whoever writes one goes through a guard.

Every place in the code that writes CSV is named here, with what keeps formulas out of it; a new one fails until it is.
"""

from __future__ import annotations

import re

import pandas as pd
import pytest

from touchpoints.exports import safe_text, write_csv
from touchpoints.settings import PROJECT

WRITES = re.compile(
    r"csv\.writer\(|csv\.DictWriter\(|\.to_csv\(|\(format csv|format csv|write_csv\(", re.IGNORECASE
)
FOLDERS = ("touchpoints", "ingest", "explorer", "bi")
GUARDED = {
    # write_csv itself, which passes every field through safe_text, and its callers
    "touchpoints/exports.py",
    # its one to_csv goes through safe_cell
    "explorer/blocks.py",
}
FOR_NO_SPREADSHEET = {
    # copies of landed files for COPY, in a scratch folder, read by the server
    "touchpoints/load.py",
    # the same of published rows
    "touchpoints/serve.py",
    # a landed file, given back with every byte that was not erased
    "touchpoints/purge.py",
}
FORMULAS = (
    "=HYPERLINK(1)",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
)


def test_every_writer_of_csv_is_known_and_guarded() -> None:
    found = {
        str(path.relative_to(PROJECT))
        for folder in FOLDERS
        for path in (PROJECT / folder).rglob("*.py")
        if WRITES.search(path.read_text(encoding="utf-8"))
    }
    assert found == GUARDED | FOR_NO_SPREADSHEET


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_export_holds_a_formula(formula: str, tmp_path) -> None:
    path = tmp_path / "export.csv"
    write_csv(path, ["column"], [(formula,)])
    (cell,) = pd.read_csv(path, dtype=str, keep_default_na=False)["column"]
    assert cell[0] == "'"
    assert safe_text(formula)[0] == "'"


@pytest.mark.parametrize("number", ["+8613900000000", "0", "1.5"])
def test_a_number_stays_a_number(number: str) -> None:
    assert safe_text(number) == number
