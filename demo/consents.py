"""What people agreed to: consents given and withdrawn over the year, of any of a person's identifiers.

Drawn from random numbers of their own, so that no other file of a dataset depends on them. Members of planted scenarios
never say anything: what is planted does not depend on who may be addressed.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo.arrays import DAY, NEVER, SECOND, Calendar, times
from demo.rows import NOBODY, Rows

# Purpose, share of people who ever say something of it, share of the sayings that grant it.
PURPOSES = (("outreach", 0.22, 0.6), ("personalisation", 0.14, 0.5), ("analysis", 0.05, 0.5))
# Identifiers that are one person's own for certain, and that a form asks for.
NAMED_BY = {"member_no", "email", "student_no", "contact_id", "openid", "unionid", "buyer_id"}
_STREAM = 1_000_003  # apart from the streams of chunks and of dirt


def make_consents(
    seed: int, number: int, calendar: Calendar, lists: dict[str, list]
) -> tuple[Rows, list[list[object]]]:
    """The rows of one chunk, and what counts in the end: ``[identifier of the newest row, purpose, is granted]``."""
    rng = np.random.default_rng([seed, number, _STREAM])
    planted = {
        member
        for key, members in lists.items()
        if key.startswith("scenario_")
        for member in members
    }
    found: list[tuple[list[str], str, bool, int]] = []
    truth: list[list[object]] = []
    for identifiers in lists["people"]:
        own = [identifier for identifier in identifiers if identifier[0] in NAMED_BY]
        if not own or any(value in planted for _, _, value in identifiers):
            continue
        for purpose, share, granted_share in PURPOSES:
            if rng.random() >= share:
                continue
            count = int(rng.integers(1, 4))
            # whole minutes, as some exports spell no seconds; days apart, so that the newest is the newest
            days = np.sort(rng.choice(calendar.days - 1, count, replace=False))
            minutes = rng.integers(8 * 60, 22 * 60, count)
            moments = calendar.start + days * DAY + minutes * 60 * SECOND
            granted = rng.random(count) < granted_share
            named = rng.integers(0, len(own), count)
            rows = [
                (own[int(one)], purpose, bool(is_granted), int(moment))
                for one, is_granted, moment in zip(named, granted, moments, strict=True)
            ]
            found += rows
            truth.append([rows[-1][0], purpose, rows[-1][2]])
    return _rows(found), truth


def _rows(found: list[tuple[list[str], str, bool, int]]) -> Rows:
    columns = {
        "identifier_type": pa.array([row[0][0] for row in found], pa.string()),
        "identifier_value": pa.array([row[0][2] for row in found], pa.string()),
        "purpose": pa.array([row[1] for row in found], pa.string()),
        "is_granted": pa.array([row[2] for row in found], pa.bool_()),
        "changed_at": times(np.array([row[3] for row in found] or [NEVER])[: len(found)]),
        "platform": pa.array([row[0][1] or None for row in found], pa.string()),
    }
    return Rows("privacy.consents", columns, np.full(len(found), NOBODY))
