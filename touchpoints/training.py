"""`make train`: sentiment and words learned from the company's own texts, written into the vault's folder.

Reads what the last build made: rated texts without identifiers, each wording once. The file holds no text, only grams
of up to three letters and words that several texts share.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from touchpoints.engine import connect
from touchpoints.settings import Settings, project_dir, read_yaml

FILE = "sentiment_model.parquet"
# More are no better, and take memory: the first by key, which is a hash.
MOST_RATED_TEXTS = 300_000
MOST_SEGMENTED_TEXTS = 200_000
LEAST_TEXTS_OF_A_WORD = 3
MOST_WORDS = 50_000
WORD = re.compile("[一-龥]{2,4}")


class CannotTrain(RuntimeError):
    """There is too little to learn from, or nothing to learn with; the message says what to do."""


@dataclass(frozen=True)
class Training:
    """What a run came to, and where it was written."""

    version: str
    rated_text_count: int
    held_out_text_count: int
    held_out_correct_count: int
    gram_count: int
    word_count: int
    path: Path

    @property
    def text(self) -> str:
        """What happened and what to do next, for people."""
        share = self.held_out_correct_count / self.held_out_text_count
        return (
            f"{self.rated_text_count:,} rated texts taught {self.version}: {self.gram_count:,} grams, "
            f"{self.word_count:,} words. Of {self.held_out_text_count:,} texts held out, {share:.1%} were told right.\n"
            f"Written to {self.path}; the next `make build` scores every text with it."
        )


def train(
    settings: Settings,
    segment: Callable[[str], Iterable[str]] | None = None,
    least: int | None = None,
) -> Training:
    """Learn from the build database and write the model; raises CannotTrain. `segment`: another tokenizer."""
    _needs_packages(segment)
    from touchpoints import sentiment

    rated, texts = _texts(settings)
    needed = _least_rated_texts() if least is None else least
    high_count = sum(1 for _, is_high, _ in rated if is_high)
    if len(rated) < needed or not 0 < high_count < len(rated):
        raise CannotTrain(
            f"{len(rated):,} distinct texts are rated high or low ({high_count:,} of them high), and it takes "
            f"{needed:,} of both kinds together (var min_rated_texts): the seed lexicon goes on scoring"
        )
    seen = [one for one in rated if not one[2]]
    held_out = [one for one in rated if one[2]]
    if not held_out or len({is_high for _, is_high, _ in seen}) < 2:
        raise CannotTrain(
            "too few rated texts are left when some are held out; see var held_out_one_in"
        )
    trial = sentiment.fit([text for text, _, _ in seen], [is_high for _, is_high, _ in seen])
    right = [
        (is_high, (trial.sentiment(text) > 0) == is_high and trial.sentiment(text) != 0)
        for text, is_high, _ in held_out
    ]
    model = sentiment.fit([text for text, _, _ in rated], [is_high for _, is_high, _ in rated])
    words = _words(texts, segment or _jieba())
    figures = {
        "intercept": model.intercept,
        "training_text_count": len(rated),
        "held_out_text_count": len(held_out),
        "held_out_correct_count": sum(is_right for _, is_right in right),
        "held_out_high_count": sum(is_high for is_high, _ in right),
        "held_out_high_correct_count": sum(is_high and is_right for is_high, is_right in right),
    }
    path = settings.vault_key.parent / FILE
    version = _write(path, model, words, figures)
    return Training(
        version,
        len(rated),
        len(held_out),
        figures["held_out_correct_count"],
        len(model.weights),
        len(words),
        path,
    )


def _needs_packages(segment: object) -> None:
    needed = ["numpy", "pyarrow", "scipy", *([] if segment else ["jieba"])]
    if any(importlib.util.find_spec(name) is None for name in needed):
        raise CannotTrain(
            "training takes scipy and jieba, which are not installed here: run `make train`, which makes an "
            "environment of its own, or install the extra `training`"
        )


def _least_rated_texts() -> int:
    return int(read_yaml(project_dir() / "dbt_project.yml")["vars"]["min_rated_texts"])


def _texts(settings: Settings) -> tuple[list[tuple[str, bool, bool]], list[str]]:
    """(text, is high, is held out) of rated texts, and all texts, as the last build left them."""
    try:
        with connect(settings, read=True) as connection:
            rated = connection.execute(
                f"""
                select scored_text, is_high, is_held_out from intermediate.int_texts_labelled
                order by text_key limit {MOST_RATED_TEXTS}
                """
            ).fetchall()
            texts = connection.execute(
                f"""
                select scored_text from intermediate.int_texts_distinct
                order by text_key limit {MOST_SEGMENTED_TEXTS}
                """
            ).fetchall()
    except duckdb.IOException as error:
        raise CannotTrain(
            f"{settings.database} cannot be read ({error}); run `make build` first"
        ) from None
    except duckdb.CatalogException:
        raise CannotTrain(f"{settings.database} holds no texts; run `make build` first") from None
    return rated, [text for (text,) in texts]


def _jieba() -> Callable[[str], Iterable[str]]:
    """The tokenizer's cutting of a text, without what it has to say."""
    import logging

    import jieba

    jieba.setLogLevel(logging.ERROR)
    return jieba.cut


def _words(texts: Iterable[str], segment: Callable[[str], Iterable[str]]) -> list[tuple[str, int]]:
    """Words of two to four Chinese letters with the number of texts that have them, the most frequent first."""
    counts = Counter(word for text in texts for word in set(segment(text)) if WORD.fullmatch(word))
    kept = [(word, count) for word, count in counts.items() if count >= LEAST_TEXTS_OF_A_WORD]
    return sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]


def _write(path: Path, model, words: list[tuple[str, int]], figures: dict[str, int]) -> str:
    """Write the model beside the old one and put it in its place by one rename; returns its version."""
    import hashlib

    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [("gram", gram, *numbers) for gram, numbers in sorted(model.weights.items())]
    rows += [("word", word, count, None) for word, count in sorted(words)]
    rows += [("figure", name, value, None) for name, value in sorted(figures.items())]
    # words and figures are of the version too: whoever has one file has one version
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    version = f"trained-{digest[:12]}"
    kinds, entries, weights, squares = zip(*rows, strict=True)
    table = pa.table(
        {
            "model_version": pa.array([version] * len(rows), pa.string()),
            "entry_kind": pa.array(kinds, pa.string()),
            "entry": pa.array(entries, pa.string()),
            "weight": pa.array(weights, pa.int64()),
            "square": pa.array(squares, pa.int64()),
        }
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            pq.write_table(table, file)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return version
