"""`make export-actions`: actions or an audience, with the identifiers by which people are reached, for systems that
execute.

What leaves the vault here is personal: only identifiers that the channel needs and the role may see, only of
people who agree, nobody who is held out. Files are their owner's alone; nothing of an identifier is printed. A
webhook is told nothing until `--send` says so.
"""

from __future__ import annotations

import csv
import hashlib
import http.client
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from touchpoints import landing
from touchpoints.engine import connect
from touchpoints.load import landed_files
from touchpoints.settings import Settings
from touchpoints.stamp import read_stamp

ACTIONS = "next_best_actions"
FORMATS = ("csv", "parquet")
COLUMNS = (
    "user_id",
    "rule_code",
    "action_code",
    "channel_code",
    "identifier_type",
    "identifier",
    "item_id",
    "reason",
    "reason_zh",
    "expires_at",
)
BATCH, ATTEMPTS, PATIENCE = 500, 4, 30.0
# a spreadsheet takes what begins so for a formula; a number with its country code is none
# full-width signs too: spreadsheets take them for the others
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"\+[0-9]+")


class CannotExport(RuntimeError):
    """Nothing was exported; the message says why, and what to do."""


@dataclass(frozen=True)
class Request:
    """What is to be exported: `what` is next_best_actions or an audience, for a role, into files and to a webhook."""

    what: str
    role: str
    out: Path
    file_format: str = "csv"
    channel: str | None = None
    most: int = 1
    webhook: str | None = None
    send: bool = False


@dataclass(frozen=True)
class Export:
    """What came of it, in numbers; no identifier is in it."""

    what: str
    rows: int
    unreachable: int
    held_out: int
    path: Path
    control: Path
    batches: int
    is_sent: bool
    webhook: str | None

    @property
    def text(self) -> str:
        """A few lines for people."""
        told = [
            f"{self.what}: {self.rows:,} rows in {self.path}, readable by its owner alone.",
            f"{self.unreachable:,} without an identifier that the channel needs and the role may see.",
            f"{self.held_out:,} held out: {self.control} has their user_id alone. They are not to be addressed.",
        ]
        if self.webhook:
            where = urlsplit(self.webhook).hostname
            told.append(
                f"{self.batches} batches sent to {where}."
                if self.is_sent
                else f"Dry run: {self.batches} batches would go to {where}; --send sends them."
            )
        return "\n".join(told)


def export(
    settings: Settings, request: Request, pause: Callable[[float], None] = time.sleep
) -> Export:
    """Write the files, and send the batches where that is asked for; raises CannotExport."""
    if request.webhook:
        _check_address(request.webhook)
    elif request.send:
        raise CannotExport("--send sends to a webhook: give --webhook https://… with it")
    stamp = read_stamp(settings.database)
    if stamp is None:
        raise CannotExport(
            f"{settings.database} carries no stamp of a full and successful build: run `make build` first"
        )
    try:
        with connect(settings, read=True) as connection:
            _check_privacy(settings, connection)
            _check_request(connection, request)
            # the definitions of what was built, whatever the setting is by now
            listed = _listed(connection, request, stamp["settings"]["industry"])
    except duckdb.IOException as error:
        raise CannotExport(f"{settings.database} cannot be opened: {error}") from error
    except duckdb.CatalogException as error:
        raise CannotExport(f"{settings.database} holds no complete build: {error}") from None
    addressed = [row[:-1] for row in listed if not row[-1]]
    place = COLUMNS.index("identifier")
    rows = [row for row in addressed if row[place] is not None]
    # who would be in the file but for that: others say nothing of what it brings
    held = [(row[0], row[1]) for row in listed if row[-1] and row[place] is not None]
    request.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{request.what}-{request.role}" + (f"-{request.channel}" if request.channel else "")
    path = request.out / f"{name}.{request.file_format}"
    control = request.out / f"{name}.control.csv"
    write = write_csv if request.file_format == "csv" else write_parquet
    write(path, COLUMNS, rows)
    write_csv(control, ("user_id", "rule_code"), held)
    batches = bodies(request.what, rows) if request.webhook else []
    if request.webhook and request.send:
        for body in batches:
            post(request.webhook, body, pause)
    return Export(
        request.what,
        len(rows),
        len(addressed) - len(rows),
        len(held),
        path,
        control,
        len(batches),
        request.send,
        request.webhook,
    )


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        is_address = bool(parts.hostname) and parts.port != 0 and address.isascii()
    except ValueError:
        is_address = False
    if not is_address or re.search(r"\s", address):
        raise CannotExport(
            "the webhook is no address: give https://host/path, other signs than those of ASCII as %…"
        )
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise CannotExport("identifiers go to https addresses only (http: to this machine)")


