"""`make build`: one dbt build, told in a line per layer; what failed is told in full, with what to do about it."""

from __future__ import annotations

import gc
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from touchpoints import stamp
from touchpoints.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

LAYERS = {"definitions": "definitions", "staging": "staging"}
BAD = ("error", "fail", "runtime error", "partial success")
COLLECT_AFTER = 50_000
RAW_OUTPUT = ("--debug", "-d", "--log-level", "--log-format", "--quiet", "-q")

# What to do about an error: (pattern in its text, advice).
ADVICE = (
    (
        r"Could not set lock|Conflicting lock",
        "Another program has the build database open (a notebook, a BI tool, a second build). Close it, and let "
        "readers use the published files instead.",
    ),
    (
        r"Out of Memory|OutOfMemory|failed to allocate",
        "Give the engine more memory (TOUCHPOINT_MEMORY=80%) or fewer threads (TOUCHPOINT_THREADS=1).",
    ),
    (
        r"No space left|disk is full",
        "The disk is full: the build database and its sorting space lie where TOUCHPOINT_DATABASE points.",
    ),
    (
        r"UTF-16|Parquet mark|stray quotation|line ends of two kinds|shorter than any Parquet|no header that can be"
        r"|Failed to read file",
        "A landed file cannot be read as it is. `make doctor` names every such file; export it again, or move it "
        "out of the dataset.",
    ),
    (
        r"to type DECIMAL\(18,2\) failed|Overflow in (addition|multiplication)",
        "Amounts have grown beyond sixteen digits: most likely a column of money holds something else, phones or "
        "order numbers. Look at the largest amounts of orders, receipts and spend, and export the right column.",
    ),
    (
        r"older storage|newer (version|storage)|serialization|not a valid DuckDB database",
        "The build database was written by another version. It holds nothing that cannot be built again: delete "
        "it and run `make build`.",
    ),
    (
        r"incremental model are out of sync",
        "The table was made by another version of its model. Build once with everything made anew: "
        "`make build DBT_ARGS=--full-refresh`. That keeps what was erased (`int_erasures`) and the logs of "
        "identity: add the columns that dbt lists to one of these by hand. Leave `on_schema_change` "
        "as it is: what was made before would keep its old columns.",
    ),
)


class Progress:
    """Tells how far a build is: a line per finished layer, and on a terminal a counter that moves."""

    def __init__(self, output: TextIO) -> None:
        self.output = output
        self.is_live = output.isatty() and os.environ.get("TERM", "") != "dumb"
        self.lock = threading.Lock()
        self.total = 0
        self.done = 0
        self.started = time.monotonic()
        self.outstanding: Counter[str] = Counter()
        self.built: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()

    def __call__(self, event: Any) -> None:
        """Take one event of dbt; comes from several threads."""
        name = event.info.name
        with self.lock:
            if name == "MainReportArgs":
                self._live("reading the project …")
            elif name == "LogStartLine":
                self.total = event.data.total
                self._live(f"[{self.done:>4}/{self.total}] {_short(event.data.node_info)} …")
            elif name == "NodeFinished":
                self._finished(event.data.node_info, event.data.run_result)
            elif name in ("PrintEvent", "JinjaLogWarning"):
                self.say(str(event.data.msg))

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self._clear()
        self.output.write(text.rstrip() + "\n")
        self.output.flush()

    def close(self) -> None:
        """Leave the terminal clean."""
        self._clear()
        self.output.flush()

    def _finished(self, node: Any, result: Any) -> None:
        if node.resource_type == "operation":
            return
        self.done += 1
        counter = f"[{self.done:>4}/{self.total}]"
        seconds = f"{result.execution_time:.1f} s"
        if result.status in BAD:
            self.say(f"{counter} {_short(node)} FAILED after {seconds}")
        else:
            self._live(f"{counter} {_short(node)} {result.status} {seconds}")
        if node.resource_type in ("test", "unit_test"):
            return
        layer = _layer(node.node_relation.schema, node.node_path)
        if result.status == "skipped":
            self.skipped[layer] += 1
        elif result.status not in BAD:
            self.built[layer] += 1
        if layer in self.outstanding:
            self.outstanding[layer] -= 1
            if self.outstanding[layer] == 0:
                skipped = f", {self.skipped[layer]} skipped" if self.skipped[layer] else ""
                elapsed = time.monotonic() - self.started
                self.say(
                    f"{counter} {layer}: {self.built[layer]} relations{skipped}, {elapsed:.0f} s so far"
                )

    def plan(self, manifest: Manifest) -> None:
        """Count the relations per layer of the whole project."""
        self.outstanding = Counter(
            _layer(node.schema, node.path)
            for node in manifest.nodes.values()
            if node.resource_type in ("model", "seed", "snapshot")
            and node.config.materialized != "ephemeral"
        )

    def _live(self, text: str) -> None:
        if self.is_live:
            width = max(os.get_terminal_size(self.output.fileno()).columns - 1, 20)
            self.output.write("\r\x1b[K" + text[:width])
            self.output.flush()

    def _clear(self) -> None:
        if self.is_live:
            self.output.write("\r\x1b[K")


