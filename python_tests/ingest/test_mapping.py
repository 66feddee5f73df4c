"""The mapping file: everything wrong is told at once, with the accepted values; secrets have no place in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desk import PROJECT, Desk
from ingest.mapping import WrongMapping, read_mapping
from touchpoints.contract import read_contract

TABLE: dict[str, Any] = {
    "into": "ecommerce.orders",
    "files": "*.csv",
    "columns": {"订单编号": "order_no", "下单时间": "created_at", "金额": "amount"},
}
SOURCE: dict[str, Any] = {"name": "shop", "kind": "files", "folder": "inbox", "tables": [TABLE]}
DATABASE = {"into": "crm.contacts", "table": "contacts", "cursor": "updated_at", "key": ["id"]}
REST = {"into": "service.tickets", "path": "/tickets", "key": ["id"]}


def told(desk: Desk, content: Any) -> str:
    """What is said of a wrong mapping."""
    desk.write_mapping(content)
    with pytest.raises(WrongMapping) as wrong:
        read_mapping(desk.folder / "ingest.yml", read_contract(PROJECT))
    return str(wrong.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({**SOURCE, "tables": [{**TABLE, "into": "ecomerce.orders"}]},
         "system 'ecomerce' is unknown (did you mean ecommerce?); accepted: academic, ads"),
        ({**SOURCE, "tables": [{**TABLE, "into": "ecommerce.order"}]},
         "table of ecommerce 'order' is unknown (did you mean orders?); accepted: order_items, orders"),
        ({**SOURCE, "tables": [{**TABLE, "columns": {"订单编号": "order_number"}}]},
         "column '订单编号': column 'order_number' is unknown"),
        ({**SOURCE, "tables": [{**TABLE, "columns": {"a": "order_no", "b": "order_no"}}]},
         "two columns of the export are to be order_no"),
        ({**SOURCE, "tables": [{**TABLE, "values": {"order_no": "1"}}]},
         "order_no is given both by a column and by a value"),
        ({**SOURCE, "tables": [{**TABLE, "encoding": "gb2312"}]},
         "encoding 'gb2312' is unknown; accepted: auto, gb18030, utf-16, utf-8"),
        ({**SOURCE, "tables": [{**TABLE, "file": "x"}]}, "key 'file' is unknown (did you mean files?)"),
        ({**SOURCE, "tables": [{**TABLE, "files": "../*.csv"}]}, "give a pattern inside the folder"),
        ({**SOURCE, "tables": [{**TABLE, "header_row": 0}]}, "whole number from 1 to 100"),
        ({**SOURCE, "tables": []}, "give a list `tables:`"),
        ({**SOURCE, "kind": "file"}, "kind 'file' is unknown (did you mean files?)"),
        ({**SOURCE, "name": "../shop"}, "give a word of a-z"),
        ({**SOURCE, "settle_seconds": "long"}, "give a number of seconds"),
        ({"name": "d", "kind": "database", "url_variable": "mysql://u:p@h/d", "tables": [DATABASE]},
         "never the secret itself"),
        ({"name": "d", "kind": "database", "url_variable": "U", "tables": [{"into": "crm.contacts"}]},
         "`cursor:` is missing"),
        ({"name": "r", "kind": "rest", "base_url": "https://u:p@h", "tables": [REST]},
         "without a user or password"),
        ({"name": "r", "kind": "rest", "base_url": "https://h", "tables": [
            {**REST, "pagination": {"kind": "pages"}}]}, "pagination kind 'pages' is unknown"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_what_is_accepted(
    desk: Desk, source: dict[str, Any], expected: str
) -> None:
    assert expected in told(desk, {"sources": [source]})


def test_everything_wrong_is_told_at_once_and_the_run_ends_with_code_2(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.write_mapping(
        {"sources": [{**SOURCE, "folder": 3, "tables": [{**TABLE, "into": "x.y"}]}, SOURCE, SOURCE]}
    )
    assert desk.run() == 2
    said = capsys.readouterr().err
    for expected in ("give the `folder:`", "system 'x' is unknown", "two sources have this name"):
        assert expected in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sources: [", "is no YAML"),
        ("a: &x [1]\nsources: [*x]\n", "anchors and aliases"),
        ("sources: !!python/object/apply:os.system ['true']\n", "is no YAML"),
        ("- 1\n", "give a list `sources:`"),
        ("sources: []\n# " + "x" * 1_000_001, "longer than"),
    ],
)
def test_yaml_is_taken_as_data_and_nothing_else(desk: Desk, text: str, expected: str) -> None:
    (desk.folder / "ingest.yml").write_text(text, encoding="utf-8")
    with pytest.raises(WrongMapping, match=expected):
        read_mapping(desk.folder / "ingest.yml", read_contract(PROJECT))


def test_a_column_called_as_in_the_contract_needs_no_mapping(desk: Desk) -> None:
    desk.write_mapping({"sources": [SOURCE]})
    table = read_mapping(desk.folder / "ingest.yml", read_contract(PROJECT))[0].tables[0]
    assert table.targets([" 订单编号 ", "Phone", "AMOUNT", "金额", "备注"]) == {
        " 订单编号 ": "order_no",
        "Phone": "phone",
        "金额": "amount",
    }


def test_the_example_of_the_page_is_a_right_mapping(tmp_path: Path) -> None:
    page = (PROJECT / "docs" / "ingest.md").read_text(encoding="utf-8")
    examples = page.split("```yaml\n")[1:]
    assert examples
    for example in examples:
        path = tmp_path / "ingest.yml"
        path.write_text(example.split("```")[0], encoding="utf-8")
        assert read_mapping(path, read_contract(PROJECT))
