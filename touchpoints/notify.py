"""Delivery of alerts: what is new or has changed since the last time goes to every target, once.

Targets are addresses of apprise (DingTalk, Feishu, WeCom, e-mail, webhooks …). Those of json:// and jsons:// are
posted by the standard library, in apprise's form; all others need apprise, which `make notify` has. An address holds
secrets: it is neither printed nor kept, a target is told by its number and kind, and remembered by a hash.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchpoints.engine import connect
from touchpoints.locks import only_one
from touchpoints.settings import Settings, WrongSetting

SEVERITIES = ("low", "medium", "high")
LANGUAGES = ("en", "zh")
# Seconds to wait before each further attempt.
PAUSES = (1.0, 4.0, 16.0)
TIMEOUT = 20.0
PLAIN = {"json": "http", "jsons": "https"}
APPRISE_TYPES = {"low": "info", "medium": "warning", "high": "failure"}


class CannotNotify(RuntimeError):
    """Nothing could be delivered; the message says why, without any address."""


class NotDelivered(RuntimeError):
    """One attempt failed; the message says why, without any address."""


class NoAnswer(NotDelivered):
    """Nobody is there, or what answers is no such server: another message would fare no better."""


@dataclass(frozen=True)
class Target:
    """Where messages go."""

    number: int
    url: str

    @property
    def kind(self) -> str:
        """The service, as the address begins."""
        return self.url.split("://", 1)[0].lower()

    @property
    def key(self) -> str:
        """What the target is remembered by."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        return f"target {self.number} ({self.kind})"

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Message:
    """One alert in one state, as people read it."""

    alert_id: str
    status: str
    severity: str
    title: str
    body: str


Sender = Callable[[Target, Message], None]


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    text: str
    failed_count: int


def read_targets(environment: dict[str, str] | None = None) -> list[Target]:
    """The targets of TOUCHPOINT_NOTIFY_URLS, one address a line or parted by spaces."""
    text = (os.environ if environment is None else environment).get("TOUCHPOINT_NOTIFY_URLS", "")
    urls = list(dict.fromkeys(text.split()))
    for number, url in enumerate(urls, 1):
        if "://" not in url or not url.split("://", 1)[1]:
            raise WrongSetting(
                f"TOUCHPOINT_NOTIFY_URLS: address {number} is none; give addresses of apprise such as "
                "dingtalk://token or jsons://host/path, parted by spaces"
            )
    return [Target(number, url) for number, url in enumerate(urls, 1)]


def read_choice(
    name: str, accepted: Sequence[str], environment: dict[str, str] | None = None
) -> str:
    """A setting that is one of some words, the first by default."""
    value = (os.environ if environment is None else environment).get(name, accepted[0])
    if value not in accepted:
        raise WrongSetting(f"{name}={value!r}: accepted values are {', '.join(accepted)}")
    return value


def read_alerts(settings: Settings) -> list[dict[str, Any]]:
    """The published alerts, the earliest first."""
    path = settings.publish_dir.resolve() / "alerts.parquet"
    if not path.is_file():
        raise CannotNotify(
            f"{settings.publish_dir} shows no publication with alerts; `make build` makes one."
        )
    with connect(settings) as connection:
        result = connection.execute(
            "select alert_id, status, severity, rule_name, rule_name_zh, subject_name, subject_name_zh,"
            " explanation, explanation_zh from read_parquet(?) order by detected_at, alert_id",
            [str(path)],
        )
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


WORDS = {
    "en": {"open": "Alert", "acknowledged": "Acknowledged", "closed": "Closed"},
    "zh": {"open": "告警", "acknowledged": "已确认", "closed": "已恢复"},
}


def message_of(alert: dict[str, Any], language: str) -> Message:
    """An alert in words."""
    end, colon = ("_zh", "：") if language == "zh" else ("", ": ")
    subject, rule = alert[f"subject_name{end}"], alert[f"rule_name{end}"]
    word = WORDS[language][alert["status"]]
    return Message(
        alert["alert_id"],
        alert["status"],
        alert["severity"],
        f"{word}{colon}{rule} – {subject}",
        alert[f"explanation{end}"],
    )


def due(messages: Sequence[Message], target: Target, delivered: set[str]) -> list[Message]:
    """What the target has not been told. Of an alert that it never heard of, it needs no end."""
    return [
        message
        for message in messages
        if key_of(message, target) not in delivered
        and (
            message.status == "open"
            or any(
                key_of(message, target, status) in delivered for status in ("open", "acknowledged")
            )
        )
    ]


def key_of(message: Message, target: Target, status: str | None = None) -> str:
    """What a delivery is remembered by."""
    return f"{message.alert_id}:{status or message.status}:{target.key}"


