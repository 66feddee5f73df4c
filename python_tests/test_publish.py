"""Publishing: whole or not at all, from full green builds only, and never under a reader's feet."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import threading
from pathlib import Path

import duckdb
import pytest
from dbt.include import global_project

from builds import give_parsed, run_dbt
from conftest import Dataset, run_touchpoints
from touchpoints import stamp
from touchpoints.build import _advice
from touchpoints.publish import CannotPublish, _order, publish, runs_folder
from touchpoints.settings import Settings, read_settings
from touchpoints.summary import _Reader, _where_most_are_lost, funnel_of, summary


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose paths lie in a fresh folder."""
    return dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(tmp_path)}),
        database=tmp_path / "small.duckdb",
        publish_dir=tmp_path / "out" / "published",
        threads=2,
    )


def make_build(
    settings: Settings, number: int = 1, relations: tuple[str, ...] = ("one", "two")
) -> None:
    """A hand-made build database whose relations all hold `number`, with the stamp of a green build."""
    settings.database.unlink(missing_ok=True)
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema vault")
        connection.execute(
            "create table vault.identity_map as select '13812345678' as identifier_value"
        )
        connection.execute(
            f"create table marts.one as select {number} as build, i as id, 'x' as input_hash "
            "from range(50, 0, -1) as numbers(i)"
        )
        connection.execute(
            "create view marts.two as select build, count(*) as rows from marts.one group by build"
        )
    stamp.leave(settings.database, stamp.public_settings(settings), _manifest(number, relations))


def _manifest(number: int, relations: tuple[str, ...]) -> dict:
    nodes = {
        name: {
            "alias": name,
            "resource_type": "model",
            "schema": "marts",
            "config": {"enabled": True, "materialized": "table"},
        }
        for name in relations
    }
    nodes["secret"] = {**nodes[relations[0]], "alias": "identity_map", "schema": "vault"}
    nodes["inlined"] = {
        **nodes[relations[0]],
        "alias": "inlined",
        "config": {"enabled": True, "materialized": "ephemeral"},
    }
    return {"metadata": {"invocation_id": f"{number:08d}-0000"}, "nodes": nodes}


def shown(settings: Settings) -> int:
    """The build that the publish folder shows."""
    path = settings.publish_dir / "one.parquet"
    return (
        duckdb.connect()
        .execute("select any_value(build) from read_parquet(?)", [str(path)])
        .fetchall()[0][0]
    )


def runs(settings: Settings) -> list[str]:
    return sorted(
        path.name for path in runs_folder(settings.publish_dir).iterdir() if path.is_dir()
    )


def test_tables_and_views_of_the_stamp_are_published_in_order_and_nothing_else(
    settings: Settings,
) -> None:
    make_build(settings)
    publication = publish(settings)
    assert publication.row_counts == {"one": 50, "two": 1}
    assert sorted(path.name for path in settings.publish_dir.iterdir()) == [
        "catalogue.json",
        "made_of.json",
        "one.parquet",
        "publication.json",
        "two.parquet",
    ]
    rows = duckdb.connect().execute(
        "from read_parquet(?)", [str(settings.publish_dir / "one.parquet")]
    )
    assert [column[0] for column in rows.description] == ["build", "id"]
    assert rows.fetchall() == [(1, number) for number in range(1, 51)]


def test_the_note_tells_run_settings_and_counts(settings: Settings) -> None:
    make_build(settings)
    publication = publish(settings)
    note = json.loads((settings.publish_dir / "publication.json").read_text(encoding="utf-8"))
    assert note["run_id"] == publication.folder.name
    assert note["invocation_id"] == "00000001-0000"
    assert note["row_counts"] == publication.row_counts
    assert note["settings"]["currency"] == "CNY"
    assert "vault_key" not in json.dumps(note)


