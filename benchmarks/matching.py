"""`make benchmark-matching`: precision, recall and F1 of exact rules and of the optional matching on labelled sets.

Counted are pairs of contacts of one group, after links have been joined to groups. Three kinds of links: exact (equal
e-mail, phone, social security number: what a set has, taken at their word, without the sharing limits of a build),
the matching at its default threshold, and both together. Each set runs in a process of its own, for its memory. The
seeds are not those with which the matching was designed.
"""

from __future__ import annotations

import argparse
import logging
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import pandas as pd

from benchmarks import labelled
from benchmarks.labelled import LabelledSet
from touchpoints.matching import DEFAULT_THRESHOLD, people_of, propose_links

SETS: dict[str, Callable[[], LabelledSet]] = {
    "febrl-1": lambda: labelled.febrl(1),
    "febrl-2": lambda: labelled.febrl(2),
    "febrl-3": lambda: labelled.febrl(3),
    "febrl-4": lambda: labelled.febrl(4),
    "pseudopeople": labelled.pseudopeople_sources,
    "english-1k": lambda: labelled.english(1_000, 101, 1.5),
    "english-1k-many": lambda: labelled.english(1_000, 102, 1.5, "many"),
    "english-1k-alone": lambda: labelled.english(1_000, 110, 1.5, "many", families=0),
    "garbled-1k": lambda: labelled.garbled(1_000, 111),
    "garbled-5k": lambda: labelled.garbled(5_000, 112),
    "english-5k": lambda: labelled.english(5_000, 103),
    "english-50k": lambda: labelled.english(50_000, 104),
    "chinese-5k": lambda: labelled.chinese(5_000, 105),
    "chinese-50k": lambda: labelled.chinese(50_000, 106),
    "names-only-5k": lambda: labelled.no_addresses(5_000, 107),
    "names-only-50k": lambda: labelled.no_addresses(50_000, 108),
    "shared-address": lambda: labelled.shared_address(2_000, 109),
}


@dataclass(frozen=True)
class Quality:
    """How well groups of contacts agree with the people they are, by pairs."""

    precision: float
    recall: float
    largest: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return f"{self.precision:.3f} | {self.recall:.3f} | {self.f1:.3f} | {self.largest:,}"


def quality(groups: pd.Series, people: pd.Series) -> Quality:
    """Precision and recall over pairs; a set without a single pair scores 1."""
    both = pd.DataFrame({"group": groups.to_numpy(), "person": people.to_numpy()})
    found, true = _pairs(both["group"].value_counts()), _pairs(both["person"].value_counts())
    right = _pairs(both.value_counts())
    largest = int(both["group"].value_counts().iloc[0])
    return Quality(right / found if found else 1.0, right / true if true else 1.0, largest)


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def exact_links(ids: pd.Series, values: dict[str, pd.Series]) -> pd.DataFrame:
    """Links between contacts with an equal value, each to the first that has it."""
    links = []
    for column in values.values():
        held = pd.DataFrame(
            {"contact_id": ids.to_numpy(), "value": column.to_numpy()}, dtype=object
        ).dropna()
        first = held.groupby("value")["contact_id"].transform("first")
        links.append(held.assign(other_contact_id=first)[["contact_id", "other_contact_id"]])
    return pd.concat(links) if links else pd.DataFrame({"contact_id": [], "other_contact_id": []})


def measure(name: str, threshold: float) -> list[str]:
    """The lines of one set, for a table."""
    logging.disable(logging.INFO)
    chosen = SETS[name]()
    contacts, people = chosen.contacts, chosen.people
    ids = contacts["contact_id"]
    exact = exact_links(ids, chosen.exact)
    start = time.monotonic()
    proposed = propose_links(contacts, threshold)
    seconds = time.monotonic() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kinds = {"exact": exact} if len(exact) else {}
    if name == "pseudopeople":
        address = {**chosen.exact, "region": contacts["region"]}
        kinds["exact, with the address"] = exact_links(ids, address)
    kinds["matching"] = proposed
    if len(exact):
        kinds["both"] = pd.concat([exact, proposed])
    lines = []
    for kind, links in kinds.items():
        cost = f"{seconds:.0f} | {memory:,.0f}" if kind == "matching" else "|"
        found = quality(people_of(ids, links), people)
        lines.append(f"| {chosen.name} ({len(ids):,}) | {kind} | {found} | {cost} |")
    return lines


def main() -> None:
    """Measure the sets named, all by default, and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="set", help=f"any of {', '.join(SETS)}")
    parser.add_argument("--threshold", type=float, default=DEFAULT_THRESHOLD)
    options = parser.parse_args()
    unknown = sorted(set(options.sets) - set(SETS))
    if unknown:
        parser.error(f"no such set: {', '.join(unknown)}; there are {', '.join(SETS)}")
    print("| set (contacts) | links | precision | recall | F1 | largest group | s | MB |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in options.sets or SETS:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            for line in pool.submit(measure, name, options.threshold).result():
                print(line, flush=True)


if __name__ == "__main__":
    main()
