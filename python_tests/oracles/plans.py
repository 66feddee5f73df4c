"""How the records of a small world arrive: a plan that can be printed, drawn by hypothesis, and played step by step."""

from __future__ import annotations

import csv
import functools
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from oracles.definitions import PROFILES, PROJECT, contracts, identifier_rules
from oracles.random_root import (
    Root,
    add_identity_soup,
    add_journeys,
    add_order,
    add_pair,
    add_streams,
    random_root,
)
from touchpoints.identifiers import read_identifier

SAMPLE = PROJECT / "demo" / "raw" / "retail"
REQUESTS = "privacy.erasure_requests"
# Columns by which a record belongs to another one.
TIES = (*identifier_rules(), "order_no", "receipt_no", "ticket_id", "invitation_id")
# Types that need no platform beside the value.
PLAIN = ("member_no", "phone", "email", "openid", "unionid", "visitor_id", "device_id")
OVERRIDES = PROJECT / "seeds" / "identity_overrides.csv"
BLOCKED = PROJECT / "seeds" / "blocked_identifiers.csv"
# What a definition that changes says instead: seed, pattern, replacement.
REDEFINED = (
    ("event_mappings.csv", r"^all,\w+,\w+,\w+,(page_view|product_view|view_item),\w+\n", ""),
    ("exchange_rates.csv", r",USD,CNY,7\.", ",USD,CNY,6."),
    ("goals.csv", r",30$", ",7"),
    ("funnel_definitions.csv", r",168$", ",24"),
    ("satisfaction_scales.csv", r"^csat,1,5,4,", "csat,1,5,5,"),
    ("survivorship_rules.csv", r"^region,erp,members,region,1,", "region,erp,members,region,9,"),
)
SEEDS = (BLOCKED, OVERRIDES, *(PROJECT / "seeds" / name for name, _, _ in REDEFINED))

Row = dict[str, str]
Record = tuple[str, Row]
Identifier = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """Something that happens with a batch; `pick` is the seed of whom it meets, `until` the batch that undoes it.

    again: records that are known already. reidentified: known records, loaded later, with another identifier.
    restated: known records of any table, loaded later, that say something else. late: records that the first batch
    should have had. link: a record that joins two people who both have orders. block, apart, together: a row of a
    seed. define: a definition that says something else. withdrawn: a file that goes again. replaced: a file that lacks
    half. erase: a request of erasure.
    """

    kind: str
    batch: int
    pick: int
    until: int = 99


@dataclass(frozen=True)
class Plan:
    """Which records there are (`people` 0: all of the random dataset), in which batches, and what happens between."""

    world: int
    people: int
    sample_people: int
    weights: tuple[int, ...]
    in_time: bool
    changes: tuple[Change, ...]

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return len(self.weights)

    @property
    def erases_early(self) -> bool:
        """True where somebody is erased before all evidence is there: what is erased stays so, whatever comes."""
        return any(c.kind == "erase" and c.batch < self.batches - 1 for c in self.changes)


