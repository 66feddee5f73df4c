"""Optional probabilistic matching: proposes links between contacts that share no exact identifier.

Unsupervised. `matching_values` brings the contacts to one spelling; `matching_model` weighs by splink how well two
contacts agree; here what relatives share is told from what is a person's own, and what is left is thinned so that no
chain of weak resemblances makes a crowd into one person. Nothing is left to chance: the same contacts in any order
give the same proposals. See docs/matching.md.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from touchpoints.matching_model import Model, compared_columns, degree_of
from touchpoints.matching_values import KEYS, block_keys, prepare

DEFAULT_THRESHOLD = 0.8
OUTPUT = ("contact_id", "other_contact_id", "score")

# Pairs drawn to measure chance, in the first pass and in the second.
DRAWN = (200_000, 1_000_000)

# Weights are log2 of the odds. Evidence against and for is cut off, so that no single pair decides for a group.
LOWEST_WEIGHT, HIGHEST_WEIGHT = -6.0, 8.0
# A pair that was not compared shares no key. That says little: two records of one person may have no column in common.
UNSEEN_WEIGHT = -0.5
# Larger groups are taken apart at a stricter threshold first: the work grows with the cube of the size.
MOST_IN_ONE, STRICTER = 150, 2.0
# The share of twins among pairs of relatives, and the share of twins among doubtful pairs that makes all doubtful.
TWIN_SHARE, RELATIVES_MATTER = 0.03, 0.1
DOUBTFUL = -1.0
OTHER_DATE = 2.0


def propose_links(
    contacts: pd.DataFrame,
    threshold: float = DEFAULT_THRESHOLD,
    threads: int = 2,
    memory: str = "60%",
) -> pd.DataFrame:
    """Pairs of contacts that are probably one person, as (contact_id, other_contact_id, score), sorted.

    `contacts` has contact_id and any of full_name, gender, birth_date, region, email, phone. The score is the
    probability of a match, at least `threshold`; contact_id is the smaller of the two as text. Where nothing can be
    compared there are no rows. `threads` and `memory` are DuckDB's, which works in memory alone.
    """
    if not 0 < threshold < 1:
        raise ValueError(f"threshold={threshold!r}: give a probability between 0 and 1")
    if "contact_id" not in contacts:
        raise ValueError("the contacts have no column contact_id")
    frame = prepare(contacts)
    frame = pd.concat([frame, block_keys(frame)], axis=1)
    is_comparable = {"given", "surname", "born"} & set(compared_columns(frame))
    if not is_comparable or frame[KEYS].isna().all(axis=None):
        return thinned(_no_pairs(), threshold)
    config = {
        "threads": str(threads),
        "memory_limit": memory,
        "temp_directory": "",
    }
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute("set enable_progress_bar = false")
        return thinned(scored_pairs(connection, frame), threshold)


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame({"contact_id_l": [], "contact_id_r": [], "weight": []})


def scored_pairs(connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> pd.DataFrame:
    """Compared pairs of prepared contacts with the weight of their evidence, by two passes.

    The first pass takes each contact for a person of its own when it measures chance, and expects half a copy per
    contact. The second knows from the first who is there several times, and how many pairs are one person.
    """
    ids = frame["contact_id"]
    pairs = Model(connection, "first", frame, ids, len(ids) / 2, DRAWN[0]).scored_pairs()
    people = people_of(ids, thinned(pairs.assign(weight=evidence(pairs, True, False)), 0.95))
    del pairs
    _clear(connection)
    copies = people.value_counts()
    matches = max(float((copies * (copies - 1) / 2).sum()), len(ids) / 50)
    pairs = Model(connection, "second", frame, people, matches, DRAWN[1]).scored_pairs()
    return pairs.assign(weight=evidence(pairs, *has_relatives(frame, people, pairs)))


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what the first pass left: its compared pairs are the larger part of the memory."""
    tables = connection.execute("select table_name from duckdb_tables() order by all").fetchall()
    for (name,) in tables:
        connection.execute(f'drop table "{name}"')


# ------------------------------------------------------------------------- a person's own, and shared


