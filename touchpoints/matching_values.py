"""Contacts in one spelling, for the optional matching: names cut into parts, dates, e-mails, phones, regions.

Plain Python and pandas. Nothing here decides who is who: it only brings values that mean the same to the same text,
and makes the keys by which two contacts come to be compared at all (see `matching`).
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

COLUMNS = ("contact_id", "full_name", "gender", "birth_date", "region", "email", "phone")
MOST_PER_BLOCK = 100


def words(text: str) -> list[str]:
    """The words of a text: lists that are easier to read without quotes."""
    return text.split()


TITLES = frozenset(
    words(
        """
    mr mrs ms miss dr prof sir dame mx herr frau jr sr ii iii
    """
    )
)
HAN_TITLES = re.compile(r"(先生|女士|小姐|太太|老师|同学|医生|经理|总)$")
HAN = re.compile(r"[\u3400-\u9fff]")
COMPOUND_SURNAMES = frozenset(
    words(
        """
    欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 长孙 宇文 端木 百里 南宫 独孤
    轩辕 闻人
    """
    )
)
# Short forms of English given names; the first of each line stands for all of them.
SHORT_FORMS = """
alexander alex alec sandy xander lex
alexandra alexa sandra lexi
andrew andy drew
anthony tony anton
barbara barb babs barbie
benjamin ben benny benji
bradley brad
catherine katherine kathryn cathy kathy kate katie kat kitty kathleen
charles charlie chuck chas
christina christine chris tina chrissy christy kristina kristin kristen
christopher chris topher kit kris
cynthia cindy
daniel dan danny
david dave davey
deborah debra deb debbie
dennis den denny
donald don donnie
dorothy dot dottie dolly
douglas doug
edward ed eddie ted teddy ned
eleanor ellie nell nora
elizabeth liz lizzie beth betty eliza elsie libby bess lisa
emily em emmy
francis frank frankie fran
frederick fred freddie
gabriel gabe
george georgie
gerald gerry jerry
gregory greg
harold harry hal
henry harry hank
isabella isabel bella izzy
jacob jake
jacqueline jackie
james jim jimmy jamie
jeffrey geoffrey jeff geoff
jennifer jen jenny jenna
jessica jess jessie
john jack johnny jon
jonathan jon jonny nathan
joseph joe joey
joshua josh
judith judy
kenneth ken kenny
lawrence larry laurence lawrie
leonard len lenny leo
margaret maggie meg peggy madge marge daisy
martha marty mattie
matthew matt matty
michael mike mick mickey micky
michelle shelly
nathaniel nathan nate nat
nicholas nick nicky nico
pamela pam
patricia pat patsy tricia trish
patrick pat paddy
peter pete
philip phillip phil pip
rebecca becky becca
richard dick rick ricky rich richie
robert bob bobby rob robbie bert
ronald ron ronnie
samantha sam sammy
samuel sam sammy
sarah sally sara sadie
stephen steven steve
stephanie steph
susan sue susie suzanne suzy
theodore ted theo teddy
theresa teresa terry tess tessa
thomas tom tommy
timothy tim timmy
valerie val
veronica ronnie vera
victoria vicky tori
vincent vince vinnie
virginia ginny ginger
walter walt wally
william bill billy will willy liam
zachary zach zack
"""

# A name or an e-mail in two parts, each of which may be absent.
Name = tuple[str | None, str | None]


def plain(value: object) -> str | None:
    """Text without case, accents, full-width forms and doubled spaces; None for nothing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        if math.isnan(value):
            return None
        value = int(value) if value.is_integer() else value  # a number read from a file with gaps
    folded = unicodedata.normalize("NFKD", str(value)).casefold()
    folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(folded.split()) or None


def name_parts(value: object) -> Name:
    """(given name, family name); English in the order it is written, Chinese with the family name first."""
    name = plain(value)
    if name is None:
        return None, None
    if HAN.search(name):
        return _han_parts(name)
    if name.count(",") == 1:
        family, given = name.split(",")
        name = f"{given} {family}"
    name = re.sub(r"['’`.]", "", name)
    words = [word for word in re.split(r"[\W_]+", name) if word and word not in TITLES]
    if not words:
        return None, None
    return words[0], words[-1] if len(words) > 1 else None


def _han_parts(name: str) -> Name:
    name = HAN_TITLES.sub("", "".join(HAN.findall(name)))
    if not name:
        return None, None
    length = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[length:] or None, name[:length]


