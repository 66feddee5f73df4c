"""The normalisers against plain-Python readings of the landing contract, on many generated values.

The macros are rendered without dbt (a few milliseconds), so that every time zone and home country
can be tried; `tests/normalise` holds them against hand-written values through dbt itself.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment

MACROS = Path(__file__).resolve().parent.parent / "macros"
ZONES = ("Asia/Shanghai", "UTC", "Europe/Berlin")
FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－−（）．，：／＠　", "0123456789+--().,:/@ ")
WHITE_SPACE = " \t\n\r\u00a0\u3000\ufeff"
NULL_WORDS = {"", "NULL", "null", "\\N", "N/A", "-"}

many = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# ---------------------------------------------------------------- the macros


@functools.cache
def expression(
    macro: str, zone: str = "Asia/Shanghai", country: str = "", *more: tuple[str, ...]
) -> str:
    """SQL of a macro over the column `landed`, and more arguments, as DuckDB gets it."""
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("engine", "normalise", "settings", "texts")
        for path in sorted((MACROS / folder).glob("*.sql"))
    ]
    variables = {"default_country_code": country, "touchpoint_timezone": zone}

    class Adapter:
        """Stands for dbt's adapter: every dispatched macro is DuckDB's."""

        @staticmethod
        def dispatch(name: str) -> Callable[..., str]:
            return getattr(module, f"duckdb__{name}")

    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {
        "adapter": Adapter,
        "var": variables.get,
        "env_var": lambda name, default=None: default,
        "return": lambda value: value,
    }
    module = environment.from_string("\n".join(sources)).module
    return str(getattr(module, macro)("landed", *more)).strip()


@functools.cache
def connection() -> duckdb.DuckDBPyConnection:
    """One connection in the session settings of profiles.yml."""
    connected = duckdb.connect(config={"threads": 1})
    connected.execute("set TimeZone = 'UTC'")
    return connected


def evaluate(
    macro: str, values: Sequence[str], zone: str = ZONES[0], country: str = ""
) -> list[Any]:
    """What the macro makes of each value, cleaned first as every landed text is."""
    rows = connection().execute(
        f"""
        select {expression(macro, zone, country)}
        from (
            select number, {expression("clean_text")} as landed
            from (select unnest($1::varchar[]) as landed, unnest(range(len($1))) as number)
        )
        order by number
        """,
        [list(values)],
    )
    return [row[0] for row in rows.fetchall()]


def assert_same(values: Sequence[str], got: Sequence[Any], expected: Sequence[Any]) -> None:
    """Fail with the first few values that differ."""
    wrong = [row for row in zip(values, got, expected, strict=True) if row[1] != row[2]]
    assert not wrong, f"(value, macro, contract): {wrong[:5]}"


# ---------------------------------------------------------------- the contract, read in Python


def cleaned(text: str) -> str | None:
    """The landed text without surrounding white space, None for a null word."""
    bare = text.strip(WHITE_SPACE)
    return None if bare in NULL_WORDS else bare


def on_cleaned(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function applied to the cleaned text; None stays None."""

    @functools.wraps(function)
    def wrapped(text: str, *more: str) -> Any:
        bare = cleaned(text)
        return None if bare is None else function(bare, *more)

    return wrapped


@on_cleaned
def phone_of(text: str, country: str = "") -> str | None:
    """Mainland mobiles in 11 digits, others E.164, national digits where no country is known."""
    bare = text.translate(FULL_WIDTH)
    whole = bare.removesuffix(".0")
    if whole != bare and len(whole) > 6 and whole.isascii() and whole.isdigit():
        bare = whole  # a number that was kept as a float
    bare = bare.replace("(0)", "")
    for sign in "-‐‑‒–—―() .":
        bare = bare.replace(sign, "")
    bare = "".join(c for c in bare if unicodedata.category(c) not in ("Zs", "Cf"))
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    digits = bare.removeprefix("+")
    if not digits or not (digits.isascii() and digits.isdigit()):
        return None
    is_international = bare.startswith("+")
    is_chinese = country in ("", "86")
    mobile = re.compile("1[3-9][0-9]{9}")
    if is_international and digits.startswith("86") and digits[2:3] == "1" and digits[3:4] > "2":
        return digits[2:] if mobile.fullmatch(digits[2:]) else None
    if is_international:
        return bare if digits[0] != "0" and 8 <= len(digits) <= 15 else None
    if is_chinese and mobile.fullmatch(digits.removeprefix("86")):
        return digits[-11:]
    if len(digits) > 11 and mobile.match(digits):
        return None
    significant = digits.removeprefix("1" if country == "1" else "0")
    if significant[:1] in ("", "0") or (country == "1" and significant[0] == "1"):
        return None
    if not country:
        return digits if 8 <= len(significant) <= 14 else None
    return f"+{country}{significant}" if 7 <= len(significant) <= 12 else None


