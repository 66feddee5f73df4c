"""The mapping file: which exports there are, and which column of each is which of the landing contract.

Everything wrong with it is told at once, each with the accepted values. It is YAML read by the safe loader, and it
never holds a secret: passwords and tokens are named by the environment variable that has them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from touchpoints.contract import TableContract

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
ENCODINGS = ("auto", "utf-8", "gb18030", "utf-16")
DELIMITERS = {"auto": "", "comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
PAGINATIONS = ("none", "page", "offset", "cursor", "next_link", "link_header")
LONGEST_YAML = 1_000_000

COMMON = {"name", "kind", "tables"}
OF_KIND = {
    "files": COMMON | {"folder", "settle_seconds"},
    "stream": COMMON | {"folder"},
    "database": COMMON | {"url_variable"},
    "rest": COMMON | {"base_url", "token_variable"},
}
COMMON_OF_TABLE = {"into", "columns", "values"}
OF_TABLE = {
    "files": COMMON_OF_TABLE | {"files", "sheets", "header_row", "encoding", "delimiter"},
    "stream": COMMON_OF_TABLE | {"files"},
    "database": COMMON_OF_TABLE | {"table", "cursor", "key"},
    "rest": COMMON_OF_TABLE
    | {"path", "data", "cursor", "cursor_parameter", "key", "pagination", "parameters"},
}
NEEDED_OF_TABLE = {
    "files": ("into", "files"),
    "stream": ("into", "files"),
    "database": ("into", "table", "cursor", "key"),
    "rest": ("into", "path", "key"),
}


class WrongMapping(ValueError):
    """The mapping file cannot be used; the message lists everything that is wrong with it."""


@dataclass(frozen=True)
class Table:
    """One export: where it comes from, which landed table it is, and what its columns are called there."""

    contract: TableContract
    columns: dict[str, str]
    values: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def into(self) -> str:
        """`<system>.<table>` of the landing contract."""
        return self.contract.name

    def targets(self, header: Iterable[str]) -> dict[str, str]:
        """Column of the export → column of the contract, for the columns that the export has.

        A column that the mapping does not name, and that is called as the contract calls one, is that one.
        """
        wanted = {_folded(name): target for name, target in self.columns.items()}
        taken = set(wanted.values()) | set(self.values)
        found: dict[str, str] = {}
        for name in header:
            key = _folded(name)
            target = wanted.get(key) or (
                key if key in self.contract.columns and key not in taken else None
            )
            if target and target not in found.values():
                found[name] = target
        return found

    def absent(self, header: Iterable[str]) -> list[str]:
        """Columns that the mapping names and the export does not have."""
        there = {_folded(name) for name in header}
        return [name for name in self.columns if _folded(name) not in there]


@dataclass(frozen=True)
class Source:
    """One place that records come from."""

    name: str
    kind: str
    tables: tuple[Table, ...]
    options: dict[str, Any] = field(default_factory=dict)


def _folded(name: str) -> str:
    return str(name).replace("\ufeff", "").strip().lower()


def read_mapping(path: Path, contracts: dict[str, TableContract]) -> list[Source]:
    """The sources of a mapping file; raises WrongMapping with everything that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongMapping(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise WrongMapping(f"{path}: is not UTF-8") from None
    if len(text) > LONGEST_YAML:
        raise WrongMapping(f"{path}: is longer than {LONGEST_YAML:,} characters")
    if re.search(r"(?m)^[^#\n]*(?:[:\-]\s+)[&*][A-Za-z]", text):
        # an alias can blow a short text up to any size
        raise WrongMapping(f"{path}: anchors and aliases (&name, *name) are not accepted")
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise WrongMapping(
            f"{path}{where}: is no YAML ({getattr(error, 'problem', error)})"
        ) from None
    check = _Check(contracts, path.parent)
    sources = check.sources(found)
    if check.problems:
        listed = "\n".join(f"  {problem}" for problem in check.problems)
        raise WrongMapping(f"{path} cannot be used:\n{listed}")
    return sources


class _Check:
    """Reads what YAML gave, and collects what is wrong."""

    def __init__(self, contracts: dict[str, TableContract], folder: Path) -> None:
        self.contracts = contracts
        self.folder = folder
        self.problems: list[str] = []

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(f"{where}: {what}")

    def unknown(self, where: str, what: str, given: object, accepted: Iterable[str]) -> None:
        names = sorted(accepted)
        near = difflib.get_close_matches(str(given), names, n=1)
        guess = f" (did you mean {near[0]}?)" if near else ""
        self.wrong(where, f"{what} {given!r} is unknown{guess}; accepted: {', '.join(names)}")

    def keys(self, where: str, found: dict[str, Any], accepted: set[str]) -> None:
        for key in found:
            if key not in accepted:
                self.unknown(where, "key", key, accepted)

    def sources(self, found: object) -> list[Source]:
        if not isinstance(found, dict) or not isinstance(found.get("sources"), list):
            self.wrong("top level", "give a list `sources:`")
            return []
        self.keys("top level", found, {"sources"})
        read = [self.source(number, one) for number, one in enumerate(found["sources"], 1)]
        names = [source.name for source in read if source]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.wrong(name, "two sources have this name")
        return [source for source in read if source]

    def source(self, number: int, found: object) -> Source | None:
        where = f"source {number}"
        if not isinstance(found, dict):
            self.wrong(where, "give name, kind and tables")
            return None
        name, kind = found.get("name"), found.get("kind")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            self.wrong(where, f"name {name!r}: give a word of a-z, 0-9 and _, such as shop_exports")
            return None
        where = name
        if kind not in OF_KIND:
            self.unknown(where, "kind", kind, OF_KIND)
            return None
        self.keys(where, found, OF_KIND[kind])
        options = self.options_of(where, kind, found)
        tables = found.get("tables")
        if not isinstance(tables, list) or not tables:
            self.wrong(where, "give a list `tables:` with one or more")
            return None
        read = [
            self.table(f"{where}, table {place}", kind, one) for place, one in enumerate(tables, 1)
        ]
        return Source(name, kind, tuple(table for table in read if table), options)

    def options_of(self, where: str, kind: str, found: dict[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if kind in ("files", "stream"):
            folder = found.get("folder")
            if not isinstance(folder, str) or not folder:
                self.wrong(where, "give the `folder:` that exports are put into")
            else:
                options["folder"] = self.folder / folder
        if kind == "files":
            seconds = found.get("settle_seconds", 10)
            if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds < 0:
                self.wrong(where, f"settle_seconds {seconds!r}: give a number of seconds from 0 on")
            options["settle_seconds"] = seconds
        if kind == "rest":
            address = found.get("base_url")
            if not isinstance(address, str) or not re.match(r"https?://[^@]+$", address):
                self.wrong(where, "base_url: give https://… without a user or password")
            options["base_url"] = address
        for key in ("url_variable", "token_variable"):
            if key in OF_KIND[kind]:
                variable = found.get(key)
                if variable is None and key == "token_variable":
                    continue
                if not isinstance(variable, str) or not VARIABLE.fullmatch(variable):
                    self.wrong(
                        where,
                        f"{key}: give the NAME of the environment variable that holds it, "
                        "never the secret itself",
                    )
                options[key] = variable
        return options

    def table(self, where: str, kind: str, found: object) -> Table | None:
        if not isinstance(found, dict):
            self.wrong(where, f"give {', '.join(NEEDED_OF_TABLE[kind])}")
            return None
        self.keys(where, found, OF_TABLE[kind])
        for key in NEEDED_OF_TABLE[kind]:
            if not found.get(key):
                self.wrong(where, f"`{key}:` is missing")
        contract = self.contract(where, found.get("into"))
        if contract is None:
            return None
        columns = self.columns(where, contract, found.get("columns") or {}, "columns")
        values = self.values(where, contract, found.get("values") or {})
        for target in sorted(set(columns.values()) & set(values)):
            self.wrong(where, f"{target} is given both by a column and by a value")
        self.table_options(where, kind, found)
        options = {key: found[key] for key in found if key not in COMMON_OF_TABLE}
        return Table(contract, columns, values, options)

    def contract(self, where: str, into: object) -> TableContract | None:
        if into in self.contracts:
            return self.contracts[str(into)]
        system, _, table = str(into or "").partition(".")
        systems = sorted({contract.system for contract in self.contracts.values()})
        if system not in systems:
            self.unknown(f"{where}, into {into!r}", "system", system, systems)
        else:
            tables = [one.table for one in self.contracts.values() if one.system == system]
            self.unknown(f"{where}, into {into!r}", f"table of {system}", table, tables)
        return None

    def columns(
        self, where: str, contract: TableContract, found: object, key: str
    ) -> dict[str, str]:
        if not isinstance(found, dict):
            self.wrong(where, f"{key}: give `name in the export: name of the landing contract`")
            return {}
        read: dict[str, str] = {}
        for name, target in found.items():
            if target not in contract.columns:
                self.unknown(f"{where}, column {name!r}", "column", target, contract.columns)
            elif target in read.values():
                self.wrong(where, f"two columns of the export are to be {target}")
            else:
                read[str(name)] = str(target)
        return read

    def values(self, where: str, contract: TableContract, found: object) -> dict[str, str]:
        if not isinstance(found, dict):
            self.wrong(where, "values: give `name of the landing contract: value`")
            return {}
        for target in found:
            if target not in contract.columns:
                self.unknown(f"{where}, value", "column", target, contract.columns)
        return {str(target): str(value) for target, value in found.items()}

    def table_options(self, where: str, kind: str, found: dict[str, Any]) -> None:
        pattern = found.get("files")
        if pattern is not None and (
            not isinstance(pattern, str)
            or pattern.startswith(("/", "\\"))
            or ".." in PurePosixPath(pattern).parts
        ):
            self.wrong(where, f"files {pattern!r}: give a pattern inside the folder, as 订单*.xlsx")
        if found.get("encoding", "auto") not in ENCODINGS:
            self.unknown(where, "encoding", found["encoding"], ENCODINGS)
        if found.get("delimiter", "auto") not in DELIMITERS:
            self.unknown(where, "delimiter", found["delimiter"], DELIMITERS)
        row = found.get("header_row", 1)
        if not isinstance(row, int) or isinstance(row, bool) or not 1 <= row <= 100:
            self.wrong(where, f"header_row {row!r}: give a whole number from 1 to 100")
        if found.get("pagination") is not None:
            self.pagination(where, found["pagination"])
        for name in ("key",):
            given = found.get(name)
            if given is not None and not (
                isinstance(given, list) and given and all(isinstance(one, str) for one in given)
            ):
                self.wrong(where, f"{name}: give a list of the export's own columns, as [id]")
        if found.get("cursor_parameter") and not found.get("cursor"):
            self.wrong(where, "cursor_parameter is given without cursor")

    def pagination(self, where: str, found: object) -> None:
        if not isinstance(found, dict) or found.get("kind") not in PAGINATIONS:
            kind = found.get("kind") if isinstance(found, dict) else found
            self.unknown(where, "pagination kind", kind, PAGINATIONS)
            return
        self.keys(
            f"{where}, pagination", found, {"kind", "parameter", "limit", "total", "next", "first"}
        )
