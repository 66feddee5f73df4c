"""Settings: defaults, accepted values, and messages that name what is accepted."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import pytest
import yaml

from builds import PROJECT
from conftest import run_touchpoints
from touchpoints import vault
from touchpoints.cli import main, vars_given
from touchpoints.duckdb_plugin import Plugin
from touchpoints.macros import load_macros
from touchpoints.settings import (
    INDUSTRIES,
    WrongSetting,
    as_variables,
    plain_folder,
    read_settings,
)
from touchpoints.stamp import public_settings, stamp_path
from touchpoints.vault import check_same, identity_key

ROOTLESS = ("no/such/folder", "", "/", "//", " ")
NO_FILES = ("", " ", "demo", ".")
NO_PORTS = ("", "5432x", "0", "65536", "-1", "５４３２")


@pytest.fixture(autouse=True)
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def test_defaults_describe_the_sample() -> None:
    settings = read_settings({})
    assert settings.raw_root == "demo/raw/retail"
    assert str(settings.database) == "touchpoints.duckdb"
    assert str(settings.publish_dir) == "published"
    assert (settings.industry, settings.timezone, settings.currency) == (
        "retail",
        "Asia/Shanghai",
        "CNY",
    )
    assert settings.threads >= 1
    assert settings.memory == "60%"
    assert not settings.is_remote


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        *(("TOUCHPOINT_RAW_ROOT", root, "folder that holds") for root in ROOTLESS),
        *(("TOUCHPOINT_DATABASE", path, "such as touchpoints.duckdb") for path in NO_FILES),
        *(("TOUCHPOINT_VAULT_KEY", path, "such as vault/identity.key") for path in NO_FILES),
        *(("TOUCHPOINT_PUBLISH_DIR", path, "such as published") for path in ("", " ", ".", "/")),
        *(("TOUCHPOINT_POSTGRES_PORT", port, "from 1 to 65535") for port in NO_PORTS),
        *(("TOUCHPOINT_SPARK_PORT", port, "from 1 to 65535") for port in NO_PORTS),
        (
            "TOUCHPOINT_INDUSTRY",
            "banking",
            "retail, healthcare, logistics, education, manufacturing",
        ),
        ("TOUCHPOINT_INDUSTRY", "", "retail, healthcare"),
        ("TOUCHPOINT_TARGET", "oracle", "duckdb, postgres, spark"),
        ("TOUCHPOINT_ACCESS_MODE", "read-only", "automatic, read_only"),
        ("TOUCHPOINT_SPARK_TABLES", "orc", "parquet, delta, iceberg"),
        ("TOUCHPOINT_TIMEZONE", "Beijing", "Asia/Shanghai"),
        ("TOUCHPOINT_TIMEZONE", "", "IANA"),
        ("TOUCHPOINT_TIMEZONE", "localtime", "IANA"),
        ("TOUCHPOINT_CURRENCY", "yuan", "ISO code"),
        ("TOUCHPOINT_CURRENCY", "cny", "capitals"),
        ("TOUCHPOINT_THREADS", "0", "whole number"),
        ("TOUCHPOINT_THREADS", "two", "whole number"),
        ("TOUCHPOINT_THREADS", "-1", "whole number"),
        ("TOUCHPOINT_MEMORY", "lots", "share such as 60%"),
        ("TOUCHPOINT_MEMORY", "500%", "at most 100%"),
        ("TOUCHPOINT_BOT_RULE", "maybe", "on, off"),
        ("TOUCHPOINT_STAFF_RULE", "2", "on, off"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_what_is_accepted(
    name: str, value: str, accepted: str
) -> None:
    with pytest.raises(WrongSetting, match=re.escape(name)) as refused:
        read_settings({name: value})
    assert accepted in str(refused.value)
    assert "\n" not in str(refused.value)


def test_each_industry_has_a_sample_of_its_own_unless_a_raw_root_is_given() -> None:
    for industry in INDUSTRIES:
        if (PROJECT / "demo" / "raw" / industry).is_dir():
            assert (
                read_settings({"TOUCHPOINT_INDUSTRY": industry}).raw_root == f"demo/raw/{industry}"
            )
    chosen = {"TOUCHPOINT_INDUSTRY": INDUSTRIES[1], "TOUCHPOINT_RAW_ROOT": "demo/raw/retail"}
    assert read_settings(chosen).raw_root == "demo/raw/retail"


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_dbt_reads_the_industry_and_its_sample(
    industry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHPOINT_INDUSTRY", industry)
    monkeypatch.delenv("TOUCHPOINT_RAW_ROOT", raising=False)
    macros = load_macros(PROJECT)
    assert macros.setting("industry") == industry
    assert macros.setting("raw_root") == f"demo/raw/{industry}"


@pytest.mark.parametrize("memory", ["60%", "8GB", "512MB", "2.5 GiB", "1TB"])
def test_memory_is_a_share_or_a_size(memory: str) -> None:
    assert read_settings({"TOUCHPOINT_MEMORY": memory}).memory == memory


def test_an_object_store_prefix_is_not_looked_for_on_the_disk() -> None:
    settings = read_settings({"TOUCHPOINT_RAW_ROOT": "s3://bucket/landing/"})
    assert settings.is_remote
    assert settings.raw_root == "s3://bucket/landing"


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("exports", "exports"),
        ("./exports/", "exports"),
        ("a//b/./c", "a/b/c"),
        ("a/../exports", "exports"),
        ("../exports", "../exports"),
        ("a/../../b", "../b"),
        (".", "."),
        ("//srv/./exports/..", "/srv"),
    ],
)
def test_the_folder_of_a_dataset_is_named_as_duckdb_names_it(
    given: str, plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHPOINT_RAW_ROOT", given)
    assert load_macros(PROJECT).setting("raw_root") == plain
    assert plain_folder(given) == plain


def test_a_way_up_behind_a_link_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its text it is another folder than the one that it leads to."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "disk" / "may").mkdir(parents=True)
    (tmp_path / "newest").symlink_to(tmp_path / "disk" / "may")
    assert read_settings({"TOUCHPOINT_RAW_ROOT": "disk/../newest"}).raw_root == "newest"
    with pytest.raises(WrongSetting, match=r"`\.\.` behind a link"):
        read_settings({"TOUCHPOINT_RAW_ROOT": "newest/../may"})


def test_what_is_published_of_the_settings_holds_no_credentials() -> None:
    settings = read_settings({"TOUCHPOINT_RAW_ROOT": "s3://key:secret@bucket/landing?token=abc"})
    told = public_settings(settings, {"touchpoint_currency": "USD", "session_gap_minutes": 5})
    assert told["raw_root"] == "s3://bucket/landing"
    assert told["currency"] == "USD"
    assert not {"secret", "token"} & set(re.findall(r"[a-z]+", str(told)))
    assert "vault_key" not in told


@pytest.mark.parametrize("command", ["build", "publish", "doctor"])
def test_a_wrong_setting_ends_every_command_at_once_with_one_line_and_code_2(
    command: str, tmp_path: Path
) -> None:
    done = run_touchpoints(tmp_path, command, currency="yuan")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "TOUCHPOINT_CURRENCY='yuan'" in done.stderr
    assert not (tmp_path / "touchpoints.duckdb").exists()


def test_every_setting_is_documented_with_its_default() -> None:
    code = (PROJECT / "touchpoints" / "settings.py").read_text(encoding="utf-8")
    documented = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r"TOUCHPOINT_[A-Z_]+", code))):
        assert f"`{name}`" in documented, name
    for name, default in re.findall(r'env\.get\("(TOUCHPOINT_[A-Z_]+)", "([^"]+)"\)', code):
        row = next(line for line in documented.splitlines() if line.startswith(f"| `{name}`"))
        assert f"`{default}`" in row, name


class WrongVar(RuntimeError):
    """What the check at the start says of a var."""


@pytest.fixture(scope="module")
def check_vars() -> Callable[..., None]:
    """The check at the start of a run, rendered without dbt, with vars in the place of the project's own."""
    macros = PROJECT / "macros"
    source = (macros / "quality" / "check_definitions.sql").read_text(encoding="utf-8")
    contribution = (macros / "contribution" / "rule_models.sql").read_text(encoding="utf-8")
    models = re.findall(r"\[?\('(\w+)', 'is_", contribution)
    models += ast.literal_eval(re.search(r"for model in (\[.*?\])", contribution)[1])
    levels = (macros / "journeys" / "journey_levels.sql").read_text(encoding="utf-8")
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))

    def fail(message: str) -> None:
        raise WrongVar(message)

    def check(**given: Any) -> None:
        environment = jinja2.Environment(
            extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined
        )
        environment.globals.update(
            {
                "modules": SimpleNamespace(re=re),
                "exceptions": SimpleNamespace(raise_compiler_error=fail),
                "switched_on": lambda name: True,
                "setting": lambda name: given.get(
                    f"touchpoint_{name}",
                    {"industry": project["vars"]["industries"][0], "currency": "CNY"}[name],
                ),
                "rule_models": lambda: [{"code": model} for model in models],
                "journey_levels": lambda: ast.literal_eval(re.search(r"return\((.*)\)", levels)[1]),
                "var": lambda name: {**project["vars"], **given}[name],
            }
        )
        environment.from_string(source).module.check_definitions()

    return check


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("path_steps", steps) for steps in ("exposure", "all", "first", "unique")),
        ("markov_orders", [1, 2, 3, 4]),
        ("markov_orders", [4]),
        ("few_code_levels", ["campaign", "touchpoint", "channel"]),
        ("few_code_levels", ["channel"]),
        ("lead_interaction_types", ["consult"]),
        ("retention_ages", [0, 7]),
        ("repurchase_windows", [365]),
        ("consumable_categories", []),
        ("consumable_categories", ["*"]),
        ("time_decay_half_life_days", 1),
        ("jackknife_groups", 2),
        ("min_sample", 2),
        ("max_funnel_steps", 50),
        *(("scorecard_model", model) for model in ("first", "linear", "time_decay")),
        ("intent_interaction_types", ["cart"]),
        ("session_gap_minutes", "20"),
        ("as_of", "2025-06-30"),
        ("as_of", "2025-06-30 12:00:00"),
        ("session_breaks_at_midnight", True),
        ("default_country_code", 49),
        ("probabilistic_threshold", 0.95),
        ("low_data_share", 0.00001),
        *(("low_score", share) for share in (0, 0.0, 0.7)),
        ("volume_high_ratio", 2.5),
        ("as_of", "2024-02-29 23:59:59.999999"),
        ("as_of", "2000-02-29"),
        ("session_gap_minutes", 999999),
        ("lifecycle_lost_days", 60),
        ("article_path_pattern", "^/(?:a|b)?/[0-9]{4}[.]html$"),
        ("article_path_pattern", r"/blog/.*[.]html|\.pdf$"),
        ("article_path_pattern", "/[(]x[]]/"),
    ],
)
def test_vars_take_what_is_accepted(name: str, value: Any, check_vars: Callable[..., None]) -> None:
    check_vars()
    check_vars(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("path_steps", "last", "exposure, all, first, unique"),
        ("path_steps", "", "exposure, all, first, unique"),
        ("markov_orders", [], "from 1 to 4"),
        ("markov_orders", 1, "from 1 to 4"),
        ("markov_orders", [0], "from 1 to 4"),
        ("markov_orders", [1, 5], "from 1 to 4"),
        ("markov_orders", [1, 1], "different"),
        ("markov_orders", [1.5], "whole numbers"),
        ("markov_orders", ["1"], "whole numbers"),
        ("few_code_levels", ["channel", "code"], "channel, touchpoint, campaign"),
        ("few_code_levels", "channel", "list"),
        ("few_code_levels", [], "one or more"),
        ("few_code_levels", ["channel", "channel"], "different"),
        ("lead_interaction_types", [], "one or more"),
        ("lead_interaction_types", "lead", "list"),
        ("lead_interaction_types", ["it's"], "interaction types"),
        ("retention_ages", ["0"], "whole numbers from 0"),
        ("retention_ages", [1, 1], "different"),
        ("repurchase_windows", [0], "whole numbers from 1"),
        ("consumable_categories", "food", "list of categories"),
        ("recommendation_count", 0, "whole number from 1 on"),
        ("lifecycle_lost_days", 0, "whole number from 1 on"),
        ("time_decay_half_life_days", 0, "whole number from 1 on"),
        ("time_decay_half_life_days", 0.5, "whole number from 1 on"),
        ("alert_false_share", 1, "above 0 and below 1"),
        ("alert_baseline_weeks", 3, "whole number from 4 on"),
        ("scorecard_model", "markov_1", "first, last, last_non_direct, linear"),
        ("intent_interaction_types", [], "one or more"),
        ("jackknife_groups", 1, "whole number from 2 on"),
        ("jackknife_groups", "many", "whole number"),
        ("held_out_one_in", 1, "whole number from 2 on"),
        ("min_sample", 1, "whole number from 2 on"),
        ("max_funnel_steps", 51, "whole number from 1 to 50"),
        ("term_prior_texts", 0, "whole number from 1 on"),
        ("as_of", "yesterday", "such as 2025-06-30 23:59:59"),
        ("latest_time", "", "a day such as 2000-01-01"),
        ("session_breaks_on_campaign", "yes", "true or false"),
        ("default_country_code", "0049", "a calling code"),
        ("probabilistic_threshold", 1.5, "a probability"),
        ("pre_trend_max_p", 1.5, "a share from 0 to 1"),
        ("neutral_sentiment", -0.1, "a share from 0 to 1"),
        ("lift_margin", -1, "a number from 0 on"),
        ("lift_margin", 0, "a number from 0.0001 on"),
        ("lift_margin", "1e-9", "a number from 0.0001 on"),
        ("max_relative_factor", 0, "a number from 1 on"),
        ("max_relative_factor", 0.5, "a number from 1 on"),
        ("low_score", 0.8, "not above high_score (0.7)"),
        ("sentiment_training_kinds", "review", "list"),
        ("sentiment_training_kinds", ["reviews"], "review, social_comment"),
        *(
            ("as_of", time, "such as 2025-06-30 23:59:59")
            for time in ("2025-13-45", "2025-02-29", "1900-02-29", "2025-04-31", "2025-01-01 24:00")
        ),
        ("earliest_time", "2025-00-01", "a day such as 2000-01-01"),
        ("earliest_time", "2100-01-01", "a day before latest_time (2100-01-01)"),
        *(
            ("article_path_pattern", pattern, "a regular expression such as /(article|blog)/")
            for pattern in (
                "",
                "/(article",
                "/article)",
                "[0-9",
                "*/blog",
                "a|+b",
                "a++",
                "(?=a)",
                "it's",
            )
        ),
        ("lifecycle_lost_days", 59, "at least lifecycle_active_days (60)"),
        ("lifecycle_new_days", 181, "lifecycle_lost_days"),
        ("session_gap_minutes", 99999999999999999999, "up to 999999"),
        ("retention_ages", [99999999999], "whole numbers from 0"),
        ("concentration_min_z", 10**12, "a number from 0 on"),
    ],
)
def test_a_wrong_var_is_refused_with_its_name_and_what_is_accepted(
    name: str, value: Any, accepted: str, check_vars: Callable[..., None]
) -> None:
    named = "lifecycle_lost_days" if name == "lifecycle_new_days" else name
    with pytest.raises(WrongVar, match=re.escape(f"var {named}=")) as refused:
        check_vars(**{name: value})
    assert accepted in str(refused.value)


