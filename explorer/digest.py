"""The digest: one page that prints, English and Chinese; `make digest`.

What changed in the month, whether by mix or by rate, where, which alerts there are, and what to do next. Every table
is a CSV too.
"""

from __future__ import annotations

import argparse
import html
from pathlib import Path

import pandas as pd

from explorer import pages, queries
from explorer.blocks import Block, Cards, Empty, Finding, Table
from explorer.pages.common import View, missing
from explorer.publication import PROJECT, NothingPublished, NotPublished, Publication, locate
from explorer.site import CSS, _html
from explorer.words import LANGUAGES, Words

PRINT = """
@page { size: A4; margin: 14mm; }
main { max-width: 900px; }
.scroll { max-height: none; }
@media print { body { font-size: 11px; } .scroll { overflow: visible; } .card .value { font-size: 1.1rem; }
  .cards { grid-template-columns: repeat(4, 1fr); } h2 { margin-top: .9rem; } }
"""

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{css}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
<footer>{foot}</footer>
</main>
</body>
</html>
"""


def blocks(view: View) -> list[Block]:
    """What the digest of a month says."""
    words, publication, month = view.words, view.publication, view["period"]
    told = [block for block in pages.build("overview", view) if isinstance(block, (Finding, Cards))]
    changes = (
        queries.changes(publication, month)
        if publication.has("mix_and_rate_changes")
        else pd.DataFrame()
    )
    if not changes.empty:
        for column, kind in (("metric", "metric"), ("dimension", "dimension")):
            changes[column] = [words.name(kind, code) for code in changes[column]]
        changes["category"] = [
            words.name(kind, code)
            for kind, code in zip(changes.pop("kind"), changes["category"], strict=True)
        ]
        told.append(Table("changes", words("digest_changes"), changes, words("digest_changes_def")))
    told.append(_where(view))
    if empty := missing(view, "alerts"):
        told.append(empty)
    else:
        found = queries.alerts(publication, words.language == "zh").head(10)
        told.append(Table("alerts", words("alerts"), found))
    if not missing(view, "touchpoint_priorities"):
        first = queries.priorities(publication, "balanced", month, 5)
        first["touchpoint_code"] = [
            words.name("touchpoint", code) for code in first["touchpoint_code"]
        ]
        first["leading_figure_code"] = [
            words.name("figure", code) for code in first["leading_figure_code"]
        ]
        if not first.empty:
            told.append(Table("priorities", words("priorities"), first, words("priorities_def")))
    if publication.has("funnel_bottlenecks"):
        next_steps = queries.next_steps(publication)
        next_steps["funnel_code"] = [
            words.name("funnel", code) for code in next_steps["funnel_code"]
        ]
        next_steps["step_name"] = [words.name("step", name) for name in next_steps["step_name"]]
        if not next_steps.empty:
            told.append(
                Table(
                    "next",
                    words("digest_next"),
                    next_steps,
                    words("bottlenecks_def", value=words("times_value")),
                )
            )
    return told


def _where(view: View) -> Block:
    """Where complaints gather, or that they do not."""
    words, publication = view.words, view.publication
    if empty := missing(view, "complaint_concentration"):
        return empty
    frame = queries.complaint_cells(publication, "(all)", "(all)")
    named = frame[frame["is_concentrated"].fillna(False).astype(bool)].drop(columns="is_suppressed")
    if named.empty:
        return Empty(words("digest_nowhere"))
    named["touchpoint_code"] = [words.name("touchpoint", code) for code in named["touchpoint_code"]]
    named["region"] = [words.name("region", code) for code in named["region"]]
    return Table("complaint_cells", words("complaint_cells"), named, words("complaint_cells_def"))


def write(publication: Publication, out: Path, month: str | None = None) -> list[Path]:
    """Write the digest of a month (of the newest, unless one is named) in both languages."""
    try:
        months = queries.months(publication, "fct_sessions", "started_date")
    except NotPublished as error:
        raise SystemExit(
            f"The digest is of the months of visits, and {error} is not published here."
        ) from error
    if not months:
        raise SystemExit("Nobody has visited yet, so there is no month that a digest could be of.")
    chosen = f"{month}-01" if month else months[0]
    if chosen not in months:
        raise SystemExit(
            f"{month} has no visits; there are {', '.join(one[:7] for one in months[:12])} …"
        )
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for language in LANGUAGES:
        words = Words(language, publication)
        view = View(publication, words, choice={"period": chosen})
        title = words("digest", period=words.period(chosen))
        published = str(publication.note.get("published_at", ""))[:16].replace("T", " ")
        path = out / f"digest-{language}.html"
        path.write_text(
            PAGE.format(
                language="zh-CN" if language == "zh" else "en",
                title=html.escape(title),
                css=CSS + PRINT,
                body="".join(_html(block, words) for block in blocks(view)),
                foot=html.escape(f"{words('published_at', time=published)} · {publication.run_id}"),
            ),
            encoding="utf-8",
        )
        written.append(path)
    return written


def main() -> None:
    """Write the digest of what is published now."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--month", help="as 2025-06; the newest unless given")
    parser.add_argument("--out", type=Path, default=PROJECT / "target" / "digest")
    arguments = parser.parse_args()
    try:
        publication = Publication(locate())
    except NothingPublished as error:
        raise SystemExit(str(error)) from error
    for path in write(publication, arguments.out, arguments.month):
        print(f"The digest: {path}")


if __name__ == "__main__":
    main()
