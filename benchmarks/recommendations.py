"""`make benchmark-recommendations`: do recommendations name what people buy next?

The last weeks of a dataset are held out: it is built with the var `as_of` at the cut, so that recommendations
and baselines know the purchases before it alone (who is whom is told by all records). Then each person with a
purchase after the cut and a strong identifier is looked at: a hit is a person of whose ten items one was bought
after the cut. Beside it stand the ten most popular items before the cut and, where things are bought again,
what the person bought most often. Printed are hit rates with Wilson 95 % intervals, apart for who had bought
before and who had not, and recall. Datasets: the sample, and the public receipts of `complete_journey` where
they lie beside the repository.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.__main__ import PROJECT, build_command, build_environment, measure

JOURNEY = PROJECT.parent / "shared" / "real" / "complete_journey" / "raw"
SAMPLE = PROJECT / "demo" / "raw" / "retail"
WANTED = 10
ORDERS = """
    select sets.user_key, items.item_id, orders.ordered_at, orders.order_key
    from intermediate.int_orders_converted as orders
    inner join intermediate.int_orders_itemised as items on orders.order_key = items.order_key
    inner join vault.int_identifier_sets_resolved as sets
        on orders.identifier_set_key = sets.identifier_set_key
    where orders.is_paid and not orders.is_return and sets.user_key in (
        select user_key from intermediate.int_person_segments where is_personalised
    )
"""


@dataclass(frozen=True)
class Dataset:
    """A raw root, and whether people buy the same things again."""

    name: str
    raw_root: Path
    is_consumable: bool


def cut_of(dataset: Dataset, weeks: int) -> str:
    """The time that so many weeks before the end of the sales follow."""
    path = dataset.raw_root / "store" / "transactions"
    parquet = path.with_suffix(".parquet")
    rows = (
        f"read_parquet('{parquet}')"
        if parquet.exists()
        else f"read_csv('{path}.csv', header = true, all_varchar = true, ignore_errors = true)"
    )
    newest = duckdb.sql(
        f"select cast(max(try_cast(event_time as timestamp)) as timestamp) - interval '{weeks * 7} days'"
        f" from {rows}"
    ).fetchall()[0][0]
    return str(newest.replace(microsecond=0))


def build(dataset: Dataset, cut: str, folder: Path) -> Path:
    """Build what recommendations need, as of the cut; the database."""
    database = folder / f"{dataset.name}.duckdb"
    database.unlink(missing_ok=True)
    values = {"as_of": cut, "consumable_categories": ["*"] if dataset.is_consumable else []}
    selection = ["--select", "+int_item_recommendations", "--vars", json.dumps(values)]
    environment = build_environment(dataset.raw_root, database, folder, os.cpu_count() or 1)
    command = [*build_command(), *selection]
    usage = measure(command, environment, folder / f"{dataset.name}.log")
    print(f"{dataset.name}: built as of {cut} in {usage.cpu:.0f} CPU seconds")
    return database


def wilson(hits: int, count: int) -> str:
    """A share with its Wilson 95 % interval."""
    if not count:
        return "–"
    z, share = 1.959963984540054, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return f"{share:.1%} ({middle - half:.1%}–{middle + half:.1%})"


def report(dataset: Dataset, cut: str, database: Path) -> None:
    """Hit rates and recall of what was held out."""
    connection = duckdb.connect(str(database), read_only=True)
    before: dict[int, Counter[str]] = defaultdict(Counter)
    after: dict[int, set[str]] = defaultdict(set)
    for person, item, at, _ in connection.execute(ORDERS).fetchall():
        if str(at) <= cut:
            before[person][item] += 1
        else:
            after[person].add(item)
    recommended: dict[int, list[str]] = defaultdict(list)
    for person, item in connection.execute(
        "select user_key, item_id from intermediate.int_item_recommendations"
        " order by user_key, recommendation_rank"
    ).fetchall():
        recommended[person].append(item)
    buyers = Counter(item for mine in before.values() for item in mine)
    popular = sorted(buyers, key=lambda item: (-buyers[item], item))

    def most_popular(person: int) -> list[str]:
        have = () if dataset.is_consumable else before.get(person, ())
        return [item for item in popular if item not in have][:WANTED]

    def own_again(person: int) -> list[str]:
        mine = before.get(person, Counter())
        listed = sorted(mine, key=lambda item: (-mine[item], item))[:WANTED]
        return listed + [item for item in most_popular(person) if item not in listed]

    ways = {"recommendations": lambda person: recommended.get(person, []), "popular": most_popular}
    if dataset.is_consumable:
        ways["own most frequent, then popular"] = own_again
    for told, wanted in (("who had bought before", True), ("who had not", False)):
        people = [
            (person, items if dataset.is_consumable else items - set(before.get(person, ())))
            for person, items in after.items()
            if (person in before) == wanted
        ]
        people = [(person, items) for person, items in people if items]
        print(f"  {told}: {len(people):,} people with a purchase after the cut")
        for name, way in ways.items():
            found = [len(items & set(way(person)[:WANTED])) for person, items in people]
            hits, total = sum(count > 0 for count in found), sum(len(i) for _, i in people)
            recall = sum(found) / total if total else 0
            print(
                f"    {name}: hit rate @{WANTED} {wilson(hits, len(people))}, recall {recall:.2%}"
            )


def main() -> None:
    """Read the command line, build and report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recommendations")
    parser.add_argument("--weeks", type=int, default=4, help="how many weeks are held out")
    parser.add_argument("--folder", type=Path, default=Path("target/recommendations"))
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    datasets = [Dataset("sample", SAMPLE, False)]
    if JOURNEY.is_dir():
        datasets.append(Dataset("complete_journey", JOURNEY, True))
    for dataset in datasets:
        cut = cut_of(dataset, options.weeks)
        report(dataset, cut, build(dataset, cut, folder))


if __name__ == "__main__":
    main()
