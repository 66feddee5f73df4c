"""Who is who: identifiers, what they may do, and the people they make (networkx)."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

import networkx as nx

from oracles.definitions import (
    PROFILES,
    channels_by_platform,
    identifier_rules,
    identifier_tiers,
    per_person_limits,
    seed,
)
from oracles.landing import Landing, Record, keyed, plain

# (type, scope, value)
Identifier = tuple[str, str, str]
# The type of a profile of erased records.
ERASED = "(erased)"

TIME_COLUMNS = {
    "academic.enrolments": "enrolled_at",
    "crm.contacts": "created_at",
    "ecommerce.orders": "created_at",
    "erp.members": "registered_at",
    "his.appointments": "booked_at",
    "his.follow_ups": "done_at",
    "hotline.calls": "called_at",
    "outreach.sends": "sent_at",
    "service.tickets": "opened_at",
    "survey.invitations": "sent_at",
    "survey.responses": "answered_at",
}
SCOPED = {"buyer_id": "ecommerce", "platform_user_id": "social"}


@dataclass
class People:
    """Standing and person (key) of each identifier, the sets of identifiers with their records, the refused joins."""

    first_seen: dict[Identifier, datetime | None] = field(default_factory=dict)
    standing: dict[Identifier, str] = field(default_factory=dict)
    person: dict[Identifier, int] = field(default_factory=dict)
    sets: dict[tuple[str, frozenset[Identifier]], list[Record]] = field(default_factory=dict)
    refused: list[frozenset[Identifier]] = field(default_factory=list)


def scope_of(identifier_type: str, platform: str | None) -> str:
    """Where a value of this type is unique: the platform, by the channel that its spellings stand for.

    A catch-all channel (`…_other`) stands for many platforms and is no scope; there it is the platform itself.
    """
    if identifier_type not in SCOPED:
        return ""
    system = SCOPED[identifier_type]
    channel = channels_by_platform().get((system, platform or "(none)"))
    if channel is None or channel.endswith("_other"):
        return platform or ""
    return channel


def identifiers_of(record: Record) -> frozenset[Identifier]:
    """The identifiers that a record carries, blocked ones included."""
    return _identifiers(record["platform"], tuple(map(record.values.get, identifier_rules())))


@functools.lru_cache(maxsize=100_000)
def _identifiers(platform: str | None, values: tuple[str | None, ...]) -> frozenset[Identifier]:
    return frozenset(
        (kind, scope_of(kind, platform), value)
        for kind, value in zip(identifier_rules(), values, strict=True)
        if value is not None
    )


@functools.cache
def is_blocked(identifier: Identifier) -> bool:
    """True for placeholders, null words, test values and the like."""
    kind, _, value = identifier
    return any(
        row["identifier_type"] == kind
        and (
            row["value"] == value
            if row["match_type"] == "equals"
            else re.search(str(row["value"]), value) is not None
        )
        for row in seed("blocked_identifiers")
    )


def identifier_key(secret: str, identifier: Identifier) -> int:
    """Key of an identifier under the vault's secret; of an erased profile, its own."""
    if identifier[0] == ERASED:
        return int(identifier[2])
    return keyed(secret, ":".join(identifier))