def test_vars_are_found_among_the_arguments_of_dbt() -> None:
    assert vars_given(["--vars", "{a: 1}", "--full-refresh", "--vars={b: [x]}"]) == {
        "a": 1,
        "b": ["x"],
    }
    for arguments in ([], ["--select", "a+"], ["--vars"], ["--vars", "a"], ["--vars="]):
        assert vars_given(arguments) == {}
    assert as_variables({"touchpoint_currency": "USD", "as_of": ""}) == {
        "TOUCHPOINT_CURRENCY": "USD"
    }


def test_a_currency_given_as_a_var_is_looked_at(check_vars: Callable[..., None]) -> None:
    check_vars(touchpoint_currency="EUR")
    with pytest.raises(WrongVar, match="TOUCHPOINT_CURRENCY=usd: give a three-letter ISO code"):
        check_vars(touchpoint_currency="usd")


@pytest.mark.parametrize(
    ("kind", "command", "refreshes", "remembers", "is_refused"),
    [
        ("path", "build", False, True, True),
        ("path", "run", False, True, True),
        ("path", "build", True, True, False),
        ("path", "build", False, False, False),
        ("path", "test", False, True, False),
        ("sha256", "build", False, True, False),
    ],
)
def test_a_seed_whose_rows_dbt_does_not_look_at_is_refused(
    kind: str, command: str, refreshes: bool, remembers: bool, is_refused: bool
) -> None:
    path = PROJECT / "macros" / "quality" / "check_seed_sizes.sql"
    seed = {"resource_type": "seed", "original_file_path": "seeds/exchange_rates.csv"}
    told: list[str] = []
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.globals.update(
        {
            "execute": True,
            "graph": {"nodes": {"a": seed | {"checksum": {"name": kind}}}},
            "flags": SimpleNamespace(FULL_REFRESH=refreshes, WHICH=command),
            "keeps_memory": lambda: remembers,
            "exceptions": SimpleNamespace(raise_compiler_error=told.append),
        }
    )
    environment.from_string(path.read_text(encoding="utf-8")).module.check_seed_sizes()
    assert [text.split(":")[0] for text in told] == [
        "seeds/exchange_rates.csv is larger than 1 MiB"
    ] * is_refused


