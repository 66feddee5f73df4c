"""What do people praise, and what do they complain about?"""

from __future__ import annotations

import pandas as pd

from explorer import charts, queries
from explorer.blocks import Block, Drill, Figure, Filter, Finding, Table
from explorer.pages.common import View, code_filter, known, missing, month_filter, nothing

IN_CLOUD, RANKED, EXAMPLES = 60, 15, 40
LABELS = {
    "positive": charts.GOOD,
    "neutral": charts.NEUTRAL,
    "negative": charts.BAD,
    "unlabelled": charts.PALETTE[7],
}


def filters(view: View) -> list[Filter]:
    """Touchpoint and month."""
    if missing(view, "fct_feedback_texts"):
        return []
    return [
        code_filter(view, "touchpoint", "touchpoint", "fct_feedback_texts"),
        month_filter(view, "fct_feedback_texts", "answered_date"),
    ]


def build(view: View) -> list[Block]:
    """Word cloud, ranked terms, how texts feel, examples."""
    if empty := missing(view, "fct_feedback_texts"):
        return [empty]
    publication = view.publication
    chosen = (view["touchpoint"], view["period"])
    tones = queries.tones(publication, *chosen)
    if tones.empty:
        return [nothing(view)]
    terms = (
        queries.terms(publication, *chosen) if publication.has("feedback_terms") else pd.DataFrame()
    )
    blocks: list[Block] = [Finding(_finding(view, tones, terms))]
    if not terms.empty:
        blocks += [_cloud(view, terms.head(IN_CLOUD)), _bars(view, terms.head(RANKED))]
    blocks.append(_tones(view, tones))
    examples = queries.text_rows(publication, *chosen).first(EXAMPLES)
    examples["touchpoint_code"] = [
        view.words.name("touchpoint", code) for code in examples["touchpoint_code"]
    ]
    shown = examples.drop(columns="text_id")
    blocks.append(Table("examples", view.words("examples"), shown, view.words("examples_def")))
    return blocks


def _finding(view: View, tones: pd.DataFrame, terms: pd.DataFrame) -> str:
    words = view.words
    whole = int(tones["texts"].sum())
    negative = int(tones.loc[tones["label"] == "negative", "texts"].sum())
    first = terms.iloc[0] if not terms.empty else None
    said = words(
        "voice_finding",
        negative=words.number(negative),
        whole=words.number(whole),
        share=words.percent(negative / whole),
        term=first["term"] if first is not None else "–",
        count=words.number(first["text_count"]) if first is not None else "0",
    )
    bad = terms[terms["sentiment"] < -0.1] if not terms.empty else terms
    if len(bad):
        worst = bad.sort_values(["text_count", "term"], ascending=[False, True]).head(3)
        said += words("voice_bad", terms=", ".join(worst["term"]))
    return said


def _tip(view: View, row, definition: str) -> dict[str, str]:
    words = view.words
    return charts.tip(
        row.term,
        [
            (words("texts"), words.number(row.text_count)),
            (words.column("sentiment"), f"{row.sentiment:+.2f}" if known(row.sentiment) else "–"),
            (
                words.column("mean_score"),
                f"{words.percent(row.mean_score)} ({words.number(row.rated_text_count)})"
                if known(row.mean_score)
                else "",
            ),
            (words("period"), words.period(view["period"])),
        ],
        definition,
    )


def _drill(view: View, terms: pd.DataFrame) -> Drill:
    return Drill(
        {term: term for term in terms["term"]},
        lambda term: queries.term_rows(view.publication, view["touchpoint"], view["period"], term),
        "text_count",
        dict(zip(terms["term"], terms["text_count"], strict=True)),
    )


def _cloud(view: View, terms: pd.DataFrame) -> Figure:
    words = view.words
    drawn = [
        (
            row.term,
            float(row.text_count),
            charts.feeling(row.sentiment),
            _tip(view, row, words("cloud_def")),
        )
        for row in terms.itertuples()
    ]
    return Figure(
        "cloud",
        words("cloud"),
        charts.cloud(words("cloud"), drawn),
        terms,
        words("cloud_def"),
        340,
        _drill(view, terms),
    )


def _bars(view: View, terms: pd.DataFrame) -> Figure:
    words = view.words
    title = words("terms_bars")
    return Figure(
        "terms_bars",
        title,
        charts.bars(
            title,
            terms["term"].tolist(),
            terms["text_count"].tolist(),
            [_tip(view, row, words("terms_def")) for row in terms.itertuples()],
            shown=[words.number(count) for count in terms["text_count"]],
            colors=[charts.feeling(value) for value in terms["sentiment"]],
            style=view.style,
        ),
        terms,
        words("terms_def"),
        charts.height_of(len(terms)),
        _drill(view, terms),
    )


def _tones(view: View, tones: pd.DataFrame) -> Figure:
    words, publication = view.words, view.publication
    table = tones.pivot_table(
        index="touchpoint_code", columns="label", values="texts", fill_value=0, aggfunc="sum"
    )
    sizes = table.sum(axis=1)
    order = sorted(table.index, key=lambda code: (-sizes[code], code))[:RANKED]
    labels = [words.name("touchpoint", code) for code in order]
    present = [label for label in LABELS if label in table.columns]
    series, tips = {}, {}
    for label in present:
        name = words(label)
        series[name] = [float(table.loc[code, label]) for code in order]
        tips[name] = [
            charts.tip(
                f"{place} · {name}",
                [
                    (
                        words("texts"),
                        words(
                            "of",
                            part=words.number(table.loc[code, label]),
                            whole=words.number(sizes[code]),
                        ),
                    ),
                    (words("share"), words.percent(table.loc[code, label] / sizes[code])),
                ],
                words("tone_def"),
            )
            for place, code in zip(labels, order, strict=True)
        ]
    told = tones.copy()
    told["touchpoint_code"] = [words.name("touchpoint", code) for code in tones["touchpoint_code"]]
    told["label"] = [words(label) for label in tones["label"]]
    title = words("tone_bars")
    return Figure(
        "tone_bars",
        title,
        charts.stacked(
            title, labels, series, tips, colors={words(label): LABELS[label] for label in present}
        ),
        told,
        words("tone_def"),
        charts.height_of(len(order)) + 24,
        Drill(
            dict(zip(labels, order, strict=True)),
            lambda code: queries.text_rows(publication, code, view["period"]),
            None,
            {code: int(sizes[code]) for code in order},
        ),
    )
