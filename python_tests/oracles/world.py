"""Everything the oracles say of one raw root, worked out once."""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path

from oracles import (
    consents,
    credits,
    data_driven,
    drivers,
    effects,
    erasure,
    funnels,
    interactions,
    journeys,
    landing,
    orders,
    people,
    profiles,
    satisfaction,
    service,
    texts,
)


class World:
    """The oracles' answers for a raw root and a vault secret, each worked out when first asked for."""

    def __init__(self, raw_root: Path, secret: str) -> None:
        self.landing = landing.read_landing(raw_root, secret)
        erasure.erase(self.landing)
        consents.judge(self.landing)

    @functools.cached_property
    def people(self) -> people.People:
        """Identity."""
        return people.solve(self.landing)

    @functools.cached_property
    def consents(self) -> dict[tuple[int, str], tuple[bool, datetime | None]]:
        """What each person agreed to, by (person, purpose)."""
        return consents.person_consents(self.landing, self.people)

    @functools.cached_property
    def _cut(self) -> tuple[list[interactions.Touch], dict[int, list[interactions.Touch]]]:
        found = interactions.touches(self.landing, self.people)
        return found, interactions.cut_sessions(found, self.people)

    @property
    def touches(self) -> list[interactions.Touch]:
        """Interactions, in their sessions."""
        return self._cut[0]

    @property
    def sessions(self) -> dict[int, list[interactions.Touch]]:
        """Sessions by key."""
        return self._cut[1]

    @functools.cached_property
    def orders(self) -> list[orders.Order]:
        """Orders."""
        return orders.orders(self.landing, self.people)

    @functools.cached_property
    def as_of(self) -> datetime:
        """The time that stands for now."""
        return max(touch.at for touch in self.touches)

    @functools.cached_property
    def order_numbers(self) -> dict[tuple[str, str | None], int | None]:
        """Key of the order of (number, platform), and of (number, None) where only one order has it."""
        return interactions.orders_by_number(self.landing)

    @functools.cached_property
    def named_orders(self) -> dict[int, int | None]:
        """The order that each touch is or speaks of."""
        own = {order.record.key for order in self.orders}
        return interactions.named_orders(self.landing, self.touches, own)

    @functools.cached_property
    def segments(self) -> dict[int, tuple[str, str | None]]:
        """Class by orders and stage of life of everyone with a touch."""
        return profiles.segments(self, self.as_of)

    @functools.cached_property
    def funnel_entries(self) -> dict[str, list[funnels.Entry]]:
        """Entries by funnel."""
        tiers = funnels.tiers(self.landing, self.people)
        return funnels.funnel_entries(
            self.touches, self.named_orders, self.orders, tiers, self.segments
        )

    @functools.cached_property
    def conversions(self) -> list[journeys.Conversion]:
        """Conversions of every goal."""
        return journeys.conversions(self.touches, self.orders)

    @functools.cached_property
    def journeys(self) -> list[journeys.Journey]:
        """Journeys of every goal, as of the newest event."""
        as_of = max(touch.at for touch in self.touches)
        return journeys.journeys(self.touches, self.conversions, as_of)

    @functools.cached_property
    def contribution(self) -> credits.Sums:
        """Credits and values by the rule models."""
        return credits.contribution(self.conversions, self.journeys)

    @functools.cached_property
    def data_driven(self) -> data_driven.Answers:
        """Credits and values by the data-driven models, all-time."""
        return data_driven.contribution(self.conversions, self.journeys)

    @functools.cached_property
    def scores(self) -> list[satisfaction.Score]:
        """Scores."""
        return satisfaction.scores(self.landing, self.people, self.touches)

    @functools.cached_property
    def order_regions(self) -> dict[int, str]:
        """Region of each order by its key: what it names, else its person's."""
        homes = satisfaction.home_regions(self.landing, self.people)
        return {
            order.record.key: order.record["region"] or homes.get(order.person or -1, "(unknown)")
            for order in self.orders
        }

    @functools.cached_property
    def satisfaction(self) -> dict[satisfaction.Cell, dict[str, object]]:
        """Cells of the satisfaction mart."""
        regions = self.order_regions
        placed = [
            (
                order.record.key if order.person is None else order.person,
                regions[order.record.key],
                landing.business_date(order.at),
            )
            for order in self.orders
            if not order.is_return
        ]
        made = []
        for case in self.cases:
            row = self.case_rows[case.key]
            if row["is_complaint"]:
                owner = case.person or case.contacts[0].order or case.key
                place = (
                    str(row["about_touchpoint_code"]),
                    str(row["about_channel_code"]),
                    str(row["region"] or "(unknown)"),
                )
                began = landing.business_date(case.opened)
                made.append((owner, place, row["cohort_date"], began))
        seen = [
            (
                touch.code,
                touch.channel,
                touch.region or "(unknown)",
                landing.business_date(touch.at),
            )
            for touch in self.touches
        ]
        written = [
            (text.code, text.channel, text.region or "(unknown)", landing.business_date(text.at))
            for text in self.texts
        ]
        exposure = satisfaction.Exposure(placed, made, seen, self.requests, written)
        return satisfaction.cells(self.landing, self.scores, exposure, self.as_of)

    @functools.cached_property
    def feedback_rates(self) -> dict[satisfaction.Cell, dict[str, object]]:
        """Cells of the mart of feedback rates."""
        return satisfaction.feedback_rates(self.landing, self.people)

    @functools.cached_property
    def contacts(self) -> list[service.Contact]:
        """Contacts that are service cases, or go on with one."""
        return service.contacts(self.landing, self.touches, self.named_orders)

    @functools.cached_property
    def cases(self) -> list[service.Case]:
        """Service cases."""
        return service.cases(self.contacts, self.orders)

    @functools.cached_property
    def requests(self) -> list[satisfaction.Request]:
        """Who asked what wants an answer, and how long they waited for a person."""
        return service.requests(self.contacts)

    @functools.cached_property
    def case_rows(self) -> dict[int, dict[str, object]]:
        """What the mart shows of each service case, by key."""
        known = {order.record.key: order for order in self.orders}
        homes = satisfaction.home_regions(self.landing, self.people)
        ratings = {score.record.key: score for score in self.scores if score.scaled is not None}
        return {
            case.key: service.case_row(case, known, ratings, homes, self.as_of)
            for case in self.cases
        }

    @functools.cached_property
    def texts(self) -> list[texts.Text]:
        """Texts."""
        return texts.texts(self.landing, self.people, self.touches)

    @functools.cached_property
    def driver_units(self) -> dict[str, list[drivers.Unit]]:
        """Persons of each outcome that satisfaction may drive."""
        return drivers.units(self)

    @functools.cached_property
    def action_effects(self) -> dict[tuple[str, str], dict[str, object]]:
        """What the mart says of each action."""
        return effects.effects(self)