def solve(landing: Landing) -> People:
    """People of a landing, as identity.md says: a function of the set of evidence."""
    rules = identifier_rules()
    limits = {
        (str(row["identifier_type"]), str(row["partner_type"])): int(str(row["partner_limit"]))
        for row in seed("identifier_sharing_limits")
    }
    people = People()
    for table in PROFILES:
        column = TIME_COLUMNS.get(table, "event_time")
        for record in landing.in_scope(table):
            found = identifiers_of(record)
            if found:
                people.sets.setdefault((table, found), []).append(record)
                moment = record[column] or record["loaded_at"]
                for identifier in found:
                    before = people.first_seen.setdefault(identifier, moment)
                    if moment is not None and (before is None or moment < before):
                        people.first_seen[identifier] = moment
    partners: dict[Identifier, set[Identifier]] = defaultdict(set)
    blocked = {identifier for identifier in people.first_seen if is_blocked(identifier)}
    for _, found in people.sets:
        usable = found - blocked
        for identifier in usable:
            partners[identifier] |= usable - {identifier}
    counted = {identifier: set(found) for identifier, found in partners.items()}
    for one, other in landing.erased_pairs:
        if one in people.first_seen and not is_blocked(one) and not is_blocked(other):
            counted.setdefault(one, set()).add(other)
    for identifier in people.first_seen:
        counts: dict[str, int] = defaultdict(int)
        for partner in counted.get(identifier, ()):
            counts[partner[0]] += 1
        is_shared = any(n > limits.get((identifier[0], kind), n) for kind, n in counts.items())
        people.standing[identifier] = (
            "blocked" if identifier in blocked else "shared" if is_shared else "linking"
        )

    links: dict[int, nx.Graph] = defaultdict(nx.Graph)
    strong = set()
    for identifier, standing in people.standing.items():
        if standing == "linking" and rules[identifier[0]][0]:
            strong.add(identifier)
            for partner in partners[identifier]:
                if people.standing[partner] == "linking" and rules[partner[0]][0]:
                    tier = max(identifier_tiers()[identifier[0]], identifier_tiers()[partner[0]])
                    links[tier].add_edge(identifier, partner)
    marked = {
        (identifier, tier)
        for identifier, tier, until in landing.erased_joins
        if landing.erased_until.get(identifier, datetime.min) < until
    }
    own = join_by_tier(strong, links, people.refused, marked)
    groups = [set(group) for group in set(own.values())]
    group_of = {identifier: number for number, group in enumerate(groups) for identifier in group}
    for identifier, standing in list(people.standing.items()):
        if standing == "blocked" or identifier in group_of:
            continue
        if standing == "linking":  # a weak one: it joins the only component it was seen with
            seen = {group_of[partner] for partner in partners[identifier] if partner in strong}
            erased = {other for one, other in landing.erased_partners if one == identifier}
            if len(seen) == 1 and {group_of.get(other) for other in erased} <= seen:
                groups[seen.pop()].add(identifier)
                continue
            if seen:
                people.standing[identifier] = "shared"
        groups.append({identifier})
    for group in groups:
        oldest = min(
            (
                people.first_seen[i] is None,
                people.first_seen[i] or datetime.min,
                identifier_key(landing.secret, i),
            )
            for i in group
        )
        oldest_key = oldest[2]
        for identifier in group & landing.erased_until.keys():
            if identifier_key(landing.secret, identifier) == oldest_key:
                oldest_key = plain(f"{oldest_key} after {landing.erased_until[identifier]}")
                break
        for identifier in group:
            people.person[identifier] = oldest_key
    return people


def join_by_tier(
    nodes: set[Identifier],
    links: dict[int, nx.Graph],
    refused: list[frozenset[Identifier]],
    marked: set[tuple[Identifier, int]],
) -> dict[Identifier, frozenset[Identifier]]:
    """Group of every node: tier by tier, the strongest first; a join beyond a person's limits is refused as a whole,
    and so is one of a node that was refused to somebody in the tier who is erased (`marked`)."""
    group = {node: frozenset([node]) for node in nodes}
    for tier in sorted(links):
        between = nx.Graph(
            (group[one], group[other])
            for one, other in links[tier].edges
            if group[one] != group[other]
        )
        for parts in list(nx.connected_components(between)):
            joined = frozenset().union(*parts)
            counts = Counter(kind for kind, _, _ in joined)
            is_marked = any((node, tier) in marked for node in joined)
            if is_marked or any(counts[kind] > n for kind, n in per_person_limits().items()):
                refused.append(joined)
            else:
                group.update(dict.fromkeys(joined, joined))
    return group


def profile_of(people: People, table: str, found: frozenset[Identifier]) -> Identifier | None:
    """The local identity of a record: its system's own identifier, else the strongest that is not blocked."""
    usable = [i for i in found if people.standing.get(i, "blocked") != "blocked"]
    return min(
        usable,
        key=lambda i: (i[0] != PROFILES[table], identifier_rules()[i[0]][1], i),
        default=None,
    )


def person_of(people: People, table: str, found: frozenset[Identifier]) -> int | None:
    """Key of a record's person: its profile's, else (refused) the strongest that links', else the profile alone."""
    usable = [i for i in found if people.standing.get(i, "blocked") != "blocked"]
    if not usable:
        return None
    chosen = min(
        usable,
        key=lambda i: (
            people.standing[i] != "linking",
            i[0] != PROFILES[table],
            identifier_rules()[i[0]][1],
            i,
        ),
    )
    return people.person[chosen]
