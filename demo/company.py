"""What every company has alike, on top of a chunk: visits, articles, surveys, tickets, calls, registers.

The industries say who does what when. ``exact`` plants shares as exact counts that hold in any
stretch of time; ``Company`` adds records of its people.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.arrays import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    chance,
    choose,
    constant,
    expand,
    ids,
    join,
    only,
    spread,
    take,
    text,
)
from demo.chunk import Chunk
from demo.people import BAD_PHONES, PLACEHOLDER_PHONES, STAFF_PHONES
from demo.rows import NOBODY
from demo.words import GIVEN_NAMES, SURNAMES, USER_AGENTS

MINUTE = 60 * SECOND
CONSTANTS = {
    "staff_phones": STAFF_PHONES,
    "placeholder_phones": PLACEHOLDER_PHONES,
    "shop_phones": [],
    "staff_rule": "every record of staff carries one of staff_phones in its phone column",
    "bot_rule": "every record of a bot names Googlebot, Baiduspider, bingbot, Bytespider or "
    "python-requests in its user agent",
}
_SOURCES = [("baidu", "cpc"), ("wechat", "social"), ("sogou", "organic"), ("bing", "organic")]

# Hours of the day, by who acts: at home mostly in the evening, at work in office hours.
HOME = [1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 4.5, 4.5, 5, 4.5, 4, 4, 4, 4.5, 5, 6.5, 8, 8, 6, 3]
WORK = [0, 0, 0, 0, 0, 0, 0.1, 0.5, 3, 8, 9, 8, 3, 5, 8, 9, 8, 6, 2, 1, 0.6, 0.4, 0.2, 0]
SHOP = [0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 5, 6, 5, 5, 6, 7, 7, 6, 6, 6, 3, 1, 0, 0]


def exact(
    rng: np.random.Generator,
    moments: np.ndarray,
    size: int,
    quota: int,
    score: np.ndarray | None = None,
) -> np.ndarray:
    """Mark exactly ``quota`` of every ``size`` rows that follow each other in time.

    So a share is exact in the whole and all but exact in any window. ``score`` says which rows of
    a block are rather marked. What is left over at the end is marked in the same proportion,
    rounded down.
    """
    count = len(moments)
    liking = rng.random(count) + (0 if score is None else np.asarray(score, float))
    in_time = np.lexsort((np.arange(count), moments))
    block = np.empty(count, np.int64)
    block[in_time] = np.arange(count) // size
    ranked = np.lexsort((-liking, block))
    position = np.empty(count, np.int64)
    position[ranked] = np.arange(count) % size
    lengths = np.bincount(block, minlength=1)
    return position < (lengths[block] * quota // size)


def spaced(rng: np.random.Generator, people: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Give moments to people in turn, so that the moments of one person lie far apart."""
    order = np.argsort(moments, kind="stable")
    who = np.empty(len(moments), np.int64)
    who[order] = rng.permutation(people)[np.arange(len(moments)) % len(people)]
    return who


def numbered(chunk: Chunk, table: str, prefix: str, count: int, salt: int = 17) -> pa.Array:
    """Numbers that no other record of the table has; with a digit more after a billion."""
    digits = 9 if chunk.number < 250 else 10
    return ids(prefix, spread(chunk.serials(table, count), digits, salt), digits)


