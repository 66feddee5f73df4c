"""Generate a demonstration dataset: raw exports of a made-up company.

The same arguments give the same bytes. People are made in chunks, each with its own random numbers,
so memory does not grow with the dataset. What was planted is written to truth.json beside the data.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from demo import industries
from demo.arrays import Calendar
from demo.consents import make_consents
from demo.dirt import soil
from demo.files import write
from demo.rows import together
from demo.schema import EXTRA_COLUMNS, LACKING_COLUMNS, REORDERED_TABLES, TABLES, TABLES_WITH_BOM

LISTED_PEOPLE = 20_000  # truth.json names this many people at most
FEWEST_DAYS = 300  # planted people are quiet for months before what is planted
ONCE_PER_DATASET = ("catalog.items", "ads.daily_spend", "operations.actions")  # by the first chunk
_COUNTED = ["records", "duplicates", "bots", "staff", "unknown_events"]
_CONSENTS_ARE = (
    "what counts in the end for a person and purpose: the identifier that the newest record names, "
    "the purpose, whether it is granted; the others never said anything"
)
_PLANTED = ["newer_versions", "late", "null_words", "other_time_formats"]


@dataclass(frozen=True)
class Settings:
    """What was asked for."""

    industry: str
    people: int
    seed: int
    out: Path
    format: str
    until: date
    workers: int
    days: int = 365
    is_null: bool = False


def main(arguments: list[str] | None = None) -> dict:
    """Read the command line and generate; return the truth."""
    settings = _settings(arguments)
    started = time.monotonic()
    truth = generate(settings)
    records = sum(table["records"] for table in truth["tables"].values())
    seconds = time.monotonic() - started
    print(
        f"{records:,} raw records of {settings.people:,} people in {settings.out} ({seconds:.1f} s)"
    )
    return truth


def _settings(arguments: list[str] | None) -> Settings:
    parser = argparse.ArgumentParser(prog="python -m demo.generate", description=__doc__)
    parser.add_argument("--industry", default="retail", help="which company to make up")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--people", type=int, help="how many people")
    size.add_argument(
        "--records", type=int, help="about how many raw records, in place of --people"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other data")
    parser.add_argument("--out", type=Path, required=True, help="the raw root to write")
    parser.add_argument("--format", choices=["csv", "parquet"], default="parquet")
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        default=date(2025, 6, 30),
        help="last day that is covered",
    )
    parser.add_argument("--days", type=int, default=365, help="how many days are covered")
    parser.add_argument(
        "--null",
        action="store_true",
        help="a twin of the same size in which none of the effects is planted",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=min(2, os.cpu_count() or 1),
        help="processes; no effect on the result",
    )
    given = parser.parse_args(arguments)
    industry = industries.load(given.industry)
    people = given.people or round(
        max(0, (given.records or 0) - industry.OTHER_RECORDS) / industry.RECORDS_PER_PERSON
    )
    fewest_days = getattr(industry, "FEWEST_DAYS", FEWEST_DAYS)
    if given.days < fewest_days:
        raise SystemExit(f"{given.days} days are too few; at least {fewest_days}")
    if people < industry.FEWEST_PEOPLE:
        raise SystemExit(
            f"{people} people are too few for the planted shares; at least {industry.FEWEST_PEOPLE}"
        )
    return Settings(
        given.industry,
        people,
        given.seed,
        given.out,
        given.format,
        given.until,
        max(1, given.workers),
        given.days,
        given.null,
    )


def generate(settings: Settings) -> dict:
    """Write the dataset and its truth; return the truth."""
    industry = industries.load(settings.industry)
    chunks = math.ceil(settings.people / industry.PEOPLE_PER_CHUNK)
    edges = [settings.people * number // chunks for number in range(chunks + 1)]
    _clear(settings.out)
    make = partial(_make_chunk, settings, edges)
    if settings.workers > 1 and chunks > 1:
        with ProcessPoolExecutor(min(settings.workers, chunks)) as pool:
            parts = list(pool.map(make, range(chunks)))
    else:
        parts = [make(number) for number in range(chunks)]
    truth = _truth(settings, industry, parts)
    _write_truth(truth, settings.out / "truth.json")
    return truth


def _clear(out: Path) -> None:
    """Remove an earlier dataset of ours; stop in front of anything else."""
    out.mkdir(parents=True, exist_ok=True)
    ours = {name.partition(".")[0] for name in TABLES} | {"truth.json"}
    found = {path.name for path in out.iterdir()}
    if found - ours:
        raise SystemExit(
            f"{out} holds other files ({', '.join(sorted(found - ours))}); choose an empty folder"
        )
    if found and "truth.json" not in found:
        raise SystemExit(f"{out} holds data that this generator did not finish; remove it first")
    for name in found - {"truth.json"}:
        shutil.rmtree(out / name)


def _make_chunk(settings: Settings, edges: list[int], number: int) -> dict:
    """Make and write one chunk; return its counts and lists."""
    pa.set_cpu_count(1)
    industry = industries.load(settings.industry)
    calendar = Calendar(settings.until, settings.days)
    base, count = edges[number], edges[number + 1] - edges[number]
    rng = np.random.default_rng([settings.seed, number])
    chunk = industry.make_chunk(rng, calendar, number, base, count, is_null=settings.is_null)
    as_text = settings.format == "csv"
    tables = {}
    consents: list[list[object]] = []
    if getattr(industry, "HAS_CONSENTS", False):
        rows, consents = make_consents(settings.seed, number, calendar, chunk.lists())
        if len(rows):
            chunk.parts["privacy.consents"] = [rows]
    for position, name in enumerate(TABLES):
        if name not in chunk.parts:
            continue
        rows = together(name, chunk.parts.pop(name))
        dirt_rng = np.random.default_rng([settings.seed, number, position])
        soiled = soil(
            rows, dirt_rng, calendar, chunk.is_planted, chunk.load_after.get(name), as_text=as_text
        )
        write(soiled, _path(settings, name, number, len(edges) - 1), dirt_rng, as_text=as_text)
        tables[name] = soiled.counts
    lists = {**chunk.lists(), "consents": consents} if base + count <= LISTED_PEOPLE else {}
    return {"tables": tables, "counts": chunk.counts, "planted": chunk.planted, "lists": lists}


def _path(settings: Settings, name: str, number: int, chunks: int) -> Path:
    system, _, table = name.partition(".")
    if settings.format == "csv" and (chunks == 1 or name in ONCE_PER_DATASET):
        return settings.out / system / f"{table}.csv"
    return settings.out / system / table / f"part-{number:05d}.{settings.format}"


def _truth(settings: Settings, industry: object, parts: list[dict]) -> dict:
    tables: dict[str, dict] = {}
    planted: dict[str, dict] = {}
    for name in TABLES:
        found = [part["tables"][name] for part in parts if name in part["tables"]]
        if not found:
            continue  # a system that this company does not have
        reasons: dict[str, int] = {}
        for counts in found:
            for reason, number in counts["quarantined"].items():
                reasons[reason] = reasons.get(reason, 0) + number
        table = {key: sum(counts[key] for counts in found) for key in _COUNTED}
        table["quarantined"] = reasons
        table["accepted"] = (
            table["records"]
            - sum(reasons.values())
            - table["duplicates"]
            - table["bots"]
            - table["staff"]
        )
        tables[name] = table
        planted[name] = {key: sum(counts.get(key, 0) for counts in found) for key in _PLANTED}
        for part in parts:
            for what, number in part["planted"].get(name, {}).items():
                planted[name][what] = planted[name].get(what, 0) + number
    totals = {key: sum(part["counts"][key] for part in parts) for key in parts[0]["counts"]}
    lists: dict[str, list] = {}
    for part in parts:
        for key, values in part["lists"].items():
            lists.setdefault(key, []).extend(values)
    scenarios = {number: dict(scenario) for number, scenario in industry.SCENARIOS.items()}
    if hasattr(industry, "scenario_dates"):
        for number, dates in industry.scenario_dates(
            Calendar(settings.until, settings.days)
        ).items():
            scenarios[number] |= dates
    for key, value in totals.items():
        if key.startswith("scenario_"):
            _, number, measure = key.split("_", 2)
            scenarios[number][measure] = value
    for number, scenario in scenarios.items():
        is_there = any(key.startswith(f"scenario_{number}_") for key in totals)
        scenario["is_planted"] = is_there and not settings.is_null
        scenario["members"] = lists.pop(f"scenario_{number}_members", [])
    people = lists.pop("people", [])
    has_consents = getattr(industry, "HAS_CONSENTS", False)
    return {
        "args": {
            "industry": settings.industry,
            "people": settings.people,
            "seed": settings.seed,
            "format": settings.format,
            "until": settings.until.isoformat(),
            "days": settings.days,
            "is_null": settings.is_null,
        },
        "rules": {
            "order": "quarantine first, then duplicates among the rest by the contract's key, "
            "then bots and staff; accepted = records - quarantined - duplicates - bots - staff; "
            "unknown_events are accepted",
            "duplicates": "copies by the contract's key; newer_versions of them have a later "
            "loaded_at, the rest are equal in every column (spelling may differ)",
            "bad_phones": "accepted records whose phone is no phone",
            "lists": f"people, bridges, shared values and scenario members are listed for the "
            f"first {LISTED_PEOPLE:,} people at most",
            "late": "loaded more than two days after the last time in the record",
            **({"consents": _CONSENTS_ARE} if has_consents else {}),
            **industry.CONSTANTS,
        },
        "tables": tables,
        "planted": planted,
        "multiline_texts": totals.get("multiline_texts", 0),
        "schema_drift": {
            "lacking_columns": {k: v for k, v in LACKING_COLUMNS.items() if k in tables},
            "extra_columns": {k: v for k, v in EXTRA_COLUMNS.items() if k in tables},
            "reordered_tables": [name for name in REORDERED_TABLES if name in tables],
            "byte_order_mark": [
                name for name in TABLES_WITH_BOM if name in tables and settings.format == "csv"
            ],
        },
        "people_count": totals["people"],
        "people_listed": len(people),
        "scenarios": scenarios,
        "shared_devices": lists.get("shared_devices", []),
        "shared_phones": _merged(lists.get("shared_phones", [])),
        "phone_bridges": lists.get("phone_bridges", []),
        **({"consents": lists.get("consents", [])} if has_consents else {}),
        "people": people,
    }


def _merged(shared: list[dict]) -> list[dict]:
    """A shop's number is used in several chunks; it is one phone."""
    found: dict[str, dict] = {}
    for entry in shared:
        known = found.setdefault(entry["phone"], {**entry, "members": []})
        known["members"] = sorted({*known["members"], *entry["members"]})
    return list(found.values())


def _write_truth(truth: dict, path: Path) -> None:
    """JSON with one line per list entry, so that it can be read and compared."""
    lines = []
    for key, value in truth.items():
        if isinstance(value, list) and value and not isinstance(value[0], str):
            body = ",\n".join(_compact(entry) for entry in value)
            lines.append(f"{_compact(key)}: [\n{body}\n]")
        elif key in ("tables", "planted", "scenarios"):
            body = ",\n".join(
                f"{_compact(name)}: {_compact(entry)}" for name, entry in value.items()
            )
            lines.append(f"{_compact(key)}: {{\n{body}\n}}")
        else:
            lines.append(f"{_compact(key)}: {_compact(value)}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1:])
