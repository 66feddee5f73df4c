"""What a text's grams are: the Python side of `scored_text` and `grams_of`, for training and for tests."""

from __future__ import annotations

import itertools
import re

LENGTHS = (1, 2, 3)
SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "’'")


def scored_text(masked: str) -> str:
    """A masked text as its grams are taken from it."""
    text = masked.replace("[masked]", " ").translate(SMALL)
    text = re.sub("([a-z]+)", r" \1 ", re.sub("[0-9]+", "0", text))
    return re.sub(r"^ | \Z", "", re.sub("  +", " ", text))


def grams(text: str, lengths: tuple[int, ...] = LENGTHS) -> set[str]:
    """Distinct substrings of the lengths, Latin words between blanks, and such words two by two."""
    found = {
        text[place : place + size] for size in lengths for place in range(len(text) - size + 1)
    }
    words = re.findall("[a-z]+", text)
    found |= {f" {word} " for word in words}
    found |= {f" {one} {two} " for one, two in itertools.pairwise(words)}
    return found
