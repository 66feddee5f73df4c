"""A reader sees one publication; nothing else can be read; what is exported runs nowhere."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from drawing import blocks_of
from explorer import digest, pages, site
from explorer.blocks import Empty, Figure, Table, as_markdown, csv, safe_cell
from explorer.charts import tip
from explorer.publication import NothingPublished, NotPublished, Publication, locate, opened
from explorer.server.__main__ import prepare
from explorer.words import LANGUAGES, Words
from touchpoints.access import grants_of


def test_a_reader_stays_with_the_publication_that_it_began_with(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "published.runs"
    for name in ("one", "two"):
        shutil.copytree(published, runs / name)
    # The second run published fewer orders.
    path = runs / "two" / "fct_orders.parquet"
    duckdb.sql(
        f"copy (from '{published / 'fct_orders.parquet'}' limit 5) to '{path}' (format parquet)"
    )
    link = tmp_path / "published"
    link.symlink_to("published.runs/one")
    monkeypatch.setenv("TOUCHPOINT_PUBLISH_DIR", str(link))
    before = Publication(locate())
    link.unlink()
    link.symlink_to("published.runs/two")
    count = "select count(*) as n from fct_orders"
    assert before.frame(count)["n"][0] > 5
    assert Publication(locate()).frame(count)["n"][0] == 5
    # Relations that were not asked for yet are those of the same run, too.
    assert before.frame("select sum(net_amount) as n from fct_orders")["n"][0] is not None
    assert before.folder.name == "one"


def test_where_nothing_is_published_the_reader_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHPOINT_PUBLISH_DIR", str(tmp_path / "nothing"))
    with pytest.raises(NothingPublished, match="make build"):
        locate()


def test_nothing_beside_the_publication_can_be_read(published: Path, tmp_path: Path) -> None:
    other = tmp_path / "secret.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    publication = Publication(published)
    for sql in (
        f"select * from read_csv('{other}')",
        "install httpfs",
        "select * from read_csv('https://example.org/a.csv')",
        f"copy (select 1) to '{tmp_path / 'out.csv'}'",
    ):
        with pytest.raises(duckdb.Error):
            publication.frame(sql)
    assert not (tmp_path / "out.csv").exists()


def test_rates_are_withheld_below_the_number_that_the_build_was_given(
    published: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "with_vars"
    shutil.copytree(published, folder)
    made_of = json.loads((folder / "made_of.json").read_text(encoding="utf-8"))
    made_of["values"]["var min_sample"] = 61
    (folder / "made_of.json").write_text(json.dumps(made_of), encoding="utf-8")
    publication = Publication(folder)
    shown = publication.frame("select rate(30, 60) as below, rate(30, 61) as enough")
    assert shown["below"].isna().all()
    assert shown["enough"][0] == pytest.approx(30 / 61)
    assert "61" in Words("en", publication).withheld()
    # a role's copy does not say what it was made of
    (folder / "made_of.json").unlink()
    assert Publication(folder).min_sample == Publication(published).min_sample == 30


@pytest.fixture
def copy_of(published: Path, tmp_path: Path):
    """Makes the copy of a role, with the relations, columns and rows that the seed grants it."""

    def make(role: str) -> Path:
        folder = tmp_path / role
        folder.mkdir()
        grants = grants_of(role)
        for relation, grant in grants.items():
            path = published / f"{relation}.parquet"
            columns, condition, values = grant.selection(
                duckdb.sql(f"from '{path}' limit 0").columns
            )
            duckdb.execute(
                f"copy (select {', '.join(columns)} from '{path}' where {condition}) "
                f"to '{folder / path.name}' (format parquet)",
                values,
            )
        note = json.loads((published / "publication.json").read_text(encoding="utf-8"))
        counts = {name: note["row_counts"][name] for name in grants}
        told = json.dumps(note | {"role": role, "row_counts": counts})
        (folder / "publication.json").write_text(told, encoding="utf-8")
        return folder

    return make


@pytest.mark.parametrize("role", ["management", "service", "east_china_sales", "mini_program_team"])
def test_a_page_of_a_role_s_copy_tells_what_it_has_and_what_it_lacks(copy_of, role: str) -> None:
    publication = Publication(copy_of(role))
    for language in LANGUAGES:
        for name in pages.NAMES:
            for block in blocks_of(publication, name, language):
                if isinstance(block, (Figure, Table)) and block.drill and block.drill.items:
                    item = next(iter(block.drill.items.values()))
                    with contextlib.suppress(NotPublished):
                        block.drill.rows(item).total(block.drill.measure)
    written = site.write(publication, publication.folder / "site")
    assert len(written) == len(LANGUAGES) * len(pages.NAMES)


def test_a_role_s_copy_shows_figures_whose_details_it_lacks(copy_of) -> None:
    publication = Publication(copy_of("management"))
    for name, chart in (("funnel", "funnel_chart"), ("contribution", "contribution_bars")):
        assert chart in [getattr(block, "key", "") for block in blocks_of(publication, name)]
    steps = next(
        block for block in blocks_of(publication, "funnel") if isinstance(block, Figure)
    ).drill
    with pytest.raises(NotPublished, match="fct_funnel_entries"):
        steps.rows(1).total()


def test_columns_that_a_role_s_copy_lacks_are_told(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "some_columns"
    shutil.copytree(published, folder)
    path = folder / "fct_sessions.parquet"
    path.unlink()
    duckdb.sql(
        f"copy (select session_id, channel_code from '{published / path.name}') to '{path}' (format parquet)"
    )
    publication = Publication(folder)
    (only,) = blocks_of(publication, "overview")
    assert isinstance(only, Empty)
    assert "started_date" in only.text
    with pytest.raises(SystemExit, match="started_date is not published"):
        digest.write(publication, tmp_path)


@pytest.mark.parametrize(
    ("relation", "page", "lacks"),
    [
        ("channel_contribution", "contribution", "conversions"),
        ("home_answers", "overview", "figure"),
        ("fct_service_cases", "service", "is_complaint"),
    ],
)
def test_a_column_is_lacking_however_it_is_asked_for(
    published: Path, tmp_path: Path, relation: str, page: str, lacks: str
) -> None:
    folder = tmp_path / "some_columns"
    shutil.copytree(published, folder)
    path = folder / f"{relation}.parquet"
    path.unlink()
    duckdb.sql(
        f"copy (select * exclude ({lacks}) from '{published / path.name}') to '{path}' (format parquet)"
    )
    told = [
        block.text for block in blocks_of(Publication(folder), page) if isinstance(block, Empty)
    ]
    assert any(text.startswith(f"This publication has no {lacks}, ") for text in told)


def test_rows_are_counted_added_up_and_brought_as_far_as_they_are_shown(published: Path) -> None:
    publication = Publication(published)
    found = publication.rows(
        "select order_id, cast(net_amount as double) as net from fct_orders where is_paid = ?",
        "net desc, order_id",
        True,
    )
    every = publication.frame(
        "select cast(net_amount as double) as net from fct_orders where is_paid order by net desc"
    )["net"]
    assert found.total() == (len(every), float(len(every)))
    assert found.total("net") == (len(every), pytest.approx(every.sum()))
    assert found.first(7)["net"].tolist() == every.head(7).tolist()
    assert found.downloaded()["net"].tolist() == every.tolist()
    none = publication.rows("select 1 as net where false", "net")
    assert none.total("net") == (0, 0.0)


def test_what_pages_show_first_is_asked_before_anybody_comes(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHPOINT_PUBLISH_DIR", str(published))
    prepare()
    publication = opened(str(published))
    asked = []
    monkeypatch.setattr(publication, "_ask", lambda *query: asked.append(query))
    for name in pages.NAMES:
        assert blocks_of(publication, name)
    assert not asked


def test_a_long_answer_is_not_kept(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.publication.KEPT_ROWS", 5)
    publication = Publication(published)
    for count in (5, 6):
        publication.frame(f"select * from range({count})")
    assert [len(answer) for answer in publication._answers.values()] == [5]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@sum(a)", "\t=1", "\r=1", "＝1"])
def test_text_that_begins_like_a_formula_is_made_harmless(text: str) -> None:
    assert safe_cell(text) == "'" + text
    frame = pd.DataFrame({"=head": [text], "number": [-5]})
    told = csv(frame).decode("utf-8-sig")
    assert told.splitlines()[0].startswith("'=head")
    assert "'" + text.strip() in told or "'" + text in told
    # A negative number is a number.
    assert told.rstrip().endswith("-5")


def test_what_the_data_hold_is_text_in_a_sentence() -> None:
    # a campaign of an address of the website, which anybody can make up: a picture would be fetched from elsewhere
    told = as_markdown("![x](https://example.org/x.png) earns most, <b>$1</b>")
    assert told == "!\\[x](https://example.org/x.png) earns most, &lt;b>\\$1&lt;/b>"


def test_what_the_data_hold_is_text_in_a_tooltip() -> None:
    told = tip("<img src=x onerror=alert(1)>", [("a", "<b>{c}</b>")])["formatter"]
    assert "<img" not in told
    assert "{c}" not in told
