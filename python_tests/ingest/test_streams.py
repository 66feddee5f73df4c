"""Event streams: only whole lines are read, the rest next time; a file that is rotated goes on where it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from desk import Desk
from test_kills import event

EVENTS = {"into": "app.events", "files": "*.jsonl*"}


def append(desk: Desk, text: str, name: str = "clicks.jsonl") -> None:
    """Append to a file of the stream."""
    with open(desk.inbox / name, "a", encoding="utf-8") as file:
        file.write(text)


def events(desk: Desk) -> list[str]:
    """The events that landed."""
    return [row[0] for row in desk.rows("app.events", "event_id")]


def test_a_line_that_is_not_finished_comes_with_the_next_run(desk: Desk) -> None:
    desk.map(EVENTS, kind="stream")
    whole = event(1) + event(2)
    append(desk, whole + event(3)[:30])
    assert desk.run() == 0
    assert events(desk) == ["e1", "e2"]
    assert "its last line is not finished" in desk.told
    assert desk.run() == 0
    append(desk, event(3)[30:] + event(4))
    assert desk.run() == 0
    assert events(desk) == ["e1", "e2", "e3", "e4"]


def test_a_rotated_file_goes_on_and_the_new_one_begins(desk: Desk) -> None:
    desk.map(EVENTS, kind="stream")
    append(desk, event(1) + event(2))
    assert desk.run() == 0
    append(desk, event(3))
    os.rename(desk.inbox / "clicks.jsonl", desk.inbox / "clicks.jsonl.1")
    append(desk, event(4))
    assert desk.run() == 0
    assert events(desk) == ["e1", "e2", "e3", "e4"]
    append(desk, event(5))
    assert desk.run() == 0
    assert events(desk) == ["e1", "e2", "e3", "e4", "e5"]


def test_a_file_that_two_tables_take_lands_in_both(desk: Desk) -> None:
    both = {"into": "website.events", "files": "*.jsonl", "columns": {"device_id": "visitor_id"}}
    desk.map(EVENTS, both, kind="stream")
    append(desk, event(1) + event(2))
    assert desk.run() == 0, desk.told
    append(desk, event(3))
    assert desk.run() == 0, desk.told
    assert desk.run() == 0, desk.told
    assert events(desk) == ["e1", "e2", "e3"]
    assert [row[0] for row in desk.rows("website.events", "event_id")] == ["e1", "e2", "e3"]


def test_places_that_an_earlier_version_kept_go_on(desk: Desk) -> None:
    desk.map(EVENTS, kind="stream")
    append(desk, event(1) + event(2))
    assert desk.run() == 0
    place = next(desk.state.rglob("places.json"))
    kept = json.loads(place.read_text(encoding="utf-8"))
    flat = {**kept["tables"]["app.events"], "": {**kept[""], "head": "", "offset": 0}}
    place.write_text(json.dumps(flat), encoding="utf-8")
    assert desk.run() == 0
    append(desk, event(3))
    assert desk.run() == 0
    assert events(desk) == ["e1", "e2", "e3"]


def test_a_file_that_begins_anew_is_read_from_its_start(desk: Desk) -> None:
    desk.map(EVENTS, kind="stream")
    append(desk, event(1) + event(2))
    assert desk.run() == 0
    (desk.inbox / "clicks.jsonl").write_text(event(3), encoding="utf-8")
    assert desk.run() == 0
    assert events(desk) == ["e1", "e2", "e3"]


def test_types_and_names_that_change_in_mid_stream_are_taken_and_told(desk: Desk) -> None:
    desk.map(EVENTS, kind="stream")
    append(desk, event(1))
    assert desk.run() == 0
    append(
        desk,
        '{"event_id": 2, "event_time": 1740823200, "device_id": {"a": 1}, "event_name": "x", "os": "ios"}\n',
    )
    append(desk, "not json\n")
    assert desk.run() == 3, "an event without device_id cannot be told from a renamed column"
    assert "has no column for device_id" in desk.told
    append(desk, event(3).replace('"launch"', '["launch"]').replace("}", ', "os": "ios"}'))
    assert desk.run() == 0
    assert "column os added" in desk.told
    rows = desk.rows("app.events", "event_id", "event_name", "os", "unreadable_line")
    assert sorted(rows, key=str) == sorted(
        [
            ("e1", "launch", None, None),
            ("2", "x", "ios", None),
            ("e3", '["launch"]', "ios", None),
            (None, None, None, "line 2 is no JSON"),
        ],
        key=str,
    )


def test_parquet_files_come_whole_or_wait(desk: Desk) -> None:
    desk.map({"into": "app.events", "files": "*.parquet"}, kind="stream")
    table = pa.table(
        {"event_id": ["e1"], "event_time": ["2025-03-01"], "device_id": ["d"], "event_name": ["x"]}
    )
    path = desk.inbox / "1.parquet"
    pq.write_table(table, path)
    content = path.read_bytes()
    path.write_bytes(content[:-10])
    assert desk.run() == 0
    assert "waits: 1.parquet" in desk.told
    path.write_bytes(content)
    assert desk.run() == 0
    assert desk.run() == 0
    assert events(desk) == ["e1"]


def test_a_stream_is_read_while_another_process_writes_it(desk: Desk) -> None:
    """The writer flushes in the middle of lines, as buffers do."""
    desk.map(EVENTS, kind="stream")
    code = (
        "import sys\n"
        "with open(sys.argv[1], 'ab', buffering=1000) as file:\n"
        "    for n in range(30000):\n"
        '        file.write(b\'{"event_id": "e%d", "event_time": "2025-03-01", \'\n'
        '                   b\'"device_id": "d", "event_name": "x"}\\n\' % n)\n'
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(desk.inbox / "clicks.jsonl")])
    runs = 0
    while writer.poll() is None:
        assert desk.run() == 0
        runs += 1
    assert desk.run() == 0
    assert sorted(events(desk)) == sorted(f"e{n}" for n in range(30000))
