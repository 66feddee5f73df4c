"""A PII canary: what people can be told by stays in the vault.

Every field of every landed table carries a value of its own that is found nowhere else. All records
are accepted, their touchpoints are published, and then no such value may be found in any published
file, nor in anything that dbt writes beside the database.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
import yaml

from builds import KEY, PROJECT
from conftest import Dataset

pytestmark = pytest.mark.slow
MARK = "cnry"  # in every free text; the other canaries are phones, addresses, dates of birth
EVENTS_PER_TABLE = 3
# Phones in texts are spelt by other digits as well.
SPELT = [
    str.maketrans("0123456789", digits)
    for digits in ("０１２３４５６７８９", "零一二三四五六七八九")
]

# Published as they are, because they describe the business and not a person.
PUBLIC_COLUMNS = {
    "region": "dimension of customers and sales: a place of thousands",
    "customer_tier": "dimension of customers: a word of the loyalty programme",
    "campaign": "dimension of sends, sales and cost: the company's own name for its campaign",
    "utm_campaign": "the same, from the address of a page",
    "utm_source": "campaign tag, set by the company",
    "utm_medium": "campaign tag, set by the company",
    "article_id": "content_performance: number of an article that the company publishes",
    "content_id": "content_performance: number of a post that anybody can see",
    "item_id": "key of dim_items: a thing on sale",
    "clicked_item_id": "key of dim_items: a thing on sale",
    "item_name": "dim_items",
    "category": "dim_items",
    "course_id": "key of dim_items: a course on sale",
    "batch_no": "batch_quality: the company's own number of what it made",
    "equipment_id": "fct_batch_complaints: the company's own number of a machine",
    "line_id": "batch_quality: a line of the factory",
    "plant": "batch_quality: a factory",
    "action_id": "action_effects: the company's own number of what it did to get better",
    "action_name": "action_effects: what the company calls it",
    "treated_segment": "action_effects: a region, channel, tier … of thousands",
    "control_segment": "the same, of those without the action",
}

# Fields that hold a word of a vocabulary; a record with another word would not be understood.
VOCABULARY = {
    "event_name": "search",
    "interaction_type": "message",
    "engagement_type": "comment",
    "activity_type": "enquiry",
    "platform": "tmall",
    "medium": "sms",
    "sender": "customer",
    "survey_type": "csat",
    "touchpoint_code": "website_search",
    "channel_code": "website",
    "contact_channel": "phone",
    "currency": "CNY",
    "first_responder": "agent",
    "identifier_type": "member_no",
    "purpose": "outreach",
    "metric_code": "csat",
    "segment_dimension": "region",
}
# Of these, other words reach readers, for somebody to map them: one record of each table has a phone there.
SHOWN_WORDS = {
    *("event_name", "interaction_type", "engagement_type", "activity_type", "sender"),
    *("survey_type", "medium", "currency", "metric_code", "segment_dimension"),
}
VOCABULARY_OF = {
    ("social", "platform"): "douyin",
    ("community", "platform"): "wechat",
    ("his", "status"): "booked",
}


@dataclass
class Canaries:
    """The planted values, and where each was planted."""

    places: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def plant(self, system: str, table: str, column: str, kind: str) -> str:
        """A new value for a field: fit for its kind, and different from every other."""
        number = next(self.numbers)
        value = {
            "phone": f"1387{number * 7919 % 9_000_000 + 1_000_000}",
            "email": f"{MARK}.{number}@{MARK}-post.org",
            "date": f"19{51 + number % 40}-{1 + number % 12:02}-{1 + number % 28:02}",
        }.get(kind, f"{MARK}{number}x")
        if column == "ip":
            value = f"198.51.{number // 250}.{number % 250}"
        elif column == "full_name":
            value = f"欧阳{MARK}{number}x"
        elif column == "user_agent":
            value = f"Mozilla/5.0 ({MARK}{number}x)"
        elif column.endswith("_url"):
            value = f"https://shop.example.com/{MARK}{number}x?phone=1387{number:07}"
        elif column.endswith("_text"):
            phone = f"1387{number:07}"
            spelt = "，".join(phone.translate(digits) for digits in SPELT)
            value = f"请回电 {phone}，{MARK}{number}x，{spelt}"
        self.places[value] = f"{system}.{table}.{column}"
        return value

    def searched(self) -> dict[str, str]:
        """What to search for, each with its place: the values, and the phones inside texts."""
        found = dict(self.places)
        for value, place in self.places.items():
            if "1387" in value:
                start = value.index("1387")
                found[value[start : start + 11]] = place
            for part in value.split("，"):
                if part[:1] in "１一":
                    found[part] = place
        return found


def write_canaries(root: Path) -> Canaries:
    """Land every table of the contract with a few records whose every field is a canary."""
    canaries = Canaries()
    for path in sorted((PROJECT / "models" / "staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                write_table(root, canaries, source["name"], table)
    return canaries


def write_table(root: Path, canaries: Canaries, system: str, table: dict) -> None:
    """Land one table."""
    columns = {column["name"]: column["data_type"] for column in table["columns"]}
    target = root / system / f"{table['name']}.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for number in range(EVENTS_PER_TABLE):
            row = []
            for column, kind in columns.items():
                if column == "birth_date" or kind in ("text", "phone", "email"):
                    word = VOCABULARY_OF.get((system, column), VOCABULARY.get(column))
                    if column in SHOWN_WORDS and number == EVENTS_PER_TABLE - 1:
                        word = canaries.plant(system, table["name"], column, "phone")
                    public = f"public{number}" if column in PUBLIC_COLUMNS else None
                    value = word or public or canaries.plant(system, table["name"], column, kind)
                elif kind == "timestamp":
                    late = column != "loaded_at" and not column.startswith("cancel")
                    value = f"2025-03-0{1 + number} 1{len(column) % 10}:30:00" if late else ""
                elif kind == "date":
                    value = f"2025-03-0{1 + number}"
                else:
                    value = {"boolean": "false", "amount": "19.90"}.get(kind, "4")
                row.append(value)
            writer.writerow(row)


@pytest.fixture(scope="module")
def canaries_and_dataset(tmp_path_factory, build_dataset) -> tuple[Canaries, Dataset]:
    """The canaries landed, built with every test, and published."""
    root = tmp_path_factory.mktemp("canaries")
    canaries = write_canaries(root)
    return canaries, build_dataset(root)


@pytest.fixture(scope="module")
def canaries(canaries_and_dataset) -> dict[str, str]:
    """Value searched for → where it was planted."""
    return canaries_and_dataset[0].searched()


@pytest.fixture(scope="module")
def dataset(canaries_and_dataset) -> Dataset:
    """The published dataset."""
    return canaries_and_dataset[1]


@pytest.fixture(scope="module")
def published_values(dataset) -> dict[str, set[str]]:
    """Every distinct value of every published column, as text."""
    values: dict[str, set[str]] = {}
    for path in sorted(dataset.published.resolve().glob("*.parquet")):
        relation = duckdb.connect().sql(f"from read_parquet('{path}')")
        for column in relation.columns:
            rows = relation.project(f'cast("{column}" as varchar)').distinct().fetchall()
            values[f"{path.stem}.{column}"] = {value for (value,) in rows if value is not None}
    return values


def leaks(text: str, canaries: dict[str, str]) -> list[tuple[str, str]]:
    """Canaries that stand in a text, with their places."""
    if not any(part in text for part in (MARK, "1387", "１３８７", "一三八七", "198.51.", "-")):
        return []
    return [(value, place) for value, place in canaries.items() if value in text]


def test_every_field_is_either_a_canary_or_exempt_with_a_reason(canaries):
    places = set(canaries.values())
    for path in (PROJECT / "models" / "staging").glob("*/_*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                for column in table["columns"]:
                    name = column["name"]
                    if column["data_type"] in ("text", "phone", "email"):
                        assert (
                            f"{source['name']}.{table['name']}.{name}" in places
                            or PUBLIC_COLUMNS.get(name)
                            or name in VOCABULARY
                            or (source["name"], name) in VOCABULARY_OF
                        ), (source["name"], table["name"], name)


def test_every_canary_record_is_accepted(dataset):
    assert (
        dataset.rows(
            "select source_system, source_table, received, accepted from marts.record_ledger"
            " where accepted < received"
        )
        == []
    )
    assert dataset.one("select sum(accepted) from marts.record_ledger") >= 25 * EVENTS_PER_TABLE


def test_the_touchpoints_of_every_system_are_published(dataset):
    systems = set(dataset.table("fct_touchpoints")["source_system"])
    wanted = {
        source
        for (source,) in dataset.rows("select distinct source_system from marts.record_ledger")
    }
    assert systems >= wanted - {"ads", "catalog", "operations", "privacy"}


def test_texts_of_every_kind_are_published_without_their_numbers(dataset):
    texts = dataset.table("fct_feedback_texts")
    assert len(set(texts["text_kind"])) == 10
    # a message to the official account and the rest alike: three numbers each
    assert set(texts["masked_text"].str.count(r"\[masked\]")) == {3}


def test_no_canary_is_in_any_published_value(published_values, canaries):
    found = [
        (column, value, place)
        for column, texts in published_values.items()
        for text in texts
        for value, place in leaks(text, canaries)
    ]
    assert found == []


def test_no_canary_is_in_the_bytes_of_any_published_file(dataset, canaries):
    """Statistics and dictionaries included; no date is searched for, four bytes are too few."""
    for path in sorted(dataset.published.resolve().rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            assert [value for value in canaries if value.encode() in content] == [], path.name


def test_no_published_value_is_a_hash_that_needs_no_key(published_values, canaries):
    """Whoever has a list of phones could otherwise look everybody up."""
    hashes: dict[str, str] = {}
    for value, place in canaries.items():
        digest = hashlib.md5(value.encode()).hexdigest()
        number = int(digest[:16], 16)
        for known in (
            digest,
            digest[:16],
            str(number),
            str(number >> 1),
            f"{number >> 1:016x}",
            hashlib.sha1(value.encode()).hexdigest(),
            hashlib.sha256(value.encode()).hexdigest(),
        ):
            hashes[known] = place
    found = [
        (column, hashes[text])
        for column, texts in published_values.items()
        for text in texts
        if text in hashes
    ]
    assert found == []


def test_neither_canaries_nor_the_key_are_in_what_dbt_and_the_build_write(dataset, canaries):
    written = [
        path
        for folder in (dataset.target, dataset.folder / "logs", dataset.published.resolve())
        for path in folder.rglob("*")
        if path.is_file()
    ]
    assert any(path.name == "manifest.json" for path in written)
    assert any(path.suffix == ".sql" for path in written), "no compiled SQL was searched"
    sought = [value.encode() for value in canaries if not value.startswith("19")] + [KEY.encode()]
    for path in written:
        content = path.read_bytes()
        if MARK.encode() in content or b"1387" in content or KEY.encode() in content:
            assert [value for value in sought if value in content] == [], path.name
    assert KEY not in dataset.output
    assert (
        leaks(dataset.output, {value: place for value, place in canaries.items() if MARK in value})
        == []
    )


def test_the_search_would_find_a_leak(dataset, canaries):
    """The staging layer holds what the marts must not: the same search finds it there."""
    phone, openid = dataset.rows("select phone, openid from staging.stg_mini_program__events")[0]
    assert leaks(phone, canaries)
    assert leaks(openid, canaries)
