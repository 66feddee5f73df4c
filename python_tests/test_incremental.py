"""However the records arrive, the tables are those of a full refresh; and what did not change is not made anew.

A plan (`oracles.plans`) says which records there are, how they are cut into batches and what happens in between:
records that are late, repeated or identified anew, links, merges, a value that is blocked, a decision, files that are
replaced or withdrawn. It is landed step by step into one database, which is built after every step; then every relation
is held against a database that saw the last state only. `make test` plays fixed plans, `make test-properties` random
ones (TOUCHPOINT_SEQUENCES: how many); a plan that fails is printed and can be added to FIXED as it stands.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from builds import Build, fingerprint, green
from forks import Forks
from oracles.cases import random_build
from oracles.plans import KINDS, Change, Plan, Play, land, plans
from test_decisions import copy_of_the_project

MORE = int(os.environ.get("TOUCHPOINT_SEQUENCES", "0"))
FIXED = {
    # the random dataset of the oracles: other files than theirs, the same records
    "whole": Plan(
        world=7,
        people=0,
        sample_people=0,
        weights=(10, 4, 1),
        in_time=False,
        changes=(
            Change("replaced", 0, 1),
            Change("withdrawn", 0, 1, 1),
            Change("withdrawn", 1, 2),
            Change("late", 2, 3),
        ),
    ),
    "a few at the end": Plan(
        world=11,
        people=8,
        sample_people=6,
        weights=(12, 5, 1),
        in_time=True,
        changes=(
            Change("again", 1, 3),
            Change("reidentified", 1, 7),
            Change("link", 2, 1),
            Change("late", 2, 1),
            Change("erase", 2, 4),
        ),
    ),
    "a blocked value and decisions": Plan(
        world=5,
        people=6,
        sample_people=4,
        weights=(5, 2, 1),
        in_time=True,
        changes=(
            Change("together", 0, 8, 2),
            Change("block", 1, 4),
            Change("apart", 1, 2),
            Change("erase", 1, 6),
            Change("link", 1, 2),
            Change("restated", 1, 5),
            Change("block", 0, 9, 2),
            Change("define", 1, 7, 2),
            Change("together", 2, 2),
            Change("reidentified", 2, 5),
            Change("define", 2, 3),
        ),
    ),
}
# What a step hands on to the next: what incremental models hold. All else is made of it anew, so the last step will do.
WHAT_LASTS = (
    *("--select", "+config.materialized:incremental"),
    *("+fct_touchpoints", "+fct_orders", "+identity_map"),
)
# Logs, and what models remember of their last run.
LOGS = {"identity_merges", "identity_runs", "model_rewrites", "remembered_persons", "identity_key"}
PER_FILE = {"int_unreadable_values", "int_landed_files", "int_file_outcomes", "file_ledger"}
# What names files and their lines, and so differs where the files do.
ABOUT_FILES = {
    "quarantined_records": {"source_file", "source_row", "record_id"},
    "int_records_quarantined": {"landed_path", "source_row", "record_key"},
    "schema_drift": {"file_count"},
    "int_schema_drifts": {"file_count"},
}


def relations(build: Build, strict: bool = True) -> list[tuple[str, str]]:
    """Every relation that the two databases must agree on: all but logs and hashes of what a model has seen."""
    apart = LOGS if strict else LOGS | PER_FILE
    return [
        (schema, name)
        for schema, name in build.rows(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('marts', 'vault', 'intermediate') order by all"
        )
        if name not in apart and not name.endswith(("_inputs", "int_set_outcomes"))
    ]


def unlike(
    both: duckdb.DuckDBPyConnection, schema: str, name: str, strict: bool = True
) -> list[Any]:
    """Rows that only one of two databases has in a relation; doubles are equal to 1e-9 of their size."""
    columns = both.execute(f'describe one.{schema}."{name}"').fetchall()
    # what hashes stand for is compared itself; they also tell one folder of files from another
    apart = ("input_hash", *(() if strict else ABOUT_FILES.get(name, ())))
    kept = [c for c in columns if c[0] not in apart]
    exact = [f'"{c[0]}"' for c in kept if c[1] != "DOUBLE"]
    listed = ", ".join([*exact, *(f'"{c[0]}"' for c in kept if c[1] == "DOUBLE")])
    halves = [f'select {listed} from {database}.{schema}."{name}"' for database in ("one", "other")]
    if fingerprint(both, halves[0]) == fingerprint(both, halves[1]):
        return []
    surplus = both.execute(
        f"({halves[0]} except all {halves[1]}) union all ({halves[1]} except all {halves[0]}) limit 1"
    ).fetchall()
    if not surplus:
        return []
    ours, theirs = (both.execute(f"{half} order by all").fetchall() for half in halves)
    wrong: list[Any] = [
        (row, answer)
        for row, answer in zip(ours, theirs, strict=False)
        if row[: len(exact)] != answer[: len(exact)]
        or not all(
            a is b or (None not in (a, b) and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12))
            for a, b in zip(row[len(exact) :], answer[len(exact) :], strict=True)
        )
    ]
    if len(ours) != len(theirs):
        wrong.append((f"{len(ours)} rows", f"{len(theirs)} rows", surplus[0]))
    return wrong


def differences(
    one: Build, other: Build, compared: list[tuple[str, str]], strict: bool = True
) -> dict[str, Any]:
    """Relations in which two databases differ, with a row of each."""
    with duckdb.connect() as both:
        both.execute(f"attach '{one.database}' as one (read_only)")
        both.execute(f"attach '{other.database}' as other (read_only)")
        return {
            f"{schema}.{name}": rows[0]
            for schema, name in compared
            if (rows := unlike(both, schema, name, strict))
        }


def expect_the_same(one: Build, other: Build, strict: bool = True) -> None:
    """Fail with the relations, and a row of each, in which two databases differ; strict: built from the same files."""
    compared = relations(one, strict)
    assert compared == relations(other, strict)
    assert len(compared) > 80
    wrong = differences(one, other, compared, strict)
    assert not wrong, "\n".join(f"{name}: {row}" for name, row in wrong.items())


def rewritten(build: Build) -> dict[str, tuple[int, int]]:
    """Per model: keys there are, and keys that the latest run made anew."""
    return {
        model: (keys, anew)
        for model, keys, anew in build.rows(
            "select model, key_count, rewritten_key_count from intermediate.model_rewrites"
            " where run_id = (select run_id from intermediate.model_rewrites order by rowid desc limit 1)"
        )
    }


def play_steps(plan: Plan, folder: Path, forks: Forks) -> Build:
    """Land and build a plan step by step; what there was before the last step is kept beside it."""
    for number in Play(plan, folder / "raw", forks.project).steps():
        is_last = number == plan.batches - 1
        if is_last:
            (folder / "before").mkdir()
            shutil.copy(folder / "stepwise" / "touchpoints.duckdb", folder / "before")
        flags = () if is_last else WHAT_LASTS
        built = green(forks.build(folder / "stepwise", folder / "raw", *flags))
    return built


def build_at_once(plan: Plan, folder: Path, forks: Forks) -> Build:
    """Land a plan to its end, then build it into a database that has seen nothing else.

    Where somebody was erased on the way, the full refresh is that of the database which has lived through it: it keeps
    what is erased, which evidence that came later would no longer tell.
    """
    for _ in Play(plan, folder / "last" / "raw", forks.project).steps():
        pass
    if plan.erases_early:
        (folder / "full").mkdir()
        shutil.copy(folder / "stepwise" / "touchpoints.duckdb", folder / "full")
    flags = ("--full-refresh",) if plan.erases_early else ()
    return green(forks.build(folder / "full", folder / "last" / "raw", *flags))


def build_again(name: str, stepwise: Build, forks: Forks) -> Build:
    """Build what lasts in the database of a fixed plan once more, with the seeds of its last step."""
    folder = stepwise.folder.parent
    Play(FIXED[name], folder / "again" / "raw", forks.project).write_seeds(FIXED[name].batches - 1)
    return green(forks.build(stepwise.folder, folder / "raw", *WHAT_LASTS))


@pytest.fixture(scope="module")
def two_forks(tmp_path_factory) -> Iterator[tuple[Forks, Forks]]:
    """Two processes that build, each with a copy of the project whose seeds are its own."""
    folders = [tmp_path_factory.mktemp("forks") for _ in range(2)]
    one, other = (Forks(f, copy_of_the_project(f / "project")) for f in folders)
    yield one, other
    one.close()
    other.close()


@pytest.fixture(scope="module")
def played(two_forks, tmp_path_factory) -> dict[str, tuple[Build, Build]]:
    """Every fixed plan built step by step and at once; two builds run beside each other."""
    free: SimpleQueue[Forks] = SimpleQueue()
    for forks in two_forks:
        free.put(forks)
    folders = {name: tmp_path_factory.mktemp("plan") for name in FIXED}

    def in_turn(play: Callable[[Plan, Path, Forks], Build], name: str) -> Build:
        forks = free.get()
        try:
            return play(FIXED[name], folders[name], forks)
        finally:
            free.put(forks)

    with ThreadPoolExecutor(len(two_forks)) as pool:
        # first those whose full refresh is that of the database which was played
        stepwise = {
            name: pool.submit(in_turn, play_steps, name)
            for name in sorted(FIXED, key=lambda name: not FIXED[name].erases_early)
        }
        for name in FIXED:
            if FIXED[name].erases_early:
                stepwise[name].result()
        at_once = {n: pool.submit(in_turn, build_at_once, n) for n in FIXED if n != "whole"}
    full = {name: future.result() for name, future in at_once.items()}
    full["whole"] = random_build()
    return {name: (stepwise[name].result(), full[name]) for name in FIXED}


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_plan_gives_what_a_full_refresh_gives(name: str, played) -> None:
    stepwise, full = played[name]
    expect_the_same(stepwise, full, strict=name != "whole")


@pytest.mark.parametrize("name", FIXED)
def test_the_last_step_of_a_fixed_plan_is_told(name: str, played) -> None:
    """The comparison can fail: what was built before the last step is not what a full refresh gives."""
    stepwise, full = played[name]
    before = Build(stepwise.folder.parent / "before", 0, "")
    compared = [("marts", "fct_touchpoints"), ("vault", "identity_map")]
    assert len(differences(before, full, compared)) == 2


def test_the_comparison_can_fail(played, tmp_path) -> None:
    stepwise, full = played["a few at the end"]
    copy = Build(tmp_path, 0, "")
    shutil.copyfile(stepwise.database, copy.database)
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute(
            "delete from intermediate.int_sessions_resolved where session_key ="
            " (select min(session_key) from intermediate.int_sessions_resolved)"
        )
    with pytest.raises(AssertionError, match="int_sessions_resolved"):
        expect_the_same(copy, full)


def test_the_fixed_plans_hold_every_kind_of_change() -> None:
    assert {change.kind for plan in FIXED.values() for change in plan.changes} == set(KINDS)


def landed(plan: Plan, folder: Path) -> list[dict[str, bytes]]:
    """The raw root and the seeds of a plan after every step."""
    (folder / "project" / "seeds").mkdir(parents=True)
    play = Play(plan, folder / "raw", folder / "project")
    return [
        {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.glob("*/*/**/*.csv"))}
        for _ in play.steps()
    ]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_change_of_every_kind_is_seen_in_what_is_landed(kind: str, tmp_path: Path) -> None:
    plan = Plan(3, 4, 3, (3, 1, 1), True, (Change(kind, 1, 5),))
    without = landed(replace(plan, changes=()), tmp_path / "without")
    found = landed(plan, tmp_path / "with")
    assert found[1] != without[1]
    assert (found[2] == without[2]) == (kind in ("withdrawn", "replaced"))
    assert landed(plan, tmp_path / "again") == found


def test_a_link_joins_two_people_who_both_have_orders(played, tmp_path) -> None:
    stepwise, _ = played["a few at the end"]
    before = Build(stepwise.folder.parent / "before", 0, "")
    last = Play(FIXED["a few at the end"], tmp_path / "raw").batches[2]
    (link,) = (row for _, row in last if row.get("activity_id", "").startswith("a10"))
    with_orders = (
        "select distinct user_id from vault.identity_map inner join marts.fct_orders using (user_id)"
        f" where identifier_value in ('{link['phone']}', '{link['email']}')"
    )
    assert len(before.rows(with_orders)) == 2
    assert len(stepwise.rows(with_orders)) == 1


def test_the_fixed_plans_merge_people_and_part_them(played) -> None:
    logged = {
        change
        for stepwise, _ in played.values()
        for (change,) in stepwise.rows("select change_type from vault.identity_merges")
    }
    assert logged >= {"merge", "split"}


def test_the_last_of_a_plan_makes_only_some_keys_anew(played) -> None:
    """A handful of records, some of them late or of known people: most keys stay as they were."""
    stepwise, _ = played["a few at the end"]
    found = rewritten(stepwise)
    assert len(found) >= 5
    assert all(0 < anew < 0.4 * keys for keys, anew in found.values()), found


def test_a_run_without_news_makes_nothing_anew(played, two_forks) -> None:
    stepwise, _ = played["a few at the end"]
    before = stepwise.one("select count(*) from vault.identity_merges")
    again = build_again("a few at the end", stepwise, two_forks[0])
    found = rewritten(again)
    assert len(found) >= 5
    assert all(anew == 0 for _, anew in found.values()), found
    assert again.one("select count(*) from vault.identity_merges") == before


def test_a_few_new_records_make_few_keys_anew(played, two_forks) -> None:
    """One more visit of a known cookie: its profile and its person, and nobody else's."""
    stepwise, _ = played["a few at the end"]
    raw = stepwise.folder.parent / "raw"
    visitor = stepwise.one(
        "select identifier_value from vault.identity_map where identifier_type = 'visitor_id'"
        " and standing = 'linking' order by 1 limit 1"
    )
    visit = {"event_id": "n1", "event_time": "2025-05-01 10:00", "event_name": "page_view"}
    land(raw, "website.events", "news", [visit | {"visitor_id": visitor}])
    try:
        found = rewritten(build_again("a few at the end", stepwise, two_forks[0]))
    finally:
        (raw / "website/events/news.csv").unlink()
    # the identifiers of a set are what its key says: a known set has none to be listed
    assert found.pop("int_set_identifiers")[1] == 0
    # and a page view is neither a text nor a contact with service, and its visitor never gave a score
    others = ("text", "contact", "score", "judged_touches")
    for model in [model for model in found if any(word in model for word in others)]:
        assert found.pop(model)[1] == 0
    # at each of three levels the visitor may go another way, and nobody the former one any more
    for model in ("int_path_steps", "int_paths", "int_path_transitions"):
        assert found.pop(model)[1] <= 6
    assert all(1 <= anew <= 2 for _, anew in found.values()), found
    assert all(keys > 40 for keys, _ in found.values()), found
    assert len(found) > 12


