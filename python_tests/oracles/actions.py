"""Whom to address with what, and whom not: rules and audiences evaluated person by person.

Profiles and tags are given as they were built; they have an oracle of their own.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from oracles.definitions import seed
from oracles.landing import business_date
from oracles.people import identifiers_of, person_of

if TYPE_CHECKING:
    from oracles.world import World

Row = dict[str, Any]
RISK = timedelta(days=180)
LEAST = ("churn_risk", "dissatisfaction_risk", "intent_percentile")


class Actions:
    """Everything that rules are held against."""

    def __init__(
        self,
        world: World,
        profiles: Iterable[Row],
        tags: Iterable[Row],
        items: dict[tuple[int, str], tuple[str, str | None]],
        industry: str = "retail",
    ) -> None:
        self.world, self.items, self.industry = world, items, industry
        self.profiles = {row["user_key"]: row for row in profiles if row["is_known"]}
        self.tags = {(row["user_key"], row["tag_code"]): row for row in tags}
        self.sends: dict[int, list[tuple[datetime, str | None, bool]]] = defaultdict(list)
        for record in world.landing.in_scope("outreach.sends"):
            person = person_of(world.people, "outreach.sends", identifiers_of(record))
            if person is not None and record["sent_at"] <= world.as_of:
                send = (record["sent_at"], record["campaign"], bool(record["is_holdout"]))
                self.sends[person].append(send)
        self.complaining = {
            case.person
            for case in world.cases
            if world.case_rows[case.key]["is_complaint"]
            and not world.case_rows[case.key]["is_resolved"]
            and business_date(case.contacts[-1].touch.at) > business_date(world.as_of) - RISK
        }

    def _meets(self, person: int, definition: dict[str, str | None]) -> bool:
        profile = self.profiles[person]
        if definition["tag_code"] and (person, definition["tag_code"]) not in self.tags:
            return False
        for column in ("rfm_segment_code", "lifecycle_stage"):
            if definition[column] and profile[column] != definition[column]:
                return False
        for column in LEAST:
            least = definition[f"min_{column}"]
            if least and (profile[column] is None or profile[column] < float(least)):
                return False
        return True

    def _granted(self, person: int, purpose: object) -> bool:
        return self.world.consents[(person, str(purpose))][0]

    def refusal(self, person: int, rule: dict[str, str | None]) -> str | None:
        """The first reason why a rule must not address a person."""
        now = self.world.as_of
        if not self._granted(person, "outreach") or not self._granted(person, rule["purpose"]):
            return "no_consent"
        if rule["is_blocked_by_complaint"] == "true" and person in self.complaining:
            return "open_complaint"
        mine = self.sends.get(person, [])
        cooled = now - timedelta(days=int(str(rule["cooldown_days"])))
        if any(campaign == rule["rule_code"] and at > cooled for at, campaign, _ in mine):
            return "cooling_down"
        if rule["max_sends"]:
            since = now - timedelta(days=int(str(rule["cap_days"])))
            reached = sum(at > since and not held for at, _, held in mine)
            if reached >= int(rule["max_sends"]):
                return "too_many_messages"
        if rule["item_source"] != "none" and (person, str(rule["item_source"])) not in self.items:
            return "no_item"
        return None

    def judged(self) -> dict[tuple[str, int], dict[str, Any]]:
        """(rule, person) → refusal, item, whether held out; of everybody who meets a rule."""
        found = {}
        for rule in seed("action_rules", self.industry):
            code = str(rule["rule_code"])
            for person in self.profiles:
                if self._meets(person, rule):
                    digest = hashlib.md5(f"holdout:{code}:{person}".encode()).hexdigest()
                    number = (int(digest[:16], 16) >> 1) % 10000
                    item = self.items.get((person, str(rule["item_source"])))
                    found[(code, person)] = {
                        "refusal_reason": self.refusal(person, rule),
                        "item_id": item and item[0],
                        "is_holdout": number < float(str(rule["holdout_share"])) * 10000,
                    }
        return found

    def ranked(self) -> dict[tuple[int, int], str]:
        """(person, rank) → rule."""
        places = {
            str(rule["rule_code"]): (int(str(rule["priority"])), str(rule["rule_code"]))
            for rule in seed("action_rules", self.industry)
        }
        mine: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for (code, person), row in self.judged().items():
            if row["refusal_reason"] is None:
                mine[person].append(places[code])
        return {
            (person, rank): code
            for person, found in mine.items()
            for rank, (_, code) in enumerate(sorted(found), 1)
        }

    def members(self) -> dict[tuple[str, int], datetime]:
        """(audience, person) → since when."""
        found = {}
        for definition in seed("audience_definitions", self.industry):
            for person in self.profiles:
                if self._meets(person, definition) and self._granted(person, definition["purpose"]):
                    tag = self.tags.get((person, str(definition["tag_code"])))
                    at = tag["last_at"] if tag else self.world.as_of
                    found[(str(definition["audience_code"]), person)] = at
        return found
