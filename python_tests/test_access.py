"""Roles: a role's publication holds what the seed grants, and nothing else can be read from it."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from conftest import Dataset
from test_publish import make_build
from touchpoints import access, purge, stamp
from touchpoints import publish as publishing
from touchpoints.access import Grant, WrongRole, grants_of
from touchpoints.publish import CannotPublish, current_run, publish, role_dir, roles_published
from touchpoints.settings import PROJECT, Settings, read_settings

SECRETS = ("北京-secret", "app-secret", "hidden-secret")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A build with rows of several regions and channels, some of nobody's, each with a word that tells it."""
    made = dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(tmp_path)}),
        database=tmp_path / "small.duckdb",
        publish_dir=tmp_path / "out" / "published",
        threads=1,
    )
    make_build(made, 1)
    with duckdb.connect(str(made.database)) as connection:
        connection.execute(
            """
            create or replace table marts.one as
            from (values
                ('上海', 'app', '上海-app', 'hidden-secret'), ('上海', 'web', '上海-web', 'hidden-secret'),
                ('北京', 'app', '北京-secret', 'hidden-secret'), (null, 'app', 'app-secret', 'hidden-secret')
            ) as rows(region, channel_code, note, hidden)
            """
        )
        connection.execute("create or replace view marts.two as select 'app-secret' as word")
    stamp.leave(made.database, stamp.public_settings(made), _manifest())
    return made


def _manifest() -> dict:
    node = {
        "resource_type": "model",
        "schema": "marts",
        "config": {"enabled": True, "materialized": "table"},
        "columns": {name: {"description": name} for name in ("region", "note", "hidden")},
    }
    return {
        "metadata": {"invocation_id": "00000001-0000"},
        "nodes": {name: {**node, "alias": name} for name in ("one", "two")},
    }


def granted(monkeypatch: pytest.MonkeyPatch, *rows: tuple[str, str, str, str, str]) -> None:
    """Put rows in the place of the seed."""
    names = ("role", "relation", "columns", "regions", "channels")
    found = [dict(zip(names, row, strict=True)) for row in rows]
    monkeypatch.setattr(access, "read_seed", lambda name, project: found)


def everything(settings: Settings, role: str) -> tuple[set[str], str]:
    """Names of all files of a role's publication, and all values in them as one text."""
    folder = current_run(role_dir(settings.publish_dir, role))
    assert folder is not None
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.json"))
    for path in folder.glob("*.parquet"):
        text += str(duckdb.sql(f"select * from '{path}'").fetchall())
        text += path.read_bytes().decode("utf-8", errors="replace")
    return {path.name for path in folder.iterdir()}, text


def test_a_role_sees_its_relations_columns_and_rows_and_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(
        monkeypatch, ("east", "one", "region|note", "上海", "*"), ("other", "two", "*", "*", "*")
    )
    publication = publish(settings, "east")
    names, text = everything(settings, "east")
    # what the build was made of is not the role's to see; the catalogue tells of its columns alone
    assert names == {"one.parquet", "publication.json", "catalogue.json"}
    told = json.loads((publication.folder / "catalogue.json").read_text(encoding="utf-8"))
    assert list(told) == ["one"]
    assert set(told["one"]["columns"]) == {"region", "note"}
    assert publication.row_counts == {"one": 2}
    assert "上海-web" in text
    assert not [secret for secret in SECRETS if secret in text]
    note = json.loads((publication.folder / "publication.json").read_text(encoding="utf-8"))
    assert note["role"] == "east"


def test_limits_of_region_and_channel_hold_together_and_rows_of_nobodys_are_not_given(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(monkeypatch, ("app_east", "one", "note", "上海", "app"))
    assert publish(settings, "app_east").row_counts == {"one": 1}
    _, text = everything(settings, "app_east")
    assert not [secret for secret in (*SECRETS, "上海-web") if secret in text]


def test_an_empty_field_grants_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    granted(monkeypatch, ("nobody", "one", "note", "", "*"))
    assert publish(settings, "nobody").row_counts == {"one": 0}
    granted(monkeypatch, ("nobody", "one", "", "*", "*"))
    with pytest.raises(CannotPublish, match="no column of one is granted"):
        publish(settings, "nobody")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            ("r", "two", "*", "上海", "*"),
            "two has no column region, so rows of it cannot be kept apart",
        ),
        (("r", "two", "*", "*", "app"), "two has no column channel_code"),
        (("r", "one", "note|phone", "*", "*"), "one has no column phone; it has: region"),
        (("r", "identity_map", "*", "*", "*"), "no such relation: identity_map"),
        (("r", 'one" union all select * from vault.x --', "*", "*", "*"), "no such relation"),
    ],
)
def test_a_grant_that_cannot_be_kept_publishes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, row: tuple[str, ...], told: str
) -> None:
    granted(monkeypatch, row)  # type: ignore[arg-type]
    with pytest.raises(CannotPublish, match=re.escape(told)):
        publish(settings, "r")
    assert not role_dir(settings.publish_dir, "r").exists()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [("r", "one", "note", "上海", "*"), ("r", "one", "*", "*", "*")],
            "r has two rows of one, and which of them holds is not said",
        ),
        ([("r", "one", "note", None, None)], "a row of r has fewer fields than the header"),
    ],
)
def test_a_grant_that_says_two_things_or_half_of_one_publishes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, rows: list[Any], told: str
) -> None:
    granted(monkeypatch, *rows)
    with pytest.raises(CannotPublish, match=re.escape(told)):
        publish(settings, "r")
    assert not role_dir(settings.publish_dir, "r").exists()


