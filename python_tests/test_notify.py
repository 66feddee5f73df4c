"""Delivery of alerts to a local server: once to every target, again after a failure, and no address is told."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from builds import PROJECT
from receivers import CLOSED, LOW, OPEN, greeter, publish_alerts, receiver
from touchpoints.notify import CannotNotify, Message, Target, notify, read_targets, send
from touchpoints.settings import WrongSetting

SECRET = "s3cret-token"


@pytest.fixture(autouse=True)
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def variables(folder: Path, *ports: int, **more: str) -> dict[str, str]:
    """The environment of a delivery to servers of this machine."""
    urls = [f"json://user:{SECRET}@127.0.0.1:{port}/{SECRET}?key={SECRET}" for port in ports]
    return {
        "TOUCHPOINT_NOTIFY_URLS": "\n".join(urls),
        "TOUCHPOINT_NOTIFY_STATE": str(folder / "notified.json"),
        **{f"TOUCHPOINT_NOTIFY_{name.upper()}": value for name, value in more.items()},
    }


def test_it_is_delivered_after_failures_with_longer_and_longer_pauses(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN, LOW, CLOSED])
    pauses: list[float] = []
    with receiver(refused_count=2) as server:
        environment = variables(tmp_path, server.port)
        outcome = notify(settings, is_sent=True, environment=environment, pause=pauses.append)
        assert outcome.failed_count == 0
        assert server.requests == 3
        assert pauses == sorted(set(pauses))
        assert len(pauses) == 2
        (told,) = server.received
    assert told["title"] == "Alert: Orders fall – all"
    assert told["message"] == "Orders fall: all. Observed 1."
    assert told["type"] == "failure"
    assert told["path"].startswith(f"/{SECRET}")


def test_nothing_is_delivered_twice_and_a_change_is_delivered(tmp_path: Path) -> None:
    folder = tmp_path / "published"
    with receiver() as server:
        environment = variables(tmp_path, server.port)
        for row in (OPEN, OPEN, ("a1", "closed", *OPEN[2:]), ("a1", "closed", *OPEN[2:])):
            settings = publish_alerts(folder, [row, CLOSED])
            notify(settings, is_sent=True, environment=environment)
        assert [told["title"].split(":")[0] for told in server.received] == ["Alert", "Closed"]


def test_a_target_that_is_added_is_told_of_what_is_open_alone(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN, CLOSED])
    with receiver() as one, receiver() as other:
        notify(settings, is_sent=True, environment=variables(tmp_path, one.port))
        notify(settings, is_sent=True, environment=variables(tmp_path, one.port, other.port))
        assert (len(one.received), len(other.received)) == (1, 1)


def test_what_one_target_refuses_reaches_the_others_and_is_tried_again(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    with receiver(refused_count=4) as broken, receiver() as sound:
        environment = variables(tmp_path, broken.port, sound.port)
        outcome = notify(settings, is_sent=True, environment=environment, pause=lambda _: None)
        assert outcome.failed_count == 1
        assert "target 1 (json)" in outcome.text
        assert "503, after 4 attempts" in outcome.text
        assert len(sound.received) == 1
        outcome = notify(settings, is_sent=True, environment=environment)
        assert outcome.failed_count == 0
        assert (len(broken.received), len(sound.received)) == (1, 1)


def test_without_send_nothing_is_sent_nor_remembered(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    with receiver() as server:
        outcome = notify(settings, is_sent=False, environment=variables(tmp_path, server.port))
        assert server.requests == 0
    assert "target 1 (json): [high] Alert: Orders fall – all" in outcome.text
    assert "nothing was sent" in outcome.text
    assert not (tmp_path / "notified.json").exists()


@pytest.mark.parametrize(("least", "wanted"), [("low", 2), ("medium", 1), ("high", 1)])
def test_the_least_severity_is_a_setting(least: str, wanted: int, tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN, LOW])
    with receiver() as server:
        environment = variables(tmp_path, server.port, severity=least, language="zh")
        notify(settings, is_sent=True, environment=environment)
        assert len(server.received) == wanted
        assert server.received[0]["title"] == "告警：订单下降 – 全部"


def test_no_address_is_told_or_kept(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    with receiver(refused_count=4) as broken, receiver() as sound:
        environment = variables(tmp_path, broken.port, sound.port)
        outcome = notify(settings, is_sent=True, environment=environment, pause=lambda _: None)
    environment = variables(tmp_path, 1)
    silent = notify(settings, is_sent=True, environment=environment, pause=lambda _: None)
    shown = notify(settings, is_sent=False, environment=environment)
    kept = (tmp_path / "notified.json").read_text(encoding="utf-8")
    said = [outcome.text, silent.text, shown.text, kept, repr(read_targets(environment))]
    assert silent.failed_count == 1
    assert SECRET not in "".join(said)
    assert "127.0.0.1" not in "".join(said)


def test_a_run_that_dies_repeats_nothing(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN, ("a9", *OPEN[1:])])
    seen: list[str] = []

    def sender(target: object, message: object) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append("told")

    with pytest.raises(KeyboardInterrupt):
        notify(settings, is_sent=True, environment=variables(tmp_path, 1), sender=sender)
    told: list[str] = []
    notify(
        settings,
        is_sent=True,
        environment=variables(tmp_path, 1),
        sender=lambda target, message: told.append(message.alert_id),
    )
    assert told == ["a9"]


def test_one_delivery_runs_at_a_time(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    environment = variables(tmp_path, 1)
    told: list[str] = []

    def sender(target: object, message: object) -> None:
        told.append("told")
        with pytest.raises(CannotNotify, match="another delivery is running"):
            notify(settings, is_sent=True, environment=environment, sender=sender)

    outcome = notify(settings, is_sent=True, environment=environment, sender=sender)
    assert told == ["told"]
    assert outcome.failed_count == 0
    assert notify(settings, is_sent=True, environment=environment).failed_count == 0


def test_nothing_is_delivered_that_cannot_be_remembered(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    environment = variables(tmp_path, 1)
    environment["TOUCHPOINT_NOTIFY_STATE"] = str(tmp_path / "published" / "alerts.parquet" / "told")
    told: list[str] = []
    with pytest.raises(CannotNotify, match="cannot be written"):
        notify(
            settings,
            is_sent=True,
            environment=environment,
            sender=lambda target, message: told.append(message.alert_id),
        )
    assert not told


def test_faults_are_told_with_what_to_do(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    with pytest.raises(WrongSetting, match="address 1 is none"):
        notify(settings, is_sent=True, environment={"TOUCHPOINT_NOTIFY_URLS": "token"})
    with pytest.raises(WrongSetting, match="is empty"):
        notify(settings, is_sent=True, environment={})
    with pytest.raises(WrongSetting, match="accepted values are medium, low, high"):
        notify(settings, is_sent=True, environment=variables(tmp_path, 1, severity="urgent"))
    (tmp_path / "notified.json").write_text("[]", encoding="utf-8")
    with pytest.raises(CannotNotify, match="no record of deliveries"):
        notify(settings, is_sent=True, environment=variables(tmp_path, 1))
    (tmp_path / "published" / "alerts.parquet").unlink()
    (tmp_path / "notified.json").unlink()
    with pytest.raises(CannotNotify, match="no publication with alerts"):
        notify(
            settings, is_sent=False, environment={"TOUCHPOINT_NOTIFY_STATE": str(tmp_path / "no")}
        )


def test_a_target_that_is_wrong_keeps_the_others_from_nothing(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])

    def refuse(target: Target, message: Message) -> None:
        if target.number == 1:
            raise CannotNotify(f"{target}: apprise knows no such address")
        send(target, message)

    with receiver() as server:
        environment = variables(tmp_path, 1, server.port)
        outcome = notify(settings, is_sent=True, environment=environment, sender=refuse)
        assert len(server.received) == 1
    assert outcome.failed_count == 1
    assert outcome.text == (
        "target 1 (json): apprise knows no such address\n1 delivered, 1 not delivered"
    )


@contextmanager
def answering(status: int, location: str, seen: list[str]) -> Iterator[int]:
    """A server that answers everything alike; what it is asked is added to `seen`."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            seen.append(f"{self.command} {self.path} {self.headers['Authorization'] is not None}")
            self.send_response(status)
            self.send_header("Location", location)
            self.end_headers()

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_a_message_that_is_sent_elsewhere_is_not_delivered(tmp_path: Path) -> None:
    """Followed, a redirect asks the other place for a page, without the message and with the password."""
    settings = publish_alerts(tmp_path / "published", [OPEN])
    there: list[str] = []
    here: list[str] = []
    with (
        answering(200, "", there) as other,
        answering(301, f"http://127.0.0.1:{other}/login", here) as port,
    ):
        environment = variables(tmp_path, port)
        outcome = notify(settings, is_sent=True, environment=environment, pause=lambda _: None)
    assert len(here) == 4
    assert there == []
    assert outcome.failed_count == 1
    assert "the server answered 301" in outcome.text
    assert not (tmp_path / "notified.json").exists()


