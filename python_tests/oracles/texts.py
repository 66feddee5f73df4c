"""Texts, where they belong and what they feel: a plain reading of the landing and of the seed lexicon."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from oracles.definitions import seed, touchpoint_types
from oracles.interactions import Touch, borrowed_identity
from oracles.landing import Landing, plain
from oracles.people import People, identifiers_of, person_of

# Kind, table, its columns of text (the first that is filled counts), its time.
KINDS = (
    ("review", "ecommerce.reviews", ("review_text",)),
    ("social_comment", "social.engagements", ("comment_text",)),
    ("official_account", "wechat_oa.interactions", ("comment_text",)),
    ("community_post", "community.posts", ("post_text",)),
    ("ticket", "service.tickets", ("ticket_text", "subject")),
    ("call", "hotline.calls", ("call_text",)),
    ("follow_up", "his.follow_ups", ("follow_up_text",)),
    ("lesson", "academic.lessons", ("lesson_text",)),
    ("customer_message", "service.messages", ("message_text",)),
    ("survey_comment", "survey.responses", ("comment_text",)),
)
SHOWN_TERMS = 5


@dataclass
class Text:
    """One text in scope; `key` is its record's."""

    key: int
    kind: str
    code: str
    channel: str
    region: str | None
    at: datetime
    person: int | None
    raw: str


def texts(landing: Landing, people: People, touches: Iterable[Touch]) -> list[Text]:
    """Every text of a record that is a touch; agents and bots write none."""
    lent = borrowed_identity(landing)
    by_record = {touch.key: touch for touch in touches}
    judged = {
        row["invitation_id"]: row["touchpoint_code"]
        for row in landing.records["survey.invitations"]
    }
    found = []
    for kind, table, columns in KINDS:
        for record in landing.in_scope(table):
            raw = next((record[column] for column in columns if record[column] is not None), None)
            touch = by_record.get(record.key)
            if raw is None or touch is None:
                continue
            if kind == "customer_message" and record["sender"].lower() != "customer":
                continue
            code, region = touch.code, touch.region
            if kind == "survey_comment":
                stated = record["touchpoint_code"] or judged.get(record["invitation_id"])
                code = stated if stated in touchpoint_types() else touch.code
            channel = touch.channel
            if code != touch.code:
                channel = str(touchpoint_types()[code]["channel_code"])
            owner_table, owner = lent.get(record.key, (table, record))
            person = person_of(people, owner_table, identifiers_of(owner))
            found.append(Text(record.key, kind, code, channel, region, touch.at, person, raw))
    return found


def spelt(masked: str) -> str:
    """A masked text with small letters, Latin words apart, and 0 for every number."""
    text = masked.replace("[masked]", " ").replace("’", "").replace("'", "")
    text = "".join(sign.lower() if sign.isascii() else sign for sign in text)
    text = re.sub("[0-9]+", "0", text)
    text = re.sub("[a-z]+", lambda word: f" {word[0]} ", text)
    return re.sub(" +", " ", text).strip(" ")


def pieces(text: str, longest: int) -> set[str]:
    """Whatever stands in a text, up to a length, and its Latin words alone and in pairs."""
    found: set[str] = set()
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + longest) + 1):
            found.add(text[start:end])
    words = [f" {word} " for word in re.findall("[a-z]+", text)]
    found.update(words)
    found.update(one + other.lstrip() for one, other in itertools.pairwise(words))
    return found


def lexicon() -> dict[str, int]:
    """Weight of every term and of every term behind a negator, as the seeds have them."""
    terms: dict[str, int] = {}
    turned: dict[str, int] = {}
    rows = [
        (row["language"], str(row["term"]), int(str(row["weight"])))
        for row in seed("sentiment_lexicon")
    ]
    for language, term, weight in rows:
        terms[f" {term} " if language == "en" else term] = weight
        for negator in (row for row in seed("sentiment_negators") if row["language"] == language):
            joined = f"{negator['negator']}{' ' if language == 'en' else ''}{term}"
            gram = f" {joined} " if language == "en" else joined
            # of several ways to the same text the heaviest, then the lowest
            best = turned.get(gram)
            if best is None or (-abs(2 * weight), -2 * weight) < (-abs(best), best):
                turned[gram] = -2 * weight
    return turned | terms


def feelings(text: str, weights: Mapping[str, int]) -> tuple[float, list[str] | None]:
    """(sentiment, evidence) of a spelt text by the lexicon."""
    known = {gram: weights[gram] for gram in pieces(text, 8) if gram in weights}
    total = sum(known.values())
    sentiment = 2 / (1 + math.exp(-max(-30, min(30, total)))) - 1
    speaking = [gram for gram, weight in known.items() if total * weight > 0]
    speaking.sort(key=lambda gram: (-abs(known[gram]), plain(gram)))
    return sentiment, [gram.strip() for gram in speaking[:SHOWN_TERMS]] or None


def topic(text: str) -> str | None:
    """The topic whose keywords weigh most."""
    priorities = {row["topic_code"]: int(str(row["priority"])) for row in seed("topics")}
    padded = {f" {word} " for word in re.findall("[a-z]+", text)}
    padded |= {gram for gram in pieces(text, 0) if gram.startswith(" ")}
    weighed: Counter[str] = Counter()
    for row in seed("topic_rules"):
        keyword = str(row["keyword"])
        is_there = keyword in text if row["language"] == "zh" else f" {keyword} " in padded
        if is_there:
            weighed[str(row["topic_code"])] += int(str(row["weight"]))
    if not weighed:
        return None
    return min(weighed, key=lambda code: (-weighed[code], priorities[code], code))


def mean(values: Iterable[float]) -> float | None:
    """Mean, None of nothing."""
    found = [Fraction(value) for value in values]
    return float(sum(found) / len(found)) if found else None