def test_spaces_around_a_name_are_none_of_it_and_a_name_counts_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(monkeypatch, ("r", "one", " note | note|region", " 上海 | 北京 ", " * "))
    publish(settings, "r")
    folder = current_run(role_dir(settings.publish_dir, "r"))
    found = duckdb.execute("from read_parquet(?)", [f"{folder}/one.parquet"])
    assert [column[0] for column in found.description] == ["note", "region"]
    assert {row[1] for row in found.fetchall()} == {"上海", "北京"}


@pytest.mark.parametrize("role", ["nobody", "../east", "", "east/../../x"])
def test_a_role_without_rows_is_refused_with_the_roles_that_there_are(role: str) -> None:
    with pytest.raises(WrongRole, match="management"):
        grants_of(role)


def test_values_of_limits_are_no_sql(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    granted(monkeypatch, ("r", "one", "note", "x') or true --", "*"))
    assert publish(settings, "r").row_counts == {"one": 0}


def test_roles_have_links_of_their_own_and_leave_the_whole_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(monkeypatch, ("east", "one", "note", "上海", "*"))
    whole = publish(settings)
    publish(settings, "east")
    assert current_run(settings.publish_dir) == whole.folder
    assert roles_published(settings.publish_dir) == ["east"]
    (settings.publish_dir.parent / "published-else").mkdir()
    assert roles_published(settings.publish_dir) == ["east"]
    assert len(list(publishing.runs_folder(settings.publish_dir).glob("2*"))) == 1


@pytest.mark.parametrize("name", ["published", "of 2025 [new] *?"])
def test_a_purge_leaves_a_role_no_copy_from_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What was erased stands in older runs of every copy; a copy of an older build is made anew first."""
    settings = dataclasses.replace(settings, publish_dir=settings.publish_dir.with_name(name))
    granted(monkeypatch, ("east", "one", "note", "上海", "*"))
    publish(settings)
    publish(settings, "east")
    publish(settings, "east")
    found = json.loads(stamp.stamp_path(settings.database).read_text(encoding="utf-8"))
    found["invocation_id"] = "00000002-0000"
    stamp.stamp_path(settings.database).write_text(json.dumps(found), encoding="utf-8")
    assert purge._remove_older_publications(settings, {}) == 2
    for role in (None, "east"):
        target = role_dir(settings.publish_dir, role)
        shown = current_run(target)
        assert shown is not None
        assert shown.name.endswith("00000002")
        assert list(publishing.runs_folder(target).glob("2*")) == [shown]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("west", "one", "*", "*", "*")], "no row of seeds/access_roles.csv grants it anything"),
        ([("east", "one", "phone", "*", "*")], "one has no column phone"),
    ],
)
def test_a_purge_leaves_no_copy_that_cannot_be_made_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, rows: list[Any], told: str
) -> None:
    """Of a role that no row names any more, or with a wrong grant, and that before any landed file is rewritten."""
    granted(monkeypatch, ("east", "one", "note", "上海", "*"))
    publish(settings)
    publish(settings, "east")
    found = json.loads(stamp.stamp_path(settings.database).read_text(encoding="utf-8"))
    found["invocation_id"] = "00000002-0000"
    stamp.stamp_path(settings.database).write_text(json.dumps(found), encoding="utf-8")
    granted(monkeypatch, *rows)
    withdrawn: dict[str, str] = {}
    assert purge._remove_older_publications(settings, withdrawn) == 2
    assert told in withdrawn["east"]
    assert told in purge.Purged(withdrawn=withdrawn).text
    assert not role_dir(settings.publish_dir, "east").is_symlink()
    assert not publishing.runs_folder(role_dir(settings.publish_dir, "east")).exists()
    shown = current_run(settings.publish_dir)
    assert shown is not None
    assert shown.name.endswith("00000002")


def test_a_publication_that_is_refused_leaves_landed_files_as_they_are(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> int:
        raise CannotPublish("refused")

    rewritten: list[Any] = []
    monkeypatch.setattr(purge, "_rewrites", lambda _: [])
    monkeypatch.setattr(purge, "_remove_older_publications", refuse)
    monkeypatch.setattr(purge, "_drop_proposals", rewritten.append)
    with pytest.raises(CannotPublish, match="refused"):
        purge.purge(settings)
    assert not rewritten


def test_every_row_of_the_seed_can_be_kept_on_the_sample(built: Dataset) -> None:
    with open(PROJECT / "seeds" / "access_roles.csv", encoding="utf-8", newline="") as file:
        roles = {row["role"] for row in csv.DictReader(file)}
    with built.connect() as connection:
        for role in sorted(roles):
            for grant in grants_of(role).values():
                described = connection.execute(f'describe marts."{grant.relation}"').fetchall()
                columns, condition, parameters = grant.selection([row[0] for row in described])
                chosen = ", ".join(columns)
                rows = connection.execute(
                    f"select {chosen} from marts.{grant.relation} where {condition}", parameters
                ).fetchall()
                assert rows, (role, grant.relation)


def test_a_grant_of_everything_is_everything() -> None:
    assert Grant("one", None, None, None).selection(["a", "b"]) == (["a", "b"], "true", [])