def test_the_kinds_of_text_are_those_that_are_read() -> None:
    read = (
        PROJECT / "models" / "intermediate" / "feedback" / "int_feedback_records.sql"
    ).read_text(encoding="utf-8")
    known = re.findall(r"\['(\w+)', 'stg_", read) + re.findall(r"'(\w+)' as text_kind", read)
    check = (PROJECT / "macros" / "quality" / "check_definitions.sql").read_text(encoding="utf-8")
    listed = re.search(r"text_kinds = \[(.*?)\]", check, re.DOTALL)[1]
    assert re.findall(r"'(\w+)'", listed) == known


def test_an_industry_without_rows_is_refused_by_the_check_at_the_start(
    check_vars: Callable[..., None],
) -> None:
    for industry in INDUSTRIES:
        check_vars(touchpoint_industry=industry)
    with pytest.raises(WrongVar, match="TOUCHPOINT_INDUSTRY=banking") as refused:
        check_vars(touchpoint_industry="banking")
    assert ", ".join(INDUSTRIES) in str(refused.value)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00"])
def test_a_file_without_a_key_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "identity.key"
    path.write_bytes(content)
    with pytest.raises(WrongSetting, match="the file holds no key"):
        identity_key(path)
    assert path.read_bytes() == content


def test_a_database_of_another_key_is_refused() -> None:
    """Ids of two keys beside each other: of what is kept from before, and of what is made anew."""
    with duckdb.connect() as connection:
        check_same(connection, "secret one", Path("vault/identity.key"))
        connection.execute("create schema vault")
        connection.execute("create table vault.identity_key as select 'secret one' as identity_key")
        check_same(connection, "secret one", Path("vault/identity.key"))
        with pytest.raises(WrongSetting, match="made with another key") as told:
            check_same(connection, "secret two", Path("vault/identity.key"))
    assert "secret" not in str(told.value)


