"""What is erased on request: each request on its own, in the order of time, by solving who was who until then.

A request covers the identifiers that were one person with the named one, told by records that had happened, and the
person's records up to then. Records of others lose just the erased identifiers. Partners that are erased still count
towards the limits of what is shared, a device that several people shared stays shared, and what was kept from the
person joins nobody else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from oracles.definitions import (
    PERSONAL_COLUMNS,
    PROFILES,
    contracts,
    identifier_rules,
    identifier_tiers,
    seed,
)
from oracles.landing import Landing, Record, plain, read_email, read_phone
from oracles.people import (
    TIME_COLUMNS,
    Identifier,
    identifier_key,
    identifiers_of,
    person_of,
    scope_of,
    solve,
)

EVER = datetime(2000, 1, 1)
# A record that borrows its person: (table, its time, parent table, the column that names the parent).
CHILDREN = (
    ("service.messages", "sent_at", "service.tickets", "ticket_id"),
    ("survey.responses", "answered_at", "survey.invitations", "invitation_id"),
)


def happened_at(table: str, record: Record) -> datetime:
    """When a record counts as having happened."""
    moment: datetime = record[TIME_COLUMNS.get(table, "event_time")] or record["loaded_at"] or EVER
    return moment


def named_identifier(request: Record) -> Identifier | str:
    """The identifier that a request names, or why it names none."""
    kind, text = str(request["identifier_type"]), str(request["identifier_value"])
    readers = {str(r["identifier_type"]): str(r["normaliser"]) for r in seed("identifier_rules")}
    if kind not in readers:
        return "unknown_identifier_type"
    reader = {"phone": read_phone, "email": read_email}.get(readers[kind], str)
    value = reader(text)
    if value is None:
        return "invalid_identifier_value"
    platform = request["platform"]
    return (kind, scope_of(kind, platform and platform.lower()), value)


def erase(landing: Landing) -> None:
    """Erase from a landing what its requests ask for, in place."""
    table = "privacy.erasure_requests"
    requests = []
    for record in landing.records.get(table, []):
        named = named_identifier(record)
        if isinstance(named, str):
            landing.outcomes[table]["accepted"] -= 1
            landing.outcomes[table][f"quarantined {named}"] += 1
        else:
            requests.append((record["requested_at"], record.key, named, record))
    landing.records[table] = [record for *_, record in requests]
    for moment, _, named, _ in sorted(requests, key=lambda request: request[:2]):
        _erase_person(landing, named, moment)


def _erase_person(landing: Landing, named: Identifier, until: datetime) -> None:
    known = Landing(
        landing.secret,
        erased_pairs=landing.erased_pairs,
        erased_partners=landing.erased_partners,
        erased_joins=landing.erased_joins,
        erased_until=landing.erased_until,
    )
    for table in PROFILES:
        known.records[table] = [
            record for record in landing.in_scope(table) if happened_at(table, record) <= until
        ]
    people = solve(known)
    if named not in people.person:
        return
    gone = {i for i, person in people.person.items() if person == people.person[named]}
    for identifier in gone:
        landing.erased_until[identifier] = max(until, landing.erased_until.get(identifier, until))
    linking = {i for i in gone if identifier_rules()[i[0]][0] and people.standing[i] == "linking"}
    landing.erased_partners |= {
        (one, other)
        for _, found in people.sets
        for one in found - gone
        if not identifier_rules()[one[0]][0] and people.standing[one] == "shared"
        for other in found & linking
    }
    tiers = identifier_tiers()
    landing.erased_joins |= {
        (one, max(tiers[one[0]], tiers[other[0]]), until)
        for _, found in people.sets
        for one in found - gone
        if identifier_rules()[one[0]][0] and people.standing[one] == "linking"
        for other in found & linking
    }
    parents: dict[str, set[Any]] = {}
    for table, records in known.records.items():
        for record in records:
            found = identifiers_of(record)
            if person_of(people, table, found) == people.person[named]:
                _note_pairs(landing, found, found)
                parents.setdefault(table, set()).add(id(record))
                _empty(landing, table, record, _profile_key(landing, people, table, found))
            elif found & gone:
                _note_pairs(landing, found & gone, found)
                for kind, scope, value in found & gone:
                    assert record.values[kind] == value, scope
                    record.values[kind] = None
    for table, column, parent_table, number in CHILDREN:
        numbers = {
            record[number]
            for record in landing.in_scope(parent_table)
            if id(record) in parents.get(parent_table, ())
        }
        for record in landing.in_scope(table):
            if (
                record[number] in numbers
                and record[column] <= until
                and not record.is_erased
                and not identifiers_of(record)
            ):
                _empty(landing, table, record, None)


def _profile_key(landing: Landing, people: Any, table: str, found: frozenset[Identifier]) -> int:
    """Key of the profile that erased records keep, so that their sessions stay what they were."""
    usable = [i for i in found if people.standing.get(i, "blocked") != "blocked"]
    profile = min(
        usable,
        key=lambda i: (
            i[0] != PROFILES[table],
            identifier_rules()[i[0]][1],
            identifier_key(landing.secret, i),
        ),
    )
    return plain(f"erased:{identifier_key(landing.secret, profile)}")


def _note_pairs(landing: Landing, ones: frozenset[Identifier], others: Any) -> None:
    for one in ones:
        for other in others:
            if one != other:
                landing.erased_pairs |= {(one, other), (other, one)}


def _empty(landing: Landing, table: str, record: Record, profile_key: int | None) -> None:
    """Take from a record who it was and what was said."""
    record.is_erased, record.erased_profile = True, profile_key
    for column in contracts()[table].kinds:
        if column in identifier_rules() or column in PERSONAL_COLUMNS:
            record.values[column] = None
    landing.outcomes[table]["accepted"] -= 1
    landing.outcomes[table]["erased"] += 1
