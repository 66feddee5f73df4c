"""The demonstration data: the same arguments give the same bytes, and truth.json tells the truth.

Everything is counted again here from the raw files, with readers and rules written for this test;
only the list of columns and keys is taken from the generator.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq
import pytest

from demo import generate
from demo.retail import industry
from demo.schema import TABLES

SAMPLE = Path(__file__).parents[1] / "demo" / "raw" / "retail"
SAMPLE_ARGUMENTS = ["--people", "1500", "--seed", "20250630", "--format", "csv"]
NULL_WORDS = {"", "NULL", "null", "\\N", "N/A", "-"}
SHANGHAI = timezone(timedelta(hours=8))
DAY = 86_400
BOTS = re.compile("Googlebot|Baiduspider|bingbot|Bytespider|python-requests")
IDENTIFIERS = [
    "member_no",
    "phone",
    "email",
    "unionid",
    "openid",
    "buyer_id",
    "platform_user_id",
    "device_id",
    "visitor_id",
    "contact_id",
]
VOCABULARY = {
    "website.events": "page_view search item_view favourite add_to_cart order_submit order_pay "
    "register login consult form_submit download share comment video_play review_submit "
    "after_sales_apply coupon_receive",
    "app.events": "app_open screen_view search item_view favourite add_to_cart order_submit "
    "order_pay register login push_open push_click consult share review_submit after_sales_apply "
    "coupon_receive check_in",
    "mini_program.events": "launch page_view search item_view favourite add_to_cart order_submit "
    "order_pay register authorise_phone consult share coupon_receive after_sales_apply",
    "wechat_oa.interactions": "follow unfollow article_read article_share article_like "
    "article_comment menu_click message qr_scan",
    "social.engagements": "view like favourite comment share follow direct_message live_watch "
    "live_comment link_click post",
}

Record = dict[str, object]
Identifier = tuple[str, str, str]


def read_moment(value: object) -> float | None:
    """Seconds since the epoch; None for what is no time."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI).timestamp()
    words = str(value)
    if re.fullmatch(r"\d{10}|\d{13}", words):
        return int(words) / (1 if len(words) == 10 else 1000)
    for pattern in (
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y/%m/%d %H:%M",
        "%Y年%m月%d日 %H:%M",
        "%Y年%m月%d日 %H:%M:%S",
        "%Y-%m-%d",
    ):
        try:
            moment = datetime.strptime(words, pattern)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).timestamp()
    return None


def read_number(value: object) -> float | None:
    """An amount or a whole number; None for what is none."""
    if isinstance(value, int | float | Decimal):
        return float(value)
    try:
        return float(str(value).replace("¥", "").replace(",", ""))
    except ValueError:
        return None


def read_phone(value: object) -> str | None:
    """Eleven digits; None for what is no mobile number."""
    words = str(value).translate({0xFF10 + digit: str(digit) for digit in range(10)})
    words = re.sub(r"^(\+86|0086)", "", re.sub(r"[\s-]", "", words))
    return words if re.fullmatch(r"1\d{10}", words) else None


READERS: dict[str, Callable[[object], object]] = {
    "time": read_moment,
    "date": read_moment,
    "money": read_number,
    "int": read_number,
}


def raw_records(root: Path, name: str) -> Iterator[Record | None]:
    """The records of a table in all its files; None for a line that cannot be read."""
    base = root / name.replace(".", "/")
    files = [base.with_suffix(".csv")] if base.with_suffix(".csv").exists() else []
    for path in files + sorted(base.glob("part-*")):
        if path.suffix == ".parquet":
            yield from pq.read_table(path).to_pylist()
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines)
            for line in lines:
                same = len(line) == len(header)
                yield dict(zip(header, line, strict=True)) if same else None


@dataclass
class Recount:
    """What is found in the raw files of a dataset."""

    truth: dict
    accepted: dict[str, list[Record]] = field(default_factory=dict)
    counts: dict[str, dict] = field(default_factory=dict)
    graph: nx.Graph = field(default_factory=nx.Graph)
    person_of: dict[Identifier, int] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    tablets: set[Identifier] = field(default_factory=set)

    def identifiers(self, record: Record) -> list[Identifier]:
        """The identifiers of a record, without those that are shared by several people."""
        found = []
        for kind in IDENTIFIERS:
            value = record.get(kind)
            if value is not None and kind == "phone":
                value = read_phone(value)
            if value is None or value in self.blocked:
                continue
            scope = record["platform"] if kind in ("buyer_id", "platform_user_id") else ""
            if (kind, scope, value) not in self.tablets:
                found.append((kind, scope, value))
        return found

    def person(self, record: Record) -> int | None:
        """The person of a record: the connected component of its identifiers."""
        found = self.identifiers(record)
        return self.person_of[found[0]] if found else None


