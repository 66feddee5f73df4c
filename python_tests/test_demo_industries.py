"""What holds for the demonstration data of every industry, counted again from the raw files.

A new industry is a line in ``SAMPLES``: how its committed sample was made. Its scenarios have a
test file of their own.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import networkx as nx
import pytest

from demo import generate, industries
from demo.schema import TABLES
from recounts import VOCABULARY, Recount, read_moment, read_phone, recount, unknown_events

RAW = Path(__file__).parents[1] / "demo" / "raw"
SAMPLES = {
    "education": ["--people", "1350", "--seed", "20250630", "--format", "csv"],
    "healthcare": ["--people", "1400", "--seed", "20250630", "--format", "csv"],
    "logistics": ["--people", "760", "--seed", "20250630", "--format", "csv"],
    "manufacturing": ["--people", "1640", "--seed", "20250630", "--format", "csv"],
}
LARGEST_SAMPLE = 3_000_000
# Times of one record that must not run backwards.
PAIRS = [
    ("ecommerce.orders", "created_at", "paid_at"),
    ("service.tickets", "opened_at", "first_response_at"),
    ("service.tickets", "first_response_at", "resolved_at"),
    ("hotline.calls", "called_at", "answered_at"),
    ("hotline.calls", "answered_at", "ended_at"),
    ("survey.invitations", "sent_at", "delivered_at"),
    ("ecommerce.orders", "paid_at", "shipped_at"),
    ("ecommerce.orders", "shipped_at", "received_at"),
    ("erp.shipments", "shipped_at", "delivered_at"),
    ("outreach.sends", "delivered_at", "opened_at"),
    ("crm.activities", "event_time", "responded_at"),
    ("his.appointments", "booked_at", "visit_at"),
    ("his.follow_ups", "due_at", "done_at"),
]
MAY_COME = {"loaded_at", "promised_at", "due_at", "visit_at"}  # may lie after the period
every_industry = pytest.mark.parametrize("name", sorted(SAMPLES))


def small(name: str, root: Path, *more: str, people: int | None = None) -> dict:
    """A dataset of several chunks; returns its truth."""
    industry = industries.load(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(industry, "PEOPLE_PER_CHUNK", industry.FEWEST_PEOPLE + 50)
        count = people or 2 * industry.FEWEST_PEOPLE + 30
        arguments = ["--industry", name, "--people", str(count), "--workers", "1", *more]
        generate.main([*arguments, "--out", str(root)])
    return json.loads((root / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(
    scope="module",
    params=[(name, form) for name in sorted(SAMPLES) for form in ("sample", "chunks")],
    ids="-".join,
)
def dataset(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recount:
    """The committed sample of each industry, and a typed dataset of two chunks."""
    name, form = request.param
    if form == "sample":
        return recount(RAW / name)
    root = tmp_path_factory.mktemp(name)
    small(name, root, "--seed", "7")
    return recount(root)


def test_every_count_of_the_truth_is_found_again(dataset: Recount) -> None:
    """Records, quarantine by reason, duplicates, bots, staff and accepted records, per table."""
    told = {
        name: {key: value for key, value in table.items() if key != "unknown_events"}
        for name, table in dataset.truth["tables"].items()
    }
    assert dataset.counts == told


def test_only_the_counted_events_are_outside_the_vocabulary(dataset: Recount) -> None:
    """Every raw event is one of the agreed words, but for the planted unknown ones."""
    told = dataset.truth["tables"]
    for name in VOCABULARY.keys() & told.keys():
        assert unknown_events(dataset, name) == told[name]["unknown_events"] > 0


def test_people_are_the_components_of_what_stands_in_the_records(dataset: Recount) -> None:
    """Without shared values, plain links find exactly the true people."""
    told = {frozenset(tuple(part) for part in person) for person in dataset.truth["people"]}
    found = {frozenset(component) for component in nx.connected_components(dataset.graph)}
    assert found == told
    assert len(told) == dataset.truth["people_count"]


def test_bad_and_placeholder_phones_are_counted(dataset: Recount) -> None:
    """Accepted records whose phone is no phone, or nobody's."""
    placeholders = set(dataset.truth["rules"]["placeholder_phones"])
    for name, records in dataset.accepted.items():
        given = [record["phone"] for record in records if record.get("phone")]
        planted = dataset.truth["planted"][name]
        assert sum(read_phone(phone) is None for phone in given) == planted.get("bad_phones", 0)
        nobodys = sum(read_phone(phone) in placeholders for phone in given)
        assert nobodys == planted.get("placeholder_phones", 0)


def test_nothing_ends_before_it_begins_or_after_the_period(dataset: Recount) -> None:
    """Also where a time is spelled without its seconds."""
    for name, begin, end in PAIRS:
        for record in dataset.accepted.get(name, []):
            if record[begin] and record[end]:
                assert read_moment(record[begin]) <= read_moment(record[end])
    last = read_moment(dataset.truth["args"]["until"] + " 23:59:59")
    for name, records in dataset.accepted.items():
        times = [c.name for c in TABLES[name].columns if c.kind == "time"]
        for record in records:
            for column in set(times) - MAY_COME:
                assert not record.get(column) or read_moment(record[column]) <= last


@every_industry
def test_the_committed_sample_is_what_the_documented_command_makes(
    name: str, tmp_path: Path
) -> None:
    """And it is small."""
    generate.main(["--industry", name, *SAMPLES[name], "--out", str(tmp_path)])
    assert contents(tmp_path) == contents(RAW / name)
    assert sum(len(body) for body in contents(RAW / name).values()) <= LARGEST_SAMPLE
    readme = (RAW.parent / "README.md").read_text(encoding="utf-8")
    assert " ".join(["--industry", name, *SAMPLES[name]]) in readme


@every_industry
def test_the_same_arguments_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    """And another seed other ones."""
    for folder, seed in (("one", "3"), ("two", "3"), ("other", "4")):
        small(name, tmp_path / folder, "--seed", seed)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


@every_industry
def test_the_null_twin_has_the_same_people_and_says_that_nothing_is_planted(
    name: str, tmp_path: Path
) -> None:
    """The same size, give or take what the effects add to the records."""
    planted = small(name, tmp_path / "planted")
    null = small(name, tmp_path / "null", "--null")
    assert (planted["args"]["is_null"], null["args"]["is_null"]) == (False, True)
    assert null["args"]["people"] == planted["args"]["people"]
    assert all(scenario["is_planted"] for scenario in planted["scenarios"].values())
    assert not any(scenario["is_planted"] for scenario in null["scenarios"].values())
    assert all(scenario["null_is"] for scenario in null["scenarios"].values())
    sizes = [sum(table["records"] for table in t["tables"].values()) for t in (planted, null)]
    assert abs(sizes[1] - sizes[0]) < 0.25 * sizes[0]


def test_every_registered_industry_that_is_there_has_a_sample() -> None:
    """Retail's is held against its command in its own test file."""
    assert set(industries.available()) == {"retail", *SAMPLES}
    for name in industries.available():
        assert importlib.import_module(industries.INDUSTRIES[name]).SCENARIOS


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}
