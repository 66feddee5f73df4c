"""Identifiers that somebody wrote down, spelt as the macros in `macros/normalise` spell those of records.

A test holds the functions against the macros.
"""

from __future__ import annotations

import re

WHITE_SPACE = " \t\n\r\xa0\u3000\ufeff"
NULL_WORD = re.compile(r"(NULL|null|\\N|N/A|-)?")
WIDE = str.maketrans("０１２３４５６７８９＋－−（）．，：／＠　", "0123456789+--().,:/@ ")
# Spaces other than the usual one, and the marks without width that address books put around numbers.
UNSEEN = "\u00a0\u00ad\u2000-\u200f\u202a-\u202f\u205f-\u2064\u2066-\u2069\ufeff"
PSEUDONYM = re.compile(r"erased:[0-9a-f]{16}")


def clean_text(text: str) -> str | None:
    """The text without surrounding white space, None where it is a null word."""
    bare = text.strip(WHITE_SPACE)
    return None if NULL_WORD.fullmatch(bare) else bare


def read_phone(text: str, home: str = "") -> str | None:
    """A phone number in one spelling, None where it is none; `home`: the var `default_country_code`."""
    mobile = ("((00|[+])?86)?" if home in ("", "86") else "(00|[+])86") + "1[3-9][0-9]{9}"
    whole = re.sub("^([0-9]{7,})[.]0$", r"\1", text.translate(WIDE))
    digits = re.sub(f"[(]0[)]|[-‐-―() .{UNSEEN}]", "", whole)
    for spelling in (text, digits):
        if re.fullmatch(mobile, spelling):
            return spelling[-11:]
    if re.match("(00|[+])861[3-9]|1[3-9][0-9]{10}", digits):
        return None
    if re.fullmatch("(00|[+])[1-9][0-9]{7,14}", digits):
        return "+" + digits.lstrip("+0")
    if not home:
        return digits if re.fullmatch("0?[1-9][0-9]{7,13}", digits) else None
    trunk, first = ("1", "[2-9]") if home == "1" else ("0", "[1-9]")
    is_national = re.fullmatch(f"{trunk}?{first}[0-9]{{6,11}}", digits)
    return f"+{home}{digits.lstrip(trunk)}" if is_national else None


def read_email(text: str) -> str | None:
    """An e-mail address in lower case, None where it is none."""
    ordinary = text.translate(WIDE)
    label = "[^@ ,;<>.]+"
    is_address = re.fullmatch(rf"[^@ ,;<>]+@({label}[.])+{label}", ordinary)
    return ordinary.lower() if is_address else None


def read_identifier(kind: str, text: str, home: str = "") -> str | None:
    """A written value as records of the type have it, None where it is none; what stands for an erased one stays."""
    if PSEUDONYM.fullmatch(text):
        return text
    bare = clean_text(text)
    if bare is None or kind not in ("phone", "email"):
        return bare
    return read_phone(bare, home) if kind == "phone" else read_email(bare)
