"""Contact beside shopping: WeChat, social media, outreach, service, hotline and surveys."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.arrays import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    booleans,
    chance,
    choose,
    constant,
    expand,
    first_of_each,
    ids,
    integers,
    join,
    only,
    take,
    times,
)
from demo.retail import vocabulary as words
from demo.retail.people import (
    ARTICLE_BUYER,
    FAVOURITE_BUYER,
    OTHER_BUYER,
    PLATFORMS,
    SHARED,
)
from demo.retail.shopping import Chunk, campaign_of
from demo.rows import NOBODY, Rows
from demo.texts import pick_text, stars

MINUTE = 60 * SECOND
_OA_TYPES = [
    "follow",
    "unfollow",
    "article_read",
    "article_share",
    "article_like",
    "article_comment",
    "menu_click",
    "message",
    "qr_scan",
]
FOLLOW, UNFOLLOW, READ, SHARE, LIKE, COMMENT, MENU, MESSAGE, SCAN = range(9)


def _text(pool: list[str], rng: np.random.Generator, keep: np.ndarray) -> pa.Array:
    """A random text of the pool where ``keep`` holds."""
    return take(pool, np.where(keep, rng.integers(0, len(pool), len(keep)), -1))


def make_official_account(chunk: Chunk) -> None:
    """Official-account interactions; scenario 3 plants the article before the first order."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    owners = np.flatnonzero(people.has["oa"])
    repeats = 1 + rng.poisson(1.5, len(owners))
    person = np.repeat(owners, repeats)
    start = calendar.draw(rng, len(person))
    opening = choose(rng, [0, 0, 0.60, 0, 0, 0, 0.18, 0.12, 0.10], len(person))
    keep = people.may_act(person, start)
    person, start, opening = person[keep], start[keep], opening[keep]
    is_first = first_of_each(person, start)
    is_early = (people.part[person] == OTHER_BUYER) & (start < people.first_purchase[person] + HOUR)
    is_early |= people.part[person] == FAVOURITE_BUYER
    is_early &= not people.is_null
    opening = np.where(is_early & (opening == READ), MENU, opening)  # they came another way
    opening = np.where(is_first & chance(rng, 0.5, len(person)), FOLLOW, opening)

    # After a read, some like, share or comment; a few unfollow at the end.
    reads = np.flatnonzero(opening == READ)
    reacted = reads[chance(rng, 0.35, len(reads))]
    reaction = choose(rng, [0.3, 0.45, 0.25], len(reacted)) + SHARE
    leaving = np.flatnonzero((opening == MENU) & chance(rng, 0.15, len(opening)))

    # Scenario 3: one or two articles within 30 days before the first order.
    buyers = np.flatnonzero(people.part == ARTICLE_BUYER)
    first = people.first_purchase[buyers]
    read_at = first - rng.integers(3600, 25 * 86_400, len(buyers)) * SECOND
    read_at = np.minimum(calendar.at_hour(rng, read_at), first - HOUR)
    twice = chance(rng, 0.3, len(buyers))
    again_at = (
        read_at[twice]
        + ((first[twice] - read_at[twice]) * rng.random(int(twice.sum()))).astype(np.int64)
        // SECOND
        * SECOND
    )
    again_at = np.minimum(again_at, first[twice] - 10 * MINUTE)

    person_all = np.concatenate([person, person[reacted], person[leaving], buyers, buyers[twice]])
    moment = np.concatenate(
        [
            start,
            start[reacted] + rng.integers(40, 400, len(reacted)) * SECOND,
            start[leaving] + rng.integers(30, 300, len(leaving)) * SECOND,
            read_at,
            again_at,
        ]
    )
    kind = np.concatenate(
        [
            opening,
            reaction,
            np.full(len(leaving), UNFOLLOW),
            np.full(len(buyers), READ),
            np.full(len(again_at), READ),
        ]
    )
    article = np.concatenate(
        [rng.integers(0, len(words.ARTICLES), len(person)), np.zeros(0, np.int64)]
    )
    article = np.concatenate(
        [
            article,
            article[reacted],
            article[leaving],
            rng.integers(0, len(words.ARTICLES), len(buyers) + len(again_at)),
        ]
    )
    keep = moment <= calendar.end
    person_all, moment, kind, article = person_all[keep], moment[keep], kind[keep], article[keep]
    count = len(person_all)
    shows_union = first_of_each(person_all, moment) | chance(rng, 0.75, count)
    is_article = (kind >= READ) & (kind <= COMMENT)
    comment = pc.coalesce(
        _text(words.ARTICLE_COMMENTS, rng, kind == COMMENT),
        _text(words.WECHAT_MESSAGES, rng, kind == MESSAGE),
    )
    chunk.add(
        Rows(
            "wechat_oa.interactions",
            {
                "interaction_id": ids("g", chunk.serials("oa", count)),
                "event_time": times(moment),
                "openid": take(people.ids["openid_oa"], person_all),
                "interaction_type": take(_OA_TYPES, kind),
                "unionid": take(people.ids["unionid"], np.where(shows_union, person_all, -1)),
                "article_id": only(ids("art", article + 1, 3), is_article),
                "article_title": take(words.ARTICLES, np.where(is_article, article, -1)),
                "comment_text": comment,
            },
            person_all,
        )
    )
    people.saw("openid_oa", person_all)
    people.saw("unionid", person_all)


