"""Decisions on who is whom, and the log of merges, on a small dataset in a copy of the project.

One database lives through four builds: as the records say, with decisions, with most of them taken back, and with
proposals. Another one erases persons whom decisions and proposals have made.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builds import NO_TESTS, PROJECT, Build, green, run_dbt
from touchpoints.definitions import check_definitions
from touchpoints.settings import WrongSetting

COPIED = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests", "touchpoints")
SELECTED = (
    "+identity_map",
    "+identity_links",
    "+identity_conflicts",
    "+identity_merges",
    "+identity_runs",
    "+int_user_attributes",
)
HEADER = (
    "override_code,decision,identifier_type,platform,identifier_value,other_identifier_type,"
    "other_platform,other_identifier_value,decided_by,decided_on,reason\n"
)
TOGETHER = "O-1,keep_together,member_no,,M1,member_no,,M2,care,2025-03-05,registered twice\n"
APART = "O-2,keep_apart,member_no,,M3,email,,Her@Post.demo,care,2025-03-05,a shared mailbox\n"
BLOCKED = "O-3,keep_together,member_no,,M1,phone,,13800138000,care,2025-03-05,a mistake\n"
BUYERS = "O-4,keep_together,buyer_id,天猫,B1,buyer_id,tmall,B2,care,2025-03-05,the same shop\n"
DEVICE = "O-5,keep_apart,device_id,,D1,member_no,,M4,care,2025-03-05,a shop tablet\n"
DEVICES = "O-6,keep_together,device_id,,D2,device_id,,D3,care,2025-03-05,her old telephone and the new one\n"
UNSEEN = "O-7,keep_apart,member_no,,M404,member_no,,M4,care,2025-03-05,nobody has seen the one\n"


def copy_of_the_project(folder: Path) -> Path:
    """What dbt reads of the project, in a folder of its own, so that its seeds can be changed."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    return folder


def write_decisions(project: Path, rows: Iterable[str]) -> None:
    """Replace the decisions of a copy of the project."""
    path = project / "seeds" / "identity_overrides.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")