@pytest.mark.slow
def test_what_seeds_judge_is_read_again_when_they_say_otherwise(two_forks, tmp_path) -> None:
    """A request and a consent name a platform as no mapping knows it; then one does."""
    forks, raw = two_forks[0], tmp_path / "raw"
    account = {"identifier_type": "buyer_id", "identifier_value": "b1", "platform": "our tmall"}
    request = {"request_id": "E1", "requested_at": "2025-03-10 00:00", **account}
    refused = {"purpose": "outreach", "changed_at": "2025-03-05", "is_granted": "no", **account}
    granted = {**refused, "platform": "tmall", "is_granted": "yes"}
    land(raw, "privacy.erasure_requests", "requests", [request])
    land(raw, "privacy.consents", "consents", [refused, granted])
    judged = ("--select", "+base_privacy__consents", "+base_privacy__erasure_requests")
    mappings = forks.project / "seeds" / "channel_mappings.csv"
    before = mappings.read_text("utf-8")
    green(forks.build(tmp_path / "news", raw, *judged))
    try:
        mappings.write_text(before + "ecommerce,our tmall,tmall\n", encoding="utf-8")
        unloaded = forks.build(tmp_path / "news", raw, *judged, "--exclude", "resource_type:seed")
        assert unloaded.returncode == 1
        assert "channel_mappings.csv has changed since it was loaded" in unloaded.output
        stepwise = green(forks.build(tmp_path / "news", raw, *judged))
        full = green(forks.build(tmp_path / "full", raw, *judged))
    finally:
        mappings.write_text(before, encoding="utf-8")
    tables = [("staging", f"base_privacy__{name}") for name in ("consents", "erasure_requests")]
    assert not differences(stepwise, full, tables)
    statuses = "select record_status from staging.base_privacy__consents order by 1"
    assert stepwise.rows(statuses) == [("accepted",), ("duplicate",)]


