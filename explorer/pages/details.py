"""What does any published relation hold, row by row and column by column?"""

from __future__ import annotations

from collections.abc import Iterator

from explorer import charts, queries
from explorer.blocks import ALL, Block, Drill, Empty, Figure, Filter, Finding, Table
from explorer.pages.common import View
from explorer.publication import MOST_DOWNLOADED

FIRST = "metric_values"
# What a reader may choose by: codes, not single ids, moments and measured figures.
CHOSEN_KINDS = ("VARCHAR", "BOOLEAN", "DATE", "INTEGER", "SMALLINT", "TINYINT")
NOT_CHOSEN = ("_id", "_text", "_row", "record", "explanation", "reason", "terms")


def filters(view: View) -> list[Filter]:
    """A relation, and up to two of its columns with a value each."""
    publication, words = view.publication, view.words
    counts = publication.note.get("row_counts", {})
    marts = {
        name: f"{name} ({words.number(counts[name])})" if name in counts else name
        for name in sorted(publication.relations)
    }
    found = [Filter("mart", words("mart"), marts, FIRST)]
    relation = view.choice.get("mart", found[0].first)
    if relation not in publication.relations or not view.has_rows:
        return found
    columns = choosable(view, relation)
    for number in ("1", "2"):
        key, value = f"column_{number}", f"value_{number}"
        options = {ALL: words("no_condition")} | {name: name for name in columns}
        found.append(Filter(key, words("condition", number=number), options))
        chosen = view.choice.get(key, ALL)
        codes = queries.codes(publication, relation, chosen) if chosen in columns else []
        found.append(
            Filter(
                value,
                words("condition_value", number=number),
                {ALL: words("all")} | {code: code for code in codes if code != ALL},
            )
        )
    return found


def choosable(view: View, relation: str) -> list[str]:
    """The columns that rows can be chosen by."""
    return [
        name
        for name, kind in queries.kinds(view.publication, relation).items()
        if kind in CHOSEN_KINDS and not name.endswith(NOT_CHOSEN)
    ]


def build(view: View) -> Iterator[Block]:
    """What a row is, how many rows fit, the rows, and last, as it takes longest, the columns with their meaning."""
    words, publication = view.words, view.publication
    relation = view["mart"]
    conditions = {
        view[f"column_{number}"]: view[f"value_{number}"]
        for number in ("2", "1")
        if view[f"column_{number}"] != ALL and view[f"value_{number}"] != ALL
    }
    count = queries.row_count(publication, relation, conditions)
    every = queries.row_count(publication, relation, {})
    key = ", ".join(publication.key(relation))
    about = words.meaning(publication.about(relation)) or words("no_catalogue")
    said = f"**{relation}** — {about}\n\n" + words(
        "details_finding", count=words.number(count), every=words.number(every)
    )
    if key:
        said += " " + words("details_key", columns=key)
    yield Finding(said)
    if count and view.has_rows:
        by = [view[f"column_{number}"] for number in ("1", "2") if view[f"column_{number}"] != ALL]
        for column in by[:1]:
            yield _counts(view, relation, column, conditions)
        yield _rows(view, relation, conditions, count)
    elif not count:
        yield Empty(words("nothing_here") if every else words("no_rows_at_all"))
    facts = queries.column_facts(publication, relation, conditions)
    yield Table(
        "columns",
        words("columns_table"),
        facts.assign(meaning=facts["meaning"].map(words.meaning)),
        words("columns_def", mart=relation),
    )


def _rows(view: View, relation: str, conditions: dict[str, str], count: int) -> Table:
    words, publication = view.words, view.publication
    shown = min(count, queries.MOST_ROWS)
    kept = min(count, MOST_DOWNLOADED)
    found = queries.rows_of(publication, relation, conditions)
    return Table(
        "rows",
        words("rows_table"),
        found.first(queries.MOST_ROWS),
        words(
            "rows_table_def",
            mart=relation,
            shown=words.number(shown),
            count=words.number(count),
            kept=words.number(kept),
        ),
        more=found.downloaded,
    )


def _counts(view: View, relation: str, column: str, conditions: dict[str, str]) -> Figure:
    """Rows by the values of the column chosen; the other condition holds."""
    words, publication = view.words, view.publication
    others = {name: value for name, value in conditions.items() if name != column}
    frame = queries.row_counts(publication, relation, column, others)
    labels = frame["code"].astype(str).tolist()
    title = words("counts", column=column)
    definition = words("counts_def", mart=relation, column=column)
    return Figure(
        "counts",
        title,
        charts.bars(
            title,
            labels,
            frame["rows"].tolist(),
            [
                charts.tip(label, [(words("rows"), words.number(rows))], definition)
                for label, rows in zip(labels, frame["rows"], strict=True)
            ],
            shown=[words.number(rows) for rows in frame["rows"]],
            style=view.style,
        ),
        frame,
        definition,
        charts.height_of(len(frame), 22),
        Drill(
            {label: label for label in labels},
            lambda label: queries.rows_of(publication, relation, {**others, column: label}),
            None,
            dict(zip(labels, frame["rows"], strict=True)),
        ),
    )
