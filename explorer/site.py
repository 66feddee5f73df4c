"""The static site: the same pages as one folder of HTML, English and Chinese; `make site`.

Data are inlined and nothing is requested from anywhere, so the folder can be put on a web server or a share, and also
opened as files. One choice of each page is there to make (PICKED), the others stand at their defaults; the rows behind
a chart are the app's.
"""

from __future__ import annotations

import argparse
import base64
import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from explorer import assets, origins, pages, queries
from explorer.blocks import (
    Block,
    Card,
    Cards,
    Empty,
    Figure,
    Finding,
    Table,
    csv,
    plain,
    share_columns,
)
from explorer.charts import Style
from explorer.pages.common import View
from explorer.publication import PROJECT, NothingPublished, Publication, locate
from explorer.words import LANGUAGES, Words

# The choice that each page keeps, and how many of its values at most.
PICKED = {
    "overview": "period",
    "journeys": "goal",
    "funnel": "funnel",
    "contribution": "model",
    "returns": "model",
    "satisfaction": "measure",
    "voice": "touchpoint",
    "service": "period",
    "scorecard": "period",
    "segments": "channel",
    "details": "mart",
}
MOST_VALUES = 13
# The catalogue of columns is of every relation.
ALL_VALUES = ("details",)
SHOWN_ROWS = 60
CATALOGUE = PROJECT / "target" / "static_index.html"


def write(publication: Publication, out: Path) -> list[Path]:
    """Write the site into a folder, which is made anew; answers with its pages."""
    if out.exists() and any(out.iterdir()) and not (out / "charts.js").is_file():
        raise SystemExit(f"{out} holds something else than a site, so it was left alone.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / "charts.js").write_text(assets.bundle(), encoding="utf-8")
    (out / "NOTICE.txt").write_text(assets.notice(), encoding="utf-8")
    (out / "site.css").write_text(CSS, encoding="utf-8")
    (out / "site.js").write_text(JS, encoding="utf-8")
    has_catalogue = CATALOGUE.is_file()
    if has_catalogue:
        shutil.copyfile(CATALOGUE, out / "catalogue.html")
    written = []
    for language in LANGUAGES:
        words = Words(language, publication)
        folder = out / language
        folder.mkdir()
        for name in pages.NAMES:
            path = folder / f"{name}.html"
            path.write_text(_page(publication, words, name, has_catalogue), encoding="utf-8")
            written.append(path)
    (out / "index.html").write_text(INDEX, encoding="utf-8")
    return written


def _page(publication: Publication, words: Words, name: str, has_catalogue: bool) -> str:
    """A page: the HTML of its first choice in place, that of the others beside it as data."""
    variants, picked, label = _variants(publication, words, name)
    first = next(iter(variants))
    chooser = ""
    if len(variants) > 1:
        options = "".join(
            f'<option value="{html.escape(value)}">{html.escape(told)}</option>'
            for value, told in picked.items()
        )
        chooser = f'<label class="choice">{html.escape(label)} <select id="choice">{options}</select></label>'
    menu = "".join(
        f'<a href="{other}.html"{" aria-current=page" if other == name else ""}>'
        f"{html.escape(words(pages.title_key(other)))}</a>"
        for other in pages.NAMES
    )
    if has_catalogue:
        menu += f'<a href="../catalogue.html">{html.escape(words("catalogue"))}</a>'
    other = "zh" if words.language == "en" else "en"
    day = queries.last_day(publication) if publication.has("fct_touchpoints") else "–"
    data = {
        "variants": variants,
        "turned": Style().turned(),
        "themes": [Style().theme(), Style(True).theme()],
    }
    # Inside a script element "</" would end it.
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str).replace(
        "</", "<\\/"
    )
    published = str(publication.note.get("published_at", ""))[:16].replace("T", " ")
    return PAGE.format(
        language="zh-CN" if words.language == "zh" else "en",
        title=html.escape(words(pages.title_key(name))),
        brand=html.escape(words("explorer")),
        question=html.escape(words(f"{name}_question")),
        menu=menu,
        other=f"../{other}/{name}.html",
        other_name=LANGUAGES[other],
        theme=html.escape(words("theme")),
        foot=html.escape(
            f"{words('published_at', time=published)} · {words('data_until', day=day)} · {publication.run_id}"
        ),
        chooser=chooser,
        body=variants[first]["html"],
        data=told,
    )


