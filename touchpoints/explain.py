"""Why are these two identifiers one person? The shortest chain of links between them, or what keeps them apart.

Reads the vault of the build database, which holds raw identifiers: for analysts, not for readers of what is published.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

import duckdb

from touchpoints.engine import connect
from touchpoints.settings import Settings

Identifier = tuple[str, str, str]


class CannotExplain(RuntimeError):
    """An identifier is unknown or ambiguous, or the database cannot be read; the message says which."""


@dataclass(frozen=True)
class Link:
    """One link of a chain: what it joins, its rule, how many records state it, an example, its first and last time."""

    one: Identifier
    other: Identifier
    rule_code: str
    record_count: int
    example_record_id: str | None
    first_seen_at: datetime | None
    last_seen_at: datetime | None

    @property
    def text(self) -> str:
        """One line for people."""
        seen = (
            f", {self.first_seen_at:%Y-%m-%d %H:%M} to {self.last_seen_at:%Y-%m-%d %H:%M} UTC"
            if self.first_seen_at and self.last_seen_at
            else ""
        )
        records = f": {self.record_count} records{seen}" if self.record_count else ""
        example = f", for example {self.example_record_id}" if self.example_record_id else ""
        return f"{shown(self.one)} — {shown(self.other)} ({self.rule_code}{records}{example})"


def shown(identifier: Identifier) -> str:
    """An identifier as the command line takes it: type:value, or type:platform:value."""
    kind, scope, value = identifier
    return f"{kind}:{scope}:{value}" if scope else f"{kind}:{value}"


def find(connection: duckdb.DuckDBPyConnection, text: str) -> tuple[Identifier, str | None]:
    """The identifier that a text names, and its person; raises CannotExplain where there is none, or several."""
    kind, _, rest = text.partition(":")
    scope, _, value = rest.partition(":")
    rows = connection.execute(
        """
        select identifier_type, identifier_scope, identifier_value, user_id
        from vault.identity_map
        where identifier_type = ?
            and (identifier_value = ? or (identifier_scope = ? and identifier_value = ?))
        order by all
        """,
        [kind, rest, scope, value],
    ).fetchall()
    if not rows:
        raise CannotExplain(
            f"no identifier {text!r}: give type:value as vault.identity_map has it, for example phone:13912345678, "
            "or type:platform:value"
        )
    if len(rows) > 1:
        names = ", ".join(shown(row[:3]) for row in rows)
        raise CannotExplain(f"{text!r} is several identifiers: {names}; name the platform")
    return rows[0][:3], rows[0][3]


def chain_between(
    connection: duckdb.DuckDBPyConnection, one: Identifier, other: Identifier, user_id: str
) -> list[Link]:
    """The shortest chain of links that count between two identifiers of one person; of equal ones the first by name."""
    neighbours: dict[Identifier, list[Link]] = {}
    for row in connection.execute(
        """
        select
            identifier_type, identifier_scope, identifier_value,
            other_identifier_type, other_identifier_scope, other_identifier_value,
            rule_code, record_count, example_record_id, first_seen_at, last_seen_at
        from vault.identity_links
        where user_id = ? and status = 'counted'
        order by all
        """,
        [user_id],
    ).fetchall():
        first, second, rest = row[:3], row[3:6], row[6:]
        neighbours.setdefault(first, []).append(Link(first, second, *rest))
        neighbours.setdefault(second, []).append(Link(second, first, *rest))
    came_by: dict[Identifier, Link] = {}
    waiting = deque([one])
    while waiting and other not in came_by:
        here = waiting.popleft()
        for link in neighbours.get(here, []):
            if link.other not in came_by and link.other != one:
                came_by[link.other] = link
                waiting.append(link.other)
    chain: list[Link] = []
    place = other
    while place != one:
        chain.append(came_by[place])
        place = came_by[place].one
    return chain[::-1]


def explain(settings: Settings, one_text: str, other_text: str) -> str:
    """Say why two identifiers are one person, or why they are not."""
    try:
        connection = connect(settings, read=True)
    except duckdb.IOException as error:
        raise CannotExplain(f"{settings.database} cannot be opened for reading: {error}") from error
    try:
        return _explained(connection, one_text, other_text)
    except duckdb.CatalogException as error:
        raise CannotExplain(f"{settings.database} holds no complete build: {error}") from None
    finally:
        connection.close()


def _explained(connection: duckdb.DuckDBPyConnection, one_text: str, other_text: str) -> str:
    one, one_user = find(connection, one_text)
    other, other_user = find(connection, other_text)
    if one == other:
        return f"{shown(one)} is one identifier."
    if one_user is not None and one_user == other_user:
        chain = chain_between(connection, one, other, one_user)
        heading = f"One person, {one_user}, by {len(chain)} link{'s' * (len(chain) > 1)}:"
        return "\n".join([heading, *(f"  {link.text}" for link in chain)])
    lines = [
        f"Two persons: {one_user or 'nobody (blocked)'} and {other_user or 'nobody (blocked)'}."
    ]
    lines += [
        f"  refused: {shown(row[:3])} — {shown(row[3:6])}: {row[6]}"
        for row in connection.execute(
            """
            select
                identifier_type, identifier_scope, identifier_value,
                other_identifier_type, other_identifier_scope, other_identifier_value, refusal_reason
            from vault.identity_links
            where status = 'refused' and (
                (user_id = $1 and other_user_id = $2) or (user_id = $2 and other_user_id = $1)
                or (
                    (user_id in ($1, $2) or other_user_id in ($1, $2))
                    and refusal_reason not in ('per_person_limit', 'weak_identifier')
                )
            )
            order by all
            limit 20
            """,
            [one_user, other_user],
        ).fetchall()
    ]
    if len(lines) == 1:
        lines.append("  No record, refused or not, brings them near each other.")
    return "\n".join(lines)