INITIAL = degree_of("given", "initial")
VAGUE = tuple(
    degree_of("given", name)
    for name in ("half crosswise", "one of two characters", "somewhat alike")
)


def evidence(pairs: pd.DataFrame, families: bool, twins: bool) -> np.ndarray:
    """The weight of each pair, lowered where the evidence is what relatives share.

    Relatives have family name, region, phone and e-mail in common, and the model would take that for much evidence.
    Only the given name and the birth date are a person's own; twins share even the date.
    """
    weight = pairs["match_weight"].to_numpy(dtype=float).copy()
    given, born, surname = (_degree(pairs, name) for name in ("given", "born", "surname"))
    differs, is_vague = given == 0, np.isin(given, VAGUE)
    has_contact = (_degree(pairs, "email") > 0) | (_degree(pairs, "phone") > 0)
    weight[(given > 0) & (born == 0) & ~has_contact] -= OTHER_DATE
    doubtful = is_vague & (born < 0) & families
    if twins:
        doubtful |= differs & (born > 0)
    weight[doubtful] = np.minimum(weight[doubtful], DOUBTFUL)
    never = differs & ((born == 0) | ((born < 0) & (surname <= 0)))
    if families:
        never |= (given <= 0) & (born <= 0)
        never |= (is_vague | (given == INITIAL)) & (born == 0)
    never |= ((given < 0) | differs | is_vague) & (_degree(pairs, "gender") == 0)
    weight[never] = LOWEST_WEIGHT
    return np.round(weight, 6)


def _degree(pairs: pd.DataFrame, column: str) -> np.ndarray:
    """Degree of agreement by pair: -1 where a value is missing, 0 where they differ."""
    if f"gamma_{column}" not in pairs:
        return np.full(len(pairs), -1)
    return pairs[f"gamma_{column}"].to_numpy(dtype=int)


def has_relatives(frame: pd.DataFrame, people: pd.Series, pairs: pd.DataFrame) -> tuple[bool, bool]:
    """Whether other names and dates in one household are rather relatives, and whether other names are twins.

    Where the contacts hold relatives, pairs of them are many among the pairs that agree in all that relatives share,
    and a known share of them are twins; where they hold none, or far fewer than there are such pairs, the name or the
    date was mistaken or left out.
    """
    given, born = _degree(pairs, "given"), _degree(pairs, "born")
    is_pair = (_degree(pairs, "surname") >= 2) & (pairs["match_weight"].to_numpy() > 0)
    copies = float((people.value_counts() ** 2).sum()) / len(people)
    relatives = _relatives(frame[~people.duplicated()]) * copies**2
    doubtful = int((is_pair & (given <= 0) & (born <= 0)).sum())
    alike = int((is_pair & (given == 0) & (born > 0)).sum())
    return (
        bool(relatives > RELATIVES_MATTER * doubtful),
        bool(TWIN_SHARE * relatives > RELATIVES_MATTER * alike),
    )


def _relatives(people: pd.DataFrame) -> float:
    """About how many pairs of people are relatives: one family name, one household, other names and dates.

    A household is a phone or an e-mail; or a region, beyond the pairs that chance brings into one region. What is
    within chance counts for nothing.
    """
    people = people.dropna(subset=["given", "surname", "born"])
    by_contact = _other_pairs(people, "phone") + _other_pairs(people, "email")
    placed = people.dropna(subset=["region"])
    sizes = placed.groupby("surname").size()
    one_region = float((placed["region"].value_counts(normalize=True) ** 2).sum())
    by_chance = float((sizes * (sizes - 1) / 2).sum()) * one_region
    by_region = _other_pairs(placed, "region") - by_chance
    return max(0.0, by_contact - 2, by_region - 2 * (by_chance + 1) ** 0.5)


def _other_pairs(people: pd.DataFrame, column: str) -> int:
    """Pairs that share family name and this value, with other initials and other birth years; of small groups."""
    known = people.dropna(subset=[column])[["contact_id", "surname", column, "given", "born"]]
    keys = ["surname", column]
    known = known[known.groupby(keys)["contact_id"].transform("size") <= 20]
    both = known.merge(known, on=keys)
    is_other = both["given_x"].str[0] != both["given_y"].str[0]
    is_other &= both["born_x"].str[:4] != both["born_y"].str[:4]
    return int((is_other & (both["contact_id_x"] < both["contact_id_y"])).sum())