@pytest.mark.slow
def test_a_file_whose_loads_were_counted_before_it_was_registered_is_counted_later(
    two_forks, tmp_path
) -> None:
    forks, raw = two_forks[0], tmp_path / "raw"
    models = ("--select", "stg_landing__files", "stg_landing__loads")
    for name in ("M1", "M2"):
        land(raw, "erp.members", name, [{"member_no": name}])
        green(forks.build(tmp_path, raw, *(models if name == "M1" else models[::2])))
    built = green(forks.build(tmp_path, raw, *models))
    assert built.rows("select sum(received_count) from staging.stg_landing__loads") == [(2,)]


@pytest.mark.slow
def test_loads_that_were_counted_are_not_counted_again(two_forks, tmp_path) -> None:
    """A count that no file says shows which rows stay."""
    forks, raw = two_forks[0], tmp_path / "raw"
    models = ("--select", "stg_landing__files", "stg_landing__loads")
    land(raw, "erp.members", "M1", [{"member_no": "M1"}])
    built = green(forks.build(tmp_path, raw, *models))
    with duckdb.connect(str(built.database)) as connection:
        connection.execute("update staging.stg_landing__loads set received_count = 7")
    land(raw, "erp.members", "M2", [{"member_no": "M2"}])
    again = green(forks.build(tmp_path, raw, *models))
    assert again.rows("select received_count from staging.stg_landing__loads order by all") == [
        (1,),
        (7,),
    ]


