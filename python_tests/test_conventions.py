"""The project keeps its own rules: layers, names, descriptions, keys, contracts, definitions,
portable SQL, settings.

Read from dbt's manifest, the files and the sample's build database. No rule has an exception list.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.parser.schemas import is_valid_type

from oracles.definitions import PERSONAL_COLUMNS

PROJECT = Path(__file__).resolve().parent.parent
RAW_CONTRACT = PROJECT.parent / "shared" / "design" / "raw_contract.yml"
LAYERS = ("staging", "intermediate", "marts")
MAX_MODEL_LINES = 150

# Contract columns that identify someone: no mart may carry one, nor a model that marts read.
IDENTIFIER_COLUMNS = {
    *("member_no", "phone", "email", "unionid", "openid", "buyer_id", "platform_user_id"),
    *("patient_no", "student_no", "device_id", "visitor_id", "contact_id", "identifier_value"),
}
PRIVATE_COLUMNS = IDENTIFIER_COLUMNS | {
    *(
        "full_name",
        "birth_date",
        "ip",
        "user_agent",
        "page_url",
        "referrer_url",
        "subject",
    ),
    *("order_no", "receipt_no", "agent_id", "search_term", "article_title", "content_title"),
    *("comment_text", "post_text", "message_text", "ticket_text", "call_text", "review_text"),
    *("follow_up_text", "lesson_text"),
}


# A value of whatever the metric counts; how likely something is.
NOT_MONEY = {("metric_values", "value"), ("alerts", "p_value"), ("alerts", "q_value")}
# What an alert is about, in codes: not the subject of a ticket.
NOT_PRIVATE = {("alerts", "subject")}


@pytest.fixture(scope="module")
def manifest(built) -> dict[str, Any]:
    """dbt's manifest of the sample's build."""
    return json.loads((built.target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def models(manifest) -> dict[str, dict[str, Any]]:
    """The project's models by unique id."""
    return _nodes(manifest, "model")


@pytest.fixture(scope="module")
def marts(models) -> dict[str, dict[str, Any]]:
    """The published models under models/marts by name: all but those of the vault."""
    return {
        node["name"]: node
        for node in models.values()
        if _layer(node) == "marts" and _folder(node) != "vault"
    }


@pytest.fixture(scope="module")
def built_columns(built) -> dict[tuple[str, str], dict[str, str]]:
    """(schema, relation) → column → type, as built."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, relation, column, kind in built.rows(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where not internal"
    ):
        found.setdefault((schema, relation), {})[column] = kind
    return found


def _nodes(manifest: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == kind and node["package_name"] == "touchpoints"
    }


def _expect_none(found: list[Any]) -> None:
    assert not found, "\n" + "\n".join(map(str, found))


def _layer(node: dict[str, Any]) -> str:
    return node["path"].split("/")[0]


def _folder(node: dict[str, Any]) -> str:
    """Folder below the layer: the source system in staging, the subject elsewhere."""
    return node["path"].split("/")[1]


def _seed_rows(name: str) -> list[dict[str, str]]:
    with open(PROJECT / "seeds" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _project_files() -> list[Path]:
    """Every file that git tracks or would track."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("not a git working copy: what belongs to the project cannot be told")
    return [
        PROJECT / name for name in done.stdout.split("\0") if name and (PROJECT / name).is_file()
    ]


def _returned_list(macro: str) -> list[list[Any]]:
    """The list literal that a landing macro returns, read without dbt."""
    text = (PROJECT / "macros" / "landing" / f"{macro}.sql").read_text(encoding="utf-8")
    literal = text[text.index("return(") + len("return(") : text.rindex(")")].rsplit(")", 1)[0]
    return ast.literal_eval(re.sub(r"\bnone\b", "None", literal))


def _source_tables(manifest: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(node["source_name"], node["name"]): node for node in manifest["sources"].values()}


# ------------------------------------------------------------------------------------------- layers


def test_staging_reads_its_own_source_definitions_and_what_is_erased_or_expired(manifest, models):
    wrong = []
    for node in models.values():
        if _layer(node) != "staging":
            continue
        for parent in node["depends_on"]["nodes"]:
            if parent in manifest["sources"]:
                right = manifest["sources"][parent]["source_name"] == _folder(node)
            else:
                right = parent.startswith("seed.") or (
                    parent in models
                    and (
                        models[parent]["path"].split("/")[:2] == node["path"].split("/")[:2]
                        or models[parent]["name"] in ("int_erasures", "stg_landing__retention")
                    )
                )
            if not right:
                wrong.append((node["name"], parent))
    _expect_none(wrong)


@pytest.mark.parametrize(
    ("layer", "readable"),
    [("intermediate", {"staging", "intermediate"}), ("marts", {"intermediate", "marts"})],
)
def test_layer_reads_only_what_it_may(layer, readable, manifest, models):
    wrong = []
    for node in models.values():
        if _layer(node) != layer:
            continue
        for parent in node["depends_on"]["nodes"]:
            is_seed = (
                parent in manifest["nodes"] and manifest["nodes"][parent]["resource_type"] == "seed"
            )
            if not is_seed and not (parent in models and _layer(models[parent]) in readable):
                wrong.append((node["name"], parent))
    _expect_none(wrong)