def _layer(schema: str, path: str) -> str:
    """Name of the layer that a relation belongs to: its folder, staging and definitions as a whole."""
    if schema in LAYERS:
        return LAYERS[schema]
    return "/".join(Path(path).parts[:2]) if len(Path(path).parts) > 2 else Path(path).parts[0]


def _short(node: Any) -> str:
    if node.resource_type in ("test", "unit_test"):
        return f"test {node.node_name}"
    return f"{node.node_relation.schema}.{node.node_name}"


def build(
    settings: Settings,
    dbt_args: Sequence[str],
    output: TextIO = sys.stdout,
    with_unit_tests: bool = False,
) -> bool:
    """Run dbt build; True when nothing failed. Closes dbt's connections, so that the database can be read after."""
    from dbt.cli.main import dbtRunner

    from touchpoints.quicker_dbt import quicken

    _collect_rarely()
    if settings.target == "duckdb":
        stamp.forget(settings.database)
    is_raw = any(argument.split("=")[0] in RAW_OUTPUT for argument in dbt_args)
    progress = Progress(output)
    quicken(progress.plan)
    calm = [] if is_raw else ["--log-level", "none", "--no-use-colors"]
    tests = [] if with_unit_tests else ["--exclude-resource-types", "unit_test"]
    runner = dbtRunner(callbacks=[] if is_raw else [progress])
    try:
        outcome = runner.invoke(["build", *calm, *tests, *dbt_args])
    finally:
        progress.close()
        _close_connections()
    if outcome.exception is not None and not hasattr(outcome.result, "results"):
        _tell_exception(outcome.exception, output)
        return False
    _tell_results(outcome.result, output, time.monotonic() - progress.started)
    return bool(outcome.success)


def _collect_rarely() -> None:
    """Look for garbage less often: dbt holds the whole project in memory, and each look goes through all of it."""
    gc.set_threshold(COLLECT_AFTER, 20, 100)


def _close_connections() -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _tell_exception(error: BaseException, output: TextIO) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    output.write(f"\nThe build could not run:\n{_indented(text)}\n")
    output.write(_advice(text))


def _tell_results(outcome: Any, output: TextIO, seconds: float) -> None:
    """Every failure and warning in full, then one line of totals."""
    results = list(outcome.results)
    statuses = Counter(str(result.status) for result in results)
    for result in results:
        if str(result.status) in (*BAD, "warn"):
            output.write("\n" + _told(result))
    failed = sum(statuses[status] for status in BAD)
    # A unit test that holds reports success, like a relation; an ordinary test reports pass.
    succeeded = Counter(
        result.node.resource_type for result in results if str(result.status) == "success"
    )
    relations = sum(succeeded[kind] for kind in ("model", "seed", "snapshot"))
    parts = [
        f"{relations} relations built",
        f"{statuses['pass'] + succeeded['unit_test']} tests passed",
    ]
    for status, words in (("warn", "warned"), ("skipped", "skipped because of a failure")):
        if statuses[status]:
            parts.append(f"{statuses[status]} {words}")
    if failed:
        parts.append(f"{failed} FAILED")
    output.write(f"\n{', '.join(parts)} in {seconds:.0f} s.\n")
    if failed:
        output.write("Nothing was published; the last good publication stays as it is.\n")
    output.flush()


def _told(result: Any) -> str:
    """One failed or warned node: what it is, where it stands, what it said, what to do."""
    node = result.node
    word = "Warning from" if str(result.status) == "warn" else "FAILED:"
    kind = {"unit_test": "unit test"}.get(node.resource_type, str(node.resource_type))
    message = re.sub(r"\x1b\[[0-9;]*m", "", result.message or "").strip()
    lines = [f"{word} {kind} {node.name}  ({node.original_file_path})", _indented(message)]
    description = str(getattr(node, "description", "") or "").strip()
    if kind == "test" and description:
        lines.append(f"    claim: {' '.join(description.split())}")
    if str(result.status) != "warn":
        compiled = getattr(node, "compiled_path", None)
        if compiled:
            lines.append(f"    its SQL: {compiled}")
        lines.append(f'    again, alone: make build DBT_ARGS="-s {node.name}"')
    return "\n".join(line for line in lines if line.strip()) + "\n" + _advice(message)


def _advice(text: str) -> str:
    for pattern, advice in ADVICE:
        if re.search(pattern, text, flags=re.IGNORECASE):
            return f"    What to do: {advice}\n"
    return ""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