def make_social(chunk: Chunk) -> None:
    """Engagements on social media; scenario 10 plants the favourite on Xiaohongshu."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    owners = np.flatnonzero(people.has["social"])
    person = np.repeat(owners, 1 + rng.poisson(3.2, len(owners)))
    moment = calendar.draw(rng, len(person))
    keep = people.may_act(person, moment)
    person, moment = person[keep], moment[keep]
    kinds = [
        "view",
        "like",
        "favourite",
        "comment",
        "share",
        "follow",
        "direct_message",
        "live_watch",
        "live_comment",
        "link_click",
        "post",
    ]
    kind = choose(rng, [34, 18, 9, 8, 4, 5, 3, 7, 4, 6, 2], len(person))

    favourites = np.flatnonzero(people.part == FAVOURITE_BUYER)
    consult_at = chunk.notes["consult_at"]
    favourite_at = consult_at - rng.integers(3600, 15 * 86_400, len(favourites)) * SECOND
    favourite_at = np.minimum(calendar.at_hour(rng, favourite_at), consult_at - HOUR)
    planned = len(person)
    person = np.concatenate([person, favourites])
    moment = np.concatenate([moment, favourite_at])
    kind = np.concatenate([kind, np.full(len(favourites), kinds.index("favourite"))])
    count = len(person)

    # One engagement links the account: a form with the phone, or a coupon with the number.
    is_link = first_of_each(person, moment) & people.is_member[person]
    by_phone = is_link & people.social_by_phone[person]
    by_member = is_link & ~people.social_by_phone[person]
    by_member |= people.is_member[person] & chance(rng, 0.04, count) & (np.arange(count) < planned)
    content = rng.integers(0, len(words.CONTENTS), count)
    says = np.isin(
        kind, [kinds.index(name) for name in ("comment", "live_comment", "direct_message", "post")]
    )
    running = np.where(chance(rng, 0.3, count), campaign_of(calendar, moment), -1)
    chunk.add(
        Rows(
            "social.engagements",
            {
                "engagement_id": ids("e", chunk.serials("social", count)),
                "platform": take(PLATFORMS, people.platform[person]),
                "event_time": times(moment),
                "platform_user_id": take(people.ids["platform_user_id"], person),
                "engagement_type": take(kinds, kind),
                "content_id": ids("n", content + 1, 3),
                "content_title": take(words.CONTENTS, content),
                "comment_text": _text(words.SOCIAL_COMMENTS, rng, says),
                "phone": take(people.ids["own_phone"], np.where(by_phone, person, -1)),
                "member_no": take(people.ids["member_no"], np.where(by_member, person, -1)),
                "campaign": take(words.CAMPAIGN_CODES, running),
            },
            person,
        )
    )
    people.saw("platform_user_id", person)
    people.saw("own_phone", person[by_phone])
    people.saw("member_no", person[by_member])


def make_community(chunk: Chunk) -> None:
    """Posts in chat groups: by WeChat id, by member number, or by somebody unknown."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    writers = np.flatnonzero(
        (people.has["oa"] | people.has["mini"]) & people.is_member & chance(rng, 0.07, people.count)
    )
    person = np.repeat(writers, 1 + rng.poisson(2.0, len(writers)))
    moment = calendar.draw(rng, len(person))
    seen = people.seen.get("unionid", np.zeros(people.count, bool))[person]
    keep = people.may_act(person, moment) & seen
    person, moment = person[keep], moment[keep]
    how = choose(rng, [0.55, 0.25, 0.20], len(person))
    count = len(person)
    chunk.add(
        Rows(
            "community.posts",
            {
                "post_id": ids("p", chunk.serials("posts", count)),
                "event_time": times(moment),
                "post_text": _text(words.COMMUNITY_POSTS, rng, np.ones(count, bool)),
                "group_id": ids("G", person * 13 % 30 + 1, 2),
                "platform": take(["wechat_group", "wecom"], person % 2),
                "unionid": take(people.ids["unionid"], np.where(how == 0, person, -1)),
                "member_no": take(people.ids["member_no"], np.where(how == 1, person, -1)),
            },
            np.where(how == 2, NOBODY, person),
        )
    )
    people.saw("member_no", person[how == 1])


