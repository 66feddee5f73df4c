"""Who agreed to what: consents by the identifier that they name, the newest word per person and purpose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from oracles.definitions import seed
from oracles.erasure import EVER, named_identifier
from oracles.landing import Landing, as_id, keyed
from oracles.people import Identifier, People, identifier_key

TABLE = "privacy.consents"


def purposes() -> dict[str, bool]:
    """What holds by default, by purpose."""
    return {
        str(row["purpose"]): row["is_granted_by_default"] == "true"
        for row in seed("consent_purposes")
    }


def judge(landing: Landing) -> None:
    """Refuse wrong consents, join those that name one identifier in two spellings, erase what is to be; in place.

    Goes after `erasure.erase`.
    """
    kept: dict[int, tuple[Any, Any]] = {}
    outcomes = landing.outcomes.get(TABLE)
    for record in landing.records.get(TABLE, []):
        assert outcomes is not None
        named = named_identifier(record)
        purpose = str(record["purpose"]).lower()
        refusal = (
            named
            if isinstance(named, str)
            else None
            if purpose in purposes()
            else "unknown_purpose"
        )
        if refusal is not None:
            outcomes["accepted"] -= 1
            outcomes[f"quarantined {refusal}"] += 1
            continue
        assert not isinstance(named, str)
        pseudonym = f"erased:{as_id(identifier_key(landing.secret, named))}"
        text = "\x1f".join([pseudonym, purpose, str(record["changed_at"])])
        record.key = keyed(landing.secret, f"{TABLE}:{text}")
        record.values["purpose"] = purpose
        loaded = record["loaded_at"]
        # the one that was loaded last; then the refusal
        rank = (loaded is not None, loaded or EVER, not record["is_granted"])
        if record.key in kept:
            outcomes["accepted"] -= 1
            outcomes["duplicate"] += 1
        if record.key not in kept or rank > kept[record.key][0]:
            kept[record.key] = (rank, (named, record))
    accepted = []
    for _, (named, record) in kept.values():
        record.values["named"] = named
        until = landing.erased_until.get(named)
        record.is_erased = until is not None and record["changed_at"] <= until
        if record.is_erased and outcomes is not None:
            outcomes["accepted"] -= 1
            outcomes["erased"] += 1
        accepted.append(record)
    landing.records[TABLE] = accepted


def person_consents(
    landing: Landing, people: People, until: datetime | None = None
) -> dict[tuple[int, str], tuple[bool, datetime | None]]:
    """(person, purpose) → whether it is granted, and since when somebody said so."""
    newest: dict[tuple[int, str], tuple[datetime, bool]] = {}
    for record in landing.records.get(TABLE, []):
        named: Identifier = record["named"]
        person = people.person.get(named)
        if record.is_erased or person is None:
            continue
        if until is not None and record["changed_at"] > until:
            continue
        # the later one; at one moment the refusal
        said = (record["changed_at"], not record["is_granted"])
        place = (person, record["purpose"])
        newest[place] = max(newest.get(place, said), said)
    found: dict[tuple[int, str], tuple[bool, datetime | None]] = {
        (person, purpose): (is_granted, None)
        for person in set(people.person.values())
        for purpose, is_granted in purposes().items()
    }
    for place, (changed_at, is_refused) in newest.items():
        found[place] = (not is_refused, changed_at)
    return found
