"""What models say of marts and columns is there in Chinese: all of it, nothing else, with its codes and numbers.

The pages of the explorer look a description up by its English (explorer/meanings_zh.csv): a model that says something
new has no Chinese until a row is added, and what no model says any more is to be taken out.
"""

from __future__ import annotations

import csv
import json
import re

import pytest

from builds import PROJECT
from conftest import Dataset

FILE = PROJECT / "explorer" / "meanings_zh.csv"
# What stays as it is: names in code and of files, and numbers.
KEPT = re.compile(r"`[^`]+`|\b[a-z0-9]+(?:_[a-z0-9]+)+\b|\bdocs/[a-z-]+\.md|\d+(?:[.,]\d+)*")
CHINESE = re.compile(r"[\u3001-\u9fff\uff01-\uffee]")


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str]]:
    """The file: English and Chinese."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [(row["english"], row["chinese"]) for row in csv.DictReader(lines)]


def test_every_description_has_its_chinese_and_none_is_left_over(
    built: Dataset, rows: list[tuple[str, str]]
) -> None:
    catalogue = json.loads((built.published / "catalogue.json").read_text(encoding="utf-8"))
    said = {
        text
        for mart in catalogue.values()
        for text in (mart["description"], *(its["description"] for its in mart["columns"].values()))
    }
    translated = {english for english, _ in rows}
    assert len(said) > 900
    assert sorted(said - translated) == [], "rows to add to explorer/meanings_zh.csv"
    assert sorted(translated - said) == [], "rows of explorer/meanings_zh.csv that no model says"


def test_each_stands_there_once_and_in_order(rows: list[tuple[str, str]]) -> None:
    english = [text for text, _ in rows]
    assert english == sorted(set(english))


def test_codes_and_numbers_stay_as_they_are(rows: list[tuple[str, str]]) -> None:
    lost = {
        english: sorted(set(KEPT.findall(english)) - set(KEPT.findall(chinese)))
        for english, chinese in rows
    }
    assert {english: codes for english, codes in lost.items() if codes} == {}
    assert [english for english, chinese in rows if not CHINESE.search(chinese)] == []