class Company:
    """Adds to a chunk what people do; knows who of them has an e-mail address or a WeChat id."""

    def __init__(self, chunk: Chunk, has_mail: np.ndarray, has_wechat: np.ndarray) -> None:
        """Wrap a chunk; the masks are per person of it."""
        self.chunk = chunk
        self.rng = chunk.rng
        self.calendar = chunk.calendar
        self.has_mail = has_mail
        self.has_wechat = has_wechat

    # Moments

    def moments(
        self, low: float, high: float, count: int, hours: list[float], weekend: float = 1.2
    ) -> np.ndarray:
        """Moments on the days ``low`` … ``high`` (not included) of the period."""
        days = np.arange(int(low), int(high))
        local = self.calendar.first_day + days
        weekday = (local.astype("datetime64[D]").astype(np.int64) + 3) % 7
        day = days[choose(self.rng, np.where(weekday >= 5, weekend, 1.0), count)]
        return self.calendar.start + day * DAY + self._of_day(count, hours)

    def on_day_of(self, moments: np.ndarray, hours: list[float]) -> np.ndarray:
        """The same local days, at a likely hour."""
        day = (moments - self.calendar.start) // DAY
        return self.calendar.start + day * DAY + self._of_day(len(moments), hours)

    def _of_day(self, count: int, hours: list[float]) -> np.ndarray:
        hour = choose(self.rng, hours, count)
        return hour * HOUR + self.rng.integers(0, 3600, count) * SECOND

    def day(self, number: int) -> int:
        """Midnight of a day of the period."""
        return self.calendar.start + number * DAY

    def between(self, low: float, high: float, count: int) -> np.ndarray:
        """Random delays in seconds, to the second."""
        return self.rng.integers(int(low), int(high), count) * SECOND

    def pick(self, pool: list[str], keep: np.ndarray) -> pa.Array:
        """A random text of the pool where ``keep`` holds."""
        keep = np.asarray(keep, bool)
        return take(pool, np.where(keep, self.rng.integers(0, len(pool), len(keep)), -1))

    def pick_by(self, pools: list[list[str]], group: np.ndarray, keep: np.ndarray) -> pa.Array:
        """A random text of the pool of each row's group, where ``keep`` holds."""
        sizes = np.array([len(pool) for pool in pools])
        starts = np.cumsum(sizes) - sizes
        place = starts[group] + (self.rng.random(len(group)) * sizes[group]).astype(np.int64)
        return take([word for pool in pools for word in pool], np.where(keep, place, -1))

    def stars(self, is_satisfied: np.ndarray) -> np.ndarray:
        """Scores of 1 to 5: four or five where satisfied, else one to three."""
        count = len(is_satisfied)
        return np.where(
            is_satisfied,
            4 + choose(self.rng, [0.42, 0.58], count),
            1 + choose(self.rng, [0.28, 0.34, 0.38], count),
        )

    # What every company has

    def visit(
        self,
        person: np.ndarray,
        moment: np.ndarray,
        tail: list[str],
        page: str,
        *,
        pages: float = 2.0,
        signed: bool = False,
        order_no: pa.Array | None = None,
        search: list[str] | None = None,
        item: pa.Array | None = None,
        campaign: str | None = None,
    ) -> None:
        """Visits to the website: some page views, then the events of ``tail`` up to ``moment``.

        Who is ``signed`` shows the phone or the e-mail on the events of the tail. A person that
        is known shows the phone on its first event.
        """
        if not len(person):
            return
        rng = self.rng
        lead = 1 + rng.poisson(pages, len(person))
        owner, position = expand(lead + len(tail))
        step = position - lead[owner]
        run = np.cumsum(self.between(12, 140, len(owner)))
        last = np.cumsum(lead + len(tail)) - 1
        who, in_tail = person[owner], step >= 0
        names = pc.fill_null(take(tail or ["page_view"], np.where(in_tail, step, -1)), "page_view")
        source = np.where(position == 0, choose(rng, [2, 1, 1, 1, 5], len(person))[owner], 4)
        source = np.where(source < len(_SOURCES), source, -1)
        is_search = np.asarray(pc.equal(names, "search"))
        is_order = np.asarray(pc.is_in(names, pa.array(["order_submit", "order_pay"])))
        columns: dict[str, object] = {
            "event_id": ids("w", self.chunk.serials("website.events", len(owner))),
            "event_time": moment[owner] - (run[last][owner] - run),
            "event_name": names,
            "page_url": join(page, text(position)),
            "utm_source": take([one for one, _ in _SOURCES], source),
            "utm_medium": take([two for _, two in _SOURCES], source),
            "user_agent": take(USER_AGENTS, who * 7 % len(USER_AGENTS)),
            "ip": join("10.", text(who % 250), ".", text(who // 250 % 250), ".8"),
        }
        if campaign:
            columns["utm_campaign"] = only(constant(campaign, len(owner)), source >= 0)
        if search:
            columns["search_term"] = self.pick(search, is_search)
            columns["result_count"] = np.where(is_search, rng.integers(1, 60, len(owner)), NEVER)
        if order_no is not None:
            columns["order_no"] = only(order_no.take(pa.array(owner)), is_order)
        if item is not None:
            columns["item_id"] = only(item.take(pa.array(owner)), in_tail)
        by_mail = self.has_mail[who] & (who % 3 == 0)
        tells = in_tail & signed
        self.chunk.record(
            "website.events",
            who,
            columns,
            {
                "visitor_id": "visitor_id",
                "phone": ("phone", tells & ~by_mail),
                "email": ("email", tells & by_mail),
            },
        )

    def visits(
        self,
        person: np.ndarray,
        moment: np.ndarray,
        tails: list[tuple[float, list[str]]],
        page: str,
        *,
        item: pa.Array | None = None,
        **more: object,
    ) -> None:
        """Visits that go different ways: each of the tails with its weight."""
        way = choose(self.rng, [weight for weight, _ in tails], len(person))
        for code, (_, tail) in enumerate(tails):
            rows = np.flatnonzero(way == code)
            mine = None if item is None else item.take(pa.array(rows))
            self.visit(person[rows], moment[rows], tail, page, item=mine, **more)

    def read(
        self,
        person: np.ndarray,
        moment: np.ndarray,
        titles: list[str],
        kinds: list[str] | None = None,
        comments: list[str] | None = None,
    ) -> None:
        """Interactions with the official account; articles read unless ``kinds`` says otherwise."""
        count = len(person)
        if not count:
            return
        kind = pa.array(kinds, pa.string()) if kinds else constant("article_read", count)
        is_article = np.asarray(pc.starts_with(kind, "article_"))
        says = np.asarray(pc.is_in(kind, pa.array(["article_comment", "message"])))
        article = self.rng.integers(0, len(titles), count)
        self.chunk.record(
            "wechat_oa.interactions",
            person,
            {
                "interaction_id": ids("g", self.chunk.serials("wechat_oa.interactions", count)),
                "event_time": moment,
                "interaction_type": kind,
                "article_id": only(ids("art", article + 1, 3), is_article),
                "article_title": take(titles, np.where(is_article, article, -1)),
                "comment_text": self.pick(comments or [""], says & bool(comments)),
            },
            {"openid": "openid_oa", "unionid": ("unionid", chance(self.rng, 0.6, count))},
        )

    def react(
        self,
        person: np.ndarray,
        moment: np.ndarray,
        share: float,
        titles: list[str],
        comments: list[str],
    ) -> None:
        """What some do after reading: like, share, comment, use the menu."""
        later = moment + self.between(30, 400, len(moment))
        rows = np.flatnonzero(chance(self.rng, share, len(person)) & (later <= self.calendar.end))
        kinds = ["article_like", "article_share", "article_comment", "menu_click"]
        kind = take(kinds, choose(self.rng, [5, 3, 3, 2], len(rows)))
        self.read(person[rows], later[rows], titles, kind.to_pylist(), comments)

    def contacts(self, person: np.ndarray, created: np.ndarray, region: pa.Array) -> None:
        """CRM contacts: they join phone, e-mail and WeChat ids of a person."""
        rng, count = self.rng, len(person)
        is_woman = chance(rng, 0.5, count)
        given = pc.if_else(
            pa.array(is_woman),
            self.pick(GIVEN_NAMES["female"], is_woman | True),
            self.pick(GIVEN_NAMES["male"], is_woman | True),
        )
        span = (rng.random(count) * (self.calendar.end - created)).astype(np.int64)
        birth = pa.array(np.datetime64("1962-01-01") + rng.integers(0, 15_000, count))
        tier = np.asarray(self.chunk.people.tier)[person]
        wechat = self.has_wechat[person]
        self.chunk.record(
            "crm.contacts",
            person,
            {
                "created_at": created,
                "updated_at": created + span // SECOND * SECOND,
                "full_name": join(self.pick(SURNAMES, is_woman | True), given),
                "gender": take(["male", "female"], is_woman),
                "birth_date": only(birth, chance(rng, 0.4, count)),
                "region": region,
                "customer_tier": take(["普通", "重点", "战略"], tier),
            },
            {
                "contact_id": "contact_id",
                "phone": "phone",
                "email": ("email", self.has_mail[person]),
                "unionid": ("unionid", wechat),
                "openid": ("openid_oa", wechat & chance(rng, 0.6, count)),
            },
        )

    def survey(
        self,
        person: np.ndarray,
        sent: np.ndarray,
        survey: tuple[str, str, str | None],
        score: np.ndarray,
        comments: tuple[list[str], list[str]],
        region: pa.Array,
        *,
        order_no: pa.Array | None = None,
    ) -> np.ndarray:
        """Invitations, and an answer where ``score`` is one; returns when it was given.

        ``survey``: its id, type and touchpoint; ``comments``: what the dissatisfied and the
        satisfied write.
        """
        rng, count = self.rng, len(person)
        survey_id, kind, touchpoint = survey
        low, high, good_from = (0, 10, 9) if kind == "nps" else (1, 5, 4)
        is_answered = score != NEVER
        how = choose(rng, [5, 3, 2], count)
        by_mail = self.has_mail[person] & (how == 1)
        by_wechat = self.has_wechat[person] & (how == 2)
        shows = {
            "phone": ("phone", ~by_mail & ~by_wechat),
            "email": ("email", by_mail),
            "openid": ("openid_oa", by_wechat),
        }
        delivered = np.where(
            is_answered | chance(rng, 0.94, count), sent + self.between(1, 60, count), NEVER
        )
        invitation = numbered(self.chunk, "survey.invitations", "y", count)
        order_no = order_no if order_no is not None else pa.nulls(count, pa.string())
        code = pa.array([touchpoint] * count, pa.string())
        self.chunk.record(
            "survey.invitations",
            person,
            {
                "invitation_id": invitation,
                "survey_id": survey_id,
                "sent_at": sent,
                "delivered_at": delivered,
                "touchpoint_code": code,
                "order_no": order_no,
            },
            shows,
        )
        delay = np.minimum(rng.exponential(5 * 3600, count).astype(np.int64) + 90, 40 * 3600)
        answered = np.where(is_answered, delivered + delay * SECOND, NEVER)
        rows = np.flatnonzero(is_answered)
        picked = pa.array(rows)
        good = (score[rows] >= good_from).astype(int)
        self.chunk.record(
            "survey.responses",
            person[rows],
            {
                "survey_id": survey_id,
                "survey_type": kind,
                "answered_at": answered[rows],
                "score": score[rows],
                "invitation_id": invitation.take(picked),
                "touchpoint_code": code.take(picked),
                "scale_min": np.full(len(rows), low),
                "scale_max": np.full(len(rows), high),
                "comment_text": self.pick_by(list(comments), good, chance(rng, 0.45, len(rows))),
                "order_no": order_no.take(picked),
                "region": region.take(picked),
            },
            {column: (name, mask[rows]) for column, (name, mask) in shows.items()},
        )
        return answered

    def tickets(
        self,
        person: np.ndarray,
        opened: np.ndarray,
        categories: list[tuple[str, str, list[str]]],
        category: np.ndarray,
        is_complaint: np.ndarray,
        region: pa.Array,
        order_no: pa.Array,
    ) -> None:
        """Service tickets with their first messages; ``categories``: code, subject, texts."""
        rng, count = self.rng, len(person)
        if not count:
            return
        wait = (np.exp(rng.normal(3.3, 1.0, count)) * 60).astype(np.int64) + 40
        human = np.where(chance(rng, 0.97, count), opened + wait * SECOND, NEVER)
        human = self.calendar.before_end(human)
        is_solved = (human != NEVER) & chance(rng, 0.94, count)
        solved = np.where(is_solved, human + self.between(1800, 3 * 86_400, count), NEVER)
        solved = self.calendar.before_end(solved)
        is_rated = (solved != NEVER) & chance(rng, 0.4, count)
        rated = np.where(is_rated, solved + self.between(60, 40_000, count), NEVER)
        rated = self.calendar.before_end(rated)
        is_good = (wait < 2 * 3600) & ~(is_complaint & chance(rng, 0.5, count))
        channel = choose(rng, [0.35, 0.3, 0.35], count)
        by_wechat = self.has_wechat[person] & (channel == 1)
        by_mail = self.has_mail[person] & (channel == 2)
        ticket = numbered(self.chunk, "service.tickets", "Z", count)
        body = self.pick_by([pool for _, _, pool in categories], category, np.ones(count, bool))
        agent = ids("ag", rng.integers(1, 25, count), 2)
        self.chunk.record(
            "service.tickets",
            person,
            {
                "ticket_id": ticket,
                "opened_at": opened,
                "contact_channel": take(["phone", "wechat", "website"], channel),
                "order_no": order_no,
                "region": region,
                "subject": take([subject for _, subject, _ in categories], category),
                "ticket_text": body,
                "source_category": take([code for code, _, _ in categories], category),
                "first_response_at": human,
                "first_responder": only(constant("agent", count), human != NEVER),
                "resolved_at": solved,
                "is_complaint": is_complaint,
                "rating": np.where(rated != NEVER, self.stars(is_good), NEVER),
                "rated_at": rated,
                "agent_id": only(agent, human != NEVER),
            },
            {
                "phone": ("phone", ~by_wechat & ~by_mail),
                "openid": ("openid_oa", by_wechat),
                "email": ("email", by_mail),
            },
        )
        heard = np.flatnonzero(human != NEVER)
        owner = np.concatenate([np.arange(count), heard])
        is_agent = np.arange(len(owner)) >= count
        said = pc.if_else(
            pa.array(is_agent), self.pick(_REPLIES, is_agent), body.take(pa.array(owner))
        )
        self.chunk.record(
            "service.messages",
            person[owner],
            {
                "ticket_id": ticket.take(pa.array(owner)),
                "sent_at": np.concatenate([opened, human[heard]]),
                "sender": take(["customer", "agent"], is_agent),
                "message_text": said,
            },
        )

    def _withheld(self, called: np.ndarray, region: pa.Array) -> None:
        """Calls by numbers that are none: they belong to nobody."""
        count = len(called)
        at = called + self.between(60, 7200, count)
        self.chunk.record(
            "hotline.calls",
            np.full(count, NOBODY),
            {
                "called_at": at,
                "ended_at": at + self.between(5, 60, count),
                "phone": self.pick(BAD_PHONES, np.ones(count, bool)),
                "queue": "咨询",
                "is_complaint": np.zeros(count, bool),
                "region": region.take(pa.array(np.arange(count))),
            },
            link=False,
        )
        self.chunk.plant("hotline.calls", "bad_phones", np.ones(count, bool))

    def calls(
        self,
        person: np.ndarray,
        called: np.ndarray,
        queues: list[tuple[str, list[str]]],
        queue: np.ndarray,
        is_complaint: np.ndarray,
        region: pa.Array,
        order_no: pa.Array,
    ) -> None:
        """Calls to the hotline; ``queues``: name, what is noted. Complaints get through."""
        rng, count = self.rng, len(person)
        if not count:
            return
        self._withheld(called[:: max(1, count // (count // 20 + 1))], region)
        patience = rng.exponential(1, count)
        # nine of ten within the promise (seed service_levels), so that its alert has nothing to say
        wait = (25 * patience).astype(np.int64) + 3
        is_answered = is_complaint | chance(rng, 0.95, count)
        at = called + wait * SECOND
        is_good = (patience < 2.67) & ~(is_complaint & chance(rng, 0.6, count))
        is_rated = is_answered & chance(rng, 0.35, count)
        self.chunk.record(
            "hotline.calls",
            person,
            {
                "called_at": called,
                "answered_at": np.where(is_answered, at, NEVER),
                "ended_at": at + self.between(30, 800, count),
                "queue": take([name for name, _ in queues], queue),
                "call_text": self.pick_by([pool for _, pool in queues], queue, is_answered),
                "is_complaint": is_complaint,
                "region": region,
                "rating": np.where(is_rated, self.stars(is_good), NEVER),
                "order_no": order_no,
            },
            {"phone": "phone"},
        )


_REPLIES = [
    "您好，已收到您的反馈，马上为您核实",
    "给您带来不便非常抱歉，已加急处理",
    "已转相关部门跟进，今天内回复您",
    "请稍等，我帮您查询一下",
]
