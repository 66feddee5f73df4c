"""The landing contract as the sources' YAML states it, and the definition seeds, read without dbt."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from touchpoints.settings import project_dir, read_yaml


@dataclass(frozen=True)
class TableContract:
    """What one landed table promises: columns with their kinds, the key, the needed columns."""

    system: str
    table: str
    columns: dict[str, str]
    key: list[str]
    need: list[str]

    @property
    def name(self) -> str:
        """`<system>.<table>`."""
        return f"{self.system}.{self.table}"


def read_contract(project: Path | None = None) -> dict[str, TableContract]:
    """Every landed table by `<system>.<table>`."""
    project = project or project_dir()
    found = {}
    for path in sorted((project / "models" / "staging").glob("*/_*__sources.yml")):
        for source in read_yaml(path)["sources"]:
            for table in source["tables"]:
                meta = table["config"]["meta"]
                contract = TableContract(
                    source["name"],
                    table["name"],
                    {column["name"]: column["data_type"] for column in table["columns"]},
                    list(meta["key"]),
                    list(meta["need"]),
                )
                found[contract.name] = contract
    return found


def read_seed(name: str, project: Path | None = None) -> list[dict[str, str]]:
    """The rows of a definition seed."""
    path = (project or project_dir()) / "seeds" / f"{name}.csv"
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
