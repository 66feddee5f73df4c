"""REST APIs: pages, throttling, failures, a change of schema, a server that dies in the middle of an answer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from desk import Desk
from servers import CutOff, api

TICKETS = {
    "into": "service.tickets",
    "path": "tickets",
    "data": "items",
    "key": ["id"],
    "cursor": "updated",
    "cursor_parameter": "since",
    "pagination": {"kind": "cursor", "next": "next", "parameter": "cursor"},
    "columns": {
        "id": "ticket_id",
        "created": "opened_at",
        "customer.phone": "phone",
        "stars": "rating",
    },
}


class Tickets:
    """An API with tickets, three a page."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.tokens: set[str] = set()
        self.faults: list[Any] = []

    def add(self, first: int, last: int, **more: Any) -> None:
        """Tickets of consecutive minutes."""
        self.items += [
            {"id": n, "created": f"2025-03-01T10:{n:02d}:00Z", "updated": f"2025-03-01T10:{n:02d}:00Z",
             "customer": {"phone": "13912345678"}, "stars": 5, **more}
            for n in range(first, last)
        ]  # fmt: skip

    def __call__(
        self, path: str, parameters: dict[str, str], headers: dict[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        self.asked.append(parameters)
        self.tokens.add(headers.get("Authorization", ""))
        if self.faults:
            fault = self.faults.pop(0)
            if fault is CutOff:
                raise CutOff
            if fault:
                return fault
        found = [item for item in self.items if item["updated"] >= parameters.get("since", "")]
        start = int(parameters.get("cursor", 0))
        following = str(start + 3) if start + 3 < len(found) else None
        return 200, {}, {"items": found[start : start + 3], "next": following}


@pytest.fixture
def tickets(monkeypatch: pytest.MonkeyPatch) -> Tickets:
    """An API without tickets; its token is set."""
    monkeypatch.setenv("TICKET_TOKEN", "token")
    return Tickets()


def tell(desk: Desk, address: str, **changes: Any) -> None:
    """Write a mapping of the API."""
    desk.map({**TICKETS, **changes}, kind="rest", base_url=address, token_variable="TICKET_TOKEN")


def ids(desk: Desk) -> list[str]:
    """The tickets that landed, in order."""
    return sorted((row[0] for row in desk.rows("service.tickets", "ticket_id")), key=int)


def test_pages_are_followed_and_only_news_is_asked_for(
    desk: Desk, tickets: Tickets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TICKET_TOKEN", "a-secret-token")
    tickets.add(0, 8)
    with api(tickets) as address:
        tell(desk, address)
        assert desk.run() == 0, desk.told
        assert ids(desk) == [str(n) for n in range(8)]
        assert len(tickets.asked) == 3
        assert tickets.tokens == {"Bearer a-secret-token"}
        tickets.add(8, 10)
        # another one of the very minute that was the newest
        tickets.items.append({**tickets.items[7], "id": 77})
        assert desk.run() == 0
        assert tickets.asked[3]["since"] == "2025-03-01T10:07:00Z"
        assert ids(desk) == [str(n) for n in [*range(10), 77]]
        assert desk.run() == 0
        assert len(desk.landed("service.tickets")) == 2
    row = desk.rows("service.tickets", "opened_at", "phone", "rating")[0]
    assert row == ("2025-03-01T10:00:00Z", "13912345678", "5")
    everything = b"".join(path.read_bytes() for path in desk.state.rglob("*") if path.is_file())
    assert b"a-secret-token" not in everything


def test_a_token_that_is_not_set_is_told_and_nothing_is_asked(
    desk: Desk, tickets: Tickets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TICKET_TOKEN")
    tickets.add(0, 3)
    with api(tickets) as address:
        tell(desk, address)
        assert desk.run() == 1
        assert "TICKET_TOKEN is not set" in desk.told
        assert tickets.asked == []
        assert desk.landed("service.tickets") == []
        desk.map(TICKETS, kind="rest", base_url=address)
        assert desk.run() == 0
        assert tickets.tokens == {""}


@pytest.mark.parametrize(
    ("cursor", "since", "values"),
    [
        ("number", "9", [*range(1, 10), *range(10, 15), *range(95, 103)]),
        ("meta.number", "9", [str(n) for n in [*range(1, 10), *range(10, 15), *range(95, 103)]]),
        (
            "number",
            "2025-03-01T10:00:08Z",
            [
                *(f"2025-03-01T10:00:0{n}Z" for n in range(9)),
                *(f"2025-03-01T10:00:08.{n}Z" for n in range(1, 6)),
                *(f"2025-03-01T11:00:0{n}+00:30" for n in range(1, 9)),
            ],
        ),
    ],
)
def test_a_cursor_goes_by_what_it_says_and_not_by_its_letters(
    desk: Desk, tickets: Tickets, cursor: str, since: str, values: list[Any]
) -> None:
    """Three runs: nine records, five more, eight more; the server gives all, whatever it is asked for."""
    made = [
        {"id": n, "created": "2025-03-01T10:00:00Z", "number": value, "meta": {"number": value}}
        for n, value in enumerate(values)
    ]
    for item in made:
        item["updated"] = "9999"
    with api(tickets) as address:
        tell(desk, address, cursor=cursor)
        for end in (9, 14, 22):
            tickets.items = made[:end]
            assert desk.run() == 0, desk.told
            assert ids(desk) == [str(n) for n in range(end)], "each once"
    assert since in [asked.get("since") for asked in tickets.asked]


def test_throttling_and_failures_are_waited_out(desk: Desk, tickets: Tickets) -> None:
    tickets.add(0, 8)
    tickets.faults = [
        (429, {"Retry-After": "1"}, {}),
        None,
        (503, {}, {}),
        CutOff,
    ]
    with api(tickets) as address:
        tell(desk, address)
        started = time.monotonic()
        assert desk.run() == 0, desk.told
    assert time.monotonic() - started >= 1
    assert ids(desk) == [str(n) for n in range(8)]


def test_a_server_that_stays_away_leaves_nothing_and_is_made_good(
    desk: Desk, tickets: Tickets, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest import pipelines

    monkeypatch.setattr(pipelines, "ATTEMPTS", 2)
    tickets.add(0, 8)
    with api(tickets) as address:
        tell(desk, address)
        tickets.faults = [None, CutOff, CutOff, CutOff]
        assert desk.run() == 1
        assert "FAILED: service.tickets:" in desk.told
        assert desk.landed("service.tickets") == []
        tickets.faults = [(401, {}, {"error": "who are you?"})]
        assert desk.run() == 1
        assert "401" in desk.told
        tickets.faults = []
        assert desk.run() == 0
        assert ids(desk) == [str(n) for n in range(8)]


def test_a_schema_that_changes_is_taken_and_told_and_a_lost_column_is_held(
    desk: Desk, tickets: Tickets
) -> None:
    tickets.add(0, 3)
    with api(tickets) as address:
        tell(desk, address)
        assert desk.run() == 0
        tickets.add(3, 4, stars="four", mood="good")
        tickets.add(4, 5, stars=[1], customer="nobody")
        assert desk.run() == 0, desk.told
        assert "column mood added" in desk.told
        assert [row[0] for row in desk.rows("service.tickets", "rating, ticket_id")] == [
            "5", "5", "5", "[1]", "four",
        ]  # fmt: skip
        for n in (5, 6):
            tickets.items.append({"id": n, "opened": "x", "updated": f"2025-03-01T10:0{n}:00Z"})
        assert desk.run() == 1
        assert "has no column for opened_at" in desk.told
        assert len(ids(desk)) == 5
        tell(desk, address, columns={"id": "ticket_id", "opened": "opened_at"})
        assert desk.run() == 0
        assert ids(desk) == [str(n) for n in range(7)]


@pytest.mark.parametrize("kind", ["page", "offset", "next_link", "link_header", "none"])
def test_every_way_of_paging_comes_to_the_end(desk: Desk, kind: str) -> None:
    rows = [{"ticket_id": n, "opened_at": "2025-03-01"} for n in range(7)]

    def answer(path: str, parameters: dict[str, str], _: dict[str, str]) -> tuple[int, dict, Any]:
        start = {
            "page": (int(parameters.get("page", 1)) - 1) * 3,
            "offset": int(parameters.get("offset", 0)),
        }.get(kind, int(parameters.get("from", 0)))
        size = 7 if kind == "none" else 3
        more = start + size < len(rows)
        link = f"{address}/tickets?from={start + size}"
        headers = {"Link": f'<{link}>; rel="next"'} if kind == "link_header" and more else {}
        content = {"items": rows[start : start + size], "total": 7, "next": link if more else None}
        return 200, headers, content

    pagination = {
        "page": {"kind": "page"},
        "offset": {"kind": "offset", "limit": 3, "total": "total"},
        "next_link": {"kind": "next_link", "next": "next"},
        "link_header": {"kind": "link_header"},
        "none": {"kind": "none"},
    }[kind]
    with api(answer) as address:
        desk.map(
            {"into": "service.tickets", "path": "tickets", "data": "items", "key": ["ticket_id"],
             "pagination": pagination},
            kind="rest", base_url=address,
        )  # fmt: skip
        assert desk.run() == 0, desk.told
    assert ids(desk) == [str(n) for n in range(7)]
