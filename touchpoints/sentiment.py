"""What rated texts teach: one weight per gram, fitted to tell texts of high scores from texts of low ones.

Two logistic regressions over which grams a text has, each gram by its rarity (idf) and each text to length one. The
second sees every gram times the log-ratio of its share in high and low texts, which makes it a naive Bayes that may
disagree with itself. Their mean is better than either, and is again one weight per gram:

    score = intercept + (sum of weights) / sqrt(sum of squared idf), both over the text's known grams

which is all that SQL needs. Weights are whole millionths, so that a sum knows no order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from touchpoints.grams import grams

# Chosen on held-out parts of a public corpus, not on any company's texts: see docs/texts.md.
LEAST_TEXTS_OF_A_GRAM = 2
MOST_GRAMS = 200_000
# How much a fit may trust single texts (the inverse of the penalty), and how far the rarer class is lifted: 0 not at
# all, 1 to the same weight.
STRENGTH = 10.0
BALANCE = 0.5
MILLION = 1_000_000


@dataclass(frozen=True)
class Model:
    """Weight and squared idf of each gram, in millionths."""

    intercept: int
    weights: dict[str, tuple[int, int]]

    def sentiment(self, text: str) -> float:
        """-1 to 1 of a scored text; 0 where it has no known gram."""
        known = [self.weights[gram] for gram in grams(text) if gram in self.weights]
        square = sum(square for _, square in known)
        if not square:
            return 0.0
        weight = sum(weight for weight, _ in known)
        score = self.intercept / MILLION + weight / MILLION / math.sqrt(square / MILLION)
        return 2 / (1 + math.exp(-max(-30, min(30, score)))) - 1


def fit(texts: Sequence[str], is_high: Sequence[bool]) -> Model:
    """The model of distinct scored texts; both kinds must be among them."""
    found = [sorted(grams(text)) for text in texts]
    counts = Counter(gram for one in found for gram in one)
    kept = [gram for gram, count in counts.items() if count >= LEAST_TEXTS_OF_A_GRAM]
    kept.sort(key=lambda gram: (-counts[gram], gram))
    vocabulary = {gram: place for place, gram in enumerate(kept[:MOST_GRAMS])}
    has = _incidence(found, vocabulary)
    high = np.asarray(is_high, dtype=bool)
    by_class = [np.asarray(has[chosen].sum(axis=0)).ravel() + 1.0 for chosen in (high, ~high)]
    ratio = np.log(by_class[0] / by_class[0].sum()) - np.log(by_class[1] / by_class[1].sum())
    frequency = np.asarray(has.sum(axis=0)).ravel()
    idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
    rare = has @ sparse.diags(idf)
    length = np.sqrt(np.asarray(rare.multiply(rare).sum(axis=1)).ravel())
    shaped = (sparse.diags(1 / np.where(length > 0, length, 1)) @ rare).tocsr()
    plain, plain_intercept = _logistic(shaped, high)
    tilted, tilted_intercept = _logistic((shaped @ sparse.diags(ratio)).tocsr(), high)
    weight = idf * (plain + ratio * tilted) / 2
    return Model(
        intercept=round((plain_intercept + tilted_intercept) / 2 * MILLION),
        weights={
            gram: (round(float(weight[place]) * MILLION), round(float(idf[place]) ** 2 * MILLION))
            for gram, place in vocabulary.items()
        },
    )


def _incidence(found: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """Which text has which gram."""
    columns = [[vocabulary[gram] for gram in one if gram in vocabulary] for one in found]
    ends = np.cumsum([0, *(len(one) for one in columns)])
    indices = np.fromiter((place for one in columns for place in one), dtype=np.int32)
    data = np.ones(len(indices))
    return sparse.csr_matrix((data, indices, ends), shape=(len(found), len(vocabulary)))


def _logistic(matrix: sparse.csr_matrix, high: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and intercept of a penalised logistic regression; the rarer class is lifted in part."""
    sign = np.where(high, 1.0, -1.0)
    share = np.where(high, high.mean(), 1 - high.mean())
    trust = STRENGTH * (0.5 / share) ** BALANCE
    turned = matrix.T.tocsr()

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        weights, intercept = point[:-1], point[-1]
        margin = sign * (matrix @ weights + intercept)
        pull = -trust * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        value = float(trust @ np.logaddexp(0, -margin) + 0.5 * weights @ weights)
        return value, np.append(turned @ pull + weights, pull.sum())

    start = np.zeros(matrix.shape[1] + 1)
    found = optimize.minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 300, "ftol": 1e-9, "maxcor": 10},
    )
    return found.x[:-1], float(found.x[-1])
