"""A history of refreshes for the tests, as `make refresh` would have left it."""

from __future__ import annotations

import io
from pathlib import Path

from touchpoints import refresh

# Refreshes as `make refresh` records them: steps with status and seconds; the last one published.
REFRESHES: list[tuple[str, int, list[tuple[str, str, float]]]] = [
    (
        "2025-06-27T02:00:00",
        0,
        [("ingest", "done", 12.5), ("build", "done", 210.25), ("publish", "done", 8.5)],
    ),
    ("2025-06-28T02:00:00", 1, [("ingest", "done", 11.0), ("build", "failed", 95.75)]),
    (
        "2025-06-29T02:00:00",
        3,
        [("ingest", "held", 14.25), ("build", "done", 188.0), ("publish", "done", 7.0)],
    ),
    (
        "2025-06-30T02:00:00",
        0,
        [
            ("ingest", "done", 10.5),
            ("build", "done", 201.0),
            ("audit", "warned", 0.0),
            ("publish", "done", 9.25),
            ("visible", "done", 0.0),
            ("freshness", "late", 6.5),
            ("notify", "done", 1.25),
        ],
    ),
]
DELAY = 312.5


def write_history(folder: Path) -> None:
    """The history, written by what writes it in a refresh."""
    folder.mkdir()
    for started, code, steps in REFRESHES:
        run_id = started.replace("-", "").replace(":", "") + "000000Z"
        run = refresh.Run(run_id, started + "+00:00", folder / "log.jsonl", io.StringIO(), 0)
        for step, status, seconds in steps:
            more = {"landed_to_published_seconds": DELAY} if step == "visible" else {}
            run.note(step, status, seconds, **more)
        refresh._remember(run, folder, code, sum(seconds for _, _, seconds in steps))