@pytest.mark.slow
def test_a_build_into_a_database_of_another_key_changes_nothing(tmp_path: Path) -> None:
    database = tmp_path / "touchpoints.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema vault")
        connection.execute("create table vault.identity_key as select 'another' as identity_key")
    # a part that is made anew leaves the rest with the other key
    for anew in ((), ("--full-refresh",)):
        done = run_touchpoints(tmp_path, "build", "--", "-s", "channels", *anew)
        assert done.returncode == 1
        assert "the build database was made with another key" in done.stdout + done.stderr
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("from vault.identity_key").fetchall()
        assert found == [("another",)]


def test_a_question_needs_no_key_and_writes_nothing(tmp_path: Path) -> None:
    """`make metrics` reads a build database beside other readers, and without the key that it was made with."""
    plugin = Plugin.__new__(Plugin)
    plugin.settings = read_settings({"TOUCHPOINT_VAULT_KEY": str(tmp_path / "identity.key")})
    database = str(tmp_path / "touchpoints.duckdb")
    duckdb.connect(database).close()
    with duckdb.connect(database, config={"access_mode": "read_only"}) as connection:
        plugin.configure_connection(connection)
    assert not (tmp_path / "identity.key").exists()
    with duckdb.connect(database) as connection:
        plugin.configure_connection(connection)
    assert (tmp_path / "identity.key").exists()


