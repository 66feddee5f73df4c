"""How fresh, complete and tested is this?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Drill, Figure, Filter, Finding, Table
from explorer.pages.common import View, missing

COLORS = {
    "accepted": charts.GOOD,
    "duplicate": charts.PALETTE[1],
    "quarantined": charts.BAD,
    "out_of_scope": charts.NEUTRAL,
    "erased": charts.PALETTE[3],
    "expired": charts.PALETTE[4],
}


def filters(view: View) -> list[Filter]:
    """Nothing to choose: this page is about the whole publication."""
    return []


def build(view: View) -> list[Block]:
    """Ledger, watermarks, quarantine, drift, identity."""
    if empty := missing(view, "record_ledger"):
        return [empty]
    words, publication = view.words, view.publication
    ledger = queries.ledger(publication)
    blocks: list[Block] = [Finding(_finding(view, ledger)), _ledger(view, ledger)]
    if publication.has("source_watermarks"):
        blocks.append(
            Table(
                "watermarks",
                words("watermarks"),
                queries.watermarks(publication),
                words("watermarks_def"),
            )
        )
    if publication.has("quarantined_records"):
        blocks.append(_quarantine(view))
    if publication.has("schema_drift"):
        blocks.append(
            Table(
                "drift",
                words("drift"),
                queries.whole(publication, "schema_drift"),
                words("drift_def"),
            )
        )
    if publication.has("identity_summary"):
        blocks.append(
            Table(
                "identity",
                words("identity"),
                queries.whole(
                    publication, "identity_summary", "record_count desc, identifier_type"
                ),
                words("identity_def"),
            )
        )
    return blocks


def _finding(view: View, ledger: pd.DataFrame) -> str:
    words, publication = view.words, view.publication
    received, accepted = int(ledger["received"].sum()), int(ledger["accepted"].sum())
    balanced = received == int(ledger[queries.LEDGER].sum().sum())
    marks = (
        queries.watermarks(publication)
        if publication.has("source_watermarks")
        else pd.DataFrame({"is_late": []})
    )
    drift = publication.note.get("row_counts", {}).get("schema_drift", 0)
    return words(
        "trust_finding",
        received=words.number(received),
        accepted=words.number(accepted),
        share=words.percent(accepted / received) if received else "–",
        late=int(marks["is_late"].fillna(False).sum()),
        tables=len(marks),
        drift=drift,
    ) + words("ledger_balanced" if balanced else "ledger_unbalanced")


def _ledger(view: View, ledger: pd.DataFrame) -> Figure:
    words, publication = view.words, view.publication
    labels = ledger["source_system"].tolist()
    series, tips = {}, {}
    for kind in queries.LEDGER:
        name = words(kind)
        series[name] = ledger[kind].tolist()
        tips[name] = [
            charts.tip(
                f"{row.source_system} · {name}",
                [
                    (
                        words("records"),
                        words(
                            "of",
                            part=words.number(getattr(row, kind)),
                            whole=words.number(row.received),
                        ),
                    ),
                    (
                        words("share"),
                        words.percent(getattr(row, kind) / row.received, 2) if row.received else "",
                    ),
                ],
                words("ledger_def"),
            )
            for row in ledger.itertuples()
        ]
    title = words("ledger")
    return Figure(
        "ledger",
        title,
        charts.stacked(
            title,
            labels,
            series,
            tips,
            colors={words(kind): color for kind, color in COLORS.items()},
        ),
        ledger,
        words("ledger_def"),
        charts.height_of(len(ledger)) + 24,
        Drill(
            {label: label for label in labels},
            lambda system: queries.ledger_rows(publication, system),
            "received",
            dict(zip(labels, ledger["received"], strict=True)),
        ),
    )


def _quarantine(view: View) -> Figure:
    words, publication = view.words, view.publication
    frame = queries.quarantine(publication).head(20)
    labels = [words.name("rejection", reason) for reason in frame["reason_code"]]
    title = words("quarantine")
    return Figure(
        "quarantine",
        title,
        charts.bars(
            title,
            labels,
            frame["records"].tolist(),
            [
                charts.tip(
                    label, [(words("records"), words.number(row.records))], words("quarantine_def")
                )
                for label, row in zip(labels, frame.itertuples(), strict=True)
            ],
            shown=[words.number(count) for count in frame["records"]],
            colors=[charts.BAD] * len(frame),
            style=view.style,
        ),
        frame,
        words("quarantine_def"),
        charts.height_of(len(frame), 22),
        Drill(
            dict(zip(labels, frame["reason_code"], strict=True)),
            lambda reason: queries.quarantine_rows(publication, reason),
            None,
            dict(zip(frame["reason_code"], frame["records"], strict=True)),
        ),
    )