@on_cleaned
def email_of(text: str) -> str | None:
    """Lower-cased; one @, a domain of at least two parts, no separators of lists."""
    address = text.translate(FULL_WIDTH)
    local, at, domain = address.partition("@")
    if not local or not at or any(sign in address for sign in " ,;<>") or "@" in domain:
        return None
    parts = domain.split(".")
    return address.lower() if len(parts) > 1 and all(parts) else None


def decimal_of(text: str, places: str, digits: int) -> Decimal | None:
    """The decimal in a text with or without thousands separators, rounded half away from zero."""
    sign, bare = (text[:1], text[1:]) if text[:1] in ("-", "+") else ("", text)
    whole, point, fraction = bare.partition(".")
    groups = whole.split(",")
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(g) != 3 for g in groups[1:])):
        return None
    figures = "".join(groups) + fraction
    if not groups[0] or (point and not fraction) or not (figures.isascii() and figures.isdigit()):
        return None
    value = Decimal(f"{sign}{''.join(groups)}.{fraction or '0'}")
    if abs(value) >= Decimal(10) ** 30:
        return None
    value = value.quantize(Decimal(places), ROUND_HALF_UP)
    return value if abs(value) < Decimal(10) ** digits else None


@on_cleaned
def number_of(text: str) -> Decimal | None:
    """A number with up to four decimals."""
    return decimal_of(text.translate(FULL_WIDTH), "0.0001", 14)


@on_cleaned
def amount_of(text: str) -> Decimal | None:
    """Money to the cent; one currency sign or code may stand on either side."""
    bare = text.translate(FULL_WIDTH)
    currency = "(?:[A-Z]{0,3} ?[¥￥$€£₩₹]|[A-Z]{3}|元)"
    front = re.match(f"([-+]?) *{currency} *([-+]?)", bare)
    if front:
        bare = front[1] + front[2] + bare[front.end() :]
    behind = re.search(f" *{currency}$", bare)
    if behind:
        bare = bare[: behind.start()]
    return decimal_of(bare, "0.01", 12)


@on_cleaned
def boolean_of(text: str) -> bool | None:
    """The usual words."""
    word = text.lower()
    if word in ("1", "1.0", "true", "t", "yes", "y", "是", "真"):
        return True
    return False if word in ("0", "0.0", "false", "f", "no", "n", "否", "假") else None


TIME = re.compile(
    r"(?P<year>[1-9][0-9]{3})(?:(?P<han>年)|[-/])(?P<month>[0-9]{1,2})(?(han)月|[-/])(?P<day>[0-9]{1,2})"
    r"(?:(?:[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?: *(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?))?)? *"
)


@on_cleaned
def time_of(text: str, zone: str = ZONES[0]) -> datetime | None:
    """UTC instant without zone of one of the contract's spellings of a time."""
    number = re.fullmatch("([0-9]+)([.]0+)?", text)
    if number:
        text = number[1]
        milliseconds = int(text) * (1000 if len(text) <= 10 else 1)
        if len(text) not in (9, 10, 12, 13) or not 940_000_000_000 <= milliseconds < 10**13:
            return None
        return datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)
    found = TIME.fullmatch(text.translate(FULL_WIDTH).replace("日", " "))
    if not found:
        return None
    offset = found["offset"]
    try:
        local = datetime(
            *(
                int(found[part] or 0)
                for part in ("year", "month", "day", "hour", "minute", "second")
            ),
            microsecond=int((found["fraction"] or "0")[:6].ljust(6, "0")),
        )
        if offset in (None, "Z", "z"):
            known = local.replace(tzinfo=ZoneInfo(zone) if offset is None else UTC)
            return known.astimezone(UTC).replace(tzinfo=None)
        hours, minutes = int(offset[1:3]), int(offset[3:].strip(":") or 0)
        if hours > 23 or minutes > 59:
            return None
        ahead = timedelta(hours=hours, minutes=minutes)
        return local + ahead if offset[0] == "-" else local - ahead
    except (ValueError, OverflowError):
        return None


def is_ambiguous(time: datetime | None, zone: str) -> bool:
    """True for wall-clock times that the zone skips or repeats: two readings are right."""
    local = time and time.replace(tzinfo=ZoneInfo(zone))
    return bool(local) and local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


# ---------------------------------------------------------------- generated values


def from_signs(signs: str, longest: int = 24) -> st.SearchStrategy[str]:
    """Texts made of few signs, so that near misses are common."""
    return st.text(st.sampled_from(signs), max_size=longest)


