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
MOST_REFUSALS = 20
# of an end of a link, as `shown` writes it
NAME = (
    "{0}identifier_type || ':' || case when {0}identifier_scope = '' then '' else {0}identifier_scope || ':' end"
    " || {0}identifier_value"
)


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
    """The shortest chain of links that join two identifiers of one person; of equal ones the first by name.

    A record joins two strong identifiers that may both link. A weak one hangs on those that it was seen with and is at
    an end of a chain, alone or with others that a decision keeps together with it: it joins nobody.
    """
    joining: dict[Identifier, list[Link]] = {}
    hanging: dict[Identifier, list[Link]] = {}
    weak: set[Identifier] = set()
    for row in connection.execute(
        """
        select
            links.identifier_type, links.identifier_scope, links.identifier_value,
            links.other_identifier_type, links.other_identifier_scope, links.other_identifier_value,
            links.rule_code, links.record_count, links.example_record_id, links.first_seen_at, links.last_seen_at,
            one_rules.strength, other_rules.strength, one.standing, other.standing
        from vault.identity_links as links
        inner join definitions.identifier_rules as one_rules
            on links.identifier_type = one_rules.identifier_type
        inner join definitions.identifier_rules as other_rules
            on links.other_identifier_type = other_rules.identifier_type
        inner join vault.identity_map as one
            on links.identifier_type = one.identifier_type
            and links.identifier_scope = one.identifier_scope
            and links.identifier_value = one.identifier_value
        inner join vault.identity_map as other
            on links.other_identifier_type = other.identifier_type
            and links.other_identifier_scope = other.identifier_scope
            and links.other_identifier_value = other.identifier_value
        where links.user_id = ? and links.status = 'counted'
        order by all
        """,
        [user_id],
    ).fetchall():
        first, second, rest = row[:3], row[3:6], row[6:11]
        strengths, standings = row[11:13], row[13:15]
        weak |= {
            end for end, kind in zip((first, second), strengths, strict=True) if kind == "weak"
        }
        joins = strengths == ("strong", "strong") and standings == ("linking", "linking")
        if joins or rest[0] != "same_record":
            kept = joining
        elif strengths in (("weak", "strong"), ("strong", "weak")):
            kept = hanging
        else:
            continue
        kept.setdefault(first, []).append(Link(first, second, *rest))
        kept.setdefault(second, []).append(Link(second, first, *rest))
    ends = _alike(one, joining, weak) | _alike(other, joining, weak)
    came_by: dict[Identifier, Link] = {}
    waiting = deque([one])
    while waiting and other not in came_by:
        here = waiting.popleft()
        steps = [link for link in hanging.get(here, []) if here in ends or link.other in ends]
        for link in sorted([*joining.get(here, []), *steps], key=lambda link: link.other):
            if link.other not in came_by and link.other != one:
                came_by[link.other] = link
                waiting.append(link.other)
    chain: list[Link] = []
    place = other
    while place != one:
        chain.append(came_by[place])
        place = came_by[place].one
    return chain[::-1]


def _alike(
    end: Identifier, joining: dict[Identifier, list[Link]], weak: set[Identifier]
) -> set[Identifier]:
    """A weak end of a chain with the weak identifiers that decisions keep together with it; of a strong one none."""
    found = {end} & weak
    waiting = deque(found)
    while waiting:
        for link in joining.get(waiting.popleft(), []):
            if link.other in weak and link.other not in found:
                found.add(link.other)
                waiting.append(link.other)
    return found


def refused_between(
    connection: duckdb.DuckDBPyConnection, one: str, other: str
) -> list[tuple[str, ...]]:
    """The refused links of all shortest ways from one to another: two identifiers and the reason.

    A place on a way is a person, or a blocked identifier, which is none. Ways over blocked values lead everywhere: they
    are told where there is no other one.
    """
    for name, condition in (
        ("refusals", "refusal_reason <> 'blocked_value'"),
        ("all_refusals", "true"),
    ):
        connection.execute(
            f"""
            create or replace temp table {name} as
            select
                identifier_type, identifier_scope, identifier_value,
                other_identifier_type, other_identifier_scope, other_identifier_value, refusal_reason,
                coalesce(user_id, {NAME.format("")}) as one_place,
                coalesce(other_user_id, {NAME.format("other_")}) as other_place
            from vault.identity_links
            where status = 'refused' and {condition}
            """
        )
        steps = _steps_to(connection, name, one, other)
        if other not in steps:
            continue
        back = _steps_to(connection, name, other, one)
        length = steps[other]
        rows = connection.execute(
            f"select * from {name} where one_place in (select unnest($1))"
            " and other_place in (select unnest($1)) order by all",
            [list(steps)],
        ).fetchall()
        return [
            row[:7]
            for row in rows
            if length
            in (
                steps[row[7]] + 1 + back.get(row[8], length),
                steps[row[8]] + 1 + back.get(row[7], length),
            )
        ]
    return []


def _steps_to(
    connection: duckdb.DuckDBPyConnection, refusals: str, start: str, goal: str
) -> dict[str, int]:
    """How many refused links every place is away from the first, up to the goal."""
    steps = {start: 0}
    border = [start]
    while border and goal not in steps:
        reached = connection.execute(
            f"""
            select other_place from {refusals} where one_place in (select unnest($1))
            union
            select one_place from {refusals} where other_place in (select unnest($1))
            """,
            [border],
        ).fetchall()
        distance = steps[border[0]] + 1
        border = [place for (place,) in reached if place not in steps]
        steps.update(dict.fromkeys(border, distance))
    return steps


def explain(settings: Settings, one_text: str, other_text: str) -> str:
    """Say why two identifiers are one person, or why they are not."""
    try:
        connection = connect(settings, read=True)
    except duckdb.IOException as error:
        raise CannotExplain(
            f"{settings.database} cannot be read ({error}); run `make build` first"
        ) from None
    try:
        return _explained(connection, one_text, other_text)
    except duckdb.CatalogException as error:
        raise CannotExplain(
            f"{settings.database} holds no complete build ({error}); run `make build` first"
        ) from None
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
    refusals = refused_between(connection, one_user or shown(one), other_user or shown(other))
    lines += [
        f"  refused: {shown(row[:3])} — {shown(row[3:6])}: {row[6]}"
        for row in refusals[:MOST_REFUSALS]
    ]
    if len(refusals) > MOST_REFUSALS:
        lines.append(f"  and {len(refusals) - MOST_REFUSALS} more.")
    if not refusals:
        lines.append("  No record, refused or not, brings them near each other.")
    return "\n".join(lines)