def make_outreach(chunk: Chunk) -> None:
    """Sends to members by campaign and medium, with a holdout share that gets nothing."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    members = np.flatnonzero(people.is_member)
    person = np.repeat(members, rng.poisson(4.2, len(members)))
    campaign = rng.integers(0, len(words.CAMPAIGN_CODES), len(person))
    season = calendar.season_day
    days = [np.flatnonzero((season >= low) & (season <= high)) for low, high in words.CAMPAIGN_DAYS]
    lengths = np.array([len(run) for run in days])
    position = (rng.random(len(person)) * (lengths - 1)[campaign]).astype(np.int64)
    day = np.concatenate(days)[(np.cumsum(lengths) - lengths)[campaign] + position]
    medium = choose(rng, [0.40, 0.22, 0.20, 0.12, 0.06], len(person))
    has_device = people.seen["device_id"][person]
    has_openid = people.seen["openid_oa"][person]
    has_phone = np.asarray(pc.is_valid(people.ids["phone"]))[person]
    possible = np.select(
        [medium == 0, medium == 1, medium == 2, medium == 3],
        [has_phone, people.has["email"][person], has_device, has_openid],
        True,
    )
    medium = np.where(possible, medium, np.where(has_phone, 0, 4))
    sent = calendar.start + day * DAY + 9 * HOUR + rng.integers(0, 11 * 3600, len(person)) * SECOND
    keep = (
        people.may_act(person, sent)
        & people.may_act(person, sent + 4 * DAY)
        & (sent < calendar.end)
    )
    person, campaign, medium, sent = person[keep], campaign[keep], medium[keep], sent[keep]
    count = len(person)
    is_holdout = (
        person * 31 + campaign * 7 + people.base
    ) % 10 == 0  # the same for all sends of a campaign
    delivered = ~is_holdout & chance(rng, 0.96, count)
    open_rate = np.array([0.05, 0.24, 0.12, 0.45, 0.30])[medium]
    opened = delivered & (rng.random(count) < open_rate)
    clicked = opened & chance(rng, 0.30, count)
    responded = clicked & chance(rng, 0.25, count)
    delivered_at = (
        sent
        + np.where(
            medium == 4, rng.integers(86_400, 3 * 86_400, count), rng.integers(1, 120, count)
        )
        * SECOND
    )
    opened_at = delivered_at + (rng.exponential(4 * 3600, count).astype(np.int64) + 20) * SECOND
    clicked_at = opened_at + rng.integers(3, 300, count) * SECOND
    responded_at = clicked_at + rng.integers(60, 36_000, count) * SECOND
    moments = [
        np.where(is_so, calendar.before_end(at), NEVER)
        for is_so, at in (
            (delivered, delivered_at),
            (opened, opened_at),
            (clicked, clicked_at),
            (responded, responded_at),
        )
    ]
    near_quiet = ~people.may_act(person, opened_at) | ~people.may_act(person, responded_at)
    for values in moments[1:]:
        values[near_quiet] = NEVER
    shows_member = chance(rng, 0.9, count)
    by = {
        name: np.where(medium == code, person, -1)
        for code, name in enumerate(["phone", "email", "device_id", "openid"])
    }
    shows_member |= (medium == 4) | (people.phone_kind[person] == SHARED)
    chunk.add(
        Rows(
            "outreach.sends",
            {
                "send_id": ids("o", chunk.serials("sends", count)),
                "sent_at": times(sent),
                "medium": take(
                    ["sms", "email", "app_push", "wechat_message", "coupon_mail"], medium
                ),
                "campaign": take(words.CAMPAIGN_CODES, campaign),
                "member_no": take(people.ids["member_no"], np.where(shows_member, person, -1)),
                "phone": take(people.ids["phone"], by["phone"]),
                "email": take(people.ids["email"], by["email"]),
                "device_id": take(people.ids["device_id"], by["device_id"]),
                "openid": take(people.ids["openid_oa"], by["openid"]),
                "delivered_at": times(moments[0]),
                "opened_at": times(moments[1]),
                "clicked_at": times(moments[2]),
                "responded_at": times(moments[3]),
                "is_holdout": booleans(is_holdout),
            },
            person,
        )
    )
    people.saw("member_no", person[shows_member])
    people.saw("own_phone", person[medium == 0])
    people.saw("email", person[medium == 1])


def make_service(chunk: Chunk) -> None:
    """Tickets with their messages: customer, bot and agent; some are never answered."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    orders = chunk.notes["orders"]
    rows = np.flatnonzero((orders["received"] != NEVER) & people.is_member[orders["person"]])
    rows = rows[rng.random(len(rows)) < np.where(orders["is_slow"][rows], 0.35, 0.10)]
    opened = orders["received"][rows] + rng.integers(600, 6 * 86_400, len(rows)) * SECOND
    loose = np.flatnonzero(people.is_member & chance(rng, 0.03, people.count))
    loose_at = calendar.draw(rng, len(loose))
    keep = people.may_act(loose, loose_at)
    person = np.concatenate([orders["person"][rows], loose[keep]])
    moment = np.concatenate([opened, loose_at[keep]])
    order = np.concatenate([rows, np.full(int(keep.sum()), -1)])
    slow = np.concatenate([orders["is_slow"][rows], np.zeros(int(keep.sum()), bool)])
    keep = moment < calendar.end - DAY
    person, moment, order, slow = person[keep], moment[keep], order[keep], slow[keep]
    count = len(person)

    category = np.where(
        order < 0, 4 + choose(rng, [0.5, 0.5], count), choose(rng, [0.3, 0.25, 0.3, 0.15], count)
    )
    category = np.where(slow & chance(rng, 0.6, count), 0, category)
    names = [code for code, _ in words.TICKET_SUBJECTS]
    texts = pick_text([pa.array(words.TICKET_TEXTS[code]) for code in names], category, rng)
    has_phone = np.asarray(pc.is_valid(people.ids["own_phone"]))[person]
    calls_back = has_phone & chance(rng, 0.04, count)
    texts = pc.if_else(
        pa.array(calls_back),
        join(texts, "请回电", pc.fill_null(take(people.ids["own_phone"], person), "")),
        texts,
    )
    in_lines = chance(rng, 0.02, count)
    texts = pc.if_else(pa.array(in_lines), join(texts, '\n"急，"盼复'), texts)
    # The channel decides which identifier the ticket carries beside the member number.
    channel = choose(rng, [0.30, 0.30, 0.20, 0.20], count)
    shows_phone = has_phone & ((channel == 0) | chance(rng, 0.2, count))
    uses_openid = people.seen["openid_oa"][person]
    shows_openid = (channel == 1) & uses_openid
    shows_email = people.has["email"][person] & (channel == 2)
    shows_member = ~(shows_phone | shows_openid | shows_email) | chance(rng, 0.7, count)

    bot = chance(rng, 0.35, count)
    answered = chance(rng, 0.96, count)
    wait = (np.exp(rng.normal(3.2, 1.2, count)) * 60).astype(
        np.int64
    ) + 30  # a median of 25 minutes
    human_at = np.where(answered, moment + wait * SECOND, NEVER)
    bot_at = moment + 2 * SECOND
    first_at = np.where(bot, bot_at, human_at)
    resolved = np.where(
        answered & chance(rng, 0.93, count),
        human_at + rng.integers(1200, 3 * 86_400, count) * SECOND,
        NEVER,
    )
    resolved = calendar.before_end(resolved)
    human_at = calendar.before_end(human_at)
    first_at = np.where(bot, first_at, human_at)
    is_bad = slow | (wait > 2 * 3600) | ~answered
    rating = stars(rng, is_bad)
    is_rated = (resolved != NEVER) & chance(rng, 0.45, count)
    rated_at = calendar.before_end(
        np.where(is_rated, resolved + rng.integers(60, 40_000, count) * SECOND, NEVER)
    )
    is_rated &= rated_at != NEVER
    complaint = np.isin(category, [0, 1, 2]) & (rng.random(count) < np.where(is_bad, 0.5, 0.12))
    chunk.notes["complaints"] = people.region[person[complaint]]
    ticket = ids("Z", chunk.serials("tickets", count))
    agent = ids("ag", rng.integers(1, 41, count), 2)
    chunk.add(
        Rows(
            "service.tickets",
            {
                "ticket_id": ticket,
                "opened_at": times(moment),
                "contact_channel": take(["phone", "wechat", "website", "app"], channel),
                "email": take(people.ids["email"], np.where(shows_email, person, -1)),
                "phone": take(people.ids["own_phone"], np.where(shows_phone, person, -1)),
                "member_no": take(people.ids["member_no"], np.where(shows_member, person, -1)),
                "openid": take(people.ids["openid_oa"], np.where(shows_openid, person, -1)),
                "unionid": take(
                    people.ids["unionid"],
                    np.where(shows_openid & chance(rng, 0.5, count), person, -1),
                ),
                "order_no": take(orders["order_no"], order),
                "region": take(people.ids["region"], person),
                "subject": take([label for _, label in words.TICKET_SUBJECTS], category),
                "ticket_text": texts,
                "source_category": take(names, category),
                "first_response_at": times(first_at),
                "first_responder": only(take(["agent", "bot"], bot), first_at != NEVER),
                "resolved_at": times(resolved),
                "is_complaint": booleans(complaint),
                "rating": integers(rating, is_rated),
                "rated_at": times(rated_at),
                "agent_id": only(agent, human_at != NEVER),
            },
            person,
        )
    )
    people.saw("own_phone", person[shows_phone])
    people.saw("email", person[shows_email])
    people.saw("member_no", person[shows_member])
    chunk.notes["tickets"] = (person, np.where(resolved != NEVER, resolved, NEVER), order, is_bad)
    chunk.notes["multiline_texts"] = int(in_lines.sum())

    # Messages: the ticket's text, the bot, the agent, and some going to and fro.
    last = np.where(resolved != NEVER, resolved, calendar.end)
    turns = np.where(human_at != NEVER, rng.integers(1, 4, count), 0)
    talk, turn = expand(turns)
    span = np.maximum(last - human_at, HOUR)[talk]
    talk_at = human_at[talk] + (span * (turn + 1) // 5) // SECOND * SECOND
    asked = np.flatnonzero(bot)
    heard = np.flatnonzero(human_at != NEVER)
    owner = np.concatenate([np.arange(count), asked, heard, talk])
    at = np.concatenate([moment, bot_at[asked], human_at[heard], talk_at])
    by = np.concatenate(
        [np.zeros(count, int), np.full(len(asked), 2), np.ones(len(heard), int), turn % 2]
    )
    keep = at <= calendar.end
    owner, at, by = owner[keep], at[keep], by[keep]
    total = len(owner)
    body = pick_text(
        [
            pa.array(words.CUSTOMER_MESSAGES),
            pa.array(words.AGENT_MESSAGES),
            pa.array(words.BOT_MESSAGES),
        ],
        by,
        rng,
    )
    opening = np.arange(len(keep))[keep] < count
    plain = pick_text([pa.array(words.TICKET_TEXTS[code]) for code in names], category, rng)
    body = pc.if_else(pa.array(opening), plain.take(pa.array(owner)), body)
    chunk.add(
        Rows(
            "service.messages",
            {
                "message_id": ids("x", chunk.serials("messages", total)),
                "ticket_id": ticket.take(pa.array(owner)),
                "sent_at": times(at),
                "sender": take(["customer", "agent", "bot"], by),
                "message_text": body,
            },
            person[owner],
        )
    )


def make_hotline(chunk: Chunk) -> None:
    """Calls: by customers with a phone of their own, and by withheld numbers."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    orders = chunk.notes["orders"]
    own = np.asarray(pc.is_valid(people.ids["own_phone"]))
    rows = np.flatnonzero((orders["received"] != NEVER) & own[orders["person"]])
    # A phone that never stood on a record of a marketplace account would not lead back to it.
    linked = people.is_member | people.seen["own_phone"]
    rows = rows[
        linked[orders["person"]][rows]
        & (rng.random(len(rows)) < np.where(orders["is_slow"][rows], 0.3, 0.08))
    ]
    callers = np.flatnonzero(own & chance(rng, 0.05, people.count) & (linked | (people.kind == 2)))
    callers_at = calendar.draw(rng, len(callers))
    keep = people.may_act(callers, callers_at)
    callers, callers_at = callers[keep], callers_at[keep]
    hidden = len(rows) // 12 + 1
    person = np.concatenate([orders["person"][rows], callers, np.full(hidden, NOBODY)])
    moment = np.concatenate(
        [
            orders["received"][rows] + rng.integers(600, 5 * 86_400, len(rows)) * SECOND,
            callers_at,
            calendar.draw(rng, hidden),
        ]
    )
    order = np.concatenate([rows, np.full(len(callers) + hidden, -1)])
    slow = np.concatenate([orders["is_slow"][rows], np.zeros(len(callers) + hidden, bool)])
    keep = moment < calendar.end - 2 * HOUR
    person, moment, order, slow = person[keep], moment[keep], order[keep], slow[keep]
    count = len(person)
    wait = rng.exponential(70, count).astype(np.int64) + 3
    answered = np.where((wait < 400) & chance(rng, 0.95, count), moment + wait * SECOND, NEVER)
    ended = np.where(
        answered == NEVER,
        moment + (wait + 5) * SECOND,
        answered + rng.integers(30, 900, count) * SECOND,
    )
    is_answered = answered != NEVER
    is_bad = slow | (wait > 150)
    hides = person < 0
    phone = take(people.ids["own_phone"], person)
    phone = pc.if_else(
        pa.array(hides), take(["1380013", "abc", "未知号码"], rng.integers(0, 3, count)), phone
    )
    chunk.plant("hotline.calls", "bad_phones", hides)
    region = take(people.ids["region"], person)
    if people.trial is None:
        region = pc.coalesce(region, constant("广东", count))
    chunk.add(
        Rows(
            "hotline.calls",
            {
                "call_id": ids("h", chunk.serials("calls", count)),
                "called_at": times(moment),
                "phone": phone,
                "answered_at": times(answered),
                "ended_at": times(ended),
                "queue": take(["售后", "咨询", "投诉"], choose(rng, [0.5, 0.38, 0.12], count)),
                "call_text": _text(words.CALL_TEXTS, rng, is_answered),
                "is_complaint": booleans(
                    complaint := rng.random(count) < np.where(is_bad, 0.35, 0.08)
                ),
                "region": region,
                "rating": integers(stars(rng, is_bad), is_answered & chance(rng, 0.35, count)),
                "order_no": take(orders["order_no"], order),
                "agent_id": only(ids("ag", rng.integers(1, 41, count), 2), is_answered),
            },
            person,
        )
    )
    people.saw("own_phone", person[~hides])
    complains = complaint & ~hides
    chunk.notes["complaints"] = np.concatenate(
        [chunk.notes["complaints"], people.region[person[complains]]]
    )
    talked = ~hides & is_answered & people.is_member[person]
    chunk.notes["calls"] = (person[talked], ended[talked], is_bad[talked])


# Survey: (survey_id, survey_type, touchpoint_code, lowest, highest score).
_SURVEYS = [
    ("CSAT-STORE", "csat", "store_purchase", 1, 5),
    ("CSAT-ORDER", "csat", "own_shop_order", 1, 5),
    ("CES-HOTLINE", "ces", "hotline_call", 1, 7),
    ("CES-TICKET", "ces", "service_ticket", 1, 7),
    ("CSAT-DELIVERY", "csat", "erp_delivery", 1, 5),
    ("CSAT-WEB", "csat", "website_visit", 1, 10),
    ("CSAT-APP", "csat", "app_visit", 1, 5),
    ("NPS-QUARTER", "nps", None, 0, 10),
    ("CSAT-HOTLINE", "csat", "hotline_call", 1, 5),
]


def make_surveys(chunk: Chunk) -> None:
    """Invitations after occasions, and once a quarter the NPS; a third of them answered."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    orders, receipts = chunk.notes["orders"], chunk.notes["receipts"]
    asked: list[tuple[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def ask(
        survey: int,
        person: np.ndarray,
        moment: np.ndarray,
        bad: np.ndarray,
        order: np.ndarray,
        share: float,
    ) -> None:
        keep = (moment != NEVER) & people.is_member[person] & chance(rng, share, len(person))
        asked.append((survey, person[keep], moment[keep] + 1800 * SECOND, bad[keep], order[keep]))

    def none(values: np.ndarray) -> np.ndarray:
        return np.full(len(values), -1)

    person = receipts["person"]
    ask(0, person, receipts["moment"], receipts["home"] % 7 == 0, none(person), 0.45)
    person, every = orders["person"], np.arange(len(orders["person"]))
    ask(
        1,
        person,
        np.where(orders["is_own"], orders["paid"], NEVER),
        chance(rng, 0.1, len(person)),
        every,
        0.25,
    )
    ask(
        4,
        person,
        np.where(orders["counts"], orders["delivered"], NEVER),
        orders["is_slow"],
        every,
        0.30,
    )
    person, moment, bad = chunk.notes["calls"]
    is_ces = chance(rng, 0.5, len(person))
    ask(2, person, np.where(is_ces, moment, NEVER), bad, none(person), 0.6)
    ask(8, person, np.where(is_ces, NEVER, moment), bad, none(person), 0.6)
    person, moment, order, bad = chunk.notes["tickets"]
    ask(3, person, moment, bad, order, 0.6)
    for survey, name in ((5, "website_visits"), (6, "app_visits")):
        person, moment = chunk.notes[name]
        ask(survey, person, moment, chance(rng, 0.15, len(person)), none(person), 1.0)
    for quarter in range(4):
        person = np.flatnonzero(people.is_member & chance(rng, 0.09, people.count))
        moment = (
            calendar.start
            + quarter * 91 * DAY
            + rng.integers(75 * 24, 88 * 24, len(person)) * HOUR
            + 7 * MINUTE
        )
        ask(7, person, moment, chance(rng, 0.2, len(person)), none(person), 1.0)

    survey = np.concatenate([np.full(len(part[1]), part[0]) for part in asked])
    person, sent, bad, order = (
        np.concatenate([part[column] for part in asked]) for column in (1, 2, 3, 4)
    )
    keep = (
        people.may_act(person, sent)
        & people.may_act(person, sent + 3 * DAY)
        & (sent < calendar.end - HOUR)
    )
    survey, person, sent, bad, order = (
        survey[keep],
        person[keep],
        sent[keep],
        bad[keep],
        order[keep],
    )
    count = len(person)
    delivered = np.where(
        chance(rng, 0.97, count), sent + rng.integers(1, 60, count) * SECOND, NEVER
    )
    by = choose(rng, [0.5, 0.2, 0.3], count)
    openid = np.where((by == 1) & people.seen["openid_oa"][person], person, -1)
    email = np.where((by == 2) & people.has["email"][person], person, -1)
    phone = np.where((openid < 0) & (email < 0), person, -1)
    shows_member = (openid < 0) & (email < 0) | chance(rng, 0.8, count)
    member = np.where(shows_member, person, -1)
    invitation = ids("y", chunk.serials("invitations", count))
    code = take([line[2] for line in _SURVEYS], survey)
    order_no = take(orders["order_no"], order)
    survey_id = take([line[0] for line in _SURVEYS], survey)
    chunk.add(
        Rows(
            "survey.invitations",
            {
                "invitation_id": invitation,
                "survey_id": survey_id,
                "sent_at": times(sent),
                "delivered_at": times(delivered),
                "touchpoint_code": code,
                "phone": take(people.ids["phone"], phone),
                "email": take(people.ids["email"], email),
                "member_no": take(people.ids["member_no"], member),
                "openid": take(people.ids["openid_oa"], openid),
                "order_no": order_no,
            },
            person,
        )
    )
    people.saw("member_no", person[shows_member])
    people.saw("email", email[email >= 0])

    answered_at = delivered + (rng.exponential(9 * 3600, count).astype(np.int64) + 60) * SECOND
    rows = np.flatnonzero(
        (delivered != NEVER) & (answered_at <= calendar.end) & chance(rng, 0.36, count)
    )
    rows = rows[people.may_act(person[rows], answered_at[rows])]
    low = np.array([line[3] for line in _SURVEYS])[survey[rows]]
    high = np.array([line[4] for line in _SURVEYS])[survey[rows]]
    five = stars(rng, bad[rows])
    score = low + np.rint((five - 1) / 4 * (high - low) - 0.3 * rng.random(len(rows))).astype(
        np.int64
    )
    is_nps = survey[rows] == 7
    score = np.clip(score - (is_nps & chance(rng, 0.35, len(rows))), low, high)
    codes = [line[2] or "" for line in _SURVEYS]
    pools = [pa.array(words.SURVEY_COMMENTS[name][tone]) for tone in (0, 1) for name in codes]
    comment = pick_text(pools, survey[rows] + len(_SURVEYS) * (five >= 4), rng)
    unasked = chance(rng, 0.04, len(rows))  # answered by a link on the page, without an invitation
    picked = pa.array(rows)
    shows = np.where(unasked, person[rows], np.where(member[rows] >= 0, person[rows], -1))
    chunk.add(
        Rows(
            "survey.responses",
            {
                "response_id": ids("z", chunk.serials("responses", len(rows))),
                "survey_id": survey_id.take(picked),
                "survey_type": take([line[1] for line in _SURVEYS], survey[rows]),
                "answered_at": times(answered_at[rows]),
                "score": integers(score),
                "invitation_id": only(invitation.take(picked), ~unasked),
                "touchpoint_code": code.take(picked),
                "scale_min": integers(low),
                "scale_max": integers(high),
                "comment_text": only(comment, chance(rng, 0.45, len(rows))),
                "phone": take(people.ids["phone"], phone[rows]),
                "email": take(people.ids["email"], email[rows]),
                "member_no": take(people.ids["member_no"], shows),
                "openid": take(people.ids["openid_oa"], openid[rows]),
                "order_no": order_no.take(picked),
                "region": take(people.ids["region"], person[rows]),
            },
            person[rows],
        )
    )
