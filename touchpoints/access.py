"""What a role may read: rows of the seed access_roles. What no row grants is not given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from touchpoints.contract import read_seed
from touchpoints.settings import PROJECT

ALL = "*"
ROLE = re.compile(r"[a-z][a-z0-9_]*")


class WrongRole(ValueError):
    """A role cannot be published for; the message says why."""


@dataclass(frozen=True)
class Grant:
    """What of one relation a role may read; None stands for everything."""

    relation: str
    columns: tuple[str, ...] | None
    regions: tuple[str, ...] | None
    channels: tuple[str, ...] | None

    def selection(self, columns: Sequence[str]) -> tuple[list[str], str, list[str]]:
        """Columns to give, a condition on rows and its parameters; refuses a limit that the relation cannot keep."""
        chosen = list(columns) if self.columns is None else list(self.columns)
        unknown = [name for name in chosen if name not in columns]
        if unknown:
            raise WrongRole(
                f"{self.relation} has no column {', '.join(unknown)}; it has: {', '.join(columns)}"
            )
        if not chosen:
            raise WrongRole(f"no column of {self.relation} is granted")
        conditions, parameters = [], []
        for column, values in (("region", self.regions), ("channel_code", self.channels)):
            if values is None:
                continue
            if column not in columns:
                raise WrongRole(
                    f"{self.relation} has no column {column}, so rows of it cannot be kept apart; "
                    "grant it without that limit, or not at all"
                )
            # a row of nobody's region is in no region
            conditions.append(f'"{column}" in ({", ".join("?" for _ in values)})')
            parameters += values
        return chosen, " and ".join(conditions) or "true", parameters


def grants_of(role: str, project: Path = PROJECT) -> dict[str, Grant]:
    """The grants of a role by relation; raises WrongRole."""
    rows = read_seed("access_roles", project)
    roles = sorted({row["role"] for row in rows})
    if role not in roles or not ROLE.fullmatch(role):
        raise WrongRole(f"ROLE={role!r}: accepted values are {', '.join(roles)}")
    found: dict[str, Grant] = {}
    for row in rows:
        if row["role"] != role:
            continue
        relation = row["relation"]
        if relation in found:
            raise WrongRole(
                f"seeds/access_roles.csv: {role} has two rows of {relation}, and which of them holds is not said; "
                "give one, with | between columns, regions and channels"
            )
        limits = [row[name] for name in ("columns", "regions", "channels")]
        if None in (relation, *limits):
            raise WrongRole(
                f"seeds/access_roles.csv: a row of {role} has fewer fields than the header; * stands for all"
            )
        found[relation] = Grant(relation, *(_names(text) for text in limits))
    return found


def is_granted(role: str, project: Path = PROJECT) -> bool:
    """Whether the seed grants a role anything."""
    return any(row["role"] == role for row in read_seed("access_roles", project))


def _names(text: str) -> tuple[str, ...] | None:
    """None for everything; an empty field grants nothing."""
    parts = [part.strip() for part in text.split("|")]
    return None if parts == [ALL] else tuple(dict.fromkeys(part for part in parts if part))