def _variants(
    publication: Publication, words: Words, name: str
) -> tuple[dict[str, dict[str, Any]], dict[str, str], str]:
    view = View(publication, words, has_rows=False)
    for at in range(len(pages.filters(name, view))):
        its = pages.filters(name, view)[at]
        view.choice[its.key] = its.first
    filters = {its.key: its for its in pages.filters(name, view)}
    picked = filters.get(PICKED.get(name, ""))
    if picked is None:
        return {"": _variant(list(pages.build(name, view)), words, publication)}, {}, ""
    values = [picked.first, *(value for value in picked.options if value != picked.first)][
        : None if name in ALL_VALUES else MOST_VALUES
    ]
    variants = {}
    for value in values:
        choice = {**view.choice, picked.key: value}
        other = View(publication, words, choice=choice, has_rows=False)
        # What depends on the choice goes back to its default where the choice no longer offers it.
        for its in pages.filters(name, other):
            if other.choice.get(its.key) not in its.options:
                other.choice[its.key] = its.first
        variants[value] = _variant(list(pages.build(name, other)), words, publication)
    return variants, {value: picked.options[value] for value in values}, picked.label


def _variant(blocks: list[Block], words: Words, publication: Publication) -> dict[str, Any]:
    return {
        "html": "".join(_html(block, words, publication) for block in blocks),
        "options": {block.key: block.option for block in blocks if isinstance(block, Figure)},
    }


def _html(block: Block, words: Words, publication: Publication | None = None) -> str:
    """A block; with the publication also where its numbers come from."""
    match block:
        case Finding():
            return f'<section class="finding">{_marked(block.text)}</section>'
        case Empty():
            return f'<section class="empty">{html.escape(block.text)}</section>'
        case Cards():
            cards = "".join(_card(card) for card in block.cards)
            note = f"<p class=caption>{html.escape(block.note)}</p>" if block.note else ""
            return f'<section class="cards">{cards}</section>{note}'
        case Figure():
            width = "wide" if block.wide else "narrow"
            return (
                f'<section class="figure {width}"><h2>{html.escape(block.title)}</h2>'
                f'<div class="chart" data-chart="{block.key}" role="img" tabindex="0" '
                f'aria-label="{html.escape(block.title)}" style="height:{block.height}px">'
                '<div class="echarts-container"></div></div>'
                f"<p class=caption>{html.escape(block.definition)}</p>"
                f"<details><summary>{html.escape(words('numbers').strip('*'))}</summary>"
                f"{_table(block.key, block.frame, words)}</details>"
                f"{_origin(block, words, publication)}</section>"
            )
        case Table():
            return (
                f'<section class="figure wide"><h2>{html.escape(block.title)}</h2>'
                f"{_table(block.key, block.frame, words)}"
                f"<p class=caption>{html.escape(block.definition)}</p>"
                f"{_origin(block, words, publication)}</section>"
            )
    return ""


def _origin(block: Figure | Table, words: Words, publication: Publication | None) -> str:
    """What the numbers are made of: relations, and what their columns mean."""
    if publication is None:
        return ""
    relations = origins.named(block.definition, publication)
    told = origins.meanings(
        publication, relations, origins.columns_of(block), words.generic(), words.meaning
    )
    if not relations or "meaning" in block.frame.columns:
        return ""
    lines = "".join(
        f"<li><code>{html.escape(name)}</code> {html.escape(words.meaning(publication.about(name)))}</li>"
        for name in relations
    )
    lines += "".join(
        f"<li><code>{html.escape(row.column)}</code> {html.escape(row.meaning)}</li>"
        for row in told.itertuples()
    )
    return f'<details class="origin"><summary>{html.escape(words("explain"))}</summary><ul>{lines}</ul></details>'


def _marked(text: str) -> str:
    """Paragraphs, with what stands between two pairs of asterisks bold."""
    told = html.escape(text)
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", told)
    return "".join(f"<p>{paragraph}</p>" for paragraph in bold.split("\n\n"))


def _card(card: Card) -> str:
    change = ""
    if card.change:
        rises = not card.change.startswith(("-", "−"))
        is_good = rises != (card.good == "inverse")
        change = f'<span class="{"good" if is_good else "bad"}">{html.escape(card.change)}</span>'
    return (
        f'<div class="card" title="{html.escape(card.help)}"><span class="label">{html.escape(card.label)}</span>'
        f'<span class="value">{html.escape(card.value)}</span>{change}{_spark(card.line)}</div>'
    )