def write_records(root: Path) -> None:
    """Four members: two registrations of one person, a mailbox between two, devices, accounts on one platform."""
    for name, text in {
        "erp/members.csv": "member_no,phone,email,registered_at,loaded_at\n"
        "M1,13911110001,,2025-03-01 09:00,2025-03-02 00:00\n"
        "M2,13911110001,,2025-03-01 10:00,2025-03-02 00:00\n"
        "M3,13911110003,her@post.demo,2025-03-01 11:00,2025-03-02 00:00\n"
        "M4,13911110004,,2025-03-01 12:00,2025-03-02 00:00\n",
        "app/events.csv": "event_id,event_time,device_id,event_name,member_no\n"
        "a1,2025-03-01 13:00,D1,app_open,M4\na2,2025-03-01 13:00,D2,app_open,M3\n"
        "a3,2025-03-01 14:00,D3,app_open,\n",
        "ecommerce/searches.csv": "search_id,event_time,buyer_id,search_term,platform\n"
        "s1,2025-03-01 09:00,B1,tea,tmall\ns2,2025-03-01 09:00,B2,tea,tmall\n",
        "crm/contacts.csv": "contact_id,member_no,full_name,created_at,updated_at,region,birth_date,gender\n"
        "K1,,陈一,2025-03-01 09:00,2025-03-01 09:00,,1990-02-01,女\n"
        "K2,,陈一,2025-03-01 09:00,2025-03-02 09:00,,,\n"
        "K3,M3,王三,2025-03-01 09:00,2025-03-03 09:00,北京,1980-05-05,M\n"
        "K4,M4,王三,2025-03-01 09:00,2025-03-03 09:00,,,\n"
        "K5,M3,王五,2025-03-01 09:00,2025-03-04 09:00,上海,1981-05-05,\n",
        "service/tickets.csv": "ticket_id,opened_at,phone,email\n"
        "t1,2025-03-01 14:00,13911110001,\nt2,2025-03-01 15:00,,her@post.demo\n"
        "t3,2025-03-01 16:00,13800138000,\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Answers:
    """What one build said of identity."""

    person: dict[tuple[str, str], str]
    conflicts: set[tuple[str, str | None]]
    log: list[tuple[str, str, str, bool]]
    proposals: set[tuple[str, str, str, float]]
    attributes: dict[str, tuple[str | None, ...]]
    runs: list[tuple[int, int, int | None, int, int | None]]


def answers(build: Build) -> Answers:
    """Read the vault of a build."""
    green(build)
    return Answers(
        {
            (kind, value): user
            for kind, value, user in build.rows(
                "select identifier_type, identifier_value, user_id from vault.identity_map"
            )
        },
        set(build.rows("select conflict_type, override_code from vault.identity_conflicts")),
        build.rows(
            "select change_type, from_user_id, to_user_id, link_id is not null"
            " from vault.identity_merges order by all"
        ),
        set(
            build.rows(
                "select least(identifier_value, other_identifier_value),"
                " greatest(identifier_value, other_identifier_value), status, score"
                " from vault.identity_links where rule_code = 'probabilistic'"
            )
        ),
        {
            row[0]: row[1:]
            for row in build.rows(
                "select printf('%016x', user_key), region, gender, birth_year, name_masked"
                " from vault.int_user_attributes"
            )
        },
        build.rows(
            "select run_number, user_count, user_count_before, identifier_count, identifier_count_before"
            " from vault.identity_runs where identifier_type = 'member_no' order by run_number"
        ),
    )


def propose(vault: Path) -> None:
    """What `make match` writes: a good pair, a weak one, and one of two members."""
    vault.mkdir(parents=True, exist_ok=True)
    table = pa.table(
        {
            "contact_id": ["K1", "K1", "K3"],
            "other_contact_id": ["K2", "K5", "K4"],
            "score": [0.98, 0.5, 0.99],
        }
    )
    pq.write_table(table, vault / "proposed_links.parquet")


@pytest.fixture(scope="module")
def builds(tmp_path_factory) -> tuple[Answers, Answers, Answers, Answers]:
    """As the records say; with every decision; with all but one taken back; with proposals too."""
    folder = tmp_path_factory.mktemp("decisions")
    project = copy_of_the_project(folder / "project")
    write_records(folder / "raw")
    propose(folder / "build" / "vault")
    found = []
    for decisions, asked in (
        ([], ()),
        ([TOGETHER, APART, BLOCKED, BUYERS, DEVICE, DEVICES, UNSEEN], ()),
        ([APART], ()),
        ([APART], ("--vars", "{probabilistic_threshold: 0.95}")),
    ):
        write_decisions(project, decisions)
        build = run_dbt(
            folder / "build",
            ("build", "-s", *SELECTED, *NO_TESTS, *asked),
            {"TOUCHPOINT_RAW_ROOT": str(folder / "raw")},
            project,
        )
        found.append(answers(build))
    return found[0], found[1], found[2], found[3]


@pytest.mark.slow
def test_without_decisions_two_members_who_share_a_phone_are_two(builds) -> None:
    plain = builds[0]
    members = {plain.person["member_no", f"M{number}"] for number in (1, 2, 3, 4)}
    assert len(members) == 4
    assert ("possible_double_registration", None) in plain.conflicts
    assert plain.person["email", "her@post.demo"] == plain.person["member_no", "M3"]
    assert plain.person["device_id", "D1"] == plain.person["member_no", "M4"]
    assert plain.log == []


@pytest.mark.slow
def test_kept_together_they_are_one_and_their_phone_links_them(builds) -> None:
    decided = builds[1]
    assert decided.person["member_no", "M1"] == decided.person["member_no", "M2"]
    assert decided.person["phone", "13911110001"] == decided.person["member_no", "M1"]
    assert decided.person["buyer_id", "B1"] == decided.person["buyer_id", "B2"]
    assert ("possible_double_registration", None) not in decided.conflicts


@pytest.mark.slow
def test_devices_that_are_kept_together_belong_to_whom_one_of_them_was_seen_with(builds) -> None:
    plain, decided, *_ = builds
    assert plain.person["device_id", "D2"] == plain.person["member_no", "M3"]
    assert plain.person["device_id", "D3"] != plain.person["member_no", "M3"]
    assert decided.person["device_id", "D2"] == decided.person["member_no", "M3"]
    assert decided.person["device_id", "D3"] == decided.person["member_no", "M3"]


@pytest.mark.slow
def test_kept_apart_they_are_two_and_it_is_told(builds) -> None:
    decided = builds[1]
    assert decided.person["email", "her@post.demo"] != decided.person["member_no", "M3"]
    assert decided.person["device_id", "D1"] != decided.person["member_no", "M4"]
    assert ("kept_apart", "O-2") in decided.conflicts
    assert ("kept_apart", "O-5") in decided.conflicts


@pytest.mark.slow
def test_a_decision_on_a_blocked_value_is_not_followed_and_told(builds) -> None:
    decided = builds[1]
    assert decided.person["phone", "13800138000"] is None
    assert ("decision_not_followed", "O-3") in decided.conflicts


@pytest.mark.slow
def test_a_decision_on_what_no_record_shows_is_told(builds) -> None:
    plain, decided, *_ = builds
    assert ("decision_not_followed", "O-7") in decided.conflicts
    assert {code for _, code in decided.conflicts} == {"O-2", "O-3", "O-5", "O-7"}
    assert {code for _, code in plain.conflicts} == {None}


@pytest.mark.slow
def test_the_log_says_who_was_absorbed_and_because_of_which_link(builds) -> None:
    plain, decided, *_ = builds
    gone = plain.person["member_no", "M2"]
    stayed = decided.person["member_no", "M1"]
    merges = [row for row in decided.log if row[0] == "merge"]
    assert ("merge", gone, stayed, True) in merges
    splits = {row[1] for row in decided.log if row[0] == "split"}
    assert plain.person["member_no", "M3"] in splits


@pytest.mark.slow
def test_a_decision_taken_back_splits_again_and_the_log_keeps_both(builds) -> None:
    plain, decided, taken_back, _ = builds
    assert taken_back.person["member_no", "M1"] == plain.person["member_no", "M1"]
    assert taken_back.person["member_no", "M2"] == plain.person["member_no", "M2"]
    assert set(decided.log) < set(taken_back.log)


@pytest.mark.slow
def test_proposals_count_only_where_asked_for_and_never_against_a_limit(builds) -> None:
    plain, _, _, proposed = builds
    assert plain.proposals == set()
    assert plain.person["contact_id", "K1"] != plain.person["contact_id", "K2"]
    assert proposed.person["contact_id", "K1"] == proposed.person["contact_id", "K2"]
    assert proposed.person["contact_id", "K3"] != proposed.person["contact_id", "K4"]
    assert proposed.proposals == {("K1", "K2", "counted", 0.98), ("K3", "K4", "refused", 0.99)}


@pytest.mark.slow
def test_the_attributes_of_a_person_are_those_that_the_rules_prefer(builds) -> None:
    """Of the contacts' words the newest, of the birth dates that of the oldest word; of the name the first letter."""
    plain = builds[0]
    assert plain.attributes[plain.person["member_no", "M3"]] == ("上海", "male", 1980, "王*")
    assert plain.attributes[plain.person["contact_id", "K1"]] == (None, "female", 1990, "陈*")
    assert plain.person["member_no", "M1"] not in plain.attributes


@pytest.mark.slow
def test_each_run_says_what_it_made_of_the_persons_beside_the_run_before(builds) -> None:
    """Four members: four persons; two of them joined by a decision; split again; and no change."""
    assert builds[3].runs == [
        (1, 4, None, 4, None),
        (2, 3, 4, 4, 4),
        (3, 4, 3, 4, 4),
        (4, 4, 4, 4, 4),
    ]
    assert builds[1].runs == builds[3].runs[:2]


def write_requests(root: Path) -> None:
    """Three persons ask: one by a phone that another member states, too, one by a service number, one by a contact."""
    for name, text in {
        "erp/members.csv": "member_no,phone,registered_at\n"
        "M1,13911110001,2025-03-01 09:00\nM2,,2025-03-01 10:00\n"
        "M3,,2025-03-01 09:00\nM4,,2025-03-01 10:00\n",
        "store/visits.csv": "visit_id,store_id,event_time,member_no,phone\n"
        "v1,s1,2025-03-02 09:00,M1,\n"
        "v2,s1,2025-03-02 10:00,M2,13911110001\n"
        "v3,s1,2025-03-02 11:00,M2,\n"
        "v4,s1,2025-03-02 12:00,M3,13800138000\n"
        "v5,s1,2025-03-02 13:00,M4,13800138000\n"
        "v6,s1,2025-03-02 14:00,,13911110006\n",
        "crm/contacts.csv": "contact_id,phone,created_at\n"
        "K1,13911110005,2025-03-01 09:00\nK2,13911110006,2025-03-01 09:00\n",
        "app/events.csv": "event_id,event_time,device_id,event_name,member_no\n"
        "a1,2025-03-02 09:00,D5,app_open,M3\na2,2025-03-02 10:00,D6,app_open,\n"
        "a3,2025-03-02 11:00,D7,app_open,\n",
        "privacy/erasure_requests.csv": "request_id,requested_at,identifier_type,identifier_value,platform\n"
        "1,2025-04-01 09:00,member_no,M1,\n2,2025-04-01 09:00,member_no,M3,\n"
        "3,2025-04-01 09:00,phone,13911110005,\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_an_erasure_covers_whom_decisions_and_proposals_have_made_one_and_nobody_else(
    tmp_path,
) -> None:
    project = copy_of_the_project(tmp_path / "project")
    write_requests(tmp_path / "raw")
    propose(tmp_path / "build" / "vault")
    owner = "O-1,keep_together,member_no,,M1,phone,,13911110001,care,2025-03-05,the phone is hers\n"
    service = "O-{},keep_together,member_no,,{},phone,,13800138000,care,2025-03-05,a mistake\n"
    devices = "O-4,keep_together,device_id,,D5,device_id,,D6,care,2025-03-05,his new telephone\n"
    write_decisions(project, [owner, service.format(2, "M3"), service.format(3, "M4"), devices])
    build = green(
        run_dbt(
            tmp_path / "build",
            (
                "build",
                "-s",
                "+int_erasures",
                *NO_TESTS,
                "--vars",
                "{probabilistic_threshold: 0.95}",
            ),
            {"TOUCHPOINT_RAW_ROOT": str(tmp_path / "raw")},
            project,
        )
    )
    visits = dict(
        build.rows("select visit_id, record_status = 'erased' from staging.base_store__visits")
    )
    assert visits == {"v1": True, "v2": False, "v3": False, "v4": True, "v5": False, "v6": True}
    events = build.rows(
        "select event_id, record_status = 'erased' from staging.base_app__events order by all"
    )
    assert events == [("a1", True), ("a2", True), ("a3", False)]
    # of the other owner of a phone just the phone goes
    stated = build.rows(
        "select member_no, starts_with(phone, 'erased:') from staging.base_store__visits"
        " where visit_id = 'v2'"
    )
    assert stated == [("M2", True)]
    members = build.rows(
        "select member_no from staging.base_erp__members where record_status = 'accepted' order by all"
    )
    assert members == [("M2",), ("M4",)]
    contacts = build.rows("select distinct record_status from staging.base_crm__contacts")
    assert contacts == [("erased",)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            TOGETHER.replace("keep_together", "merge"),
            "accepted values are keep_together, keep_apart",
        ),
        (
            TOGETHER.replace("member_no", "passport", 1),
            "identifier_type 'passport': accepted values",
        ),
        (TOGETHER.replace("2025-03-05", "yesterday"), "give a date such as 2025-03-01"),
        (TOGETHER.replace("care", ""), "decided_by is empty"),
        ("O-1,keep_apart\n", "too few fields"),
    ],
)
def test_a_wrong_row_stops_with_its_line_and_the_accepted_values(tmp_path, row, told) -> None:
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    check_definitions(tmp_path)
    write_decisions(tmp_path, [APART, row])
    with pytest.raises(WrongSetting) as caught:
        check_definitions(tmp_path)
    assert "seeds/identity_overrides.csv line 3" in str(caught.value)
    assert told in str(caught.value)


def test_a_wrong_row_stops_dbt_before_anything_is_built(tmp_path) -> None:
    project = copy_of_the_project(tmp_path / "project")
    write_decisions(project, [TOGETHER.replace("keep_together", "merge")])
    (tmp_path / "raw").mkdir()
    build = run_dbt(
        tmp_path / "build",
        ("seed",),
        {"TOUCHPOINT_RAW_ROOT": str(tmp_path / "raw")},
        project,
    )
    assert build.returncode != 0
    assert "accepted values are keep_together, keep_apart" in build.output