def test_the_same_build_published_twice_gives_the_same_bytes(settings: Settings) -> None:
    make_build(settings)
    first, second = publish(settings), publish(settings)
    assert first.folder != second.folder
    for name in ("one.parquet", "two.parquet"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_the_last_two_runs_stay(settings: Settings) -> None:
    folders = []
    for number in (1, 2, 3):
        make_build(settings, number)
        folders.append(publish(settings).folder.name)
        assert shown(settings) == number
    assert runs(settings) == folders[1:]


def test_without_a_stamp_nothing_is_published_and_the_last_copy_stays(settings: Settings) -> None:
    make_build(settings)
    publish(settings)
    before = os.readlink(settings.publish_dir)
    make_build(settings, 2)
    stamp.forget(settings.database)
    with pytest.raises(CannotPublish, match="no stamp of a full and successful build"):
        publish(settings)
    assert os.readlink(settings.publish_dir) == before
    assert shown(settings) == 1


@pytest.mark.parametrize("content", ["", "{", '{"invocation_id"'])
def test_a_broken_stamp_is_no_stamp(settings: Settings, content: str) -> None:
    make_build(settings)
    stamp.stamp_path(settings.database).write_text(content, encoding="utf-8")
    with pytest.raises(CannotPublish):
        publish(settings)


def test_a_relation_that_is_missing_leaves_the_last_copy_and_no_half_run(
    settings: Settings,
) -> None:
    make_build(settings)
    publish(settings)
    make_build(settings, 2, relations=("one", "two", "vanished"))
    with pytest.raises(CannotPublish, match="vanished"):
        publish(settings)
    assert shown(settings) == 1
    make_build(settings, 3)
    publish(settings)
    assert shown(settings) == 3
    assert len(runs(settings)) == 2


def test_what_a_crash_left_is_cleared_away_and_does_not_count_as_a_run(settings: Settings) -> None:
    make_build(settings)
    first = publish(settings).folder.name
    folder = runs_folder(settings.publish_dir)
    (folder / ".partial-20200101T000000Z-dead").mkdir()
    (folder / ".partial-20200101T000000Z-dead" / "one.parquet").write_bytes(b"PAR1")
    (folder / "20200101T000000Z-never-shown").mkdir()
    (settings.publish_dir.parent / ".published.next").symlink_to("nowhere")
    make_build(settings, 2)
    second = publish(settings).folder.name
    assert runs(settings) == sorted([first, second])
    assert not os.path.lexists(settings.publish_dir.parent / ".published.next")


def test_a_folder_that_publishing_did_not_make_is_left_alone(settings: Settings) -> None:
    make_build(settings)
    settings.publish_dir.mkdir(parents=True)
    (settings.publish_dir / "own.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CannotPublish, match="left alone"):
        publish(settings)
    assert (settings.publish_dir / "own.txt").read_text(encoding="utf-8") == "mine"


def test_a_link_that_points_nowhere_is_replaced(settings: Settings) -> None:
    make_build(settings)
    publish(settings)
    shutil.rmtree(runs_folder(settings.publish_dir))
    publish(settings)
    assert shown(settings) == 1


def test_a_moved_publication_still_shows_itself(settings: Settings) -> None:
    make_build(settings)
    publish(settings)
    moved = settings.publish_dir.parent.with_name("elsewhere")
    settings.publish_dir.parent.rename(moved)
    assert (moved / "published" / "one.parquet").is_file()


def test_readers_that_resolve_the_link_once_never_see_two_builds(settings: Settings) -> None:
    make_build(settings)
    publish(settings)
    stop, mixed, reads = threading.Event(), [], []

    def read() -> None:
        connection = duckdb.connect()
        while not stop.is_set():
            folder = settings.publish_dir.resolve()
            found = [
                connection.execute(
                    "select any_value(build) from read_parquet(?)", [str(folder / name)]
                ).fetchall()[0][0]
                for name in ("one.parquet", "two.parquet")
            ]
            reads.append(found)
            if len(set(found)) > 1:
                mixed.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2, 8):
        make_build(settings, number)
        publish(settings)
    stop.set()
    reader.join()
    assert reads
    assert mixed == []


def test_a_build_that_is_running_keeps_publishing_out_with_a_reason(settings: Settings) -> None:
    make_build(settings)
    stamped = stamp.stamp_path(settings.database)
    settings.database.unlink()
    assert stamped.exists()
    with pytest.raises(CannotPublish, match="cannot be opened"):
        publish(settings)


def test_the_summary_of_an_empty_publication_says_so(settings: Settings) -> None:
    make_build(settings)
    publication = publish(settings)
    told = summary(publication.folder, settings.publish_dir)
    assert "No record came in" in told
    assert "Nobody yet" in told
    assert "No orders came in" in told


@pytest.mark.parametrize(
    ("goal", "is_told"), [("order", True), ("appointment", False), (None, False)]
)
def test_a_company_without_orders_is_told_its_goals_and_of_a_scorecard_about_another(
    tmp_path: Path, goal: str | None, is_told: bool
) -> None:
    note = {"row_counts": {}, "settings": {"industry": "healthcare", "currency": "CNY"}}
    (tmp_path / "publication.json").write_text(json.dumps(note), encoding="utf-8")
    if goal:
        values = {"var scorecard_goal": goal}
        (tmp_path / "made_of.json").write_text(json.dumps({"values": values}), encoding="utf-8")
    for relation, query in (
        ("fct_orders", "select false as is_paid, 1.0 as net_amount where false"),
        (
            "fct_conversions",
            "from (values ('visit', 'a'), ('appointment', 'a'), ('appointment', 'b'), ('appointment', null))"
            " as given(goal_code, user_id)",
        ),
    ):
        duckdb.sql(query).write_parquet(str(tmp_path / f"{relation}.parquet"))
    told = " ".join(summary(tmp_path, Path("published")).split())
    assert "Other goals: Appointment 3 (of 2 people), Visit 1 (of 1 person)." in told
    hint = "Nobody reached the goal `order`, which the scorecard and the home page are about"
    assert (hint in told) == is_told


@pytest.mark.parametrize(("as_of", "is_told"), [("", True), ("2026-03-02 00:00:00", False)])
def test_a_record_dated_ahead_is_told_as_it_counts_as_now(
    tmp_path: Path, as_of: str, is_told: bool
) -> None:
    note = {
        "row_counts": {},
        "settings": {"industry": "retail", "currency": "CNY"},
        "built_at": "2026-03-01T10:00:00+00:00",
    }
    (tmp_path / "publication.json").write_text(json.dumps(note), encoding="utf-8")
    values = {"var as_of": as_of}
    (tmp_path / "made_of.json").write_text(json.dumps({"values": values}), encoding="utf-8")
    moments = (
        "2026-02-28 09:00:00",
        "2026-03-02 10:00:00",
        "2026-03-02 10:00:01",
        "2099-12-31 08:00:00",
    )
    listed = ", ".join(f"(timestamp '{moment}')" for moment in moments)
    duckdb.sql(
        "select 'page_view' as touchpoint_code, 'a' as user_id, 's' as session_id, occurred_at"
        f" from (values {listed}) as given(occurred_at)"
    ).write_parquet(str(tmp_path / "fct_touchpoints.parquet"))
    told = " ".join(summary(tmp_path, Path("published")).split())
    hint = "2 interactions dated after this build, up to 2099-12-31, which counts as now"
    assert (hint in told) == is_told
    assert ("after this build" in told) == is_told


@pytest.mark.parametrize(("count", "words"), [(0, None), (1, "1 score"), (1200, "1,200 scores")])
def test_scores_outside_their_scale_are_told(tmp_path: Path, count: int, words: str | None) -> None:
    note = {"row_counts": {}, "settings": {"industry": "retail", "currency": "CNY"}}
    (tmp_path / "publication.json").write_text(json.dumps(note), encoding="utf-8")
    query = f"select {count} as off_scale_count where {count} > 0"
    duckdb.sql(query).write_parquet(str(tmp_path / "off_scale_scores.parquet"))
    told = " ".join(summary(tmp_path, Path("published")).split())
    assert ("off_scale_scores" in told) == (words is not None)
    assert words is None or f"{words} outside the scale count in no rate" in told


# The real thing.


def test_every_mart_is_published_row_for_row(built: Dataset) -> None:
    note = json.loads((built.published / "publication.json").read_text(encoding="utf-8"))
    relations = {
        name
        for (name,) in built.rows(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        )
    }
    relations |= {
        name
        for (name,) in built.rows(
            "select view_name from duckdb_views() where schema_name = 'marts'"
        )
    }
    assert set(note["row_counts"]) == relations
    with built.connect() as reader:
        for relation, count in note["row_counts"].items():
            path = str(built.published / f"{relation}.parquet").replace("'", "''")
            columns = reader.sql(f"select * from '{path}'").columns
            chosen = ", ".join(f'"{column}"' for column in columns)
            assert "input_hash" not in columns
            different = reader.sql(
                f"select count(*) from (select {chosen} from marts.{relation} except all from '{path}')"
            )
            assert different.fetchall() == [(0,)], relation
            assert reader.sql(f"select count(*) from '{path}'").fetchall() == [(count,)]


def test_the_order_by_the_key_is_the_order_by_all_columns(built: Dataset) -> None:
    relations = json.loads((built.published / "catalogue.json").read_text(encoding="utf-8"))
    assert len(relations) > 50
    with duckdb.connect() as reader:
        for relation in relations:
            path = str(built.published / f"{relation}.parquet").replace("'", "''")
            every = ", ".join(
                f'"{column}"' for column in reader.sql(f"select * from '{path}'").columns
            )
            misplaced = reader.sql(
                f"""
                select count(*) from (
                    select file_row_number + 1 as written, row_number() over (order by {every}) as place
                    from read_parquet('{path}', file_row_number = true)
                ) where written <> place
                """
            )
            assert misplaced.fetchall() == [(0,)], relation


def test_without_a_key_among_its_columns_a_relation_is_ordered_by_all() -> None:
    assert _order(["a", "b", "c"], ["b"]) == '"a", "b"'
    assert _order(["a", "b", "c"], ["c", "a"]) == '"a", "b", "c"'
    assert _order(["a", "b"], []) == "all"
    assert _order(["a", "b"], ["a", "kept from the role"]) == "all"


def test_the_summary_tells_what_the_tables_hold(built: Dataset) -> None:
    told = " ".join(summary(built.published.resolve(), Path("published")).split())
    ledger = built.table("record_ledger")
    users = built.table("dim_users")
    orders = built.table("fct_orders")
    assert f"{ledger['received'].sum():,} records from" in told
    assert f"{ledger['accepted'].sum():,} accepted" in told
    assert f"{len(users):,} people: {users['is_known'].sum():,} known" in told
    paid = orders[orders["is_paid"].astype(bool)]
    returned = orders.loc[orders["is_return"].astype(bool), "refund_amount"].sum()
    assert returned > 0
    net = paid["gross_amount"].sum() - paid["refund_amount"].sum() - returned
    assert f"{len(paid):,} paid orders, net revenue {net:,.2f} CNY" in told
    for heading in ("Where most are lost", "How satisfied they are", "Where the files are"):
        assert heading in told


@pytest.mark.parametrize(
    ("industry", "funnel"),
    [
        ("retail", "order"),
        ("healthcare", "care"),
        ("logistics", "parcel"),
        ("education", "study"),
        ("manufacturing", "purchase"),
    ],
)
def test_the_summary_tells_of_the_funnel_that_the_industry_is_about(
    industry: str, funnel: str
) -> None:
    """Its pages under docs/industries begin with it; a hospital's people search next to nothing."""
    assert funnel_of(industry) == funnel


def test_the_summary_holds_nobody_lost_at_a_step_that_is_optional(tmp_path: Path) -> None:
    steps = [(1, "Entry", False, 50), (2, "Look", True, 5), (3, "Order", False, 40)]
    made = ", ".join(
        f"('order', 'all', {number}, '{name}', {optional}, {users})"
        for number, name, optional, users in steps
    )
    columns = "funnel_code, breakdown, step_number, step_name, is_optional, user_count"
    duckdb.sql(f"select * from (values {made}) as steps ({columns})").write_parquet(
        str(tmp_path / "funnel_steps.parquet")
    )
    note = {"settings": {"industry": "retail"}}
    (tmp_path / "publication.json").write_text(json.dumps(note), encoding="utf-8")
    told = " ".join(_where_most_are_lost(_Reader(tmp_path)))
    assert "10 of 50 people (20 %) who reach “Entry” do not reach “Order”" in told
    assert "Look" not in told


def test_the_summary_tells_of_a_funnel_whose_entries_are_all_too_young(tmp_path: Path) -> None:
    """Its steps have no rows then: a hospital's first half-year is not empty."""
    columns = "funnel_code, breakdown, step_number, step_name, is_optional, user_count"
    nothing = ", ".join(f"null as {column}" for column in columns.split(", "))
    duckdb.sql(f"select {nothing} where false").write_parquet(
        str(tmp_path / "funnel_steps.parquet")
    )
    note = {"settings": {"industry": "healthcare"}}
    (tmp_path / "publication.json").write_text(json.dumps(note), encoding="utf-8")
    assert _where_most_are_lost(_Reader(tmp_path)) == ["The care funnel holds nobody yet."]
    duckdb.sql("select 'care' as funnel_code from range(140)").write_parquet(
        str(tmp_path / "fct_funnel_entries.parquet")
    )
    told = "The care funnel has 140 entries, none of which has had its whole time yet."
    assert _where_most_are_lost(_Reader(tmp_path)) == [told]


@pytest.fixture
def copy(built: Dataset, tmp_path: Path) -> Dataset:
    """A copy of the sample's build with a publication of its own."""
    give_parsed(tmp_path)
    for name in ("touchpoints.duckdb", "touchpoints.duckdb.stamp.json"):
        shutil.copy(built.folder / name, tmp_path / name)
    shutil.copy(built.target / "manifest.json", tmp_path / "target")
    shutil.copytree(built.folder / "vault", tmp_path / "vault")
    done = run_touchpoints(tmp_path, "publish")
    assert done.returncode == 0, done.stderr
    return Dataset(tmp_path, 0, "")


@pytest.mark.slow
def test_a_partial_build_publishes_nothing_and_takes_the_stamp_away(copy: Dataset) -> None:
    before = os.readlink(copy.published)
    done = run_touchpoints(copy.folder, "build", "--publish", "--", "-s", "dim_channels")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "A part was built, so nothing was published" in done.stdout
    assert os.readlink(copy.published) == before
    refused = run_touchpoints(copy.folder, "publish")
    assert refused.returncode == 1
    assert "no stamp" in refused.stderr
    assert os.readlink(copy.published) == before


@pytest.mark.slow
def test_a_retry_leaves_no_stamp(tmp_path: Path) -> None:
    """It makes what the last recorded build did not; what came after, a killed build for one, it knows nothing of."""
    asked = ("build", "--select", "channels", "--resource-types", "seed")
    assert run_dbt(tmp_path, asked).returncode == 0
    path = tmp_path / "target" / "run_results.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    del told["args"]["select"], told["args"]["resource_types"]
    [seed] = [node for node in told["results"] if node["unique_id"].startswith("seed.")]
    seed["status"] = "error"
    path.write_text(json.dumps(told), encoding="utf-8")
    retried = run_dbt(tmp_path, ("retry",))
    assert retried.returncode == 0, retried.output[-2000:]
    assert "OK loaded seed file definitions.channels" in retried.output
    assert not stamp.stamp_path(retried.database).exists()


@pytest.mark.slow
def test_a_failed_build_is_told_and_leaves_the_last_copy(copy: Dataset, tmp_path: Path) -> None:
    before = os.readlink(copy.published)
    root = tmp_path / "raw"
    (root / "website").mkdir(parents=True)
    (root / "website" / "events.csv").write_bytes("event_id,event_time\n1,2\n".encode("utf-16"))
    done = run_touchpoints(copy.folder, "build", "--publish", "--", "-x", raw_root=str(root))
    assert done.returncode == 1
    assert "website/events.csv is UTF-16" in done.stdout
    assert "What to do:" in done.stdout
    assert "Nothing was published" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "nanobind" not in done.stdout + done.stderr
    assert os.readlink(copy.published) == before
    assert stamp.read_stamp(copy.database) is None


def test_a_database_of_another_version_is_told_to_be_made_anew() -> None:
    """dbt's own words name `on_schema_change`, with which rows would stay as another version made them."""
    told = Path(global_project.__file__).parent.rglob("on_schema_change.sql")
    assert "DBT_ARGS=--full-refresh" in _advice("\n".join(path.read_text("utf-8") for path in told))


@pytest.mark.parametrize(
    "query",
    [
        "select cast(sum(range * 1e13::decimal(18, 2)) as decimal(18, 2)) from range(1, 999)",
        "select 750000000000000000 * 100",
    ],
)
def test_amounts_that_cannot_be_meant_are_told_what_to_do_about(query: str) -> None:
    with pytest.raises(duckdb.Error) as told:
        duckdb.sql(query).fetchall()
    assert "a column of money holds something else" in _advice(str(told.value))


def test_a_parquet_file_that_is_broken_inside_is_told_what_to_do_about(tmp_path: Path) -> None:
    """Its first and last bytes are as they should be, so only the engine finds it."""
    path = tmp_path / "calls.parquet"
    duckdb.sql("select 'call ' || range as call_id from range(9999)").write_parquet(str(path))
    whole = path.read_bytes()
    path.write_bytes(whole[:50] + b"\xff" * 500 + whole[550:])
    with pytest.raises(duckdb.Error) as told:
        duckdb.sql(f"select sum(length(call_id)) from '{path}'").fetchall()
    assert "`make doctor` names every such file" in _advice(str(told.value))