def _spark(line: list[float]) -> str:
    """A line over time as a picture in place."""
    if len(line) < 2:
        return ""
    low, high = min(line), max(line)
    span = (high - low) or 1
    points = " ".join(
        f"{100 * at / (len(line) - 1):.1f},{24 - 22 * (value - low) / span:.1f}"
        for at, value in enumerate(line)
    )
    return (
        '<svg class="spark" viewBox="0 0 100 26" preserveAspectRatio="none" aria-hidden="true">'
        f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.5" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )


def _cell(value: Any, is_share: bool = False) -> str:
    if value is None or (not isinstance(value, (str, list)) and pd.isna(value)):
        return "<td></td>"
    if isinstance(value, bool):
        return f"<td>{'✓' if value else ''}</td>"
    if isinstance(value, pd.Timestamp):
        return f'<td class="short">{value:%Y-%m-%d %H:%M}</td>'.replace(" 00:00", "")
    if is_share:
        return f'<td class="number">{100 * value:.2f}%</td>'
    if isinstance(value, (int, float)):
        shown = (
            f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
        )
        return f'<td class="number">{shown}</td>'
    # a date or code that is broken in two is hard to read
    kind = "short" if len(str(value)) <= 20 else "long" if len(str(value)) > 40 else "text"
    return f'<td class="{kind}">{html.escape(str(value))}</td>'


def _table(key: str, frame: pd.DataFrame, words: Words) -> str:
    told = plain(words.values(frame))
    shares = {at for at, name in enumerate(frame.columns) if name in share_columns(frame)}
    heads = "".join(
        f"<th{' class=number' if pd.api.types.is_numeric_dtype(told[name]) else ''}>"
        f"{html.escape(words.column(name))}</th>"
        for name in told.columns
    )
    rows = "".join(
        "<tr>" + "".join(_cell(value, at in shares) for at, value in enumerate(row)) + "</tr>"
        for row in told.head(SHOWN_ROWS).itertuples(index=False, name=None)
    )
    data = base64.b64encode(csv(frame)).decode()
    first = words("first_rows", shown=SHOWN_ROWS, kept=words.number(len(told)))
    more = f"<p class=caption>{html.escape(first)}</p>" if len(told) > SHOWN_ROWS else ""
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'{more}<a class="csv" download="{key}.csv" href="data:text/csv;base64,{data}">'
        f"{html.escape(words('download'))}</a>"
    )


PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {brand}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../site.css">
</head>
<body>
<nav><strong>{brand}</strong>{menu}<span class="tools"><a href="{other}">{other_name}</a>
<button id="theme" type="button">{theme}</button></span></nav>
<main>
<h1>{title}</h1>
<p class="question">{question}</p>
{chooser}
<div id="blocks">{body}</div>
<footer>{foot}</footer>
</main>
<script id="data" type="application/json">{data}</script>
<script src="../charts.js"></script>
<script src="../site.js"></script>
</body>
</html>
"""

INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=en/overview.html">
<title>Touchpoints 触点</title>
<link rel="icon" href="data:,">
</head>
<body><p><a href="en/overview.html">English</a> · <a href="zh/overview.html">中文</a></p></body>
</html>
"""

JS = """// Draws the charts of the page and of the choice made; light or dark as the system or the button says.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const blocks = document.getElementById("blocks");
  const choice = document.getElementById("choice");
  const system = matchMedia("(prefers-color-scheme: dark)");
  let kept = null;
  try { kept = localStorage.getItem("theme"); } catch (error) { /* a file has no storage in some browsers */ }
  let dark = kept ? kept === "dark" : system.matches;
  let drawn = Object.keys(data.variants)[0];
  const colours = new RegExp(Object.keys(data.turned).join("|"), "g");

  function options() {
    const told = JSON.stringify(data.variants[drawn].options);
    return JSON.parse(dark ? told.replace(colours, colour => data.turned[colour]) : told);
  }
  function draw() {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    const all = options();
    for (const place of blocks.querySelectorAll(".chart")) {
      place.innerHTML = '<div class="echarts-container"></div>';
      const fresh = place.cloneNode(true);
      place.replaceWith(fresh);
      window.drawChart(fresh, all[fresh.dataset.chart], data.themes[dark ? 1 : 0]);
    }
  }
  choice?.addEventListener("change", () => {
    drawn = choice.value;
    blocks.innerHTML = data.variants[drawn].html;
    draw();
  });
  document.getElementById("theme").addEventListener("click", () => {
    dark = !dark;
    try { localStorage.setItem("theme", dark ? "dark" : "light"); } catch (error) { /* as above */ }
    draw();
  });
  system.addEventListener("change", event => { if (!kept) { dark = event.matches; draw(); } });
  draw();
})();
"""