def in_one_order(names: Sequence[Name]) -> list[Name]:
    """The names with those turned round that all other records write the other way ("Smith Anna").

    A lone word goes to the place where the other records have it more often.
    """
    first = Counter(given for given, family in names if given and family)
    last = Counter(family for given, family in names if given and family)

    def lean(word: str, own_first: int, own_last: int) -> float:
        return math.log((first[word] - own_first + 0.5) / (last[word] - own_last + 0.5))

    turned: list[Name] = []
    for given, family in names:
        if given and family and not HAN.search(given + family):
            wrong = lean(family, 0, 1) - lean(given, 1, 0)
            turned.append((family, given) if wrong > TURN_AT else (given, family))
        elif given and not family and lean(given, 0, 0) < 0:
            turned.append((None, given))
        else:
            turned.append((given, family))
    return turned


TURN_AT = math.log(30)


YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})(?!\d)")
YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})(?!\d)")
DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3})[a-z]*[-/., ]*(\d{4})(?!\d)")
MONTH_NAMED = re.compile(r"([a-z]{3})[a-z]*[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4})(?!\d)")
MONTHS = words("jan feb mar apr may jun jul aug sep oct nov dec")


def month_comes_first(values: Iterable[object]) -> bool:
    """Whether dates with the year last say the month before the day (12/31/1980): what more of them say."""
    both = [found for found in (YEAR_LAST.match(plain(value) or "") for value in values) if found]
    slashed = [(int(found[1]), int(found[3])) for found in both if found[2] != "."]
    return sum(other > 12 for _, other in slashed) > sum(one > 12 for one, _ in slashed)


def day(value: object, month_first: bool = False) -> str | None:
    """A date as YYYY-MM-DD, from a date, a timestamp or a text; None where it is none.

    A text begins with the year, or ends with it and has the day first (`month_first`: the month), or names the month
    in English. The day need not exist in the calendar: a mistyped 1980-02-31 still resembles the true date.
    """
    if isinstance(value, dt.date) and value is not pd.NaT:
        return f"{value.year:04}-{value.month:02}-{value.day:02}"
    text = plain(value) or ""
    if found := YEAR_FIRST.match(text):
        parts = found[1], found[2], found[3]
    elif found := YEAR_LAST.match(text):
        one, other = found[1], found[3]
        turned = int(one) <= 12 if int(other) > 12 else month_first and int(one) <= 12
        turned = turned and found[2] != "."
        parts = (found[4], one, other) if turned else (found[4], other, one)
    elif (found := DAY_NAMED.match(text)) and found[2] in MONTHS:
        parts = found[3], str(MONTHS.index(found[2]) + 1), found[1]
    elif (found := MONTH_NAMED.match(text)) and found[1] in MONTHS:
        parts = found[3], str(MONTHS.index(found[1]) + 1), found[2]
    else:
        return None
    return "{:04}-{:02}-{:02}".format(*map(int, parts))


def mail_parts(value: object) -> Name:
    """(user, house) of an e-mail; a text without an @ is a user alone."""
    text = plain(value)
    if text is None:
        return None, None
    user, _, house = text.replace(" ", "").partition("@")
    return user or None, house or None


def digits(value: object) -> str | None:
    """The last eleven digits of a phone number; None where there are fewer than five."""
    text = plain(value)
    found = "".join(sign for sign in text or "" if sign.isdecimal())
    return found[-11:] if len(found) >= 5 else None


def gender(value: object) -> str | None:
    """f or m; None for everything else."""
    text = plain(value)
    known = {"f": "f", "female": "f", "女": "f", "m": "m", "male": "m", "男": "m"}
    return known.get(text or "")


def sound(word: str | None) -> str | None:
    """A Chinese word as it is spoken, without tones, so that 张伟, 章玮 and "zhang wei" meet; others as they are."""
    if word is None or not HAN.search(word):
        return word
    try:
        from pypinyin import lazy_pinyin
    except ImportError:
        return word
    return "".join(lazy_pinyin(word))


def letters(word: str | None) -> str | None:
    """The letters of a word in the order of the alphabet, so that a jumbled word meets the true one; no digits."""
    return "".join(sorted(filter(str.isalpha, word or ""))) or None


def _short_forms() -> dict[str, str]:
    lines = [line.split() for line in SHORT_FORMS.strip().splitlines()]
    return {form: line[0] for line in reversed(lines) for form in reversed(line)}


LONG_FORM = _short_forms()