def damaged(values: st.SearchStrategy[str], signs: str) -> st.SearchStrategy[str]:
    """Values with one sign put in, left out or replaced."""

    def damage(value: str, place: int, sign: str, taken: int) -> str:
        place = place % (len(value) + 1)
        return value[:place] + sign + value[place + taken :]

    return st.builds(
        damage, values, st.integers(0, 40), st.sampled_from(["", *signs]), st.integers(0, 2)
    )


def instants(zone: str) -> st.SearchStrategy[datetime]:
    """Instants of whole seconds between 2000 and 2099, as wall-clock times of the zone."""
    return st.integers(946_684_800, 4_102_000_000).map(
        lambda seconds: datetime.fromtimestamp(seconds, ZoneInfo(zone))
    )


def rendered(time: datetime, spelling: int) -> str:
    """One of the contract's spellings of a time; those below 8 carry no offset."""
    z = time.isoformat()
    utc = time.astimezone(UTC).replace(tzinfo=None)
    return (
        time.strftime("%Y-%m-%d %H:%M:%S"),
        time.strftime("%Y-%m-%dT%H:%M:%S.125"),
        f"{time.year}/{time.month}/{time.day} {time.hour}:{time:%M}",
        f"{time:%Y/%m/%d %H:%M:%S}",
        f"{time.year}年{time.month}月{time.day}日 {time:%H:%M}",
        f"{time.year}年{time.month:02}月{time.day:02}日 {time:%H:%M:%S}",
        f"{time:%Y-%m-%d}",
        f"{time:%Y-%m-%d %H:%M}".translate(str.maketrans("0123456789:", "０１２３４５６７８９：")),
        z,
        z.replace("T", " "),
        z[:-3] + z[-2:],
        f"{utc.isoformat()}Z",
        str(int(time.timestamp())),
        str(int(time.timestamp() * 1000) + 7),
        f"{int(time.timestamp())}.0",
    )[spelling]


PHONE_SIGNS = "0123456789０１３９+＋-–—() （）.　x86\u00a0\u200b\u202a\u202f"
NUMBER_SIGNS = "0123456789０９,，.．-+−－¥￥$元 ECNYUSDe"
TIME_SIGNS = "0123456789０２-/年月日:： TtZz+.,"

digits = st.text(st.sampled_from("0123456789"), max_size=14)
phones = st.one_of(
    st.builds(
        lambda prefix, body, gap: prefix + gap.join((body[:3], body[3:7], body[7:])),
        st.sampled_from(
            ["", "+86", "0086", "86", "+86 ", "＋８６", "+49", "0044", "+1", "(0)", "+44 (0)"]
        ),
        st.one_of(
            digits, st.builds("1{}".format, digits), st.from_regex("1[3-9][0-9]{9}", fullmatch=True)
        ),
        st.sampled_from(["", "-", " ", ".", "－"]),
    ),
    digits.map("{}.0".format),
    from_signs(PHONE_SIGNS, 18),
)
emails = st.one_of(
    st.builds(
        "{}@{}.{}".format, *(st.text(st.sampled_from("abXY09._-+"), min_size=1, max_size=6),) * 3
    ),
    from_signs("aZ@＠.．-_ ,;<>9", 12),
)
numbers = st.one_of(
    st.decimals(-(10**17), 10**17, places=3).map(lambda value: f"{value:,}"),
    st.decimals(-(10**6), 10**6, places=2).map(lambda value: f"¥{value:,}"),
    st.decimals(-(10**6), 10**6, places=1).map(lambda value: f"{value} 元"),
    st.integers(-(10**20), 10**20).map(str),
    from_signs(NUMBER_SIGNS, 12),
)
padding = from_signs(WHITE_SPACE + "x", 2)
texts = st.builds(
    "{}{}{}".format,
    padding,
    st.one_of(
        st.sampled_from(
            [*sorted(NULL_WORDS), "NA", "Null", "None", "nan", "n/a", "--", "中文", "é", "😀"]
        ),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
    ),
    padding,
)
lists = functools.partial(st.lists, min_size=1, max_size=200)


# ---------------------------------------------------------------- tests


@many
@given(lists(texts))
def test_a_text_is_trimmed_and_null_only_where_it_is_a_null_word(values: list[str]) -> None:
    assert_same(values, evaluate("clean_text", values), [cleaned(value) for value in values])


@pytest.mark.parametrize("country", ["", "86", "49", "1"])
@many
@given(lists(st.one_of(phones, damaged(phones, PHONE_SIGNS))))
def test_a_phone_has_one_spelling_in_every_home_country(country: str, values: list[str]) -> None:
    got = evaluate("normalise_phone", values, country=country)
    assert_same(values, got, [phone_of(value, country) for value in values])


@many
@given(lists(phones))
def test_a_normalised_phone_normalises_to_itself(values: list[str]) -> None:
    once = [value or "" for value in evaluate("normalise_phone", values)]
    assert [value or "" for value in evaluate("normalise_phone", once)] == once