@pytest.mark.parametrize(
    "address", [f"json://user:{SECRET}/x@127.0.0.1/x", f"json://[{SECRET}/x"], ids=["port", "host"]
)
def test_an_address_that_cannot_be_read_is_told_and_the_others_are_reached(
    address: str, tmp_path: Path
) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    with receiver() as server:
        environment = variables(tmp_path, server.port)
        environment["TOUCHPOINT_NOTIFY_URLS"] = f"{address} {environment['TOUCHPOINT_NOTIFY_URLS']}"
        outcome = notify(settings, is_sent=True, environment=environment, pause=lambda _: None)
        assert len(server.received) == 1
    assert outcome.failed_count == 1
    assert "target 1 (json): host and port cannot be read" in outcome.text
    assert SECRET not in outcome.text


def test_what_speaks_no_http_is_no_answer(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", [OPEN])
    with greeter() as port, receiver() as sound:
        environment = variables(tmp_path, port, sound.port)
        outcome = notify(settings, is_sent=True, environment=environment, pause=lambda _: None)
        assert len(sound.received) == 1
    assert outcome.failed_count == 1
    assert "no answer (BadStatusLine), after 4 attempts" in outcome.text


def opened(count: int) -> list[tuple]:
    """So many alerts that are open, alike but for their ids."""
    return [(f"b{number}", *OPEN[1:]) for number in range(count)]


def test_a_target_that_is_away_is_waited_for_once(tmp_path: Path) -> None:
    """Twenty alerts for a target that is gone would keep the next target, and the next refresh, for minutes."""
    settings = publish_alerts(tmp_path / "published", opened(20))
    pauses: list[float] = []
    with receiver() as sound:
        environment = variables(tmp_path, 1, sound.port)
        outcome = notify(settings, is_sent=True, environment=environment, pause=pauses.append)
        assert len(sound.received) == 20
    assert pauses == [1.0, 4.0, 16.0]
    assert outcome.failed_count == 20
    assert "target 1 (json): 19 more wait for the next run" in outcome.text


def test_a_message_that_is_refused_keeps_no_other_from_its_target(tmp_path: Path) -> None:
    settings = publish_alerts(tmp_path / "published", opened(3))
    pauses: list[float] = []
    with receiver(refused_count=4) as server:
        environment = variables(tmp_path, server.port)
        outcome = notify(settings, is_sent=True, environment=environment, pause=pauses.append)
        assert len(server.received) == 2
    assert pauses == [1.0, 4.0, 16.0]
    assert outcome.failed_count == 1


@pytest.mark.parametrize(
    ("arguments", "urls", "code"),
    [
        ((), "", 0),
        (("--send",), "", 2),
        (("--send",), "token", 2),
        (("--send",), "json://127.0.0.1:1/", 1),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], urls: str, code: int, tmp_path: Path) -> None:
    publish_alerts(tmp_path / "published", [OPEN])
    quick = (
        "import sys, touchpoints.notify as delivery; delivery.PAUSES = ();"
        "from touchpoints.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", quick, "notify", *arguments],
        cwd=PROJECT,
        env={
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("TOUCHPOINT_")
            },
            "TOUCHPOINT_PUBLISH_DIR": str(tmp_path / "published"),
            "TOUCHPOINT_NOTIFY_URLS": urls,
            "TOUCHPOINT_NOTIFY_STATE": str(tmp_path / "notified.json"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