CSS = """:root { --text: #1f2733; --muted: #566173; --faint: #dfe4ec; --ground: #fff; --soft: #f4f6fa;
  --accent: #3f72d8;
  --good: #1f7a5c; --bad: #b93c52; }
[data-theme=dark] { --text: #e6e9f0; --muted: #a9b3c4; --faint: #3a4252; --ground: #12161d; --soft: #1c222d;
  --accent: #7fa8f5; --good: #5fd0a8; --bad: #f08a9b; color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground); line-height: 1.5;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  sans-serif; }
nav { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: center; padding: .7rem 1.2rem; font-size: .9rem;
  background: var(--soft);
  border-bottom: 1px solid var(--faint); }
nav a { color: var(--muted); text-decoration: none; padding: .15rem 0; }
nav a[aria-current] { color: var(--accent); font-weight: 600; border-bottom: 2px solid var(--accent); }
.tools { margin-left: auto; display: flex; gap: .8rem; align-items: center; }
button, select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--faint);
  border-radius: 6px;
  padding: .25rem .6rem; max-width: 100%; }
a:focus-visible, button:focus-visible, select:focus-visible, summary:focus-visible, [tabindex]:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px; }
main { max-width: 1120px; margin: 0 auto; padding: 1.2rem; }
h1 { font-size: 1.6rem; margin: .2rem 0 0; }
h2 { font-size: 1.08rem; margin: 1.6rem 0 .3rem; }
.question, .caption, footer { color: var(--muted); }
.question { margin: 0 0 1rem; }
.caption { font-size: .86rem; margin: .3rem 0; }
.finding, .empty { border: 1px solid var(--faint); border-radius: 8px; padding: .3rem 1rem; margin: 1rem 0; }
.empty { background: var(--soft); padding: .8rem 1rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: .8rem; }
.card { border: 1px solid var(--faint); border-radius: 8px; padding: .7rem .9rem; display: flex;
  flex-direction: column; }
.card .label { color: var(--muted); font-size: .86rem; }
.card .value { font-size: 1.35rem; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
.spark { width: 100%; height: 30px; margin-top: auto; color: var(--accent); }
#blocks { display: flow-root; }
.figure.narrow { width: 48%; float: left; margin-right: 2%; }
.figure.wide, .finding, .empty, .cards { clear: both; }
.choice select { margin-left: .4rem; }
details { margin: .4rem 0; }
.origin ul { margin: .3rem 0; padding-left: 1.1rem; font-size: .86rem; color: var(--muted);
  max-height: 320px; overflow: auto; }
code { font-size: .92em; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--accent); }
.scroll { overflow: auto; max-height: 380px; border: 1px solid var(--faint); border-radius: 6px; margin: .4rem 0; }
table { border-collapse: collapse; font-size: .86rem; width: 100%; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--faint); text-align: left; max-width: 420px; }
th { position: sticky; top: 0; background: var(--soft); white-space: nowrap; }
.short { white-space: nowrap; }
.long { min-width: 220px; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.csv { font-size: .86rem; color: var(--accent); }
footer { font-size: .8rem; margin-top: 2.5rem; border-top: 1px solid var(--faint); padding-top: .6rem; clear: both; }
@media (max-width: 640px) { main { padding: .9rem; } .figure.narrow { width: 100%; float: none; } }
@media print { nav, .csv, summary, .choice { display: none; } .figure { break-inside: avoid; } }
"""


def main() -> None:
    """Write the site of what is published now."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PROJECT / "target" / "site")
    arguments = parser.parse_args()
    try:
        publication = Publication(locate())
    except NothingPublished as error:
        raise SystemExit(str(error)) from error
    written = write(publication, arguments.out)
    size = sum(path.stat().st_size for path in arguments.out.rglob("*") if path.is_file())
    print(f"The site: {arguments.out}/index.html ({len(written)} pages, {size / 1e6:.1f} MB)")
    if not CATALOGUE.is_file():
        print("Without the data catalogue: `make docs` writes it, then run this again.")


if __name__ == "__main__":
    main()
