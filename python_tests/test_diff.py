"""`make diff`: what two publications do not have alike, and through what."""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import PROJECT
from conftest import Dataset, run_touchpoints
from touchpoints import stamp
from touchpoints.diff import CannotCompare, Difference, compare, diff, is_added, read_side
from touchpoints.publish import publish, runs_folder
from touchpoints.settings import Settings, read_settings

SEED = "seed.touchpoints.prices"
MANIFEST: dict[str, Any] = {
    "metadata": {"invocation_id": "00000001-0000", "dbt_version": "1"},
    "nodes": {
        SEED: {
            "resource_type": "seed",
            "schema": "definitions",
            "name": "prices",
            "alias": "prices",
            "config": {"enabled": True, "materialized": "seed"},
            "checksum": {"name": "sha256", "checksum": "a" * 64},
        },
        **{
            f"model.touchpoints.{name}": {
                "resource_type": "model",
                "unique_id": f"model.touchpoints.{name}",
                "schema": "marts",
                "name": name,
                "alias": name,
                "description": f"One row per part of {name}.",
                "columns": {"code": {"data_type": "varchar", "description": "Part."}},
                "config": {"enabled": True, "materialized": "table"},
                "checksum": {"name": "sha256", "checksum": "b" * 64},
                "depends_on": depends,
            }
            for name, depends in (
                ("sales", {"nodes": [SEED], "macros": ["macro.touchpoints.least"]}),
                ("people", {"nodes": ["source.touchpoints.crm.members"], "macros": []}),
            )
        },
        **{
            f"test.touchpoints.{name}": {
                "resource_type": "test",
                "schema": "tests",
                "name": f"unique_{name}",
                "alias": f"unique_{name}",
                "config": {"enabled": True, "materialized": "test"},
                "attached_node": f"model.touchpoints.{name}",
                "test_metadata": {"name": "unique_combination", "kwargs": {"columns": ["code"]}},
            }
            for name in ("sales", "people")
        },
    },
    "macros": {
        "macro.touchpoints.least": {
            "package_name": "touchpoints",
            "macro_sql": "{{ var('min_sample') }}",
            "depends_on": {"macros": []},
        }
    },
}
SALES = [("a", 10, 0.5), ("b", 20, 0.25), ("c", 30, None)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose paths lie in a fresh folder."""
    return dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(tmp_path)}),
        database=tmp_path / "small.duckdb",
        publish_dir=tmp_path / "published",
        vault_key=tmp_path / "vault" / "identity.key",
    )


def published(
    settings: Settings,
    sales: list[tuple] = SALES,
    *,
    manifest: dict[str, Any] = MANIFEST,
    overrides: dict[str, Any] | None = None,
    file_hash: str = "1",
    people: int = 2,
) -> Path:
    """Publish a hand-made build of two relations."""
    settings.vault_key.parent.mkdir(exist_ok=True)
    settings.vault_key.write_text("a key for tests\n", encoding="utf-8")
    settings.database.unlink(missing_ok=True)
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema intermediate")
        connection.execute("create table marts.sales (code varchar, amount bigint, rate double)")
        connection.executemany("insert into marts.sales values (?, ?, ?)", sales)
        connection.execute(
            f"create table marts.people as select range as code from range({people})"
        )
        connection.execute(
            "create table intermediate.int_landed_files as select 'crm' as source_system, 'members' as source_table,"
            f" 'crm/members.csv' as landed_path, 'crm/members.csv' as public_path, '{file_hash}' as content_hash"
        )
    stamp.leave(
        settings.database,
        stamp.public_settings(settings),
        manifest,
        overrides,
        settings.vault_key,
    )
    return publish(settings).folder


def test_two_publications_of_one_build_are_the_same(settings: Settings) -> None:
    published(settings)
    published(settings)
    found = diff(settings)
    assert found.is_same
    assert found.causes == []
    assert found.compared == 2
    assert "All 2 relations hold the same." in found.text


def test_last_digits_of_a_fraction_are_no_difference(settings: Settings) -> None:
    """Two builds of the same may add up in another order."""
    published(settings, [("a", 10, 0.1 + 0.2), ("b", 20, 0.25), ("c", 30, 0.0), ("d", 1, None)])
    published(settings, [("a", 10, 0.3), ("b", 20, 0.25), ("c", 30, 2e-17), ("d", 1, None)])
    assert diff(settings).is_same
    published(settings, [("a", 10, 0.3), ("b", 20, 0.2500001), ("c", 30, None), ("d", 1, 0.0)])
    [change] = diff(settings).changes
    assert change.changed == 3


def test_rows_figures_and_the_seed_are_told(settings: Settings) -> None:
    published(settings)
    manifest = copy.deepcopy(MANIFEST)
    manifest["nodes"][SEED]["checksum"]["checksum"] = "c" * 64
    published(settings, [("a", 11, 0.5), ("b", 20, 0.75), ("d", 5, None)], manifest=manifest)
    found = diff(settings)
    assert [change.relation for change in found.changes] == ["sales"]
    change = found.changes[0]
    assert (change.added, change.removed, change.changed) == (1, 1, 2)
    assert change.causes == ["seed prices"]
    figures = {figure.column: figure for figure in change.figures}
    assert (figures["amount"].before, figures["amount"].after) == (60, 36)
    # a rate is not added up: in how many rows it differs, and by how much
    assert (figures["rate"].changed, figures["rate"].most) == (1, 0.5)
    assert "sales, through seed prices" in found.text
    assert "amount: 60 → 36" in found.text
    assert "rows: 3 → 3 (1 added, 1 removed, 2 changed)" in found.text


def test_a_cause_is_told_of_the_marts_that_depend_on_it_alone(settings: Settings) -> None:
    published(settings)
    published(settings, SALES[:2], overrides={"min_sample": 31}, file_hash="2", people=3)
    found = diff(settings)
    causes = {change.relation: change.causes for change in found.changes}
    least = json.loads((settings.publish_dir / "made_of.json").read_text(encoding="utf-8"))
    assert least["values"]["var min_sample"] == 31
    assert causes["sales"] == ["var min_sample: 30 → 31"]
    assert causes["people"] == ["files of crm.members: crm/members.csv (changed)"]


def test_a_change_without_a_recorded_cause_says_so(settings: Settings) -> None:
    published(settings)
    published(settings, SALES[:2])
    found = diff(settings)
    assert found.changes[0].causes == []
    assert "sales, through nothing that is recorded" in found.text


def test_a_cause_that_changes_nothing_is_told_and_all_is_the_same(settings: Settings) -> None:
    published(settings)
    published(settings, overrides={"min_sample": 31})
    found = diff(settings)
    assert found.is_same
    assert "var min_sample: 30 → 31" in found.text


def test_columns_and_relations_that_come_and_go(settings: Settings, tmp_path: Path) -> None:
    first = published(settings)
    second = tmp_path / "second"
    shutil.copytree(first, second)
    (second / "people.parquet").unlink()
    path = second / "sales.parquet"
    duckdb.sql(
        f"copy (select code, cast(amount as double) as amount, 1 as more from '{first / 'sales.parquet'}') "
        f"to '{path}' (format parquet)"
    )
    found = compare(read_side(first), read_side(second))
    told = {change.relation: change for change in found.changes}
    assert told["people"].notes == ["the relation is gone"]
    assert (told["people"].removed, told["people"].added) == (2, 0)
    assert told["sales"].notes == [
        "column amount: BIGINT → DOUBLE",
        "column rate: DOUBLE → none",
        "column more: none → INTEGER",
    ]


@pytest.mark.parametrize(
    ("relation", "added", "others"),
    [
        ("action_effects", ["treated_user_count"], ["before", "control_after", "p_value"]),
        ("alerts", [], ["observed", "q_value"]),
        (
            "channel_contribution",
            ["conversions", "value", "total_value"],
            ["share", "removal_effect", "value_removal_effect"],
        ),
        ("channel_returns", ["cost", "value"], ["cost_per_conversion", "return_on_spend"]),
        (
            "funnel_bottlenecks",
            ["recoverable_conversions", "recoverable_value"],
            ["conversion_from_previous", "later_conversion"],
        ),
        ("journey_paths", ["journey_count"], ["share_of_journeys", "share_of_conversions"]),
        ("metric_values", ["numerator", "denominator"], ["value", "low"]),
        ("mix_and_rate_changes", ["numerator"], ["mix_effect", "rate_effect"]),
        (
            "touchpoint_satisfaction",
            ["csat_answer_count"],
            ["nps", "nps_person", "complaints_per_100_contacts"],
        ),
        ("user_profiles", ["order_count"], ["churn_risk", "dissatisfaction_risk"]),
        ("fct_orders", ["gross_amount", "net_amount"], []),
        ("fct_satisfaction_scores", [], ["score_scaled"]),
    ],
)
def test_rates_scores_and_effects_are_not_added_up(
    relation: str, added: list[str], others: list[str]
) -> None:
    assert [name for name in added + others if is_added(relation, name)] == added


def test_without_a_key_rows_go_and_come(settings: Settings, tmp_path: Path) -> None:
    first = published(settings)
    second = tmp_path / "second"
    shutil.copytree(first, second)
    (second / "catalogue.json").write_text("{}", encoding="utf-8")
    bare = dataclasses.replace(read_side(first), catalogue={})
    path = second / "sales.parquet"
    duckdb.sql(
        f"copy (select code, amount + 1 as amount, rate from '{first / 'sales.parquet'}') to '{path}' (format parquet)"
    )
    change = compare(bare, read_side(second)).changes[0]
    assert (change.added, change.removed, change.changed) == (3, 3, 0)
    assert [figure.text for figure in change.figures if figure.column == "amount"] == [
        "amount: 60 → 63"
    ]


def test_without_a_key_a_row_that_went_says_nothing_of_the_others(tmp_path: Path) -> None:
    """A role's copy without the column of the key has none."""
    for name, values in (("old", "('a', 5, 0.5), ('b', 6, 0.7)"), ("new", "('a', 5, 0.5)")):
        folder = tmp_path / name
        folder.mkdir()
        duckdb.execute(
            f"copy (from (values {values}) as rows(code, amount, rate)) to '{folder}/sales.parquet'"
        )
    for sides, counts, told in (
        (("old", "new"), (0, 1), "amount: 11 → 5"),
        (("new", "old"), (1, 0), "amount: 5 → 11"),
    ):
        [change] = compare(*(read_side(tmp_path / name) for name in sides)).changes
        assert (change.added, change.removed, change.changed) == (*counts, 0)
        assert [figure.text for figure in change.figures] == [told]


@pytest.mark.parametrize(("key", "counts"), [(["code"], (1, 1, 1)), ([], (2, 2, 0))])
def test_a_column_of_another_type_is_compared_as_text(
    tmp_path: Path, key: list[str], counts: tuple[int, int, int]
) -> None:
    """A key that was text and is a number: of 1 and one, 1 and 2, the 1 is in both."""
    for name, values in (("old", "('1', 5), ('one', 6)"), ("new", "(1, 7), (2, 6)")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "catalogue.json").write_text(json.dumps({"sales": {"key": key}}))
        duckdb.execute(
            f"copy (from (values {values}) as rows(code, amount)) to '{folder}/sales.parquet'"
        )
    [change] = compare(read_side(tmp_path / "old"), read_side(tmp_path / "new")).changes
    assert (change.added, change.removed, change.changed) == counts
    assert change.notes == ["column code: VARCHAR → INTEGER"]


def test_one_publication_is_not_compared(settings: Settings) -> None:
    published(settings)
    with pytest.raises(CannotCompare, match="holds 1 publication, and two are compared"):
        diff(settings)
    with pytest.raises(CannotCompare, match="neither a publication's folder nor one run"):
        diff(settings, before="2019", after=runs_folder(settings.publish_dir).name)


def test_runs_and_folders_are_named_by_how_they_begin(settings: Settings, tmp_path: Path) -> None:
    first = published(settings)
    kept = tmp_path / "kept"
    shutil.copytree(first, kept)
    second = published(settings, SALES[:1])
    assert diff(settings, before=str(kept), after=second.name).changes[0].removed == 2
    backwards = diff(settings, before=second.name, after=first.name)
    assert backwards.changes[0].added == 2


def test_nothing_secret_is_told_of_what_a_build_was_made_of(built: Dataset) -> None:
    key = (built.folder / "vault" / "identity.key").read_text(encoding="utf-8").strip()
    for name in ("made_of.json", "catalogue.json", "publication.json"):
        text = (built.published / name).read_text(encoding="utf-8")
        assert key not in text
        assert str(built.folder) not in text


def test_every_mart_and_column_of_the_sample_has_its_definition(built: Dataset) -> None:
    told = json.loads((built.published / "catalogue.json").read_text(encoding="utf-8"))
    assert sorted(told) == sorted(path.stem for path in built.published.glob("*.parquet"))
    with duckdb.connect() as connection:
        for name, entry in told.items():
            rows = connection.execute(
                "describe from read_parquet(?)", [str(built.published / f"{name}.parquet")]
            ).fetchall()
            columns = [row[0] for row in rows]
            assert list(entry["columns"]) == columns, name
            assert all(column["description"] for column in entry["columns"].values()), name
            assert entry["key"], name
            assert set(entry["key"]) <= set(columns), name


@pytest.fixture(scope="module")
def changed(built: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The sample, and a second publication of it after one row of a seed was changed."""
    folder = tmp_path_factory.mktemp("changed")
    project = folder / "project"
    project.mkdir()
    for name in (
        "models",
        "macros",
        "seeds",
        "tests",
        "analyses",
        "dbt_project.yml",
        "profiles.yml",
    ):
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, project / name)
        else:
            shutil.copy(PROJECT / name, project)
    (project / "touchpoints").symlink_to(PROJECT / "touchpoints")
    for name in ("touchpoints.duckdb", "touchpoints.duckdb.stamp.json"):
        shutil.copy(built.folder / name, folder)
    shutil.copytree(built.folder / "vault", folder / "vault")
    run = run_touchpoints(folder, "publish")
    assert run.returncode == 0, run.stderr
    seed = project / "seeds" / "source_expectations.csv"
    text = seed.read_text(encoding="utf-8")
    assert "website,events,24\n" in text
    seed.write_text(text.replace("website,events,24\n", "website,events,31\n"), encoding="utf-8")
    return Dataset(folder, 0, str(project))


@pytest.mark.slow
def test_a_changed_row_of_a_seed_is_told_with_mart_and_figure(changed: Dataset) -> None:
    from builds import run_dbt

    folder, project = changed.folder, Path(changed.output)
    raw = {"TOUCHPOINT_RAW_ROOT": str(PROJECT / "demo" / "raw" / "retail")}
    done = run_dbt(
        folder,
        (
            "build",
            "-s",
            "source_expectations",
            "source_watermarks",
            "--exclude-resource-types",
            "test",
            "unit_test",
        ),
        raw,
        project,
    )
    assert done.returncode == 0, done.output[-4000:]
    # a build with a selection leaves no stamp; all of a build would have made the rest as it was
    before = json.loads((changed.published / "publication.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    stamp.leave(
        changed.database,
        before["settings"],
        manifest,
        None,
        folder / "vault" / "identity.key",
        project,
    )
    assert run_touchpoints(folder, "publish").returncode == 0
    told = run_touchpoints(folder, "diff")
    assert told.returncode == 1, told.stderr
    found = _between(folder)
    assert [change.relation for change in found.changes] == ["source_watermarks"]
    change = found.changes[0]
    assert (change.added, change.removed, change.changed) == (0, 0, 1)
    assert change.causes == ["seed source_expectations"]
    figure = next(its for its in change.figures if its.column == "expected_lag_hours")
    assert figure.changed == 1 or figure.after - figure.before == 7
    assert "source_watermarks, through seed source_expectations" in told.stdout
    assert "expected_lag_hours" in told.stdout
    # and published once more, all is as it was
    assert run_touchpoints(folder, "publish").returncode == 0
    assert run_touchpoints(folder, "diff").returncode == 0


def _between(folder: Path) -> Difference:
    runs = sorted(path for path in (folder / "published.runs").iterdir() if path.is_dir())
    return compare(read_side(runs[-2]), read_side(runs[-1]))


def test_without_two_publications_the_command_says_what_to_do(tmp_path: Path) -> None:
    done = run_touchpoints(tmp_path, "diff")
    assert done.returncode == 2
    assert "make build" in done.stderr
