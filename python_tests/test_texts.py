"""Texts, what they feel, their terms and topics against a plain reading; and what training makes of rated texts."""

from __future__ import annotations

import math
import random
import re
import shutil
from collections import Counter, defaultdict
from datetime import date
from typing import Any

import duckdb
import pytest

from builds import PROJECT, Build, green, run_dbt
from oracles import texts
from oracles.cases import Case, assert_same, both, case_of, random_case
from oracles.definitions import seed
from oracles.landing import as_id, business_date, plain
from oracles.satisfaction import periods_of
from test_masking import bare
from test_normalisation import connection, expression
from touchpoints import sentiment, training
from touchpoints.grams import grams, scored_text
from touchpoints.macros import load_macros
from touchpoints.settings import read_settings

LOW, HIGH, LEAST_TEXTS, PRIOR = 0.3, 0.7, 3, 100


def masked_texts(case: Case) -> dict[int, str]:
    """The masked text of each record: masking has tests of its own."""
    rows = case.rows("select record_key, masked_text from intermediate.int_texts_masked")
    return {row["record_key"]: row["masked_text"] for row in rows}


@both
def test_every_text_is_where_it_belongs_and_feels_what_the_lexicon_says(
    dataset: str, built: Build
) -> None:
    case = case_of(dataset, built)
    masked, weights = masked_texts(case), texts.lexicon()
    scores = {score.record.key: score.scaled for score in case.world.scores}
    wanted = {}
    for text in case.world.texts:
        spelt = texts.spelt(masked[text.key])
        feeling, evidence = texts.feelings(spelt, weights)
        score = scores.get(text.key)
        wanted[as_id(text.key)] = {
            "user_id": as_id(text.person),
            "text_kind": text.kind,
            "touchpoint_code": text.code,
            "channel_code": text.channel,
            "region": text.region,
            "answered_at": text.at,
            "masked_text": masked[text.key],
            "score_scaled": None if score is None else float(score),
            "sentiment": feeling if spelt else None,
            "sentiment_label": label_of(feeling) if spelt else None,
            "evidence_terms": evidence,
            "topic_code": texts.topic(spelt),
        }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select text_id, {columns} from marts.fct_feedback_texts")
    assert len(rows) == len(wanted) > 200
    assert_same({row.pop("text_id"): row for row in rows}, wanted)


def label_of(feeling: float) -> str:
    """Its word."""
    return "positive" if feeling > 0 else "negative" if feeling < 0 else "neutral"