@pytest.mark.parametrize("has_links", [True, False])
def test_a_key_is_made_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    """A disk that is full leaves no file that the next run would take for the key."""
    path = tmp_path / "vault" / "identity.key"

    def full(_: int) -> None:
        raise OSError("full")

    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    with monkeypatch.context() as patch:
        patch.setattr(vault.os, "fsync", full)
        with pytest.raises(OSError, match="full"):
            identity_key(path)
    assert not list(path.parent.iterdir())
    if not has_links:
        monkeypatch.setattr(vault.os, "link", refuse)
    key = identity_key(path)
    assert len(key) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    # another run that found none a moment before
    vault._make(path)
    assert identity_key(path) == key
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("number", ["0", "-5", "1.5", "ten", "99999999999"])
@pytest.mark.parametrize(
    "command", [["doctor", "--sample"], ["export-actions", "--role=r", "--most"]]
)
def test_numbers_of_the_command_line_are_counts(
    command: list[str], number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command[:-1], f"{command[-1]}={number}"])
    assert ended.value.code == 2
    assert "give a whole number from 1 on" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    database = tmp_path / "touchpoints.duckdb"
    stamp_path(database).write_text('{"relations": []}', encoding="utf-8")
    monkeypatch.setenv("TOUCHPOINT_DATABASE", str(database))
    monkeypatch.setenv("TOUCHPOINT_PUBLISH_DIR", str(tmp_path / "file" / "published"))
    assert main(["publish"]) == 1
    assert capsys.readouterr().err == f"{tmp_path}/file/published.runs: Not a directory\n"


def test_too_little_memory_is_told_with_the_settings_that_give_more(tmp_path: Path) -> None:
    (tmp_path / "raw" / "website").mkdir(parents=True)
    (tmp_path / "raw" / "website" / "events.csv").write_text(
        "event_id,event_time,visitor_id,event_name\n1,2025-03-01,v1,page_view\n", encoding="utf-8"
    )
    done = run_touchpoints(tmp_path, "doctor", raw_root=str(tmp_path / "raw"), memory="1KB")
    assert done.returncode == 1
    assert done.stderr.startswith("doctor: Out of Memory Error")
    assert "TOUCHPOINT_MEMORY='1KB' now" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_without_a_whole_build_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "touchpoints.duckdb"
    duckdb.connect(str(database)).close()
    stamp_path(database).write_text("{}", encoding="utf-8")
    monkeypatch.setenv("TOUCHPOINT_DATABASE", str(database))
    for command in (["explain", "phone:1", "phone:2"], ["export-actions", "--role", "r"]):
        assert main(command) == 1
        assert "holds no complete build" in capsys.readouterr().err
    assert main(["export-actions", "--role", "r", "--webhook", "https://[no"]) == 1
    assert "the webhook is no address" in capsys.readouterr().err