@pytest.mark.slow
def test_a_file_that_is_written_again_within_a_second_is_read_again(two_forks, tmp_path) -> None:
    forks, raw = two_forks[0], tmp_path / "raw"
    for name, moment in (("M1", 1_750_000_000_100_000_000), ("M2", 1_750_000_000_900_000_000)):
        land(raw, "erp.members", "members", [{"member_no": name}])
        [path] = (found for found in raw.rglob("*") if found.is_file())
        os.utime(path, ns=(moment, moment))
        built = green(forks.build(tmp_path, raw, "--select", "base_erp__members"))
        assert built.rows("select member_no from staging.base_erp__members") == [(name,)]


@pytest.mark.slow
def test_a_database_that_lacks_what_models_remember_says_what_to_do(
    played, two_forks, tmp_path
) -> None:
    stepwise, _ = played["a few at the end"]
    copy = Build(tmp_path, 0, "")
    shutil.copyfile(stepwise.database, copy.database)
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute("drop table intermediate.int_sessions_resolved__inputs")
    built = two_forks[0].build(tmp_path, stepwise.folder.parent / "raw", *WHAT_LASTS)
    assert built.returncode == 1
    assert "what int_sessions_resolved was made from" in built.output
    assert "make build DBT_ARGS=--full-refresh" in built.output
    assert copy.one("select count(*) from intermediate.int_sessions_resolved") > 0


if MORE:

    @settings(
        max_examples=MORE,
        derandomize=False,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(plan=plans())
    def test_a_random_sequence_gives_what_a_full_refresh_gives(
        two_forks, tmp_path_factory, plan: Plan
    ) -> None:
        folder = tmp_path_factory.mktemp("plan")
        with ThreadPoolExecutor(1) as pool:
            played = pool.submit(play_steps, plan, folder, two_forks[0])
            if plan.erases_early:
                played.result()
            full = build_at_once(plan, folder, two_forks[1])
            expect_the_same(played.result(), full)
        shutil.rmtree(folder)