class State:
    """What was delivered, in a file that is replaced after each delivery: a run that dies repeats none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.delivered: set[str] = set()
        if path.exists():
            try:
                self.delivered = set(json.loads(path.read_text(encoding="utf-8"))["delivered"])
            except (ValueError, KeyError, TypeError) as error:
                raise CannotNotify(
                    f"{path} is no record of deliveries; move it away to have everything open told again"
                ) from error

    def add(self, key: str) -> None:
        """Remember a delivery."""
        self.delivered.add(key)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(self.path.name + ".new")
        content = json.dumps({"delivered": sorted(self.delivered)}, indent=1)
        fresh.write_text(content + "\n", encoding="utf-8")
        os.replace(fresh, self.path)


def send(target: Target, message: Message) -> None:
    """Deliver once; raises NotDelivered."""
    if target.kind in PLAIN:
        _post(target, message)
    else:
        _by_apprise(target, message)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected message would arrive as a question without content, and the password with it somewhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(target: Target, message: Message) -> None:
    try:
        parts = urllib.parse.urlsplit(target.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        place = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        # its own message would tell a part of the address
        raise CannotNotify(
            f"{target}: host and port cannot be read; in a user or password %2F stands for / and %40 for @"
        ) from None
    url = urllib.parse.urlunsplit((PLAIN[target.kind], place, parts.path or "/", parts.query, ""))
    content = {
        "version": "1.0",
        "title": message.title,
        "message": message.body,
        "type": APPRISE_TYPES[message.severity],
        "attachments": [],
    }
    request = urllib.request.Request(
        url,
        data=json.dumps(content, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
    )
    if parts.username:
        import base64

        pair = (
            f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        )
        request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            pass
    except urllib.error.HTTPError as error:
        raise NotDelivered(f"the server answered {error.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoAnswer(f"no answer ({type(error).__name__})") from None


def _by_apprise(target: Target, message: Message) -> None:
    try:
        import logging

        import apprise
    except ImportError:
        raise CannotNotify(
            f"{target} needs apprise, which this environment lacks: use `make notify`"
        ) from None
    # its own log names addresses
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    carrier = apprise.Apprise()
    if not carrier.add(target.url):
        raise CannotNotify(f"{target}: apprise knows no such address")
    kind = APPRISE_TYPES[message.severity]
    if not carrier.notify(body=message.body, title=message.title, notify_type=kind):
        raise NotDelivered("apprise could not deliver it")


def notify(
    settings: Settings,
    *,
    is_sent: bool,
    environment: dict[str, str] | None = None,
    sender: Sender = send,
    pause: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Tell every target what is new to it; shows it only unless `is_sent`."""
    variables = dict(os.environ if environment is None else environment)
    targets = read_targets(variables)
    least = read_choice("TOUCHPOINT_NOTIFY_SEVERITY", ("medium", "low", "high"), variables)
    language = read_choice("TOUCHPOINT_NOTIFY_LANGUAGE", LANGUAGES, variables)
    remembered = Path(variables.get("TOUCHPOINT_NOTIFY_STATE", "notified.json"))
    if is_sent and not targets:
        raise WrongSetting("TOUCHPOINT_NOTIFY_URLS is empty: give one or more addresses of apprise")
    messages = [
        message_of(alert, language)
        for alert in read_alerts(settings)
        if SEVERITIES.index(alert["severity"]) >= SEVERITIES.index(least)
    ]
    if not is_sent:
        return _shown(messages, targets, State(remembered))
    # two at once would tell the same twice, and each forget what the other told
    busy = CannotNotify("another delivery is running, and tells what there is")
    with only_one(_lock_of(remembered), busy):
        return _sent(messages, targets, State(remembered), sender, pause)


def _lock_of(path: Path) -> Path:
    """The lock file of a state; raises where nothing could be remembered, before anything is delivered."""
    lock = path.with_name(path.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
    except OSError as error:
        raise CannotNotify(
            f"TOUCHPOINT_NOTIFY_STATE={str(path)!r} cannot be written ({error.strerror}): give a file that can"
        ) from None
    return lock


def _sent(
    messages: Sequence[Message],
    targets: Sequence[Target],
    state: State,
    sender: Sender,
    pause: Callable[[float], None],
) -> Outcome:
    """Deliver to every target what is new to it, and remember each delivery."""
    lines, failed, sent = [], 0, 0
    for target in targets:
        waiting, pauses = due(messages, target, state.delivered), PAUSES
        try:
            while waiting:
                message = waiting.pop(0)
                try:
                    _deliver(target, message, sender, pauses, pause)
                except NotDelivered as error:
                    failed += 1
                    lines.append(f"{target}: {message.title}: {error}")
                    # it was waited for once: the others, and the next refresh, do not wait as long for each message
                    pauses = ()
                    if isinstance(error, NoAnswer) and waiting:
                        failed += len(waiting)
                        lines.append(f"{target}: {len(waiting)} more wait for the next run")
                        break
                else:
                    state.add(key_of(message, target))
                    sent += 1
        except CannotNotify as error:
            # the target itself is wrong, and the others are not
            failed += 1
            lines.append(str(error))
    lines.append(f"{sent} delivered, {failed} not delivered")
    return Outcome("\n".join(lines), failed)


def _shown(messages: Sequence[Message], targets: Sequence[Target], state: State) -> Outcome:
    """A dry run: what would go where; without targets, what is open."""
    lines = [
        f"{target}: [{message.severity}] {message.title}\n    {message.body}"
        for target in targets
        for message in due(messages, target, state.delivered)
    ]
    if not targets:
        opened = [message for message in messages if message.status == "open"]
        lines = [f"[{message.severity}] {message.title}\n    {message.body}" for message in opened]
    count = f"{len(lines)} to deliver" if targets else f"{len(lines)} open, and no target is set"
    return Outcome("\n".join([*lines, f"{count}; nothing was sent (--send delivers)"]), 0)


def _deliver(
    target: Target,
    message: Message,
    sender: Sender,
    pauses: Sequence[float],
    pause: Callable[[float], None],
) -> None:
    """Try once, and again after each of the pauses; raises what the last attempt said."""
    for seconds in pauses:
        try:
            sender(target, message)
        except NotDelivered:
            pause(seconds)
        else:
            return
    try:
        sender(target, message)
    except NotDelivered as error:
        if not pauses:
            raise
        raise type(error)(f"{error}, after {len(pauses) + 1} attempts") from None