def _check_privacy(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """What people asked for since the build (erasure, consent) must not be overlooked."""
    if settings.is_remote:
        return
    known = dict(
        connection.execute(
            "select landed_path, content_hash from staging.stg_landing__files where source_system = 'privacy'"
        ).fetchall()
    )
    root = Path(settings.raw_root)
    found = {
        str(path.relative_to(root)): landing.file_hash(str(path))
        # what else lies there no build reads
        for system, _, path in landed_files(root)
        if system == "privacy"
    }
    if found != known:
        raise CannotExport(
            "consents or erasure requests have landed or gone since the build: run `make build` first"
        )


def _check_request(connection: duckdb.DuckDBPyConnection, request: Request) -> None:
    for name, given, query in (
        ("role", request.role, "select role_code from definitions.export_roles"),
        ("channel", request.channel, "select channel_code from definitions.action_identifiers"),
        (
            "export",
            request.what,
            f"select '{ACTIONS}' union select audience_code from definitions.audience_definitions",
        ),
    ):
        accepted = sorted({value for (value,) in connection.execute(query).fetchall()})
        if given is not None and given not in accepted:
            raise CannotExport(f"{name} {given!r}: accepted values are {', '.join(accepted)}")
    if request.what != ACTIONS and request.channel is None:
        raise CannotExport("an audience goes out on a channel: give --channel")
    if request.file_format not in FORMATS:
        raise CannotExport(
            f"format {request.file_format!r}: accepted values are {', '.join(FORMATS)}"
        )


# who is to be addressed, or held out of that: agreeing by the newest word that the build knows
_AGREEING = """
    agreeing as (
        select printf('%016x', user_key) as user_id, purpose
        from intermediate.int_person_consents where is_granted
    )
"""
_CHOSEN_ACTIONS = """
    chosen as (
        select actions.*
        from marts.next_best_actions as actions
        inner join definitions.action_rules as rules
            on actions.rule_code = rules.rule_code and rules.industry in ('all', $industry)
        inner join agreeing as own on actions.user_id = own.user_id and own.purpose = rules.purpose
        inner join agreeing as outreach
            on actions.user_id = outreach.user_id and outreach.purpose = 'outreach'
        where actions.action_rank <= $most and coalesce(actions.channel_code = $channel, true)
    )
"""
_CHOSEN_MEMBERS = """
    held as (
        select printf('%016x', user_key) as user_id, rule_code
        from intermediate.int_actions_judged where is_holdout
    ),
    chosen as (
        select
            members.user_id, members.rule_code, null as action_code, $channel as channel_code,
            null as item_id, members.audience_name as reason, members.audience_name_zh as reason_zh,
            null as expires_at, held.user_id is not null as is_holdout
        from marts.audiences as members
        inner join definitions.audience_definitions as audiences
            on members.audience_code = audiences.audience_code and audiences.industry in ('all', $industry)
        inner join agreeing as own on members.user_id = own.user_id and own.purpose = audiences.purpose
        inner join agreeing as outreach
            on members.user_id = outreach.user_id and outreach.purpose = 'outreach'
        left join held on members.user_id = held.user_id and members.rule_code = held.rule_code
        where members.audience_code = $what and $most > 0
    )
"""
# by the identifier that the channel needs and the role may see
_LISTED = """
    with {agreeing}, {chosen}
    select
        chosen.user_id, chosen.rule_code, chosen.action_code, chosen.channel_code,
        reachable.identifier_type, reachable.identifier_value, chosen.item_id, chosen.reason,
        chosen.reason_zh, strftime(chosen.expires_at, '%Y-%m-%dT%H:%M:%SZ'), chosen.is_holdout
    from chosen
    left join vault.reachable_identifiers as reachable
        on chosen.user_id = reachable.user_id and chosen.channel_code = reachable.channel_code
        and reachable.role_code = $role
    order by chosen.user_id, chosen.rule_code
"""


def _listed(
    connection: duckdb.DuckDBPyConnection, request: Request, industry: str
) -> list[tuple[Any, ...]]:
    is_action = request.what == ACTIONS
    chosen = _CHOSEN_ACTIONS if is_action else _CHOSEN_MEMBERS
    values = {
        "role": request.role,
        "most": request.most,
        "channel": request.channel,
        "industry": industry,
    }
    if not is_action:
        values["what"] = request.what
    return connection.execute(_LISTED.format(agreeing=_AGREEING, chosen=chosen), values).fetchall()


def safe_text(value: Any) -> str:
    """A field as a spreadsheet shows it and never runs it."""
    text = "" if value is None else str(value)
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _owned(path: Path) -> int:
    """A new file of the owner's alone, in place of whatever was there."""
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows as a CSV file that no spreadsheet takes for formulas."""
    with open(_owned(path), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows([safe_text(value) for value in row] for row in rows)


def write_parquet(path: Path, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows as a Parquet file of texts."""
    os.close(_owned(path))
    with duckdb.connect() as connection:
        named = ", ".join(f'"{name}" varchar' for name in columns)
        connection.execute(f"create table rows ({named})")
        if rows:
            places = ", ".join("?" * len(columns))
            connection.executemany(f"insert into rows values ({places})", [list(r) for r in rows])
        # written into the file that is there, which keeps its permissions
        quoted = str(path).replace("'", "''")
        connection.execute(
            f"copy (select * from rows) to '{quoted}' (format parquet, use_tmp_file false)"
        )
    path.chmod(0o600)


def bodies(what: str, rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
    """The batches of an export as JSON; the same rows give the same bytes."""
    return [
        json.dumps(
            {
                "export": what,
                "batch": start // BATCH + 1,
                "rows": [
                    dict(zip(COLUMNS, row, strict=True)) for row in rows[start : start + BATCH]
                ],
            },
            ensure_ascii=False,
            default=_as_text,
        ).encode()
        for start in range(0, len(rows), BATCH)
    ]


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Identifiers go where they were sent, and not on from there."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post(address: str, body: bytes, pause: Callable[[float], None] = time.sleep) -> None:
    """Send one batch, again where the other side is out of order; its key tells a repeated one. Raises CannotExport."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": hashlib.sha256(body).hexdigest(),
    }
    token = os.environ.get("TOUCHPOINT_WEBHOOK_TOKEN", "").strip()
    if not token.isascii() or not token.isprintable():
        raise CannotExport("TOUCHPOINT_WEBHOOK_TOKEN holds signs that no header may hold")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    opener = urllib.request.build_opener(_NoRedirect)
    told = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            pause(2.0**attempt)
        try:
            asked = urllib.request.Request(address, data=body, headers=headers, method="POST")
            with opener.open(asked, timeout=PATIENCE):
                return
        except urllib.error.HTTPError as error:
            told = f"it answered {error.code}"
            if error.code < 500 and error.code != 429:
                break
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            told = str(error)
        except http.client.HTTPException as error:
            told = f"its answer is no HTTP ({type(error).__name__})"
    raise CannotExport(
        f"{urlsplit(address).hostname} did not take a batch: {told}. What was sent before stays sent; the same "
        "export sends the same batches with the same Idempotency-Key"
    )