def test_every_model_belongs_to_a_layer(models):
    assert {_layer(node) for node in models.values()} <= set(LAYERS)


def test_nothing_but_identity_reads_raw_identifiers_in_the_vault(models, built_columns):
    """The relations of the vault that people read show them: that is what these are for."""
    wrong = []
    for node in models.values():
        if node["schema"] == "vault":
            continue
        for parent in node["depends_on"]["nodes"]:
            if parent in models and models[parent]["schema"] == "vault":
                raw = IDENTIFIER_COLUMNS & set(built_columns[("vault", models[parent]["name"])])
                if raw:
                    wrong.append((node["name"], models[parent]["name"], sorted(raw)))
    _expect_none(wrong)


def test_identity_is_the_vault_and_marts_are_the_marts(models):
    for node in models.values():
        in_vault = node["path"].startswith(("intermediate/identity/", "marts/vault/"))
        expected = "vault" if in_vault else _layer(node)
        assert (node["name"], node["schema"]) == (node["name"], expected)


def test_no_mart_reads_a_model_with_texts_or_names(marts, models, built_columns):
    wrong = []
    for mart in marts.values():
        for parent in mart["depends_on"]["nodes"]:
            if parent in models:
                node = models[parent]
                private = (PRIVATE_COLUMNS - {"order_no"}) & set(
                    built_columns[(node["schema"], node["name"])]
                )
                if private and node["schema"] != "vault":
                    wrong.append((mart["name"], node["name"], sorted(private)))
    _expect_none(wrong)


# -------------------------------------------------------------------------------------------- names


def test_models_are_named_for_their_layer_and_folder(models):
    wrong = []
    for node in models.values():
        name, layer, folder = node["name"], _layer(node), _folder(node)
        if layer == "staging":
            kind = "base" if "/base/" in node["path"] else "stg"
            pattern = rf"{kind}_{folder}__[a-z]+(_[a-z]+)*"
        elif layer == "intermediate":
            pattern = r"int_[a-z]+(_[a-z]+)*"
        else:
            pattern = r"(?!stg_|base_|int_)[a-z]+(_[a-z]+)*"
        if not re.fullmatch(pattern, name):
            wrong.append(name)
    _expect_none(wrong)


def test_column_names_tell_their_types(marts):
    """`…_at` is a time, `…_date` a date, `is_`/`has_` a yes or no, `…_count` a whole number.

    Money has two decimals.
    """
    wrong = []
    for mart in marts.values():
        for name, column in mart["columns"].items():
            kind = (column["data_type"] or "").lower().replace(" ", "")
            for is_named, is_typed in (
                (name.endswith("_at"), kind == "timestamp"),
                (name.endswith("_date"), kind == "date"),
                (name.startswith(("is_", "has_")), kind == "boolean"),
                (name.endswith("_count"), kind in ("bigint", "integer")),
            ):
                if is_named != is_typed and (is_named or kind in ("timestamp", "date", "boolean")):
                    wrong.append((mart["name"], name, kind))
            is_money = name in ("value", "price", "cost") or name.endswith(("_amount", "_value"))
            is_money = is_money and (mart["name"], name) not in NOT_MONEY
            if is_money and kind not in ("decimal(18,2)", "varchar"):
                wrong.append((mart["name"], name, kind))
    _expect_none(wrong)


def test_singular_tests_are_named_as_sentences():
    for path in (PROJECT / "tests").glob("*.sql"):
        assert len(path.stem.split("_")) >= 4, f"{path.name}: name the invariant"


def test_unit_tests_are_named_for_their_model_and_behaviour(manifest):
    for node in manifest["unit_tests"].values():
        assert re.fullmatch(rf"test_{node['model']}__[a-z0-9_]+", node["name"]), node["name"]
        assert len(node["name"]) <= 63, f"{node['name']}: PostgreSQL has names of 63 characters"


# ------------------------------------------------------------------------------------- descriptions


def test_everything_has_a_description(manifest):
    missing = [
        node["unique_id"]
        for group in ("nodes", "sources", "exposures")
        for node in manifest[group].values()
        if node["resource_type"] in ("model", "seed", "source", "exposure")
        and not node["description"].strip()
    ]
    missing += [
        source["unique_id"] + " (the system)"
        for source in manifest["sources"].values()
        if not source["source_description"].strip()
    ]
    _expect_none(missing)


