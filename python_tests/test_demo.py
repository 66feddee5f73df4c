"""The demonstration data: the same arguments give the same bytes, and truth.json tells the truth.

Everything is counted again here from the raw files, with readers and rules written for this test;
only the list of columns and keys is taken from the generator.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import networkx as nx
import pytest

from demo import generate
from demo.retail import industry
from recounts import (
    DAY,
    VOCABULARY,
    Recount,
    read_moment,
    read_phone,
    recount,
    touches,
    unknown_events,
)

SAMPLE = Path(__file__).parents[1] / "demo" / "raw" / "retail"
SAMPLE_ARGUMENTS = ["--people", "1500", "--seed", "20250630", "--format", "csv"]


@pytest.fixture(scope="module", params=["sample", "parquet"])
def dataset(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recount:
    """The committed sample, and a typed dataset of three chunks."""
    if request.param == "sample":
        return recount(SAMPLE)
    root = tmp_path_factory.mktemp("parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(industry, "PEOPLE_PER_CHUNK", 400)
        generate.main(["--people", "1150", "--seed", "7", "--workers", "1", "--out", str(root)])
    return recount(root)


def conversions(found: Recount) -> dict[int, list[tuple[float, str, str]]]:
    """Per person the moment, kind and number of each conversion."""
    result = defaultdict(list)
    for order in found.accepted["ecommerce.orders"]:
        if order["paid_at"] and not order["cancelled_at"]:
            entry = (read_moment(order["created_at"]), "order", order["order_no"])
            result[found.person(order)].append(entry)
    for receipt in found.accepted["store.transactions"]:
        person = found.person(receipt)
        if person is not None and receipt["is_return"] in (False, "false"):
            entry = (read_moment(receipt["event_time"]), "receipt", receipt["receipt_no"])
            result[person].append(entry)
    for activity in found.accepted["crm.activities"]:
        if activity["activity_type"] == "contract":
            entry = (read_moment(activity["event_time"]), "contract", "")
            result[found.person(activity)].append(entry)
    return result


def test_every_count_of_the_truth_is_found_again(dataset: Recount) -> None:
    """Records, quarantine by reason, duplicates, bots, staff and accepted records, per table."""
    told = {
        name: {key: value for key, value in table.items() if key != "unknown_events"}
        for name, table in dataset.truth["tables"].items()
    }
    assert dataset.counts == told


def test_only_the_counted_events_are_outside_the_vocabulary(dataset: Recount) -> None:
    """Every raw event is one of the agreed words, but for the planted unknown ones."""
    for name in VOCABULARY.keys() & dataset.truth["tables"].keys():
        told = dataset.truth["tables"][name]["unknown_events"]
        assert unknown_events(dataset, name) == told > 0


def test_people_are_the_components_of_what_stands_in_the_records(dataset: Recount) -> None:
    """Without shared values, plain links find exactly the true people."""
    told = {frozenset(tuple(part) for part in person) for person in dataset.truth["people"]}
    found = {frozenset(component) for component in nx.connected_components(dataset.graph)}
    assert found == told
    assert len(told) == dataset.truth["people_count"]


def test_a_person_has_at_most_one_member_number_and_one_unionid(dataset: Recount) -> None:
    """The limits that identity resolution relies on."""
    for person in dataset.truth["people"]:
        kinds = Counter(kind for kind, _, _ in person)
        assert kinds["member_no"] <= 1
        assert kinds["unionid"] <= 1


def test_phone_bridges_and_shared_values_are_in_the_records(dataset: Recount) -> None:
    """A bridge joins its two identifiers; a shared value is used by all of its members."""
    for bridge in dataset.truth["phone_bridges"]:
        member = dataset.person_of[("member_no", "", bridge["member_no"])]
        assert dataset.person_of[tuple(bridge["identifier"])] == member
        assert dataset.person_of[("phone", "", bridge["phone"])] == member
    users = defaultdict(set)
    for records in dataset.accepted.values():
        for record in records:
            for kind in ("phone", "device_id", "visitor_id"):
                if record.get(kind) and record.get("member_no"):
                    value = read_phone(record[kind]) if kind == "phone" else record[kind]
                    users[(kind, value)].add(record["member_no"])
    shared = [(("phone", entry["phone"]), entry) for entry in dataset.truth["shared_phones"]]
    shared += [
        ((entry["type"], entry["value"]), entry) for entry in dataset.truth["shared_devices"]
    ]
    for key, entry in shared:
        assert users[key] == set(entry["members"])
    assert sum(len(entry["members"]) > 1 for _, entry in shared) > 5


def test_bad_and_placeholder_phones_are_counted(dataset: Recount) -> None:
    """Accepted records whose phone is no phone, or nobody's."""
    placeholders = set(dataset.truth["rules"]["placeholder_phones"])
    for name, records in dataset.accepted.items():
        given = [record["phone"] for record in records if record.get("phone")]
        planted = dataset.truth["planted"][name]
        assert sum(read_phone(phone) is None for phone in given) == planted.get("bad_phones", 0)
        nobodys = sum(read_phone(phone) in placeholders for phone in given)
        assert nobodys == planted.get("placeholder_phones", 0)