def recount(root: Path) -> Recount:
    """Count a dataset again: quarantine, then duplicates, then bots and staff; then people."""
    truth = json.loads((root / "truth.json").read_text(encoding="utf-8"))
    result = Recount(truth)
    result.blocked = {entry["phone"] for entry in truth["shared_phones"]}
    result.blocked |= set(truth["rules"]["placeholder_phones"])
    result.tablets = {(entry["type"], "", entry["value"]) for entry in truth["shared_devices"]}
    staff = set(truth["rules"]["staff_phones"])
    for name, spec in TABLES.items():
        if name not in truth["tables"]:
            assert not any(raw_records(root, name)), f"{name} is not in the truth"
            continue
        quarantined: Counter[str] = Counter()
        newest: dict[tuple, Record] = {}
        records = readable = bots = staff_records = 0
        for raw in raw_records(root, name):
            records += 1
            if raw is None:
                quarantined["unreadable_line"] += 1
                continue
            record = {
                key: None if isinstance(value, str) and value in NULL_WORDS else value
                for key, value in raw.items()
            }
            reason = reason_to_quarantine(spec, record)
            if reason:
                quarantined[reason] += 1
                continue
            readable += 1
            key = tuple(
                "" if record.get(column.name) is None else str(record[column.name])
                for column in spec.columns
                if column.is_key
            )
            if key not in newest or str(record["loaded_at"]) >= str(newest[key]["loaded_at"]):
                newest[key] = record
        result.accepted[name] = []
        for record in newest.values():
            if BOTS.search(str(record.get("user_agent"))):
                bots += 1
            elif record.get("phone") and read_phone(record["phone"]) in staff:
                staff_records += 1
            else:
                result.accepted[name].append(record)
        result.counts[name] = {
            "records": records,
            "duplicates": readable - len(newest),
            "quarantined": dict(quarantined),
            "bots": bots,
            "staff": staff_records,
            "accepted": len(result.accepted[name]),
        }
    for records in result.accepted.values():
        for record in records:
            found = result.identifiers(record)
            result.graph.add_nodes_from(found)
            result.graph.add_edges_from((found[0], other) for other in found[1:])
    for number, component in enumerate(nx.connected_components(result.graph)):
        result.person_of.update(dict.fromkeys(component, number))
    return result


def reason_to_quarantine(spec: object, record: Record) -> str | None:
    """Why a record cannot be used: the first needed column that is empty or unreadable."""
    for column in spec.columns:
        if not column.is_needed:
            continue
        value = record.get(column.name)
        if value is None:
            return f"missing_{column.name}"
        if column.kind in READERS and READERS[column.kind](value) is None:
            return f"invalid_{column.name}"
    return None


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


def touches(found: Recount) -> dict[int, list[tuple[float, str, Record]]]:
    """Per person every moment in any record, with its table."""
    result = defaultdict(list)
    ignored = {"loaded_at", "promised_at", "updated_at"}
    for name, records in found.accepted.items():
        columns = [c.name for c in TABLES[name].columns if c.kind == "time"]
        if name == "crm.contacts":
            continue
        for record in records:
            person = found.person(record)
            for column in columns:
                if column not in ignored and record.get(column) and person is not None:
                    result[person].append((read_moment(record[column]), name, record))
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
    columns = {
        "wechat_oa.interactions": "interaction_type",
        "social.engagements": "engagement_type",
    }
    for name, words in VOCABULARY.items():
        events = [record[columns.get(name, "event_name")] for record in dataset.accepted[name]]
        unknown = [event for event in events if event not in words.split()]
        assert len(unknown) == dataset.truth["tables"][name]["unknown_events"] > 0


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


def test_scenario_3_sixty_percent_of_buyers_read_an_article_and_order_in_the_mini_program(
    dataset: Recount,
) -> None:
    """To the person."""
    bought = conversions(dataset)
    orders = defaultdict(dict)
    for event in dataset.accepted["mini_program.events"]:
        if event["order_no"]:
            entry = (read_moment(event["event_time"]), dataset.person(event))
            orders[event["order_no"]][event["event_name"]] = entry
    reads = defaultdict(list)
    for interaction in dataset.accepted["wechat_oa.interactions"]:
        if interaction["interaction_type"] == "article_read":
            reads[dataset.person(interaction)].append(read_moment(interaction["event_time"]))
    came_by_article, order_in_mini = 0, 0
    for person, moments in bought.items():
        order_in_mini += any(number in orders for _, _, number in moments)
        first = orders.get(min(moments)[2], {})
        if "order_pay" in first and first["order_submit"][1] == person:
            since = [first["order_submit"][0] - read for read in reads[person]]
            came_by_article += any(0 <= seconds <= 30 * DAY for seconds in since)
    told = dataset.truth["scenarios"]["3"]
    assert (came_by_article, len(bought)) == (told["numerator"], told["denominator"])
    assert 5 * came_by_article == 3 * len(bought)
    assert order_in_mini == came_by_article


def test_scenario_10_favourite_then_consultation_then_store(dataset: Recount) -> None:
    """To the person, with nothing else in the 95 days before the purchase."""
    by_person = touches(dataset)
    found = 0
    for person, moments in conversions(dataset).items():
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
        found += (
            kind == "receipt"
            and path
            == [
                ("social.engagements", "favourite", "xiaohongshu"),
                ("mini_program.events", "consult", None),
            ]
            and first - before[0][0] <= 30 * DAY
        )
    assert found == dataset.truth["scenarios"]["10"]["count"] > 0


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
    with pytest.raises(SystemExit, match="accepted: .*retail"):
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
