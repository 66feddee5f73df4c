"""`make match`: links that the optional matching proposes, written into the vault's folder and nowhere else.

The file holds contact ids, which are raw identifiers: it is readable by its owner alone, and nothing of it is printed.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from touchpoints.engine import connect
from touchpoints.settings import Settings

FILE = "proposed_links.parquet"


class CannotMatch(RuntimeError):
    """There is nothing to match, or nothing to match with; the message says what to do."""


@dataclass(frozen=True)
class Proposal:
    """What a run of the matching came to: counts, and where the links were written."""

    contact_count: int
    link_count: int
    linked_contact_count: int
    threshold: float
    path: Path

    @property
    def text(self) -> str:
        """What happened and what to do next, for people; no identifier is in it."""
        found = (
            f"{self.contact_count:,} contacts compared: {self.link_count:,} links proposed between "
            f"{self.linked_contact_count:,} of them, each with a score of {self.threshold:g} or more.\n"
            f"Written to {self.path}: contact ids, so it stays in the vault's folder, for its owner alone."
        )
        if not self.link_count:
            return found
        return (
            f"{found}\nNo person changes by it. To let the proposals count, give the build the least score to trust: "
            f"make build DBT_ARGS=\"--vars '{{probabilistic_threshold: {self.threshold:g}}}'\". "
            "Empty, the var's default, is off."
        )


def propose(settings: Settings, threshold: float | None = None) -> Proposal:
    """Match the accepted contacts of the build database and write the proposed links; raises CannotMatch."""
    _needs_splink()
    from touchpoints import matching

    least = matching.DEFAULT_THRESHOLD if threshold is None else threshold
    contacts = _contacts(settings)
    links = matching.propose_links(contacts, least, settings.threads, settings.memory)
    path = settings.vault_key.parent / FILE
    _write(links, path)
    return Proposal(
        contact_count=len(contacts),
        link_count=len(links),
        linked_contact_count=len({*links["contact_id"], *links["other_contact_id"]}),
        threshold=least,
        path=path,
    )


def _needs_splink() -> None:
    if any(importlib.util.find_spec(name) is None for name in ("pandas", "pyarrow", "splink")):
        raise CannotMatch(
            "the matching is optional, and splink is not installed here: run `make match`, which makes an environment "
            "of its own, or install the extra `matching`"
        )


def _contacts(settings: Settings):
    """The accepted contacts of the last build."""
    try:
        with connect(settings, read=True) as connection:
            return connection.execute(
                """
                select contact_id, full_name, gender, birth_date, region, email, phone
                from staging.stg_crm__contacts
                order by contact_id
                """
            ).df()
    except duckdb.IOException as error:
        raise CannotMatch(
            f"{settings.database} cannot be read ({error}); run `make build` first"
        ) from None
    except duckdb.CatalogException:
        raise CannotMatch(
            f"{settings.database} holds no contacts; run `make build` on a dataset with crm/contacts first"
        ) from None


def _write(links, path: Path) -> None:
    """Write the links beside the old file and put them in its place by one rename."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [("contact_id", pa.string()), ("other_contact_id", pa.string()), ("score", pa.float64())]
    )
    table = pa.Table.from_pandas(links, schema=schema, preserve_index=False)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            pq.write_table(table.replace_schema_metadata(None), file)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