def test_late_records_are_counted(dataset: Recount) -> None:
    """Late is more than two days after the last time in the record."""
    name = "mini_program.events"
    late = 0
    for record in dataset.accepted[name]:
        late += read_moment(record["loaded_at"]) - read_moment(record["event_time"]) > 2 * DAY
    # A planted late record may be one of the duplicates or unknown copies too, never fewer.
    planted = dataset.truth["planted"][name]["late"]
    assert planted <= late <= planted + dataset.truth["tables"][name]["unknown_events"]


def test_no_record_ends_before_it_begins(dataset: Recount) -> None:
    """Spelling a time without its seconds must not turn a duration negative."""
    pairs = [
        ("ecommerce.orders", "created_at", "paid_at"),
        ("ecommerce.orders", "paid_at", "received_at"),
        ("erp.shipments", "shipped_at", "delivered_at"),
        ("service.tickets", "opened_at", "first_response_at"),
        ("service.tickets", "first_response_at", "resolved_at"),
        ("hotline.calls", "called_at", "answered_at"),
        ("outreach.sends", "delivered_at", "opened_at"),
        ("survey.invitations", "sent_at", "delivered_at"),
    ]
    for name, begin, end in pairs:
        for record in dataset.accepted[name]:
            if record[begin] and record[end]:
                assert read_moment(record[begin]) <= read_moment(record[end])


def by_article(found: Recount) -> tuple[int, int, int]:
    """Buyers whose first order came by an article, all buyers, who orders in the mini-program."""
    bought = conversions(found)
    orders = defaultdict(dict)
    for event in found.accepted["mini_program.events"]:
        if event["order_no"]:
            entry = (read_moment(event["event_time"]), found.person(event))
            orders[event["order_no"]][event["event_name"]] = entry
    reads = defaultdict(list)
    for interaction in found.accepted["wechat_oa.interactions"]:
        if interaction["interaction_type"] == "article_read":
            reads[found.person(interaction)].append(read_moment(interaction["event_time"]))
    came_by_article, order_in_mini = 0, 0
    for person, moments in bought.items():
        order_in_mini += any(number in orders for _, _, number in moments)
        first = orders.get(min(moments)[2], {})
        if "order_pay" in first and first["order_submit"][1] == person:
            since = [first["order_submit"][0] - read for read in reads[person]]
            came_by_article += any(0 <= seconds <= 30 * DAY for seconds in since)
    return came_by_article, len(bought), order_in_mini


def by_favourite(found: Recount) -> int:
    """Who goes from the favourite by the consultation to the shop, with nothing else before."""
    by_person = touches(found)
    count = 0
    for person, moments in conversions(found).items():
        first, kind, _ = min(moments)
        before = [touch for touch in by_person[person] if first - 95 * DAY <= touch[0] < first]
        before.sort(key=lambda touch: touch[0])
        path = [
            (
                name,
                record.get("engagement_type") or record.get("event_name"),
                record.get("platform"),
            )
            for _, name, record in before
        ]
        count += (
            kind == "receipt"
            and path
            == [
                ("social.engagements", "favourite", "xiaohongshu"),
                ("mini_program.events", "consult", None),
            ]
            and first - before[0][0] <= 30 * DAY
        )
    return count