def prepare(contacts: pd.DataFrame) -> pd.DataFrame:
    """The contacts, one row per id in its order, in the columns that are compared; any column may be missing."""
    raw = pd.DataFrame(
        {name: contacts.get(name) for name in COLUMNS},
        index=contacts.index,
        dtype=object,
    )
    raw = raw[raw["contact_id"].notna()]
    raw = raw.assign(contact_id=raw["contact_id"].astype(str)).reset_index(drop=True)
    order = raw.astype(str).sort_values(list(COLUMNS), kind="stable").index
    raw = raw.loc[order].drop_duplicates("contact_id").reset_index(drop=True)
    names = in_one_order([name_parts(name) for name in raw["full_name"]])
    month_first = month_comes_first(raw["birth_date"])
    mails = [mail_parts(value) for value in raw["email"]]
    values = {
        "contact_id": raw["contact_id"].tolist(),
        "given": [given for given, _ in names],
        "surname": [family for _, family in names],
        "given_sound": [sound(given) for given, _ in names],
        "surname_sound": [sound(family) for _, family in names],
        "given_letters": [letters(given) for given, _ in names],
        "surname_letters": [letters(family) for _, family in names],
        "given_long": [LONG_FORM.get(given or "", given) for given, _ in names],
        "born": [day(value, month_first) for value in raw["birth_date"]],
        "email": ["@".join(part for part in parts if part) or None for parts in mails],
        "email_user": [user for user, _ in mails],
        "email_house": [house for _, house in mails],
        "phone": [digits(value) for value in raw["phone"]],
        "region": [plain(value) for value in raw["region"]],
        "region_letters": [letters(plain(value)) for value in raw["region"]],
        "gender": [gender(value) for value in raw["gender"]],
    }
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in values.items()})


def block_keys(frame: pd.DataFrame) -> pd.DataFrame:
    """Keys by which prepared contacts meet: those that share one are compared.

    A key that more than MOST_PER_BLOCK contacts share (a call centre's phone, 1 January 1970) brings nobody together:
    each key holds at most that many contacts, so the work grows with the number of contacts, not with its square.
    """
    rows = frame.to_dict("records")
    keys = pd.DataFrame([_keys(row) for row in rows], columns=KEYS, dtype=object)
    for name in KEYS:
        count = keys.groupby(name)[name].transform("size")
        keys[name] = keys[name].where(count.between(2, MOST_PER_BLOCK), None)
    return keys.astype(object).where(keys.notna(), None)


KEYS = [f"block_{number:02}" for number in range(25)]


def _keys(row: dict[str, str | None]) -> list[str | None]:
    given, family = row["given_sound"], row["surname_sound"]
    words = sorted(word for word in (given, family) if word)
    born, mail, phone, region = row["born"], row["email_user"], row["phone"], row["region"]
    year, month, number = born.split("-") if born else (None, None, None)
    month_and_day = "-".join(sorted((month, number))) if month and number else None
    long = row["given_long"]
    longest = max(words, key=len) if words else None
    return [
        _key(*words) if len(words) == 2 else None,
        born,
        row["email"],
        mail if mail and len(mail) > 3 else None,
        phone,
        _key(family, year),
        _key(long, year),
        _key(family, month_and_day),
        _key(long, month_and_day),
        _key(family, region, long and long[:1]),
        _key(long, region),
        _key(*(word[:3] for word in words), year and year[:3]) if len(words) == 2 else None,
        _key(year, month_and_day),
        _key(*(word[:2] for word in words), month, number) if words else None,
        _key(mail and len(mail) > 5 and mail[:5], longest and longest[:2]),
        phone and _key(phone[:-4], longest and longest[:1]),
        phone and _key(phone[-7:]),
        _key(longest and longest[:4], longest and longest[-2:], region),
        _key(family, region),
        _key(*map(bones, words)) if len(words) == 2 else None,
        _key(*(word[:3] for word in words), region) if len(words) == 2 else None,
        _key(row["email_house"], year),
        _key(mail and mail[:3], year),
        _key(*(word[:1] for word in words), year) if len(words) == 2 else None,
        _key(region, born and born[:7]),
    ]


def bones(word: str) -> str:
    """A Latin word without its vowels and doubled letters, which slips touch most; the first letter stays."""
    kept = word[:1] + re.sub(r"[aeiouy]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", kept)


def _key(*parts: object) -> str | None:
    return "|".join(map(str, parts)) if parts and all(parts) else None
