"""Delivery through apprise itself, in the environment of `make test-notify`."""

from __future__ import annotations

from pathlib import Path

import apprise
import pytest

from builds import PROJECT
from receivers import OPEN, publish_alerts, receiver
from touchpoints.notify import CannotNotify, Message, Target, _by_apprise, notify


@pytest.fixture(autouse=True)
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "TOUCHPOINT_NOTIFY_URLS": url,
        "TOUCHPOINT_NOTIFY_STATE": str(folder / "notified.json"),
    }


def test_apprise_sends_what_the_standard_library_sends(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    found = []
    for number, sender in enumerate((None, _by_apprise)):
        with receiver() as server:
            variables = environment(tmp_path / str(number), f"json://127.0.0.1:{server.port}/place")
            more = {} if sender is None else {"sender": sender}
            notify(settings, is_sent=True, environment=variables, **more)
            found.append(server.received[0])
    own, theirs = found
    assert {name: theirs[name] for name in own} == own


def test_apprise_is_asked_again_after_a_failure(tmp_path: Path, capfd) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    with receiver(refused_count=1) as server:
        variables = environment(tmp_path, f"json://secret@127.0.0.1:{server.port}/place")
        outcome = notify(
            settings,
            is_sent=True,
            environment=variables,
            sender=_by_apprise,
            pause=lambda _: None,
        )
        assert outcome.failed_count == 0
        assert server.requests == 2
    said = capfd.readouterr()
    assert "secret" not in said.out + said.err


@pytest.mark.parametrize(
    "url",
    [
        "dingtalk://0123456789abcdefghij0123456789abcdefghij0123456789abcdefghij0123",
        "feishu://0123456789abcdef-0123-0123-0123-0123456789ab",
        "wecombot://0123456789abcdef-0123-0123-0123-0123456789ab",
        "mailto://user:word@example.com",
        "jsons://example.com/path",
    ],
)
def test_the_services_that_the_page_names_are_known(url: str) -> None:
    assert apprise.Apprise().add(url)


def test_an_address_that_apprise_does_not_know_is_refused() -> None:
    message = Message("a1", "open", "high", "title", "body")
    with pytest.raises(CannotNotify, match=r"target 1 .*: apprise knows no such address"):
        _by_apprise(Target(1, "nowhere://secret"), message)
