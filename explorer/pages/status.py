"""Did the last refreshes go well, and what came in?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Card, Cards, Drill, Empty, Figure, Filter, Finding, Table
from explorer.pages.common import View, alerts_table, known
from explorer.publication import FewRows

SHOWN_REFRESHES = 15
LISTED_REFRESHES = 60
STEPS = ("ingest", "build", "audit", "publish", "publish_role", "visible", "freshness", "notify")
# Exit codes of `make refresh`.
OUTCOMES = {0: "done", 1: "failed", 2: "wrong", 3: "held"}


def filters(view: View) -> list[Filter]:
    """Nothing to choose: this page is about the last refreshes."""
    return []


def build(view: View) -> list[Block]:
    """The last refreshes with their steps, audits, volumes, files, alerts."""
    words, publication = view.words, view.publication
    steps = publication.refreshes()
    if steps is not None and steps.empty:
        steps = None
    blocks: list[Block] = [Finding(_finding(view, steps)), _cards(view, steps)]
    if steps is None:
        blocks.append(Empty(words("no_refreshes")))
    else:
        blocks += [_steps(view, steps), _refreshes(view, steps), _last(view, steps)]
    if publication.has("load_audits"):
        found = queries.audits(publication)
        if found.empty:
            blocks.append(Empty(words("no_audits")))
        else:
            blocks.append(Table("audits", words("audits"), found, words("audits_def")))
    if publication.has("load_volumes"):
        blocks.append(
            Table("volumes", words("volumes"), queries.volumes(publication), words("volumes_def"))
        )
    if publication.has("file_ledger"):
        blocks.append(_files(view))
    if publication.has("alerts"):
        blocks.append(alerts_table(view, "status_alerts"))
    return blocks


def _runs(steps: pd.DataFrame) -> pd.DataFrame:
    """One row per refresh, newest first."""
    runs = steps.drop_duplicates("run_id")[["run_id", "started_at", "exit_code", "run_seconds"]]
    seen = steps.groupby("run_id")["landed_to_published_seconds"].max()
    return runs.assign(landed_to_published_seconds=runs["run_id"].map(seen)).reset_index(drop=True)


def _outcome(view: View, code: int) -> str:
    return view.words(f"refresh_{OUTCOMES.get(int(code), 'failed')}")


def _moment(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _duration(view: View, seconds: float | None) -> str:
    if not known(seconds):
        return "–"
    words = view.words
    if seconds < 120:
        return words("seconds", n=words.number(seconds, 0 if seconds >= 10 else 1))
    if seconds < 7200:
        return words("minutes", n=words.number(seconds / 60, 1))
    if seconds < 172_800:
        return words("hours_unit", n=words.number(seconds / 3600, 1))
    return words("days", n=words.number(seconds / 86_400, 1))


def _finding(view: View, steps: pd.DataFrame | None) -> str:
    words, publication = view.words, view.publication
    said = []
    if steps is not None:
        runs = _runs(steps)
        last = runs.iloc[0]
        said.append(
            words(
                "status_finding",
                time=_moment(last["started_at"]),
                outcome=_outcome(view, last["exit_code"]),
                duration=_duration(view, last["run_seconds"]),
                failed=words.number(int(runs["exit_code"].isin([1, 2]).sum())),
                runs=words.number(len(runs)),
            )
        )
    if publication.has("load_audits"):
        warned, stopped = queries.audit_counts(publication)
        said.append(words("status_loads", warned=warned, stopped=stopped))
    if publication.has("load_volumes"):
        found = queries.volumes(publication)
        unusual = int(found["status"].isin(["low", "high"]).sum())
        said.append(words("status_volumes", count=unusual, tables=len(found)))
    return " ".join(said) or words("no_refreshes")


def _cards(view: View, steps: pd.DataFrame | None) -> Cards:
    words, publication = view.words, view.publication
    cards = []
    if steps is not None:
        runs = _runs(steps)
        last = runs.iloc[0]
        cards += [
            Card(
                "refresh",
                words("last_refresh"),
                _outcome(view, last["exit_code"]),
                help=words("last_refresh_help", time=_moment(last["started_at"])),
            ),
            Card(
                "delay",
                words("landed_to_published"),
                _duration(view, last["landed_to_published_seconds"]),
                help=words("landed_to_published_help"),
            ),
        ]
    if publication.has("file_ledger"):
        count = len(queries.files(publication))
        cards.append(
            Card(
                "files", words("landed_files"), words.number(count), help=words("landed_files_help")
            )
        )
    if publication.has("alerts"):
        cards.append(
            Card(
                "alerts",
                words("open_alerts"),
                words.number(queries.open_alerts(publication)),
                help=words("open_alerts_help"),
            )
        )
    return Cards(cards)


def _steps(view: View, steps: pd.DataFrame) -> Figure:
    """How long each step of the newest refreshes took."""
    words = view.words
    runs = _runs(steps).head(SHOWN_REFRESHES)
    labels = [_moment(moment) for moment in runs["started_at"]]
    labels = [
        label if labels.count(label) == 1 else f"{label} ({run[-7:-1]})"
        for label, run in zip(labels, runs["run_id"], strict=True)
    ]
    taken = steps.groupby(["run_id", "step"])["step_seconds"].sum()
    present = [
        step
        for step in [*STEPS, *sorted(set(steps["step"]) - set(STEPS))]
        if any(taken.get((run, step), 0) > 0 for run in runs["run_id"])
    ]
    definition = words("refresh_steps_def", count=len(runs))
    series, tips = {}, {}
    for step in present:
        name = words.name("refresh_step", step).replace("_", " ")
        series[name] = [float(taken.get((run, step), 0)) for run in runs["run_id"]]
        tips[name] = [
            charts.tip(
                f"{label} · {name}",
                [
                    (words("duration"), _duration(view, value)),
                    (words("outcome"), _outcome(view, code)),
                ],
                definition,
            )
            for label, value, code in zip(labels, series[name], runs["exit_code"], strict=True)
        ]
    told = pd.DataFrame(
        {"started_at": runs["started_at"]}
        | {step: [float(taken.get((run, step), 0)) for run in runs["run_id"]] for step in present}
    )
    expected = {
        run: float(steps[steps["run_id"] == run]["step_seconds"].sum()) for run in runs["run_id"]
    }
    title = words("refresh_steps")
    return Figure(
        "refresh_steps",
        title,
        charts.stacked(title, labels, series, tips),
        told,
        definition,
        charts.height_of(len(runs)) + 24,
        Drill(
            dict(zip(labels, runs["run_id"], strict=True)),
            lambda run: FewRows(steps[steps["run_id"] == run].reset_index(drop=True)),
            "step_seconds",
            expected,
        ),
    )


def _refreshes(view: View, steps: pd.DataFrame) -> Table:
    words = view.words
    runs = _runs(steps).head(LISTED_REFRESHES)
    told = pd.DataFrame(
        {
            "started_at": runs["started_at"],
            "outcome": [_outcome(view, code) for code in runs["exit_code"]],
            "not_done": [
                ", ".join(
                    f"{words.name('refresh_step', row.step)}: {words.name('refresh_status', row.status)}"
                    for row in steps[steps["run_id"] == run].itertuples()
                    if row.status not in ("done", "nothing_new")
                )
                for run in runs["run_id"]
            ],
            "run_seconds": runs["run_seconds"],
            "landed_to_published_seconds": runs["landed_to_published_seconds"],
        }
    )
    return Table("refreshes", words("refreshes"), told, words("refreshes_def"))


def _last(view: View, steps: pd.DataFrame) -> Table:
    words = view.words
    run = steps.iloc[0]["run_id"]
    its = steps[steps["run_id"] == run]
    told = pd.DataFrame(
        {
            "step": [words.name("refresh_step", step) for step in its["step"]],
            "status": [words.name("refresh_status", status) for status in its["status"]],
            "step_seconds": its["step_seconds"],
        }
    )
    title = words("last_steps", time=_moment(its.iloc[0]["started_at"]))
    return Table("last_steps", title, told, words("last_steps_def"))


def _files(view: View) -> Figure:
    """Records that were rejected, by the file that they stand in."""
    words, publication = view.words, view.publication
    frame = queries.files(publication)
    worst = frame[frame["quarantined_count"] > 0].head(20)
    if worst.empty:
        worst = frame.head(20)
    title = words("files")
    return Figure(
        "files",
        title,
        charts.bars(
            title,
            worst["source_file"].tolist(),
            worst["quarantined_count"].tolist(),
            [
                charts.tip(
                    row.source_file,
                    [
                        (
                            words("quarantined"),
                            words(
                                "of",
                                part=words.number(row.quarantined_count),
                                whole=words.number(row.received_count),
                            ),
                        ),
                        (
                            words("share"),
                            words.percent(row.quarantined_count / row.received_count, 2)
                            if row.received_count
                            else "",
                        ),
                    ],
                    words("files_def"),
                )
                for row in worst.itertuples()
            ],
            shown=[words.number(count) for count in worst["quarantined_count"]],
            colors=[charts.BAD] * len(worst),
            style=view.style,
        ),
        frame,
        words("files_def"),
        charts.height_of(len(worst), 22),
        Drill(
            {file: file for file in worst["source_file"]},
            lambda file: queries.file_rows(publication, file),
            None,
            dict(zip(worst["source_file"], worst["quarantined_count"], strict=True)),
        )
        if publication.has("quarantined_records")
        else None,
    )