@both
def test_the_mean_sentiment_of_each_cell_is_the_plain_mean(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    masked, weights = masked_texts(case), texts.lexicon()
    cells: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for text in case.world.texts:
        spelt = texts.spelt(masked[text.key])
        if spelt:
            for period in periods_of(business_date(text.at)):
                cell = (text.code, text.channel, text.region or "(unknown)", *period)
                cells[cell].append(texts.feelings(spelt, weights)[0])
    keys = "touchpoint_code, channel_code, region, period_type, period_start_date"
    rows = case.rows(
        f"select {keys}, text_count, mean_sentiment from marts.touchpoint_satisfaction"
    )
    shown = 0
    for row in rows:
        mine = cells.get(tuple(row[key] for key in keys.split(", ")), [])
        assert row["text_count"] == len(mine)
        assert (row["mean_sentiment"] is None) == (len(mine) < 30)
        if len(mine) >= 30:
            shown += 1
            assert row["mean_sentiment"] == pytest.approx(sum(mine) / len(mine), abs=1e-8)
    assert shown


def terms_of(text: str) -> set[str]:
    """Words of a spelt text for a word cloud, when nothing was trained."""
    stop = {str(row["word"]) for row in seed("stop_words")}
    chinese = {str(row["term"]) for row in seed("sentiment_lexicon") if row["language"] == "zh"}
    chinese |= {str(row["keyword"]) for row in seed("topic_rules") if row["language"] == "zh"}
    there = {word for word in chinese - stop if 2 <= len(word) <= 4 and word in text}
    kept = {word for word in there if not any(word in other for other in there - {word})}
    return kept | {word for word in re.findall("[a-z]+", text) if len(word) > 2} - stop


@both
def test_every_term_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    masked, weights = masked_texts(case), texts.lexicon()
    scores = {score.record.key: score.scaled for score in case.world.scores}
    cells: dict[tuple[str, str, date | None], dict[str, list[tuple[float | None, float]]]]
    cells = defaultdict(lambda: defaultdict(list))
    for text in case.world.texts:
        spelt = texts.spelt(masked[text.key])
        score = scores.get(text.key)
        # both are added up with nine decimals
        one = (
            None if score is None else round(float(score), 9),
            round(texts.feelings(spelt, weights)[0], 9),
        )
        for term in terms_of(spelt):
            month = business_date(text.at).replace(day=1)
            cells[text.code, "month", month][term].append(one)
            cells[text.code, "all", None][term].append(one)
    wanted = {}
    for (code, period, start), terms in cells.items():
        low = {term: count(found, at_most=LOW) for term, found in terms.items()}
        high = {term: count(found, at_least=HIGH) for term, found in terms.items()}
        total = sum(len(found) for found in terms.values())
        ranked = sorted(terms, key=lambda term: (-len(terms[term]), plain(term)))[:200]
        for term in ranked:
            found = terms[term]
            if len(found) < LEAST_TEXTS:
                continue
            odds = z = None
            if len(found) < total and sum(low.values()) and sum(high.values()):
                prior = PRIOR * len(found) / total
                parts = [
                    (ours[term] + prior, sum(ours.values()) + PRIOR - ours[term] - prior)
                    for ours in (low, high)
                ]
                odds = math.log(parts[0][0] / parts[0][1]) - math.log(parts[1][0] / parts[1][1])
                z = odds / math.sqrt(1 / parts[0][0] + 1 / parts[1][0])
            rated = [score for score, _ in found if score is not None]
            wanted[code, period, start, term] = {
                "text_count": len(found),
                "rated_text_count": len(rated),
                "mean_score": sum(rated) / len(rated) if rated else None,
                "sentiment": sum(feeling for _, feeling in found) / len(found),
                "weight": len(found) / len(terms[ranked[0]]),
                "low_text_count": low[term],
                "high_text_count": high[term],
                "low_score_log_odds": odds,
                "low_score_z": z,
            }
    keys = ("touchpoint_code", "period_type", "period_start_date", "term")
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select {', '.join(keys)}, {columns} from marts.feedback_terms")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)
    assert any(row["low_score_z"] and row["low_score_z"] > 0 for row in wanted.values())


def count(found: list[tuple[float | None, float]], at_most: float = 2, at_least: float = -1) -> int:
    """How many of the rated texts lie within bounds."""
    return sum(score is not None and at_least <= score <= at_most for score, _ in found)


def test_no_identifier_of_the_random_texts_is_left() -> None:
    case = random_case()
    raw = "\n".join(text.raw for text in case.world.texts)
    left = case.rows("select masked_text, evidence_terms from marts.fct_feedback_texts")
    joined = bare("\n".join(f"{row['masked_text']}\n{row['evidence_terms']}" for row in left))
    for identifier in ("13812345678", "zhangsan88", "lihuaexample"):
        assert identifier in bare(raw)
        assert identifier not in joined


def test_grams_are_the_same_in_sql_and_in_python() -> None:
    """Emoji, combining signs and every kind of blank included."""
    rng = random.Random(3)
    signs = [
        *"好不 ，！aBz’'09Ａ９",
        "good",
        "not ",
        "👍",
        "👨‍👩‍👧",
        "é",
        "e\u0301",
        "\n",
        "\u3000",
        "𠮷",
        "[masked]",
    ]
    landed = ["".join(rng.choices(signs, k=rng.randint(0, 12))) for _ in range(400)]
    connected = connection()
    spelt = connected.execute(
        f"select {expression('scored_text')} from (select unnest($1::varchar[]) as landed)",
        [landed],
    ).fetchall()
    assert [text for (text,) in spelt] == [scored_text(text) for text in landed]
    assert [texts.spelt(text) for text in landed] == [scored_text(text) for text in landed]
    connected.execute("create or replace temp table spelt (text_key integer, landed varchar)")
    connected.executemany(
        "insert into spelt values (?, ?)", [[n, text] for n, (text,) in enumerate(spelt)]
    )
    found: dict[int, list[str]] = defaultdict(list)
    sql = load_macros(PROJECT).grams_of("spelt", ["text_key"], "landed", [1, 2, 3])
    for key, gram in connected.execute(sql).fetchall():
        found[key].append(gram)
    for number, (text,) in enumerate(spelt):
        assert Counter(found[number]) == Counter(grams(text)) == Counter(texts.pieces(text, 3))


# ------------------------------------------------------------------------------------------- training

GOOD = ("很满意", "质量不错", "下次还来", "物流很快", "good quality", "推荐给大家")
BAD = ("太差了", "质量不好", "再也不来", "物流太慢", "poor quality", "不推荐")
EITHER = ("客服", "包装", "昨天", "，", "这次", "the box", "👍")


def rated_texts(number: int, size: int) -> tuple[list[str], list[bool]]:
    """Distinct texts of two kinds, one of them rarer; no more than these words say which."""
    rng = random.Random(number)
    found: dict[str, bool] = {}
    while len(found) < size:
        is_high = rng.random() < 0.7
        parts = [rng.choice(GOOD if is_high else BAD), *rng.choices(EITHER, k=3)]
        rng.shuffle(parts)
        found["".join(parts)] = is_high
    return list(found), list(found.values())


def test_training_finds_what_sets_texts_apart() -> None:
    written, is_high = rated_texts(1, 600)
    model = sentiment.fit(written[:400], is_high[:400])
    told = [
        (model.sentiment(text) > 0) == high for text, high in zip(written, is_high, strict=True)
    ]
    assert all(told[400:])
    assert model.sentiment("ζ") == 0
    assert model.weights["满意"][0] > 0 > model.weights["太差"][0]


def test_training_depends_on_the_set_of_texts_alone() -> None:
    written, is_high = rated_texts(2, 200)
    assert sentiment.fit(written, is_high) == sentiment.fit(written, is_high)
    turned = sentiment.fit(written[::-1], is_high[::-1])
    straight = sentiment.fit(written, is_high)
    assert turned.weights.keys() == straight.weights.keys()
    for text in written[:50]:
        assert turned.sentiment(text) == pytest.approx(straight.sentiment(text), abs=1e-3)


def test_a_fit_is_the_bottom_of_its_loss() -> None:
    """The gradient of the penalised loss, written down anew, is nothing at the weights that were found."""
    import numpy as np
    from scipy import sparse

    rng = np.random.default_rng(5)
    matrix = sparse.csr_matrix(rng.random((80, 6)) * (rng.random((80, 6)) < 0.5))
    high = rng.random(80) < 0.3
    weights, intercept = sentiment._logistic(matrix, high)
    rows = matrix.toarray()
    slope, level = weights.copy(), 0.0
    for row, is_high in zip(rows, high, strict=True):
        share = high.mean() if is_high else 1 - high.mean()
        chance = 1 / (1 + math.exp(-(row @ weights + intercept)))
        error = sentiment.STRENGTH * (0.5 / share) ** sentiment.BALANCE * (chance - is_high)
        slope += error * row
        level += error
    assert np.abs(slope).max() < 0.05
    assert abs(level) < 0.05


def characters(text: str) -> list[str]:
    """A tokenizer for tests: pairs of letters."""
    return [text[place : place + 2] for place in range(len(text) - 1)]


@pytest.fixture(scope="module")
def trained(built: Build, tmp_path_factory) -> tuple[Build, training.Training]:
    """A copy of the sample's build with a model trained on it, and what follows from the model built anew."""
    folder = tmp_path_factory.mktemp("trained")
    shutil.copy(built.database, folder / "touchpoints.duckdb")
    (folder / "vault").mkdir()
    secret = built.one("select identity_key from vault.identity_key")
    (folder / "vault" / "identity.key").write_text(f"{secret}\n", encoding="utf-8")
    settings = read_settings(
        {
            "TOUCHPOINT_DATABASE": str(folder / "touchpoints.duckdb"),
            "TOUCHPOINT_VAULT_KEY": str(folder / "vault" / "identity.key"),
            "TOUCHPOINT_RAW_ROOT": str(PROJECT / "demo" / "raw" / "retail"),
        }
    )
    done = training.train(settings, segment=characters, least=100)
    selection = ("int_sentiment_entries+", "int_text_vocabulary+")
    build = green(run_dbt(folder, ("build", "-s", *selection, "--indirect-selection", "cautious")))
    return build, done


@pytest.mark.slow
def test_the_sample_is_trained_and_scored_as_python_scores(trained) -> None:
    build, done = trained
    rows = duckdb.connect().execute(
        "select entry_kind, entry, weight, square from read_parquet(?)", [str(done.path)]
    )
    entries = rows.fetchall()
    model = sentiment.Model(
        next(
            weight for kind, name, weight, _ in entries if name == "intercept" and kind == "figure"
        ),
        {entry: (weight, square) for kind, entry, weight, square in entries if kind == "gram"},
    )
    found = build.rows(
        "select scored_text, sentiment, model_version, evidence_terms"
        " from intermediate.int_text_sentiments inner join intermediate.int_texts_distinct using (text_key)"
    )
    assert len(found) > 300
    for text, value, version, evidence in found:
        assert value == pytest.approx(model.sentiment(text), rel=1e-9, abs=1e-12), text
        assert version == done.version
        known = {
            gram.strip(): model.weights[gram][0] for gram in grams(text) if gram in model.weights
        }
        assert all(known[term] * value > 0 for term in evidence or [])
    assert oct(done.path.stat().st_mode)[-3:] == "600"


@pytest.mark.slow
def test_the_model_is_published_with_its_accuracy(trained) -> None:
    build, done = trained
    row = build.rows(
        "select model_version, training_method, training_text_count, held_out_text_count,"
        " held_out_correct_count, gram_count from marts.sentiment_models"
    )
    assert row == [
        (
            done.version,
            "trained",
            done.rated_text_count,
            done.held_out_text_count,
            done.held_out_correct_count,
            done.gram_count,
        )
    ]
    assert done.held_out_correct_count > 0.8 * done.held_out_text_count > 0


@pytest.mark.slow
def test_words_of_the_tokenizer_become_terms(trained) -> None:
    build, done = trained
    assert done.word_count > 50
    known = build.one("select count(*) from intermediate.int_text_vocabulary where is_word")
    assert 0 < known <= done.word_count
    terms = {term for (term,) in build.rows("select distinct term from marts.feedback_terms")}
    assert len(terms) > 50


@pytest.mark.slow
def test_without_the_file_the_lexicon_scores_again(trained, built: Build) -> None:
    """The version is an input: the incremental models are those of the sample, bit for bit."""
    build, done = trained
    done.path.rename(done.path.with_suffix(".old"))
    try:
        selection = ("int_sentiment_entries+", "int_text_vocabulary+")
        command = ("build", "-s", *selection, "--indirect-selection", "cautious")
        again = green(run_dbt(build.folder, command))
        for relation in ("intermediate.int_text_sentiments", "intermediate.int_text_terms"):
            query = f"select * from {relation} order by all"
            assert again.rows(query) == built.rows(query), relation
    finally:
        done.path.with_suffix(".old").rename(done.path)


@pytest.mark.slow
def test_too_few_rated_texts_are_refused(trained) -> None:
    build, _ = trained
    settings = read_settings(
        {
            "TOUCHPOINT_DATABASE": str(build.database),
            "TOUCHPOINT_VAULT_KEY": str(build.folder / "nowhere" / "identity.key"),
            "TOUCHPOINT_RAW_ROOT": str(PROJECT / "demo" / "raw" / "retail"),
        }
    )
    with pytest.raises(training.CannotTrain, match="seed lexicon"):
        training.train(settings, segment=characters, least=100_000)
    assert not (build.folder / "nowhere").exists()


def test_the_tokenizer_cuts_words() -> None:
    pytest.importorskip("jieba")
    words = training._words(["物流很快，质量不错"] * 3, training._jieba())
    assert {"物流", "质量", "不错"} <= {word for word, _ in words}