@many
@given(lists(st.one_of(emails, damaged(emails, "@. ,a"))))
def test_an_email_is_lower_cased_or_refused(values: list[str]) -> None:
    assert_same(values, evaluate("normalise_email", values), [email_of(value) for value in values])


@many
@given(lists(st.one_of(numbers, damaged(numbers, NUMBER_SIGNS))))
def test_amounts_and_numbers_are_read_exactly_or_refused(values: list[str]) -> None:
    assert_same(
        values, evaluate("normalise_amount", values), [amount_of(value) for value in values]
    )
    assert_same(
        values, evaluate("normalise_number", values), [number_of(value) for value in values]
    )


@many
@given(lists(st.one_of(from_signs("01.tTrRuUeEyYnNoO是否", 5), st.sampled_from(["TRUE", "False"]))))
def test_a_boolean_is_one_of_the_usual_words(values: list[str]) -> None:
    assert_same(
        values, evaluate("normalise_boolean", values), [boolean_of(value) for value in values]
    )


@pytest.mark.parametrize("zone", ZONES)
@many
@given(data=st.data())
def test_an_instant_is_read_back_from_every_spelling_of_it(zone: str, data: st.DataObject) -> None:
    """The expected value comes from the instant, not from a parser."""
    pairs = data.draw(lists(st.tuples(instants(zone), st.integers(0, 14))))
    texts, expected = [], []
    for time, spelling in pairs:
        utc = time.astimezone(UTC).replace(tzinfo=None)
        if spelling < 8 and is_ambiguous(time, zone):
            continue  # an hour that the clocks repeat: without an offset either reading is right
        if spelling == 6 and time.replace(hour=0).utcoffset() != time.utcoffset():
            continue  # the offset changes on that day
        if spelling == 1:
            utc += timedelta(milliseconds=125)
        elif spelling in (2, 4, 7):
            utc -= timedelta(seconds=time.second)
        elif spelling == 6:
            utc -= timedelta(hours=time.hour, minutes=time.minute, seconds=time.second)
        elif spelling == 13:
            utc += timedelta(milliseconds=7)
        texts.append(rendered(time, spelling))
        expected.append(utc)
    assert_same(texts, evaluate("normalise_time", texts, zone), expected)


@pytest.mark.parametrize("zone", ZONES)
@many
@given(data=st.data())
def test_a_time_is_read_as_the_contract_says_or_refused(zone: str, data: st.DataObject) -> None:
    spelt = st.builds(rendered, instants(zone), st.integers(0, 14))
    values = data.draw(lists(st.one_of(spelt, damaged(spelt, TIME_SIGNS), from_signs(TIME_SIGNS))))
    values = [value for value in values if not is_ambiguous(time_of(value, "UTC"), zone)]
    expected = [time_of(value, zone) for value in values]
    assert_same(values, evaluate("normalise_time", values, zone), expected)


@pytest.mark.parametrize("zone", ZONES)
@many
@given(data=st.data())
def test_a_date_is_the_business_date_of_the_time(zone: str, data: st.DataObject) -> None:
    spelt = st.builds(rendered, instants(zone), st.integers(0, 14))
    values = data.draw(lists(st.one_of(spelt, damaged(spelt, TIME_SIGNS))))

    def date_of(text: str) -> date | None:
        time = time_of(text, zone)
        return time and time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()

    expected = [date_of(value) for value in values]
    assert_same(values, evaluate("normalise_date", values, zone), expected)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Asia/Shanghai"]
)
def test_wall_clock_times_that_do_not_exist_are_read_within_the_hour(zone: str) -> None:
    """Clocks that skip or repeat an hour neither stop the build nor move a record further."""
    hours = (datetime(1990, 1, 1) + timedelta(hours=number) for number in range(24 * 366 * 16))
    odd = [hour for hour in hours if is_ambiguous(hour, zone)]
    got = evaluate("normalise_time", [hour.isoformat() for hour in odd], zone)
    assert odd, "the zone has no such hour"
    for hour, utc in zip(odd, got, strict=True):
        readings = [
            hour.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).replace(tzinfo=None)
            for fold in (0, 1)
        ]
        assert utc in readings, (hour, utc, readings)


@pytest.mark.parametrize(
    "macro", ["clean_text", "normalise_time", "normalise_phone", "normalise_email"]
)
def test_no_text_whatever_stops_a_normaliser(macro: str) -> None:
    """Every sign of the basic plane alone and doubled, and very long texts."""
    signs = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code <= 0xDFFF]
    values = [
        *signs,
        *(sign * 2 for sign in signs),
        "9" * 100_000,
        "中" * 100_000,
        "2025-01-01" * 9,
    ]
    assert len(evaluate(macro, values)) == len(values)
