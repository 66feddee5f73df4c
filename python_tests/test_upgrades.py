"""After an upgrade nobody asks for a full refresh: what changed SQL makes otherwise is made anew, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builds import NO_TESTS, Build, add_a_column, change, green, run_dbt
from test_decisions import copy_of_the_project
from test_incremental import expect_the_same, rewritten

LANDED = {
    "erp/members.csv": "member_no,phone,email,registered_at,loaded_at\n"
    "M1,13911110001,Ann@Post.demo,2025-03-01 09:00,2025-03-02 00:00\n"
    "M2,13911110002,Ben@Post.demo,2025-03-01 10:00,2025-03-02 00:00\n",
    "website/events.csv": "event_id,event_time,visitor_id,event_name,member_no,email,utm_campaign\n"
    "E1,2025-03-03 09:00,V1,page_view,M1,,spring\n"
    "E2,2025-03-04 09:00,V1,item_view,,ann@post.demo,\n"
    "E3,2025-03-04 10:00,V2,page_view,M2,ben@post.demo,\n",
    "ecommerce/orders.csv": "platform,order_no,buyer_id,phone,created_at,paid_at,amount,status\n"
    "tmall,O1,B1,13911110001,2025-03-05 09:00,2025-03-05 09:01,19.90,paid\n",
}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A landing with what LANDED says."""
    for name, text in LANDED.items():
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "raw"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, to be changed."""
    return copy_of_the_project(tmp_path / "project")


@pytest.fixture
def build(tmp_path: Path, project: Path, raw: Path) -> Callable[..., Build]:
    """Builds the copy into a folder, without tests; more flags may follow."""

    def run(folder: str, *flags: str) -> Build:
        told = {"TOUCHPOINT_RAW_ROOT": str(raw)}
        return green(run_dbt(tmp_path / folder, ("build", *NO_TESTS, *flags), told, project))

    return run


@pytest.mark.slow
def test_changed_sql_makes_its_rows_anew_and_other_changes_make_none(project, build) -> None:
    build("upgraded")
    # a mart that no row is kept of, a description, a macro of marts
    change(project, "models/marts/journeys/journey_paths.sql", "with ", "-- another remark\nwith ")
    change(project, "models/marts/journeys/_journeys__models.yml", "One row per", "A row for each")
    change(project, "macros/metrics/poisson.sql", "{%- endmacro", "{#- more -#}{%- endmacro")
    unconcerned = rewritten(build("upgraded"))
    assert {model for model, (_, anew) in unconcerned.items() if anew} == set()

    # how a landed value is read, and what a model with a memory makes of it
    change(project, "macros/normalise/normalise_email.sql", "then lower(", "then upper(")
    change(project, "macros/journeys/campaign_code.sql", "'(no campaign)'", "'(none)'")
    upgraded = build("upgraded")
    assert upgraded.rows(
        "select distinct campaign_code from intermediate.int_touches_numbered order by all"
    ) == [("(none)",), ("spring",)]
    assert upgraded.one(
        "select count(*) from vault.identity_map where identifier_value = 'ANN@POST.DEMO'"
    )
    expect_the_same(upgraded, build("fresh"))


@pytest.mark.slow
def test_a_part_built_after_a_change_is_as_a_whole_build_makes_it(project, build) -> None:
    def anew(built: Build) -> set[str]:
        return {model for model, (_, count) in rewritten(built).items() if count}

    build("parts")
    # too late for what it reads, which comes next
    change(project, "macros/journeys/campaign_code.sql", "'(no campaign)'", "'(none)'")
    build("parts", "-s", "int_journey_steps+")
    # a seed, and a model that keeps rows, whose inputs stand before it
    change(project, "seeds/goals.csv", "retail,order,Order,下单购买,paid_order,any,,true,true,30",
           "retail,order,Order,下单购买,paid_order,any,,true,true,1")  # fmt: skip
    change(
        project,
        "models/intermediate/profiles/int_person_hours.sql",
        "count(*) as",
        "7 * count(*) as",
    )
    parts = build("parts", "-s", "goals+", "int_person_hours+", "int_touches_numbered+")
    assert parts.one("select max(interaction_count) from intermediate.int_person_hours") == 7
    expect_the_same(parts, build("fresh"))
    # what is before a part has other definitions still: a whole build settles that, once
    assert anew(build("parts")) >= {"int_touches_numbered", "int_person_hours"}
    assert anew(build("parts")) == set()
    # and so do two parts, of which the second finds the first as it should be
    change(project, "macros/journeys/campaign_code.sql", "'(none)'", "'(nothing)'")
    build("parts", "--exclude", "int_touches_numbered+")
    build("parts", "-s", "int_touches_numbered+")
    assert anew(build("parts")) == set()


@pytest.mark.slow
def test_models_with_other_columns_are_made_anew(project, build) -> None:
    """A model that follows its input by key, identity's clusters, which no key cuts, and what reads the landing."""
    build("upgraded")
    for path, before, after in (
        ("models/intermediate/identity/int_sets_resolved.sql", "as is_known\n", ""),
        ("models/intermediate/identity/int_evidence_clusters.sql", "evidence.input_hash\n", ""),
        ("macros/landing/landed_records.sql", "as invalid_columns,\n", ","),
    ):
        change(
            project, path, before, before.rstrip(",\n") + ",\n    7 as lucky_number" + after + "\n"
        )
    upgraded = build("upgraded")
    for relation in (
        "vault.int_sets_resolved",
        "vault.int_evidence_clusters",
        "staging.base_website__events",
    ):
        assert upgraded.rows(f"select distinct lucky_number from {relation}") == [(7,)]
    expect_the_same(upgraded, build("fresh"))
    assert {model for model, (_, anew) in rewritten(build("upgraded")).items() if anew} == set()


@pytest.mark.slow
def test_a_seed_with_other_columns_is_made_anew(project, raw, tmp_path) -> None:
    def rows() -> list[tuple]:
        seed = ("seed", "-s", "interaction_types")
        told = {"TOUCHPOINT_RAW_ROOT": str(raw)}
        built = green(run_dbt(tmp_path / "upgraded", seed, told, project))
        return built.rows("select * from definitions.interaction_types order by all")

    before = rows()
    add_a_column(project)
    assert rows() == [("new", *row) for row in before]
