"""The digest: one page in each language, its figures those of the marts, nothing asked of anywhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from explorer.digest import write
from explorer.publication import Publication


@pytest.fixture(scope="module")
def digest(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of both pages."""
    folder = tmp_path_factory.mktemp("digest")
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in write(Publication(published), folder, "2025-06")
    }


def test_the_digest_says_what_changed_and_what_to_do_next(digest: dict[str, str], ask) -> None:
    total = ask(
        "select any_value(total_change) as change, sum(mix_effect) as mix, sum(rate_effect) as rate "
        "from mix_and_rate_changes where metric_code = 'csat' and dimension = 'channel' "
        "and period_start_date = date '2025-06-01'"
    ).iloc[0]
    steps = ask(
        "select cast(recoverable_value as double) as won from funnel_bottlenecks where breakdown = 'all' "
        "and recoverable_value > 0 order by won desc limit 5"
    )
    for text in digest.values():
        for value in total:
            assert f">{f'{value:,.4f}'.rstrip('0').rstrip('.')}<" in text
        for won in steps["won"]:
            assert f">{f'{won:,.4f}'.rstrip('0').rstrip('.')}<" in text
    assert f"{steps['won'].iloc[0]:,.0f}" in digest["digest-en"]


def test_the_digest_stands_alone(digest: dict[str, str]) -> None:
    assert digest.keys() == {"digest-en", "digest-zh"}
    for text in digest.values():
        linked = re.findall(r'(?:src|href)="([^"]*)"', text)
        assert linked
        assert all(address.startswith("data:") for address in linked)
        assert "<script" not in text


def test_a_month_without_data_is_refused(published: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2001-01"):
        write(Publication(published), tmp_path, "2001-01")


def test_without_any_visit_there_is_no_digest(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nobody"
    shutil.copytree(published, folder)
    path = folder / "fct_sessions.parquet"
    path.unlink()
    duckdb.sql(f"copy (from '{published / path.name}' limit 0) to '{path}' (format parquet)")
    with pytest.raises(SystemExit, match="Nobody has visited yet"):
        write(Publication(folder), tmp_path)
