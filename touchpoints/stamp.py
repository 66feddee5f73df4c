"""The stamp that publishing asks for: left beside the database by a full and successful `dbt build`, by nothing else.
A build without the unit tests is full: they hold models against rows of their own.

Every dbt command that changes tables takes the stamp away first, so a failed or partial build leaves none and the
last good publication stays. Nor does `dbt retry`: it makes what the last recorded build did not, and knows nothing of a
build that was killed since, or of other settings.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from touchpoints.origins import catalogue, made_of
from touchpoints.settings import PROJECT, Settings

CHANGING_COMMANDS = ("build", "run", "seed", "snapshot", "run-operation", "retry", "clone")
NARROWING_FLAGS = (
    *("SELECT", "EXCLUDE", "SELECTOR", "RESOURCE_TYPES"),
    *("EMPTY", "SAMPLE", "EVENT_TIME_START", "EVENT_TIME_END"),
)
# unit tests bring rows of their own and say nothing of what is built
LEFT_OUT_FREELY = {"unit_test"}


def stamp_path(database: Path) -> Path:
    """Where the stamp of a database lies."""
    return database.with_name(database.name + ".stamp.json")


def public_settings(settings: Settings, overrides: dict[str, Any] | None = None) -> dict[str, str]:
    """The settings that shape the result, without secrets; `overrides` are dbt vars such as touchpoint_currency."""
    found = {
        "raw_root": _without_credentials(settings.raw_root),
        "industry": settings.industry,
        "timezone": settings.timezone,
        "currency": settings.currency,
        "bot_rule": os.environ.get("TOUCHPOINT_BOT_RULE", "on"),
        "staff_rule": os.environ.get("TOUCHPOINT_STAFF_RULE", "on"),
    }
    for name, value in (overrides or {}).items():
        if name.startswith("touchpoint_") and name.removeprefix("touchpoint_") in found:
            found[name.removeprefix("touchpoint_")] = _without_credentials(str(value))
    return found


def forget(database: Path) -> None:
    """Take the stamp away."""
    stamp_path(database).unlink(missing_ok=True)


def read_stamp(database: Path) -> dict[str, Any] | None:
    """The stamp of a database, None where no full successful build left one."""
    try:
        found: dict[str, Any] = json.loads(stamp_path(database).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return found


def leave(
    database: Path,
    settings: dict[str, str],
    manifest: dict[str, Any],
    overrides: dict[str, Any] | None = None,
    vault_key: Path | None = None,
    project: Path = PROJECT,
) -> None:
    """Write the stamp whole or not at all: the build's id, its settings, the relations that make a publication,
    their catalogue, and what they were made of."""
    relations = {
        node["alias"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] == "marts"
        and node["config"]["enabled"]
        and node["config"]["materialized"] != "ephemeral"
    }
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
    stamp = {
        "invocation_id": manifest["metadata"]["invocation_id"],
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": settings,
        "settings_hash": hashlib.sha256(text.encode()).hexdigest()[:16],
        "relations": sorted(relations),
        "catalogue": catalogue(manifest),
        "made_of": made_of(manifest, settings, overrides, vault_key, project),
    }
    fresh = stamp_path(database).with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(stamp_path(database))


def _is_full(flags: Any) -> bool:
    """Whether a command builds all there is."""
    return (
        getattr(flags, "WHICH", None) == "build"
        and not any(getattr(flags, name, None) for name in NARROWING_FLAGS)
        and LEFT_OUT_FREELY.issuperset(getattr(flags, "EXCLUDE_RESOURCE_TYPES", None) or ())
    )


def makes_all_anew() -> bool:
    """Whether the dbt command that runs builds all there is from the landed files."""
    from dbt.flags import get_flags

    flags = get_flags()
    return _is_full(flags) and bool(getattr(flags, "FULL_REFRESH", None))


def follow_invocation(settings: Settings) -> None:
    """Called at the start of every dbt command on DuckDB: forget the stamp, leave one when all is green."""
    from dbt.flags import get_flags
    from dbt_common.events.event_manager_client import get_event_manager

    flags = get_flags()
    if getattr(flags, "WHICH", None) not in CHANGING_COMMANDS:
        return
    forget(settings.database)
    if not _is_full(flags):
        return
    chosen = public_settings(settings, getattr(flags, "VARS", None))
    manifest = Path(flags.PROJECT_DIR) / (flags.TARGET_PATH or "target") / "manifest.json"

    def when_completed(event: Any) -> None:
        if event.info.name != "CommandCompleted" or not event.data.success:
            return
        # the command that was called: by its flags a retry is the build that it completes
        if event.data.command.split()[-1] == "build":
            found = json.loads(manifest.read_text(encoding="utf-8"))
            if found["metadata"]["invocation_id"] == event.info.invocation_id:
                leave(
                    settings.database,
                    chosen,
                    found,
                    getattr(flags, "VARS", None),
                    settings.vault_key,
                    Path(flags.PROJECT_DIR),
                )

    get_event_manager().add_callback(when_completed)


def _without_credentials(address: str) -> str:
    """An address without user, password and query, which may hold keys; a folder stays as it is."""
    if "://" not in address:
        return address
    scheme, rest = address.split("://", 1)
    return f"{scheme}://{rest.split('?', 1)[0].rsplit('@', 1)[-1]}"