UNDONE = ("define", "block", "apart", "together", "withdrawn", "replaced")
KINDS = ("again", "reidentified", "restated", "late", "link", "erase", *UNDONE)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan of a small world, with three changes or more."""
    weights = tuple(draw(st.lists(st.sampled_from([1, 2, 5, 12]), min_size=2, max_size=4)))
    seeds = st.integers(0, 9999)
    changes = []
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=3, max_size=9)):
        batch = draw(st.integers(0 if kind in UNDONE else 1, len(weights) - 1))
        until = draw(st.integers(batch + 1, len(weights))) if kind in UNDONE else 99
        changes.append(Change(kind, batch, draw(seeds), 99 if until == len(weights) else until))
    return Plan(
        draw(seeds),
        draw(st.integers(3, 10)),
        draw(st.integers(1, 8)),
        weights,
        draw(st.booleans()),
        tuple(sorted(changes, key=lambda change: (change.batch, change.kind, change.pick))),
    )


# --------------------------------------------------------------------------- records


def read_root(raw: Path) -> list[Record]:
    """Every record of the CSV files of a raw root."""
    found: list[Record] = []
    for path in sorted(raw.glob("*/*.csv")):
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            table = f"{path.parent.name}.{path.stem}"
            found += [(table, row) for row in csv.DictReader(file, strict=True)]
    return found


@functools.cache
def sample() -> list[Record]:
    """The records of the committed sample."""
    return read_root(SAMPLE)


@functools.cache
def sample_by_tie() -> dict[Identifier, list[int]]:
    """Places in the sample by (column, value)."""
    found: dict[Identifier, list[int]] = defaultdict(list)
    for place, (_, row) in enumerate(sample()):
        for tie in ties(row):
            found[tie].append(place)
    return found


def ties(row: Row) -> list[Identifier]:
    """What ties a record to others."""
    return [(column, row[column]) for column in TIES if row.get(column)]


def some_of_the_sample(dice: random.Random, people: int) -> list[Record]:
    """A few buyers of the sample with the records around them, and something of the tables that name nobody."""
    orders = [place for place, (table, _) in enumerate(sample()) if table == "ecommerce.orders"]
    around = set(dice.sample(orders, people))
    for _ in range(2):
        for place in sorted(around):
            for tie in ties(sample()[place][1]):
                around |= set(sample_by_tie()[tie][:25])
    unnamed = [
        place for place, (table, _) in enumerate(sample()) if table.startswith(("ads", "cat"))
    ]
    return [sample()[place] for place in sorted(around | set(dice.sample(unnamed, 4 * people)))]


def add_buyers(root: Root, count: int) -> None:
    """People with a few orders under one identifier each: known by a phone or by an e-mail."""
    for number in range(count):
        kind = ("phone", "email")[number % 2]
        value = root.value(kind)
        for _ in range(root.pick([1, 2, 3])):
            add_order(root, root.moment(), **{kind: value})
        if kind == "phone":
            root.add("website.events", phone=value)


def records_of(plan: Plan, scratch: Path) -> list[Record]:
    """The records of a plan before anything happens to them, in order of time."""
    if not plan.people:
        found = read_root(random_root(scratch))
    else:
        dice = random.Random(plan.world)
        root = Root(plan.world)
        add_identity_soup(root, plan.people)
        add_streams(root, plan.people)
        add_journeys(root, plan.people)
        add_buyers(root, 6)
        found = some_of_the_sample(dice, plan.sample_people)
        for table, rows in root.rows.items():
            for row in rows:
                day = dice.randint(1, 18)
                loaded = {"loaded_at": f"2025-08-{day:02} 02:10:00"} if day < 10 else {}
                found.append((table, {k: written(v) for k, v in row.items()} | loaded))
    return sorted(found, key=moment_of)


def written(value: object) -> str:
    """A value as a file holds it."""
    return "" if value is None else str(value)


def moment_of(record: Record) -> tuple[str, str]:
    """When a record happened, as written; its text where that is the same."""
    table, row = record
    kinds = contracts()[table].kinds
    times = [row.get(column) for column, kind in kinds.items() if kind == "timestamp"]
    return min((time for time in times if time), default=""), repr(record)


def identifiers_in(records: list[Record]) -> list[Identifier]:
    """Identifiers without a platform of their own, in a plain spelling, those of several records first."""
    counted: dict[Identifier, int] = defaultdict(int)
    for table, row in records:
        for kind in PLAIN if table in PROFILES else ():
            if re.fullmatch(r"(?!(?i:null)$)[A-Za-z0-9_.@-]{2,}", row.get(kind) or ""):
                counted[kind, row[kind]] += 1
    return sorted(counted, key=lambda one: (-min(counted[one], 3), one))


# --------------------------------------------------------------------------- steps


class Play:
    """A plan played: lands its batches in a raw root and writes the seeds of a copy of the project."""

    def __init__(self, plan: Plan, raw: Path, project: Path | None = None) -> None:
        self.plan = plan
        self.raw = raw
        self.project = project
        dice = random.Random(f"cut {plan.world}")
        records = records_of(plan, raw.parent / "whole")
        self.batches: list[list[Record]] = [[] for _ in plan.weights]
        total, edges = sum(plan.weights), [0]
        for weight in plan.weights:
            edges.append(edges[-1] + weight)
        self.batches[-1] += [record for record in records if record[0] == REQUESTS]
        records = [record for record in records if record[0] != REQUESTS]
        for place, record in enumerate(records):
            share = place * total / len(records) if plan.in_time else dice.random() * total
            self.batches[next(n for n, edge in enumerate(edges[1:]) if share < edge)].append(record)
        self.known = list(self.batches[0])
        for change in plan.changes:
            if change.kind not in UNDONE:
                self.change_records(change)
        for batch in self.batches:
            dice.shuffle(batch)

    def dice(self, change: Change) -> random.Random:
        """What a change draws from."""
        return random.Random(f"{change.kind} {change.pick}")

    def change_records(self, change: Change) -> None:
        """Move or add records."""
        dice, batch = self.dice(change), self.batches[change.batch]
        earlier = [record for part in self.batches[: change.batch] for record in part]
        if not earlier:
            return
        if change.kind == "late":
            first = self.batches[0]
            for record in dice.sample(first, min(5, len(first))):
                first.remove(record)
                batch.append(record)
        elif change.kind == "again":
            batch += dice.sample(earlier, min(8, len(earlier)))
        elif change.kind == "reidentified":
            batch += reidentified(dice, earlier, change)
        elif change.kind == "restated":
            batch += restated(dice, earlier, change)
        elif change.kind == "link":
            batch += link(dice, earlier)
        else:
            batch += erasure(dice, earlier)

    def steps(self) -> Iterator[int]:
        """Land batch after batch; the number of each is told before the build that follows it."""
        for number in range(self.plan.batches):
            self.land_batch(number)
            self.write_seeds(number)
            yield number

    def land_batch(self, number: int) -> None:
        """Land what comes with a batch, and put right what was wrong until then."""
        by_table: dict[str, list[Row]] = defaultdict(list)
        for table, row in self.batches[number]:
            by_table[table].append(row)
        for place, change in enumerate(self.plan.changes):
            is_over = number == min(change.until, self.plan.batches - 1)
            if change.kind == "replaced" and number == change.batch and not is_over:
                for table in self.touched(change):
                    by_table[table] = by_table[table][: len(by_table[table]) // 2]
            if change.kind == "withdrawn" and number == change.batch and not is_over:
                self.land_early(change, f"withdrawn{place}")
            if is_over and change.batch < number:
                for table in self.touched(change):
                    if change.kind == "withdrawn":
                        path = self.raw / table.replace(".", "/") / f"withdrawn{place}.csv"
                        path.unlink(missing_ok=True)
                    if change.kind == "replaced":
                        rows = [row for own, row in self.batches[change.batch] if own == table]
                        land(self.raw, table, f"b{change.batch}", rows)
        for table, rows in by_table.items():
            land(self.raw, table, f"b{number}", rows)

    def touched(self, change: Change) -> list[str]:
        """Tables whose file a change concerns."""
        if change.kind not in ("withdrawn", "replaced"):
            return []
        tables = sorted({table for table, _ in self.batches[change.batch]})
        return self.dice(change).sample(tables, min(4, len(tables)))

    def land_early(self, change: Change, name: str) -> None:
        """A file that goes again: records of batches to come, and known ones that say something else."""
        for table in self.touched(change):
            early = [
                row
                for part in self.batches[change.batch + 1 :]
                for own, row in part[:40]
                if own == table
            ]
            known = [row for own, row in self.batches[change.batch] if own == table]
            others = [known[place - 1] for place in range(len(known))]
            changed = [
                row | {kind: other[kind] for kind in PLAIN if row.get(kind) and other.get(kind)}
                for row, other in zip(known, others, strict=True)
            ]
            land(self.raw, table, name, early + known[:5] + changed[:5])

    def write_seeds(self, number: int) -> None:
        """Write the seeds as they are with a batch."""
        if not self.project:
            return
        texts = {path.name: path.read_text("utf-8") for path in SEEDS}
        for place, change in enumerate(self.plan.changes):
            if not change.batch <= number < change.until:
                continue
            dice, known = self.dice(change), identifiers_in(self.known)
            if change.kind == "block":
                kind, value = dice.choice(known[: max(1, len(known) // 3)])
                blocked = f"{kind},equals,{read_identifier(kind, value)},"
                # a value that is none of its type, or is blocked already, is no definition
                if read_identifier(kind, value) and blocked not in texts[BLOCKED.name]:
                    texts[BLOCKED.name] += f"{blocked}placeholder\n"
            if change.kind in ("together", "apart"):
                one, other = pair_to_decide(dice, self.known, change.kind)
                if not (read_identifier(*one) and read_identifier(*other)):
                    continue
                texts[OVERRIDES.name] += (
                    f"P-{place},keep_{change.kind},{one[0]},,{one[1]},{other[0]},,{other[1]},"
                    "care,2025-03-05,a plan\n"
                )
            if change.kind == "define":
                name, pattern, replacement = dice.choice(REDEFINED)
                texts[name] = re.sub(pattern, replacement, texts[name], flags=re.MULTILINE)
        for name, text in texts.items():
            (self.project / "seeds" / name).write_text(text, encoding="utf-8")


def land(raw: Path, table: str, name: str, rows: list[Row]) -> None:
    """Write one file of a table."""
    folder = raw / table.replace(".", "/")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if not columns:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with open(
        folder / f"{name}.csv", "w", encoding="utf-8", errors="surrogateescape", newline=""
    ) as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def reidentified(dice: random.Random, earlier: list[Record], change: Change) -> list[Record]:
    """Known records that carry somebody else's identifier, or a new one, when they are loaded again."""
    found = []
    known = identifiers_in(earlier)
    for place, (table, row) in enumerate(dice.sample(earlier, min(40, len(earlier)))):
        kinds = [kind for kind in ("phone", "member_no", "email") if row.get(kind)]
        if kinds and len(found) < 5:
            kind = dice.choice(kinds)
            others = [value for other, value in known if other == kind and value != row[kind]]
            new = {"phone": f"1370000{change.pick:04}", "email": f"n{change.pick}@post.demo"}
            value = new.get(kind, f"N{change.pick}")
            if others and place % 3:
                value = dice.choice(others)
            loaded = {"loaded_at": f"2026-01-{change.batch:02} 00:00:00"}
            found.append((table, row | {kind: value} | loaded))
    return found