def test_every_macro_has_a_description(manifest):
    """Of a dispatched macro once, for all adapters; generic tests say it where they stand."""
    missing = [
        macro["name"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == "touchpoints"
        and not re.match(r"(duckdb|spark|postgres|default)__|test_", macro["name"])
        and not macro["description"].strip()
    ]
    _expect_none(missing)


def test_dbt_knows_every_type_of_a_macro_argument(manifest):
    """Of one that it does not know it warns whenever it reads the project anew."""
    unknown = [
        f"{macro['name']}({argument['name']}): {argument['type']}"
        for macro in manifest["macros"].values()
        if macro["package_name"] == "touchpoints"
        for argument in macro["arguments"]
        if argument["type"] and not is_valid_type(argument["type"])
    ]
    _expect_none(unknown)


def test_every_macro_file_says_what_it_is_for():
    for path in [*(PROJECT / "macros").rglob("*.sql"), *(PROJECT / "tests/generic").glob("*.sql")]:
        assert path.read_text(encoding="utf-8").startswith("{#"), (
            f"{path.relative_to(PROJECT)}: begin with {{#- … -#}}"
        )


def test_descriptions_of_models_begin_with_their_grain(models):
    wrong = [
        node["name"]
        for node in models.values()
        if not node["description"].startswith("One row per ")
    ]
    _expect_none(wrong)


def test_models_are_described_beside_themselves(models, manifest):
    """In the YAML of the model's folder (a sub-folder counts as the folder it stands in)."""
    wrong = []
    for node in [*models.values(), *_nodes(manifest, "seed").values()]:
        patch = (node["patch_path"] or "").removeprefix("touchpoints://")
        folder = Path(node["original_file_path"]).parent
        if Path(patch).parent not in (folder, folder.parent):
            wrong.append((node["name"], patch))
    _expect_none(wrong)


def test_columns_of_seeds_and_sources_are_described(manifest):
    wrong = []
    for seed in _nodes(manifest, "seed").values():
        with open(PROJECT / seed["original_file_path"], encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        if header != list(seed["columns"]):
            wrong.append((seed["name"], "documented columns differ from the file's"))
    for node in [*_nodes(manifest, "seed").values(), *manifest["sources"].values()]:
        wrong += [
            (node["name"], name)
            for name, column in node["columns"].items()
            if not column["description"].strip()
        ]
    _expect_none(wrong)


# --------------------------------------------------------------------------------- marts' contracts


def test_every_mart_has_an_enforced_contract_that_describes_every_column(marts, built_columns):
    wrong = []
    for mart in marts.values():
        if not mart["config"]["contract"]["enforced"]:
            wrong.append((mart["name"], "contract not enforced"))
        if set(mart["columns"]) != set(built_columns[("marts", mart["name"])]):
            wrong.append((mart["name"], "documented columns differ from the relation's"))
        for name, column in mart["columns"].items():
            if not column["description"].strip():
                wrong.append((mart["name"], f"{name}: no description"))
            if not column["data_type"]:
                wrong.append((mart["name"], f"{name}: no data type"))
    _expect_none(wrong)


def test_every_mart_has_a_tested_key(marts, manifest):
    """A column that is a primary key, or a unique combination of columns."""
    keyed = set()
    for node in _nodes(manifest, "test").values():
        metadata, attached = node.get("test_metadata"), node.get("attached_node")
        if (
            not metadata
            or not attached
            or node["config"]["where"]
            or node["config"]["severity"].lower() != "error"
        ):
            continue
        if metadata["name"] in ("primary_key", "unique_combination"):
            keyed.add(attached.split(".")[-1])
    _expect_none([name for name in marts if name not in keyed])


def test_every_mart_is_published(marts, built):
    """What a full green build stamps for publication is every mart and nothing else."""
    stamp = built.database.with_name(built.database.name + ".stamp.json")
    assert set(json.loads(stamp.read_text(encoding="utf-8"))["relations"]) == set(marts)


def test_the_explorer_s_exposure_names_the_marts_that_it_reads(manifest, marts):
    """The lineage graph leads from raw exports to the pages; one of them, details, shows whatever was published."""
    details = (PROJECT / "explorer" / "pages" / "details.py").read_text(encoding="utf-8")
    assert "sorted(publication.relations)" in details
    exposures = {node["name"]: node for node in manifest["exposures"].values()}
    named = {node.split(".")[-1] for node in exposures["explorer"]["depends_on"]["nodes"]}
    assert named == set(marts)
    assert all(node["access"] == "public" for node in marts.values())


def test_no_mart_carries_an_identifier_a_name_or_a_text(built_columns):
    wrong = [
        (relation, column)
        for (schema, relation), columns in built_columns.items()
        if schema == "marts"
        for column in sorted(PRIVATE_COLUMNS & set(columns))
        if (relation, column) not in NOT_PRIVATE
    ]
    _expect_none(wrong)


def test_no_mart_carries_an_internal_key(built_columns):
    """Readers get ids (text): a key of 63 bits loses digits in a spreadsheet."""
    wrong = [
        (relation, column)
        for (schema, relation), columns in built_columns.items()
        if schema == "marts"
        for column in columns
        if column.endswith("_key")
    ]
    _expect_none(wrong)


def test_every_rate_is_published_with_its_interval(marts):
    """A benchmark_rate is a yardstick, not something that was measured."""
    wrong = []
    for mart in marts.values():
        for name in mart["columns"]:
            if (
                (name.endswith("_rate") and not name.startswith("benchmark_"))
                or name in ("csat", "nps", "ces")
                or name.startswith("conversion_from_")
            ):
                base = re.sub(r"_(low|high)$", "", name)
                wrong += [
                    (mart["name"], base + end)
                    for end in ("_low", "_high")
                    if base + end not in mart["columns"]
                ]
    _expect_none(wrong)


def test_every_interval_is_checked_by_the_singular_test(marts):
    checked = (PROJECT / "tests" / "every_rate_lies_in_its_range_and_its_interval.sql").read_text(
        encoding="utf-8"
    )
    # all time alone has one, and Shapley values may be below 0: see test_contribution.py
    # the last word of a difference is "low", its interval is _from and _to
    apart = {
        ("channel_contribution", "share_low"),
        ("satisfaction_drivers", "effect_high_minus_low"),
    }
    missing = [
        (mart["name"], name.removesuffix("_low"))
        for mart in marts.values()
        for name in mart["columns"]
        if name.endswith("_low")
        and (mart["name"], name) not in apart
        and f"('{mart['name']}', '{name.removesuffix('_low')}'," not in checked
    ]
    _expect_none(missing)


def test_every_mart_that_names_people_is_checked_by_the_singular_test(marts):
    checked = (PROJECT / "tests" / "every_person_named_anywhere_is_in_dim_users.sql").read_text(
        encoding="utf-8"
    )
    missing = [
        name
        for name, mart in marts.items()
        if "user_id" in mart["columns"] and name != "dim_users" and f"'{name}'" not in checked
    ]
    _expect_none(missing)


def test_a_test_that_only_warns_says_why(manifest):
    silent = [
        node["name"]
        for node in _nodes(manifest, "test").values()
        if node["config"]["severity"].lower() != "error"
        and not node["description"].strip()
        and not node["config"]["meta"].get("reason")
    ]
    _expect_none(silent)


# ----------------------------------------------------------------------------- the landing contract


def test_landed_tables_are_the_sources(manifest, models):
    landed = [tuple(entry) for entry in _returned_list("landed_tables")]
    assert landed == sorted(set(landed))
    assert set(landed) == set(_source_tables(manifest))
    names = {node["name"] for node in models.values()}
    for system, table in landed:
        assert {f"base_{system}__{table}", f"stg_{system}__{table}"} <= names


def test_increments_see_every_table_that_interactions_read(manifest):
    """An interaction's records are hashed where names stand in them, or through the record that names their person."""
    seen = {f"stg_{entry[0]}__{entry[1]}" for entry in _returned_list("identified_tables")}
    read: set[str] = set()
    for node in _nodes(manifest, "model").values():
        names = {name.split(".")[-1] for name in node["depends_on"]["nodes"]}
        if node["name"] == "int_set_inputs":
            seen |= names
        elif "/interactions/" in node["original_file_path"]:
            read |= {name for name in names if name.startswith(("stg_", "int_"))}
    assert len(read) >= 20
    assert read <= seen, read - seen


def test_identified_tables_are_the_sources_that_carry_identifiers(manifest, built_columns):
    listed = {
        (system, table): (time, columns, profile)
        for system, table, time, columns, profile in _returned_list("identified_tables")
    }
    carried = {
        place: {
            name for name in node["columns"] if name in IDENTIFIER_COLUMNS - {"identifier_value"}
        }
        for place, node in _source_tables(manifest).items()
    }
    assert set(listed) == {place for place, columns in carried.items() if columns}
    for (system, table), (time, columns, profile) in listed.items():
        place = (system, table)
        assert (place, set(columns)) == (place, carried[place])
        assert profile is None or profile in columns
        assert time in built_columns[("staging", f"stg_{system}__{table}")]
    types = (PROJECT / "macros/landing/identifier_types.sql").read_text(encoding="utf-8")
    assert {column for columns in carried.values() for column in columns} == set(
        re.findall(r"'([a-z_]+)'", types)
    )


# What landed records say of things and events, and never of a person.
IMPERSONAL_COLUMNS = {
    *(
        "app_version",
        "article_id",
        "article_title",
        "campaign",
        "carrier",
        "category",
        "channel_code",
        "contact_channel",
    ),
    *(
        "content_id",
        "content_title",
        "currency",
        "customer_tier",
        "clicked_item_id",
        "item_id",
        "item_name",
    ),
    *(
        "account",
        "group_id",
        "medium",
        "os",
        "outcome",
        "page_path",
        "platform",
        "push_id",
        "queue",
        "region",
    ),
    *(
        "scene",
        "sender",
        "status",
        "source_category",
        "store_id",
        "till_id",
        "agent_id",
        "first_responder",
    ),
    *(
        "event_name",
        "interaction_type",
        "engagement_type",
        "activity_type",
        "survey_type",
        "touchpoint_code",
    ),
    *("utm_source", "utm_medium", "utm_campaign"),
    *("course_id", "department", "doctor_id"),
    *("batch_no", "equipment_id", "line_id", "plant", "severity"),
    # numbers of records
    *(
        "activity_id",
        "appointment_id",
        "call_id",
        "delivery_id",
        "engagement_id",
        "enrolment_id",
        "equipment_event_id",
        "event_id",
        "follow_up_id",
        "interaction_id",
        "invitation_id",
        "message_id",
    ),
    *(
        "order_no",
        "post_id",
        "receipt_no",
        "request_id",
        "response_id",
        "review_id",
        "search_id",
        "send_id",
    ),
    *("lesson_record_id", "shipment_id", "survey_id", "ticket_id", "tracking_event_id", "visit_id"),
    # the browser's own description stays, as it decides what is a bot; staging hands it on to nobody but that rule
    "user_agent",
    # what the company did to get better
    *("action_id", "action_name", "metric_code", "starts_on", "ends_on"),
    *("segment_dimension", "treated_segment", "control_segment"),
    # requests hide what they name by themselves, and erasures what consents name
    *("identifier_type", "identifier_value"),
    # words of a definition
    "purpose",
}


def test_every_text_of_a_landed_table_is_an_identifier_personal_or_neither(manifest):
    personal = set(_returned_list("personal_columns"))
    assert personal == PERSONAL_COLUMNS
    assert not personal & IMPERSONAL_COLUMNS
    texts = {
        name
        for node in _source_tables(manifest).values()
        for name, column in node["columns"].items()
        if column["data_type"] in ("text", "phone", "email", "date")
    } - {"spend_date"}
    assert texts == (personal | IDENTIFIER_COLUMNS | IMPERSONAL_COLUMNS) & texts
    assert personal | IMPERSONAL_COLUMNS <= texts


def test_sources_state_the_landing_contract(manifest):
    if not RAW_CONTRACT.exists():
        pytest.skip(
            f"{RAW_CONTRACT.name} lies beside the repository only where the project is developed"
        )
    contract = yaml.safe_load(RAW_CONTRACT.read_text(encoding="utf-8"))["systems"]
    expected = {
        (system, table): (rule["key"], rule["need"], set(rule["need"]) | set(rule["may"]))
        for system, tables in contract.items()
        for table, rule in tables.items()
    }
    stated = {
        place: (node["config"]["meta"]["key"], node["config"]["meta"]["need"], set(node["columns"]))
        for place, node in _source_tables(manifest).items()
    }
    assert stated == expected


def test_sources_have_freshness(manifest):
    stale = [
        node["unique_id"]
        for node in manifest["sources"].values()
        if not node["loaded_at_field"]
        or not (node["freshness"] or {}).get("warn_after", {}).get("count")
    ]
    _expect_none(stale)


# -------------------------------------------------------------------------------------------- files


def _yaml_files(pattern: str) -> list[Path]:
    return sorted(
        path
        for folder in ("models", "seeds", "macros", "tests")
        for path in (PROJECT / folder).rglob(pattern)
    )


def test_yaml_files_are_valid_for_dbt():
    """dbt warns of misspelt keys on some engines only; its JSON schemas find them on all."""
    from dbt.jsonschemas.jsonschemas import CustomDraft7Validator, project_schema, resources_schema

    faults = []
    checks = [(path, resources_schema()) for path in _yaml_files("*.yml")]
    assert len(checks) > 20
    for path, schema in [*checks, (PROJECT / "dbt_project.yml", project_schema())]:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        # the schemas know metrics as later versions of dbt write them; those of this one are checked while it parses
        content.pop("metrics", None)
        faults += [
            (
                str(path.relative_to(PROJECT)),
                "/".join(map(str, fault.absolute_path)),
                fault.message[:200],
            )
            for fault in CustomDraft7Validator(schema).iter_errors(content)
        ]
    _expect_none(faults)


def test_yaml_files_end_in_yml():
    assert _yaml_files("*.yaml") == []


ENGINE_SPECIFIC = {
    r"\bqualify\b": "not on PostgreSQL: row_number in a common table expression",
    r"\bdistinct\s+on\b": "not on Spark: row_number in a common table expression",
    r"\b(group|order)\s+by\s+all\b": "DuckDB only: name the columns",
    r"\bread_(csv|parquet|json|blob|text)\w*\s*\(": "files are read in macros/engine",
    r"\bglob\s*\(": "files are found in macros/engine",
    r"\blist_\w+\s*\(": "DuckDB's lists: a macro",
    r"\b(struct_pack|struct_extract|unnest|unpivot|pivot)\b": "lists differ: one row per step",
    r"\b(try_cast|(try_)?strptime|strftime|make_timestamp\w*)\s*\(": "an engine macro",
    r"[\w)\]'\"]::\w": "write cast(… as …)",
    r"\bas\s+(varchar|text|string)\b": "text_type",
    r"\b(arg_min|arg_max|max_by|min_by|any_value|first|last)\s*\(": "value_at_first or _last",
    r"\b(epoch(_[mun]s)?|to_timestamp|date_?diff|dateadd|age)\s*\(": "seconds_between, interval",
    r"\bE'": "escaped strings differ: chr() or a plain literal",
    r"(?<![\w.])hash\s*\(": "row_hash, or hash64 where readers see it",
    r"\bmd5\s*\(": "hash64",
    r"\b(regexp_\w+|similar\s+to)\b": "matches, replace_all",
    r"\bat\s+time\s+zone\b|\btimestamptz\b": "fails on Spark: utc_to_local, local_to_utc",
    r"\b(generate_series|range)\s*\(": "dbt.date_spine",
    r"\b(string_agg|listagg|group_concat|array_agg)\s*\(": "ordered aggregation: a macro",
    r"\b(exclude|replace)\s*\([^)]*\bas\b": "DuckDB's select * replace: name the columns",
    r"\binterval\s+[0-9]": "write interval '30' minute",
    r"\bfilter\s*\(\s*where\b[^)]*\)\s*over\b": "not inside a window on Spark",
    r"\bignore\s+nulls\b": "carry_forward",
    r"\b(asof|positional|semi|anti)\s+join\b": "DuckDB's joins: plain joins",
    r"\b(current_timestamp|current_date|getdate|(now|today)\s*\(\))": "no clock is read: as_of",
    r"\b(random|uuid|gen_random_uuid|nextval)\s*\(": "builds repeat to the byte",
    r"(?<![/:])//": "floor(… / …)",
    r"\b(median|mode|quantile_(cont|disc)|approx_\w+)\s*\(": "quantile",
    r"\b(ifnull|nvl|iff|count_if)\s*\(": "coalesce, case",
    r"\bconcat(_ws)?\s*\(": "nulls differ: || and coalesce",
    r"\b(strlen|len|instr|charindex|strpos)\s*\(": "length, position(… in …)",
    r"\b(dayof\w+|weekofyear|isodow|dow|date_part)\b": "days are numbered differently: dim_dates",
    r"\b(year|month|day|hour|minute|week|quarter)\s*\(": "extract(… from …)",
    r"\b(log|log2|log10|cbrt)\s*\(": "the base of log differs: ln",
    r"\b(u(big|small|tiny|huge)?int(eger)?|hugeint|tinyint)\b": "bigint or decimal",
    r"\b(lateral|natural|ilike)\b|\bcolumns\s*\(\*": "plain joins, lower(…) like, columns by name",
}


def _code_of(path: Path) -> str:
    """SQL without comments and Jinja's control words; texts that Jinja puts together stay."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%-?\s*(for|if|elif|macro|test|do)\b.*?%\}", "", text, flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", text)


def test_sql_outside_the_engine_macros_is_portable():
    paths = [
        path
        for folder in ("models", "tests", "analyses", "macros")
        for path in sorted((PROJECT / folder).rglob("*.sql"))
        if "macros/engine" not in path.as_posix()
    ]
    assert len(paths) > 100
    wrong = []
    for path in paths:
        code = _code_of(path)
        for pattern, instead in ENGINE_SPECIFIC.items():
            found = re.search(pattern, code, flags=re.IGNORECASE if pattern != r"\bE'" else 0)
            if found:
                wrong.append((str(path.relative_to(PROJECT)), found.group(0), instead))
        bare = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if re.search(r"^[^-#'\n]*\s~\s", bare, flags=re.MULTILINE):
            wrong.append((str(path.relative_to(PROJECT)), "~", "matches: the operator differs"))
    _expect_none(wrong)


# Macros that read a landing or run a model's statements: every build is their test, and the lanes compare its tables.
SEEN_IN_BUILDS = {
    *("collect_freshness", "forget_gone_files", "get_assert_columns_equivalent", "is_unread"),
    *("keep_unreadable_lines", "landed_branches", "landed_columns", "landed_files", "landed_loads"),
    *("delete_keys", "keeps_memory", "note_present_files", "prepare_server", "proposed_links"),
    *("fixture_sql", "trained_sentiment", "sentiment_model_count"),
    *("remember_read_files", "replace_table", "run_in_turn", "settle_new_table", "update_rows"),
    "zoned_literal",
    "view_with_statistics",
}


def test_every_engine_macro_has_a_form_for_each_engine_and_a_test():
    code = "\n".join(_read_all(PROJECT / "macros" / "engine"))
    tests = "\n".join(_read_all(PROJECT / "tests" / "engine"))
    forms: dict[str, set[str]] = {}
    for engine, name in re.findall(r"macro (duckdb|postgres|spark|default)__(\w+)\(", code):
        forms.setdefault(name, set()).add(engine)
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", code))
    assert len(dispatched) > 25
    for name in sorted(dispatched):
        assert "default" in forms[name] or {"duckdb", "postgres", "spark"} <= forms[name], name
        assert name in SEEN_IN_BUILDS or re.search(rf"\b{name}\(", tests), f"{name}: no test"


def _read_all(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]


def test_no_model_is_longer_than_anyone_reads():
    long = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (PROJECT / "models").rglob("*.sql")
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_MODEL_LINES
    }
    assert long == {}


def test_no_file_names_a_machine_or_a_registry():
    """Neither folders of somebody's machine nor hosts of registries: they differ everywhere."""
    folders = "|".join(("work", "tmp", "home", "root", "Users", "mnt", "private"))
    # a letter in brackets is itself: so not even this file names one
    hosts = "|".join(("p[y]pi", "python[h]osted", "npm[j]s", "arti[f]actory", "n[e]xus", "con[d]a"))
    patterns = [
        re.compile(rf"(?<![\w.)}}\]\"'*-])/({folders})/\w"),
        re.compile(rf"[\"'`(= ]/({folders})/\w"),
        re.compile(rf"https?://[\w.-]*({hosts})[\w.-]*", flags=re.IGNORECASE),
        re.compile(rf"\b[\w-]*({hosts})[\w-]*\.(org|com|net|io|cn)\b", flags=re.IGNORECASE),
        re.compile(r"\b(index|proxy|mirror)[\w-]*\s*=\s*[\"']?https?://", flags=re.IGNORECASE),
        re.compile(r"--(extra-)?index-url\s+http"),
    ]
    wrong = []
    for path in _project_files():
        if path.suffix in (".csv", ".parquet", ".png", ".json") and "demo/raw" in path.as_posix():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [
            (str(path.relative_to(PROJECT)), found.group(0))
            for p in patterns
            for found in p.finditer(text)
        ]
    _expect_none(wrong)


def test_every_python_file_says_what_it_is_for():
    silent = []
    for path in _project_files():
        if path.suffix == ".py":
            docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
            if not docstring or not docstring.strip():
                silent.append(str(path.relative_to(PROJECT)))
    _expect_none(silent)


# ------------------------------------------------------------------------------ definitions as data

FOREIGN_KEYS = [
    ("channel_mappings", "channel_code", "channels", "channel_code"),
    ("touchpoints", "channel_code", "channels", "channel_code"),
    ("event_mappings", "channel_code", "channels", "channel_code"),
    ("event_mappings", "touchpoint_code", "touchpoints", "touchpoint_code"),
    ("funnel_step_definitions", "funnel_code", "funnel_definitions", "funnel_code"),
    ("funnel_step_definitions", "interaction_type", "touchpoints", "interaction_type"),
    ("goals", "interaction_type", "touchpoints", "interaction_type"),
    ("touchpoints", "interaction_type", "interaction_types", "interaction_type"),
    ("interaction_types", "interaction_type", "touchpoints", "interaction_type"),
    ("service_levels", "touchpoint_code", "touchpoints", "touchpoint_code"),
    ("identifier_sharing_limits", "identifier_type", "identifier_rules", "identifier_type"),
    ("identifier_sharing_limits", "partner_type", "identifier_rules", "identifier_type"),
    ("blocked_identifiers", "identifier_type", "identifier_rules", "identifier_type"),
]


@pytest.mark.parametrize(("seed", "column", "parent", "parent_column"), FOREIGN_KEYS)
def test_definitions_name_definitions_that_exist(seed, column, parent, parent_column):
    known = {row[parent_column] for row in _seed_rows(parent)}
    assert {row[column] for row in _seed_rows(seed)} - known - {""} == set()


@pytest.mark.parametrize("seed", ["event_mappings", "source_expectations"])
def test_definitions_name_tables_that_land(seed, manifest):
    named = {(row["source_system"], row["source_table"]) for row in _seed_rows(seed)}
    assert named <= set(_source_tables(manifest))


def test_source_expectations_cover_every_table_that_lands(manifest):
    named = {
        (row["source_system"], row["source_table"]) for row in _seed_rows("source_expectations")
    }
    assert named == set(_source_tables(manifest))


def test_an_event_is_mapped_to_a_touchpoint_of_its_own_channel():
    channels = {row["touchpoint_code"]: row["channel_code"] for row in _seed_rows("touchpoints")}
    wrong = [
        row
        for row in _seed_rows("event_mappings")
        if row["touchpoint_code"] != "unmapped"
        and channels[row["touchpoint_code"]] != row["channel_code"]
    ]
    _expect_none(wrong)


def test_every_touchpoint_but_those_without_events_can_happen():
    """Is the target of a mapping; the seed's description names those that only surveys judge."""
    mapped = {row["touchpoint_code"] for row in _seed_rows("event_mappings")}
    description = next(
        seed["description"]
        for seed in yaml.safe_load((PROJECT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))[
            "seeds"
        ]
        if seed["name"] == "touchpoints"
    )
    unheard = {row["touchpoint_code"] for row in _seed_rows("touchpoints")} - mapped
    assert {code for code in unheard if f"`{code}`" not in description} == set()


def test_codes_are_lower_case_words():
    for seed in sorted(path.stem for path in (PROJECT / "seeds").glob("*.csv")):
        for row in _seed_rows(seed):
            for column, value in row.items():
                if column.endswith("_code") and value:
                    assert re.fullmatch(r"[a-z][a-z0-9_]*", value), (seed, column, value)


def test_definitions_hold_only_industries_that_exist():
    from touchpoints.settings import INDUSTRIES

    for path in (PROJECT / "seeds").glob("*.csv"):
        industries = {row["industry"] for row in _seed_rows(path.stem) if "industry" in row}
        assert industries <= {"all", *INDUSTRIES}, path.name


def test_no_model_macro_or_page_names_an_industry(manifest):
    """What an industry is like stands in the seeds. A system may be called like an industry: its word is no sign."""
    from touchpoints.settings import INDUSTRIES

    systems = {system for system, _ in _source_tables(manifest)}
    named = re.compile(rf"\b({'|'.join(sorted(set(INDUSTRIES) - systems))})\b", re.IGNORECASE)
    chosen = re.compile(rf"industry\W+.*['\"]({'|'.join(INDUSTRIES)})['\"]", re.IGNORECASE)
    wrong = [
        (str(path.relative_to(PROJECT)), line)
        for folder in ("models", "macros", "analyses", "tests", "explorer")
        for path in sorted((PROJECT / folder).rglob("*"))
        if path.suffix in (".sql", ".yml", ".md", ".py", ".js", ".ts", ".css", ".html")
        and "node_modules" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if named.search(line) or chosen.search(line)
    ]
    _expect_none(wrong)


def test_every_industry_has_rows_of_its_own():
    from touchpoints.settings import INDUSTRIES

    for seed in ("funnel_definitions", "funnel_step_definitions", "goals"):
        assert set(INDUSTRIES) <= {row["industry"] for row in _seed_rows(seed)}, seed


def test_every_definition_is_read_by_a_model(manifest, models):
    read = {parent for node in models.values() for parent in node["depends_on"]["nodes"]}
    assert [seed["name"] for key, seed in _nodes(manifest, "seed").items() if key not in read] == []


def test_dates_and_numbers_of_definitions_are_what_they_say():
    for row in _seed_rows("exchange_rates"):
        assert isinstance(date.fromisoformat(row["rate_date"]), date)
        assert float(row["rate"]) > 0
    for row in _seed_rows("satisfaction_scales"):
        assert float(row["scale_min"]) < float(row["scale_max"])
    for row in _seed_rows("funnel_definitions"):
        assert int(row["window_hours"]) > 0


def test_funnel_steps_count_from_one_without_a_hole(manifest):
    steps: dict[tuple[str, str], set[int]] = {}
    for row in _seed_rows("funnel_step_definitions"):
        steps.setdefault((row["industry"], row["funnel_code"]), set()).add(int(row["step_number"]))
    limit = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"][
        "max_funnel_steps"
    ]
    for funnel, numbers in steps.items():
        assert numbers == set(range(1, len(numbers) + 1)), funnel
        assert len(numbers) <= limit, funnel


# ----------------------------------------------------------------------------------------- settings


def test_every_setting_is_documented():
    document = PROJECT / "docs" / "settings.md"
    assert document.exists(), "docs/settings.md lists every setting"
    used = set()
    for path in _project_files():
        inside = path.relative_to(PROJECT).parts[0]
        if inside in (
            "touchpoints",
            "macros",
            "models",
            "demo",
            "benchmarks",
            "profiles.yml",
            "dbt_project.yml",
        ):
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            used |= set(re.findall(r"\bTOUCHPOINT_[A-Z]+(?:_[A-Z]+)*\b", text))
    macro = (PROJECT / "macros/settings/setting.sql").read_text(encoding="utf-8")
    used |= {
        f"TOUCHPOINT_{name.upper()}"
        for name in re.findall(r"^\s+'([a-z_]+)': '", macro, flags=re.MULTILINE)
    }
    text = document.read_text(encoding="utf-8")
    assert sorted(name for name in used if not re.search(rf"\b{name}\b", text)) == []


def test_every_var_is_explained():
    """dbt_project.yml says beside each var, or docs/settings.md says, what it does."""
    settings = PROJECT / "docs" / "settings.md"
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    project = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    unexplained = [
        name
        for name in yaml.safe_load(project)["vars"]
        if f"`{name}`" not in text
        and not re.search(rf"^\s+{name}:.*#", project, flags=re.MULTILINE)
    ]
    _expect_none(unexplained)


# ------------------------------------------------------------------------------------ what docs promise


@pytest.mark.parametrize("name", ["bring-your-own-data.md", "bring-your-own-data.zh-CN.md"])
def test_messages_that_readers_are_to_look_up_are_those_that_are_told(name: str):
    """Section 7 names messages by their words; `…` stands for what differs."""
    told = " ".join(
        re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))
        for path in sorted((PROJECT / "touchpoints").glob("*.py"))
    )
    text = (PROJECT / "docs" / name).read_text(encoding="utf-8")
    rows = [row for row in text[text.index("\n## 7.") :].splitlines() if row.startswith("| ")]
    named = [
        words
        for row in rows
        for words in re.findall("`([^`]+)`", row.split("|")[1])
        if " " in words
    ]
    assert len(named) >= 4
    _expect_none([words for words in named if any(part not in told for part in words.split("…"))])