def test_scenario_3_sixty_percent_of_buyers_read_an_article_and_order_in_the_mini_program(
    dataset: Recount,
) -> None:
    """To the person."""
    came_by_article, buyers, order_in_mini = by_article(dataset)
    told = dataset.truth["scenarios"]["3"]
    assert (came_by_article, buyers) == (told["numerator"], told["denominator"])
    assert 5 * came_by_article == 3 * buyers
    assert order_in_mini == came_by_article


def test_scenario_10_favourite_then_consultation_then_store(dataset: Recount) -> None:
    """To the person, with nothing else in the 95 days before the purchase."""
    assert by_favourite(dataset) == dataset.truth["scenarios"]["10"]["count"] > 0


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_null_twin_has_neither_scenario_3_nor_10(seed: str, tmp_path: Path) -> None:
    """As many buyers, who come by all ways."""
    generate.main(["--people", "1000", "--seed", seed, "--null", "--out", str(tmp_path)])
    found = recount(tmp_path)
    came_by_article, buyers, order_in_mini = by_article(found)
    assert buyers == found.truth["scenarios"]["3"]["denominator"] == 400
    assert came_by_article < 0.1 * buyers < order_in_mini
    assert by_favourite(found) == 0


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_arguments_give_the_same_bytes(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with another number of processes."""
    monkeypatch.setattr(industry, "PEOPLE_PER_CHUNK", 100)  # processes are forked and see it
    for name, workers in (("one", "1"), ("two", "2")):
        arguments = ["--people", "200", "--seed", "3", "--format", form, "--workers", workers]
        generate.main([*arguments, "--out", str(tmp_path / name)])
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_other_data(tmp_path: Path) -> None:
    """The seed matters."""
    for seed in ("1", "2"):
        arguments = ["--people", "120", "--seed", seed, "--format", "csv"]
        generate.main([*arguments, "--out", str(tmp_path / seed)])
    first, second = (contents(tmp_path / seed)["erp/members.csv"] for seed in ("1", "2"))
    assert first != second


def test_the_committed_sample_is_what_the_documented_command_makes(tmp_path: Path) -> None:
    """And it is small."""
    generate.main([*SAMPLE_ARGUMENTS, "--out", str(tmp_path)])
    sample = contents(SAMPLE)
    assert contents(tmp_path) == sample
    assert sum(len(body) for body in sample.values()) <= 5_000_000
    readme = (SAMPLE.parents[1] / "README.md").read_text(encoding="utf-8")
    assert " ".join(SAMPLE_ARGUMENTS) in readme


def test_csv_follows_rfc_4180(tmp_path: Path) -> None:
    """Lines end with CR LF; a field with a quote or a line end is quoted, its quotes doubled."""
    body = (SAMPLE / "service" / "tickets.csv").read_bytes()
    assert body.endswith(b"\r\n")
    assert body.count('\n""急，""盼复"'.encode()) >= 1


def test_a_wrong_industry_stops_with_the_accepted_ones(tmp_path: Path) -> None:
    """At once, with nothing written."""
    with pytest.raises(SystemExit, match=r"accepted: .*retail"):
        generate.main(["--industry", "toys", "--people", "200", "--out", str(tmp_path / "new")])
    assert not (tmp_path / "new").exists()


def test_too_few_people_stop_with_the_smallest_number(tmp_path: Path) -> None:
    """Exact shares need some people."""
    with pytest.raises(SystemExit, match="at least 100"):
        generate.main(["--people", "20", "--out", str(tmp_path / "new")])


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    """Nothing of somebody else's is removed."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(SystemExit, match="holds other files"):
        generate.main(["--people", "200", "--out", str(tmp_path)])
    assert (tmp_path / "thesis.txt").exists()