# ------------------------------------------------------------------------------- from pairs to groups


def thinned(pairs: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """The links among weighed pairs: probable enough, and within a group that hangs together."""
    names = pairs[["contact_id_l", "contact_id_r"]].astype(object)
    one, other = names.min(axis=1), names.max(axis=1)
    ids = sorted(set(one) | set(other))
    place = {contact: number for number, contact in enumerate(ids)}
    left = one.map(place).to_numpy(dtype=int)
    right = other.map(place).to_numpy(dtype=int)
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    weight = pairs["weight"].to_numpy(dtype=float)[order]
    least = float(np.log2(threshold / (1 - threshold)))
    group = _groups(len(ids), left, right, weight, least)
    kept = (weight >= least) & (group[left] == group[right])
    contact = np.array(ids, dtype=object)
    columns = (
        contact[left[kept]],
        contact[right[kept]],
        np.round(1 / (1 + np.exp2(-weight[kept])), 6),
    )
    return pd.DataFrame(dict(zip(OUTPUT, columns, strict=True)))


def people_of(ids: pd.Series, links: pd.DataFrame) -> pd.Series:
    """The components of the links: by row, the place of the first contact of its component."""
    place = {contact: number for number, contact in enumerate(ids)}
    left = links["contact_id"].map(place).to_numpy(dtype=int)
    right = links["other_contact_id"].map(place).to_numpy(dtype=int)
    return pd.Series(_components(len(ids), left, right), index=ids.index)


def _components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """For each node the smallest node of its component."""
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        one, other = root(one), root(other)
        parent[max(one, other)] = min(one, other)
    return np.array([root(node) for node in range(count)], dtype=int)


def _groups(
    count: int, left: np.ndarray, right: np.ndarray, weight: np.ndarray, least: float
) -> np.ndarray:
    """For each node its group: components of the links, taken apart where they do not hang together."""
    is_link = weight >= least
    group = _components(count, left[is_link], right[is_link])
    size = np.bincount(group, minlength=count)
    inside = np.flatnonzero((group[left] == group[right]) & (size[group[left]] > 2))
    pairs_of = pd.Series(inside).groupby(group[left[inside]]).indices
    members = pd.Series(np.arange(count)).groupby(group).indices if len(inside) else {}
    for name, places in pairs_of.items():
        nodes, its = members[name], inside[places]
        one, other = np.searchsorted(nodes, left[its]), np.searchsorted(nodes, right[its])
        if len(nodes) > MOST_IN_ONE:
            parts = _groups(len(nodes), one, other, weight[its], least + STRICTER)
        else:
            matrix = np.full((len(nodes), len(nodes)), UNSEEN_WEIGHT)
            matrix[one, other] = np.clip(weight[its], LOWEST_WEIGHT, HIGHEST_WEIGHT)
            matrix[other, one] = matrix[one, other]
            parts = hanging_together(matrix)
        group[nodes] = nodes[parts]
    return group


def hanging_together(matrix: np.ndarray) -> np.ndarray:
    """Average linkage: groups are joined, the best first, while the mean weight between them speaks for it.

    Returns for each node the smallest node of its group.
    """
    part = np.arange(len(matrix))
    first = np.arange(len(matrix))
    totals, sizes = matrix.astype(float).copy(), np.ones(len(matrix))
    np.fill_diagonal(totals, -np.inf)
    while len(sizes) > 1:
        means = totals / np.outer(sizes, sizes)
        one, other = sorted(divmod(int(np.argmax(means)), len(sizes)))
        if means[one, other] <= 0:
            break
        totals[one] += totals[other]
        totals[:, one] = totals[one]
        totals[one, one] = -np.inf
        sizes[one] += sizes[other]
        part[part == first[other]] = first[one]
        keep = np.arange(len(sizes)) != other
        totals, sizes, first = totals[keep][:, keep], sizes[keep], first[keep]
    return part
