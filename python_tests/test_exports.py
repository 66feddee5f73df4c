"""`make export-actions`: who leaves the vault, for whom, and what is written and sent."""

from __future__ import annotations

import csv
import dataclasses
import http.server
import json
import shutil
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import Build
from conftest import Dataset
from oracles.cases import SAMPLE, random_case, sample_case
from oracles.definitions import seed
from receivers import greeter
from touchpoints import exports
from touchpoints.exports import CannotExport, Request, export, post, safe_text, write_csv
from touchpoints.settings import Settings, read_settings


@pytest.fixture(scope="module")
def settings(built: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a copy of the sample's build that carries the stamp of a full one."""
    folder = tmp_path_factory.mktemp("export")
    shutil.copy(built.database, folder / "touchpoints.duckdb")
    shutil.copytree(SAMPLE, folder / "raw")
    stamp = Path(f"{built.database}.stamp.json")
    if stamp.exists():
        shutil.copy(stamp, folder)
    found = read_settings(
        {
            "TOUCHPOINT_RAW_ROOT": str(folder / "raw"),
            "TOUCHPOINT_DATABASE": str(folder / "touchpoints.duckdb"),
        }
    )
    return dataclasses.replace(found, database=folder / "touchpoints.duckdb")


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def actions(settings: Settings, out: Path, **more: Any) -> tuple[exports.Export, list[dict]]:
    """Export everything that a campaign system may do."""
    done = export(settings, Request("next_best_actions", "campaign_system", out, most=99, **more))
    return done, read(done.path)


def test_only_who_agrees_is_exported_and_nobody_held_out(
    settings: Settings, built: Build, tmp_path: Path
) -> None:
    case = sample_case(built)
    done, rows = actions(settings, tmp_path)
    assert len(rows) == done.rows > 50
    rules = {str(row["rule_code"]): row for row in seed("action_rules")}
    for row in rows:
        for purpose in ("outreach", str(rules[row["rule_code"]]["purpose"])):
            assert case.world.consents[(int(row["user_id"], 16), purpose)][0]
    listed = case.rows("select user_id, rule_code, is_holdout from marts.next_best_actions")
    treated = {(r["user_id"], r["rule_code"]) for r in listed if not r["is_holdout"]}
    held = {(r["user_id"], r["rule_code"]) for r in listed if r["is_holdout"]}
    exported = {(row["user_id"], row["rule_code"]) for row in rows}
    assert held
    assert exported <= treated
    assert len(treated) == done.rows + done.unreachable
    control = read(done.control)
    assert {(row["user_id"], row["rule_code"]) for row in control} <= held
    assert len(control) == done.held_out > 0
    assert set(control[0]) == {"user_id", "rule_code"}


def reached(case: Any, role: str) -> set[tuple[str, str]]:
    """Persons and channels on which a role reaches them."""
    rows = case.rows("select * from vault.reachable_identifiers")
    return {(row["user_id"], row["channel_code"]) for row in rows if row["role_code"] == role}


@pytest.mark.parametrize("most", [1, 2, 99])
def test_held_out_are_those_who_would_be_addressed_but_for_that(
    settings: Settings, built: Build, tmp_path: Path, most: int
) -> None:
    """Compared are alike: of the best actions as many, and persons whom the role reaches."""
    case = sample_case(built)
    done = export(settings, Request("next_best_actions", "campaign_system", tmp_path, most=most))
    known = reached(case, "campaign_system")
    listed = [
        row
        for row in case.rows("select * from marts.next_best_actions")
        if row["action_rank"] <= most and (row["user_id"], row["channel_code"]) in known
    ]
    for path, is_holdout in ((done.path, False), (done.control, True)):
        assert {(row["user_id"], row["rule_code"]) for row in read(path)} == {
            (row["user_id"], row["rule_code"]) for row in listed if row["is_holdout"] == is_holdout
        }


def test_the_rules_are_those_of_the_industry_that_was_built(
    settings: Settings, tmp_path: Path
) -> None:
    """The setting of the moment may be another one, or the default where the build was told its own."""
    _, rows = actions(settings, tmp_path / "one")
    _, others = actions(dataclasses.replace(settings, industry="education"), tmp_path / "other")
    assert others == rows


def test_identifiers_are_the_persons_own_of_types_that_channel_and_role_allow(
    settings: Settings, built: Build, tmp_path: Path
) -> None:
    users = {
        (row["identifier_type"], row["identifier_value"]): row
        for row in sample_case(built).rows("select * from vault.identity_map")
    }
    needed = {(r["channel_code"], r["identifier_type"]) for r in seed("action_identifiers")}
    for role in {str(row["role_code"]) for row in seed("export_roles")}:
        seen = {r["identifier_type"] for r in seed("export_roles") if r["role_code"] == role}
        done = export(settings, Request("next_best_actions", role, tmp_path / role, most=99))
        for row in read(done.path):
            own = users[(row["identifier_type"], row["identifier"])]
            assert own["user_id"] == row["user_id"]
            assert own["standing"] == "linking"
            assert row["identifier_type"] in seen
            assert (row["channel_code"], row["identifier_type"]) in needed


def test_nobody_who_was_erased_can_be_reached() -> None:
    """Of an identifier that was erased and came again, only what came later is known."""
    case = random_case()
    erased = case.world.landing.erased_until
    rows = case.rows(
        "select reachable.identifier_type, reachable.identifier_value, map.identifier_scope,"
        " map.first_linked_at from vault.reachable_identifiers as reachable"
        " inner join vault.identity_map as map on reachable.identifier_type = map.identifier_type"
        " and reachable.identifier_value = map.identifier_value"
        " and reachable.user_id = map.user_id"
    )
    assert len(rows) > 100
    for row in rows:
        identifier = (
            row["identifier_type"],
            row["identifier_scope"],
            row["identifier_value"],
        )
        assert identifier not in erased or row["first_linked_at"] > erased[identifier]
    assert erased


def test_an_audience_goes_out_without_who_is_held_out_of_its_rule(
    settings: Settings, built: Build, tmp_path: Path
) -> None:
    case = sample_case(built)
    done = export(
        settings, Request("likely_to_leave", "campaign_system", tmp_path, channel="wechat_message")
    )
    rows = read(done.path)
    held = {
        f"{row['user_key']:016x}"
        for row in case.rows(
            "select user_key from intermediate.int_actions_judged"
            " where is_holdout and rule_code = 'keep_at_risk'"
        )
    }
    members = {
        row["user_id"]
        for row in case.rows(
            "select user_id from marts.audiences where audience_code = 'likely_to_leave'"
        )
    }
    exported = {row["user_id"] for row in rows}
    assert exported
    assert exported <= members - held
    known = {user for user, code in reached(case, "campaign_system") if code == "wechat_message"}
    agreeing = {
        user
        for user in members
        if all(case.world.consents[(int(user, 16), which)][0] for which in ("outreach", "analysis"))
    }
    assert exported == members & known & agreeing - held
    control = {row["user_id"] for row in read(done.control)}
    assert control == members & known & agreeing & held
    assert control < members & held
    assert all(case.world.consents[(int(user, 16), "outreach")][0] for user in exported)


def test_files_are_their_owners_alone_and_both_formats_say_the_same(
    settings: Settings, tmp_path: Path
) -> None:
    done, rows = actions(settings, tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    other, _ = (
        export(
            settings,
            Request("next_best_actions", "campaign_system", tmp_path / "out", "parquet", most=99),
        ),
        None,
    )
    for path in (done.path, done.control, other.path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = duckdb.execute("select * from read_parquet(?)", [str(other.path)]).fetchall()
    assert [tuple(value or "" for value in row) for row in found] == [
        tuple(row.values()) for row in rows
    ]
    identifiers = {row["identifier"] for row in rows}
    assert not any(identifier in done.text for identifier in identifiers)


def test_no_field_is_a_formula(tmp_path: Path) -> None:
    assert safe_text("=1+1") == "'=1+1"
    assert safe_text("@SUM(A1)") == "'@SUM(A1)"
    assert safe_text("-1") == "'-1"
    assert safe_text("\t=1") == "'\t=1"
    assert safe_text("+4915112345678") == "+4915112345678"
    assert safe_text("+1+cmd") == "'+1+cmd"
    assert safe_text(None) == ""
    write_csv(tmp_path / "a.csv", ["a"], [("=HYPERLINK(1)",)])
    assert read(tmp_path / "a.csv") == [{"a": "'=HYPERLINK(1)"}]


def test_what_people_asked_for_since_the_build_stops_the_export(
    settings: Settings, tmp_path: Path
) -> None:
    asked = Path(settings.raw_root) / "privacy" / "erasure_requests.csv"
    asked.write_text("request_id,requested_at,identifier_type,identifier_value\n", encoding="utf-8")
    try:
        with pytest.raises(CannotExport, match="since the build"):
            actions(settings, tmp_path)
    finally:
        asked.unlink()
    assert not list(tmp_path.iterdir())
    # no table of the contract: no build would ever read it
    beside = asked.with_name("who_asked.csv")
    beside.write_text("name\nAnna\n", encoding="utf-8")
    try:
        actions(settings, tmp_path)
    finally:
        beside.unlink()


@pytest.mark.parametrize(
    ("request_values", "told"),
    [
        ({"what": "nobody"}, "accepted values are .*next_best_actions"),
        ({"role": "anybody"}, "accepted values are .*call_centre"),
        ({"channel": "smoke"}, "accepted values are .*sms"),
        ({"what": "likely_to_leave"}, "give --channel"),
        ({"webhook": "http://elsewhere.demo/"}, "https"),
        ({"webhook": "https://elsewhere.demo:8O80/"}, "is no address"),
        ({"webhook": "https://elsewhere.demo/名单"}, "is no address"),
        ({"webhook": "https:///path"}, "is no address"),
        ({"webhook": "https://elsewhere.demo/a b"}, "is no address"),
        ({"send": True}, "--send sends to a webhook"),
    ],
)
def test_a_wrong_request_is_refused_with_the_accepted_values(
    settings: Settings, tmp_path: Path, request_values: dict[str, Any], told: str
) -> None:
    values = {"what": "next_best_actions", "role": "campaign_system", "out": tmp_path}
    with pytest.raises(CannotExport, match=told):
        export(settings, Request(**(values | request_values)))
    assert not list(tmp_path.iterdir())


def test_without_a_full_build_nothing_is_exported(settings: Settings, tmp_path: Path) -> None:
    elsewhere = dataclasses.replace(settings, database=tmp_path / "none.duckdb")
    with pytest.raises(CannotExport, match="run `make build` first"):
        actions(elsewhere, tmp_path)


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, Any]], list[int]]]:
    """An address, what it took, and the answers that it will give before it takes anything."""
    taken: list[dict[str, Any]] = []
    answers: list[int] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = answers.pop(0) if answers else 200
            if code == 200:
                taken.append({"key": self.headers["Idempotency-Key"], **json.loads(body)})
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", taken, answers
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told_nothing_until_it_is_sent(
    settings: Settings, tmp_path: Path, hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, taken, _ = hook
    monkeypatch.setattr(exports, "BATCH", 20)
    done, rows = actions(settings, tmp_path, webhook=address)
    assert not taken
    assert "Dry run" in done.text
    actions(settings, tmp_path, webhook=address, send=True)
    assert len(taken) == done.batches == -(-len(rows) // 20)
    sent = [row for batch in taken for row in batch["rows"]]
    assert [row["identifier"] for row in sent] == [row["identifier"] for row in rows]
    assert len({batch["key"] for batch in taken}) == len(taken)
    actions(settings, tmp_path, webhook=address, send=True)
    assert {batch["key"] for batch in taken[done.batches :]} == {
        batch["key"] for batch in taken[: done.batches]
    }


def test_a_webhook_out_of_order_is_asked_again_and_a_refusal_is_final(hook) -> None:
    address, taken, answers = hook
    waits: list[float] = []
    answers += [503, 429]
    post(address, b"{}", waits.append)
    assert (len(taken), waits) == (1, [2.0, 4.0])
    answers += [400]
    with pytest.raises(CannotExport, match="answered 400"):
        post(address, b"{}", waits.append)
    answers += [302]
    with pytest.raises(CannotExport, match="answered 302"):
        post(address, b"{}", waits.append)
    assert len(waits) == 2
    answers += [500] * 4
    with pytest.raises(CannotExport, match="answered 500"):
        post(address, b"{}", waits.append)
    assert len(taken) == 1


def test_what_answers_no_http_took_no_batch() -> None:
    with greeter() as port:
        address = f"http://127.0.0.1:{port}/"
        with pytest.raises(CannotExport, match="did not take a batch: its answer is no HTTP"):
            post(address, b"{}", lambda _: None)


def test_a_token_with_a_line_end_is_sent_without_and_a_wrong_one_is_not_shown(
    hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, taken, _ = hook
    monkeypatch.setenv("TOUCHPOINT_WEBHOOK_TOKEN", "s3cret\r\n")
    post(address, b"{}")
    assert len(taken) == 1
    monkeypatch.setenv("TOUCHPOINT_WEBHOOK_TOKEN", "s3\ncret")
    with pytest.raises(CannotExport, match="TOUCHPOINT_WEBHOOK_TOKEN") as told:
        post(address, b"{}")
    assert "cret" not in str(told.value)