def restated(dice: random.Random, earlier: list[Record], change: Change) -> list[Record]:
    """Up to two known records of half of the tables, which say in part what another one of their table says."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for table, row in earlier:
        if table != REQUESTS:
            by_table[table].append(row)
    found = []
    loaded = {"loaded_at": f"2026-01-{change.batch:02} 12:00:00"}
    for table in dice.sample(sorted(by_table), (len(by_table) + 1) // 2):
        told = [c for c in contracts()[table].kinds if c not in contracts()[table].key]
        for row in dice.sample(by_table[table], min(2, len(by_table[table]))):
            other = dice.choice(by_table[table])
            new = {c: other.get(c, "") for c in told if dice.random() < 0.5}
            found.append((table, row | new | loaded))
    return found


def link(dice: random.Random, earlier: list[Record]) -> list[Record]:
    """A record with the identifiers of two people, known by one each, who both have orders."""
    orders = [row for table, row in earlier if table == "ecommerce.orders"]
    sides = [
        sorted(
            {
                row[kind]
                for row in orders
                if row.get(kind) and not any(row.get(k) for k in ("member_no", other))
            }
        )
        for kind, other in (("phone", "email"), ("email", "phone"))
    ]
    if not all(sides):
        return []
    root = Root(0)
    root.count = 10_000_000 + dice.randrange(1_000_000)
    add_pair(root, ("phone", dice.choice(sides[0])), ("email", dice.choice(sides[1])))
    return [
        (table, {key: written(value) for key, value in row.items()})
        for table, rows in root.rows.items()
        for row in rows
    ]


def erasure(dice: random.Random, earlier: list[Record]) -> list[Record]:
    """A request of somebody who is known, dated in the midst of what they did."""
    kind, value = dice.choice(identifiers_in(earlier))
    row = {
        "request_id": f"E{dice.randrange(10**6)}",
        "requested_at": moment_of(dice.choice(earlier))[0] or "2025-04-01 00:00:00",
        "identifier_type": kind,
        "identifier_value": value,
        "platform": "",
        "loaded_at": "2025-08-20 00:00:00",
    }
    return [(REQUESTS, row)]


def pair_to_decide(
    dice: random.Random, known: list[Record], kind: str
) -> tuple[Identifier, Identifier]:
    """Two identifiers: of one record if they are to be apart, any two if they are to be together."""
    plain = identifiers_in(known)
    if kind == "apart":
        carried = [
            both
            for _, row in known
            if len(both := [one for one in plain if row.get(one[0]) == one[1]]) > 1
        ]
        if carried:
            one, other, *_ = dice.choice(carried)
            return one, other
    one, other = dice.sample(plain, 2)
    return one, other
