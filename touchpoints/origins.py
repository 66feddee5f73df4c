"""What a build was made of, told by names and hashes, and the catalogue of what it made.

Both go with a publication: readers see definitions, and `make diff` tells through what two publications differ.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from touchpoints.settings import PROJECT, read_yaml

# A macro or model names what it depends on: var('min_sample'), setting('currency').
NAMED = re.compile(r"\b(var|setting)\(\s*['\"](\w+)['\"]")
KEY_TESTS = ("unique_combination", "primary_key")
PUBLISHED_SCHEMAS = ("marts",)


def catalogue(manifest: dict[str, Any]) -> dict[str, Any]:
    """Each mart with its description, its key, and its columns with types and descriptions."""
    found = {}
    keys = _keys(manifest)
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["schema"] not in PUBLISHED_SCHEMAS:
            continue
        found[node["alias"]] = {
            "description": _plain(node.get("description")),
            "key": keys.get(node.get("unique_id"), []),
            "columns": {
                name: {
                    "type": column.get("data_type"),
                    "description": _plain(column.get("description")),
                }
                for name, column in node.get("columns", {}).items()
            },
        }
    return found


def _keys(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """The first key that a test of the whole model asserts; that is what a row is one of."""
    found: dict[str, list[str]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if test.get("name") not in KEY_TESTS or node.get("config", {}).get("where"):
            continue
        given = test["kwargs"]
        columns = list(given.get("columns") or [given["column_name"]])
        found.setdefault(node.get("attached_node"), columns)
    return found


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def made_of(
    manifest: dict[str, Any],
    settings: dict[str, str],
    overrides: dict[str, Any] | None = None,
    vault_key: Path | None = None,
    project: Path = PROJECT,
) -> dict[str, Any]:
    """Versions, vars, hashes of seeds, models and macros, who depends on what. Names and hashes, no content."""
    parents, hashes = _graph(manifest, project)
    given = _project_vars(project) | (overrides or {})
    return {
        "versions": {
            "project": _project(project).get("version"),
            "commit": _commit(project),
            "dbt": manifest["metadata"].get("dbt_version"),
            "duckdb": duckdb.__version__,
        },
        "values": {
            **{f"var {name}": value for name, value in sorted(given.items())},
            **{f"setting {name}": value for name, value in sorted(settings.items())},
        },
        "identity_key": _key_id(vault_key),
        "learned": _learned(vault_key),
        "hashes": hashes,
        "parents": parents,
    }


def _graph(manifest: dict[str, Any], project: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What depends on what, and the hash of each: seeds, models, macros, sources, vars and settings by name."""
    parents: dict[str, list[str]] = {}
    hashes: dict[str, str] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] not in ("model", "seed") or "name" not in node:
            continue
        name = f"{node['resource_type']} {node['name']}"
        hashes[name] = _hash_of(node, project)
        depends = node.get("depends_on", {})
        named = [*depends.get("nodes", []), *depends.get("macros", [])]
        parents[name] = _named(named, manifest) + _values_named(node.get("raw_code"))
    for key, macro in manifest.get("macros", {}).items():
        if _is_own(macro):
            name = _name(key, manifest)
            hashes[name] = _short(macro["macro_sql"].encode())
            parents[name] = _named(macro["depends_on"].get("macros", []), manifest) + _values_named(
                macro["macro_sql"]
            )
    return {name: known for name, known in parents.items() if known}, hashes


def _hash_of(node: dict[str, Any], project: Path) -> str:
    told = node.get("checksum") or {}
    if told.get("name") == "sha256":
        return str(told["checksum"])[:16]
    # of a large seed dbt keeps the path alone
    path = project / node.get("original_file_path", "")
    return _short(path.read_bytes()) if path.is_file() else ""


def _named(keys: Iterable[str], manifest: dict[str, Any]) -> list[str]:
    own = manifest.get("macros", {})
    return sorted(
        {
            _name(key, manifest)
            for key in keys
            if not key.startswith("macro.") or _is_own(own.get(key))
        }
    )


def _name(key: str, manifest: dict[str, Any]) -> str:
    """seed.touchpoints.goals → seed goals; source.touchpoints.website.events → source website.events."""
    kind, _, rest = key.split(".", 2)
    return f"{kind} {rest}"


def _is_own(macro: dict[str, Any] | None) -> bool:
    """Whether a macro is the project's, not dbt's."""
    return bool(macro) and not str(macro.get("package_name", "dbt")).startswith("dbt")


def _values_named(code: str | None) -> list[str]:
    return sorted({f"{kind} {name}" for kind, name in NAMED.findall(code or "")})


def _project(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(project / "dbt_project.yml")
    return found


def _project_vars(project: Path) -> dict[str, Any]:
    return dict(_project(project).get("vars", {}))


def _commit(project: Path) -> str | None:
    """The commit that the project stands at, with a mark where files differ from it; None outside of git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def _key_id(path: Path | None) -> str | None:
    """A name for the vault's key that tells nothing of it: another key makes other ids."""
    if path is None or not path.is_file():
        return None
    key = path.read_text(encoding="utf-8").strip().encode()
    return hmac.new(key, b"name of this key", hashlib.sha256).hexdigest()[:12]


def _learned(path: Path | None) -> dict[str, str]:
    """What was learned from earlier builds and lies beside the key: words with weights, proposed links."""
    if path is None or not path.parent.is_dir():
        return {}
    return {file.name: _short(file.read_bytes()) for file in sorted(path.parent.glob("*.parquet"))}


def landed_files(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Landed files, as readers may see their paths, with the hash of what they held; nothing where the build has no
    list of files."""
    try:
        rows = connection.execute(
            "select source_system, source_table, public_path, cast(content_hash as varchar)"
            " from intermediate.int_landed_files order by landed_path"
        ).fetchall()
    except duckdb.Error:
        return []
    return [
        {"table": f"{system}.{table}", "path": path, "hash": str(content)[:16]}
        for system, table, path, content in rows
    ]


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
