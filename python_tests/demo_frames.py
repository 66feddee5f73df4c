"""Raw tables of a demonstration dataset as plain pandas, for tests of what is planted.

Only the list of columns and keys is taken from the generator.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import pandas as pd
import pytest

from demo import generate, industries
from demo.schema import TABLES

NULL_WORDS = ["", "NULL", "null", "\\N", "N/A", "-"]
ZONE = "Asia/Shanghai"


class Dataset:
    """A dataset written as Parquet, read back table by table."""

    def __init__(self, root: Path, arguments: list[str]) -> None:
        """Generate the dataset."""
        generate.main([*arguments, "--workers", "1", "--out", str(root)])
        self.root = root
        self.truth = json.loads((root / "truth.json").read_text(encoding="utf-8"))

    def table(self, name: str) -> pd.DataFrame:
        """The records that can be used: needed columns filled, the newest of each key."""
        spec = TABLES[name]
        files = sorted((self.root / name.replace(".", "/")).glob("*.parquet"))
        frame = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
        texts = frame.select_dtypes(["object", "string"]).columns
        frame[texts] = frame[texts].mask(frame[texts].isin(NULL_WORDS))
        frame = frame.dropna(subset=[column.name for column in spec.columns if column.is_needed])
        frame = frame.sort_values("loaded_at", kind="stable")
        keys = [column.name for column in spec.columns if column.is_key]
        return frame.drop_duplicates(keys, keep="last").reset_index(drop=True)

    def scenario(self, number: int) -> dict:
        """What truth.json says of a scenario."""
        return self.truth["scenarios"][str(number)]

    @cached_property
    def person_of(self) -> dict[tuple[str, str], int]:
        """Identifier (type, value) -> person, as truth.json lists them."""
        return {
            (kind, value): number
            for number, identifiers in enumerate(self.truth["people"])
            for kind, _, value in identifiers
        }

    def people(self, frame: pd.DataFrame) -> pd.Series:
        """The person of each record by any identifier that it shows."""
        found = pd.Series(pd.NA, index=frame.index, dtype="Int64")
        for kind in (
            "student_no",
            "member_no",
            "contact_id",
            "openid",
            "email",
            "visitor_id",
            "phone",
        ):
            if kind in frame:
                values = frame[kind]
                if kind == "phone":
                    values = values.map(_digits)
                found = found.fillna(
                    values.map(lambda value, kind=kind: self.person_of.get((kind, value), pd.NA))
                )
        return found

    @property
    def action_start(self) -> pd.Timestamp:
        """Local midnight on which the actions start."""
        starts = self.table("operations.actions")["starts_on"].unique()
        assert len(starts) == 1
        return pd.Timestamp(starts[0]).tz_localize(ZONE)


def _digits(value: object) -> object:
    if not isinstance(value, str):
        return value
    digits = "".join(str(int(sign)) for sign in value if sign.isdigit())
    return digits[-11:]


def make_small(
    tmp_path_factory: pytest.TempPathFactory, name: str, seed: int, *, is_null: bool
) -> Dataset:
    """A small dataset of an industry that plants by units of people; the second seed's has two chunks."""
    industry = industries.load(name)
    arguments = ["--industry", name, "--seed", str(seed)]
    arguments += ["--people", str(industry.UNIT * (2 if seed == 2 else 1) + 40)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(industry, "PEOPLE_PER_CHUNK", industry.UNIT + 40)
        return Dataset(tmp_path_factory.mktemp(name), arguments + ["--null"] * is_null)
