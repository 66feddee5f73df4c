"""The commands behind make: build, publish, diff, serve, refresh, load, grant, doctor, trace, explain, match,
notify, purge, export-actions.

Exit codes: 0 done; 1 a model or test failed, or the thing asked for cannot be done; 2 a wrong setting or option.
Of diff: 0 the two publications hold the same, 1 they differ, 2 there are no two to compare.
Of refresh also: 3 published, but something was held, is away, or could not be notified; 4 another refresh is at work.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from touchpoints.settings import (
    Settings,
    WrongSetting,
    as_variables,
    project_dir,
    read_settings,
)

DONE, FAILED, WRONG = 0, 1, 2
# Commands that know a server.
ON_SERVERS = ("build", "load", "grant", "doctor")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. What follows `--` goes to dbt as it is."""
    own, dbt_args = _divided(arguments)
    options = _parser().parse_args(own)
    if not (project_dir() / "dbt_project.yml").is_file():
        return _wrong(
            "run this in the project's folder, where dbt_project.yml lies, or name it by DBT_PROJECT_DIR"
        )
    try:
        settings = read_settings()
    except WrongSetting as error:
        return _wrong(str(error))
    if settings.target != "duckdb" and options.command not in ON_SERVERS:
        return _wrong(
            f"{options.command} works on the embedded engine alone, and TOUCHPOINT_TARGET={settings.target}; "
            f"with it there are: {', '.join(ON_SERVERS)}"
        )
    try:
        if options.command == "build":
            return _build(settings, dbt_args, options.publish, options.unit_tests)
        if options.command == "publish":
            return _publish(settings, options.role)
        if options.command == "diff":
            return _diff(settings, options.before, options.after)
        if options.command == "serve":
            return _serve(settings, options.role)
        if options.command == "refresh":
            return _refresh(settings, dbt_args)
        if options.command == "load":
            return _load(settings)
        if options.command == "grant":
            return _grant(settings)
        if options.command == "doctor":
            return _doctor(settings, options.sample)
        if options.command == "explain":
            return _explain(settings, options.one, options.other)
        if options.command == "match":
            return _match(settings, options.threshold)
        if options.command == "train":
            return _train(settings)
        if options.command == "purge":
            return _purge(settings)
        if options.command == "notify":
            return _notify(settings, options.send)
        if options.command == "export-actions":
            return _export(settings, options)
        return _trace(settings, options.id, options.show)
    except WrongSetting as error:
        return _wrong(str(error))
    except OSError as error:
        # a folder that cannot be made, a disk that is full
        print(f"{error.filename or options.command}: {error.strerror or error}", file=sys.stderr)
        return FAILED
    except duckdb.OutOfMemoryException as error:
        print(
            f"{options.command}: {str(error).splitlines()[0]}\n"
            f"Give the engine more memory (TOUCHPOINT_MEMORY={settings.memory!r} now) "
            f"or fewer threads (TOUCHPOINT_THREADS={settings.threads} now).",
            file=sys.stderr,
        )
        return FAILED
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return FAILED


def _divided(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    found = list(arguments)
    if "--" not in found:
        return found, []
    place = found.index("--")
    return found[:place], found[place + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m touchpoints", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build and test the dataset; `-- ARGS` go to dbt")
    build.add_argument("--publish", action="store_true", help="publish it when all is well")
    build.add_argument(
        "--unit-tests", action="store_true", help="run unit tests too, which need no data"
    )
    published = commands.add_parser("publish", help="publish what the last full build made")
    published.add_argument("--role", help="only what a role may read (seed access_roles)")
    differ = commands.add_parser(
        "diff", help="compare two publications: what changed, through what"
    )
    differ.add_argument("--before", metavar="RUN", help="run or folder; the one before the other")
    differ.add_argument("--after", metavar="RUN", help="run or folder; the newest")
    served = commands.add_parser(
        "serve", help="put the publication into PostgreSQL; see docs/bi.md"
    )
    served.add_argument("--role", help="the publication of a role, into a schema of its own")
    commands.add_parser("refresh", help="ingest, build, test, publish, notify; for cron")
    commands.add_parser("load", help="copy landed files into the server of TOUCHPOINT_TARGET")
    commands.add_parser("grant", help="give roles their views on PostgreSQL; see docs/security.md")
    doctor = commands.add_parser("doctor", help="look at a dataset before anything is built")
    doctor.add_argument("--sample", type=_count, default=100_000, help="rows per table for formats")
    trace = commands.add_parser("trace", help="file and line of a record or touchpoint")
    trace.add_argument("id", help="id of a row of a fct_… relation: 16 hexadecimal digits")
    trace.add_argument("--show", action="store_true", help="print the record itself too")
    explain = commands.add_parser("explain", help="why two identifiers are one person, or not")
    explain.add_argument("one", help="type:value, or type:platform:value")
    explain.add_argument("other", help="the other one")
    match = commands.add_parser(
        "match", help="propose links between contacts; see docs/matching.md"
    )
    match.add_argument("--threshold", type=_probability, help="least score of a link, 0 to 1")
    commands.add_parser("train", help="learn sentiment from rated texts; see docs/texts.md")
    commands.add_parser("purge", help="remove what the last build erased from files and copies")
    tell = commands.add_parser("notify", help="tell of new and changed alerts; see docs/alerts.md")
    tell.add_argument("--send", action="store_true", help="deliver; without it, show what would be")
    exports = commands.add_parser(
        "export-actions",
        help="actions or an audience for systems that execute; see docs/actions.md",
    )
    exports.add_argument("--what", default="next_best_actions", help="or the code of an audience")
    exports.add_argument("--role", required=True, help="role of the seed export_roles")
    exports.add_argument("--channel", help="one channel alone; of an audience the one to take")
    exports.add_argument("--most", type=_count, default=1, help="actions per person, the best ones")
    exports.add_argument("--format", choices=["csv", "parquet"], default="csv")
    exports.add_argument("--out", type=Path, default=Path("exports"), help="folder of the files")
    exports.add_argument("--webhook", help="https address that takes batches; a dry run")
    exports.add_argument("--send", action="store_true", help="no dry run: send to the webhook")
    return parser


def _probability(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number between 0 and 1, such as 0.8")
    return number


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r}: give a whole number from 1 on")
    return int(text)


def vars_given(dbt_args: Sequence[str]) -> dict[str, Any]:
    """The vars among the arguments of dbt, which says itself where they are none."""
    found: dict[str, Any] = {}
    for place, argument in enumerate(dbt_args):
        name, _, value = argument.partition("=")
        if name == "--vars":
            given = yaml.safe_load(value or "".join(dbt_args[place + 1 : place + 2]))
            found.update(given if isinstance(given, dict) else {})
    return found


def _build(
    settings: Settings, dbt_args: Sequence[str], then_publish: bool, with_unit_tests: bool
) -> int:
    from touchpoints.build import build
    from touchpoints.doctor import ignored_count
    from touchpoints.stamp import read_stamp

    is_embedded = settings.target == "duckdb"
    if not is_embedded:
        # what the plug-in of the embedded engine looks at, wherever dbt runs
        from touchpoints.definitions import check_definitions

        if then_publish:
            return _wrong("on a server readers query the schema marts: build without --publish")
        try:
            given = vars_given(dbt_args)
            read_settings({**os.environ, **as_variables(given)})
            check_definitions(given=given)
        except WrongSetting as error:
            return _wrong(str(error))
    what, where = (
        (settings.raw_root, settings.database)
        if is_embedded
        else ("the raw schema", settings.target)
    )
    print(f"Touchpoints: building {what} ({settings.industry}) into {where}", flush=True)
    if not build(settings, dbt_args, with_unit_tests=with_unit_tests):
        return FAILED
    if is_embedded and (ignored := ignored_count(settings)):
        print(
            f"Ignored in {settings.raw_root}: {ignored} files or folders; `make doctor` names them."
        )
    if not then_publish:
        return DONE
    if read_stamp(settings.database) is None:
        print("A part was built, so nothing was published; `make build` builds and publishes all.")
        return DONE
    return _publish(settings)


def _publish(settings: Settings, role: str | None = None) -> int:
    from touchpoints.publish import CannotPublish, publish, role_dir
    from touchpoints.summary import summary

    try:
        publication = publish(settings, role)
    except CannotPublish as error:
        print(error, file=sys.stderr)
        return FAILED
    if role:
        counts = ", ".join(f"{name} {count:,}" for name, count in publication.row_counts.items())
        print(f"{role_dir(settings.publish_dir, role)} shows what {role} may read: {counts}")
        return DONE
    print(summary(publication.folder, settings.publish_dir))
    return DONE


def _diff(settings: Settings, before: str | None, after: str | None) -> int:
    from touchpoints.diff import CannotCompare, diff

    try:
        found = diff(settings, before, after)
    except CannotCompare as error:
        return _wrong(str(error))
    print(found.text)
    return DONE if found.is_same else FAILED


def _serve(settings: Settings, role: str | None) -> int:
    from touchpoints.serve import CannotServe, serve

    try:
        print(serve(settings, role))
    except CannotServe as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _refresh(settings: Settings, dbt_args: Sequence[str]) -> int:
    from touchpoints.refresh import refresh

    return refresh(settings, dbt_args)


def _load(settings: Settings) -> int:
    from touchpoints.load import CannotLoad, load

    try:
        print(load(settings))
    except CannotLoad as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _grant(settings: Settings) -> int:
    from touchpoints.grants import CannotGrant, grant
    from touchpoints.load import CannotLoad, connect_server

    if settings.target != "postgres":
        return _wrong(
            f"TOUCHPOINT_TARGET={settings.target}: views for roles are made on postgres; "
            "files for a role are made by `make publish ROLE=…`"
        )
    try:
        server = connect_server()
        try:
            granted, refused = grant(server, os.environ.get("TOUCHPOINT_MARTS_SCHEMA", "marts"))
        finally:
            server.close()
    except (CannotGrant, CannotLoad) as error:
        print(error, file=sys.stderr)
        return FAILED
    print("\n".join(granted))
    if refused:
        print("\n".join(refused), file=sys.stderr)
    return FAILED if refused else DONE


def _doctor(settings: Settings, sample: int) -> int:
    from touchpoints.definitions import check_definitions
    from touchpoints.doctor import examine

    check_definitions()
    report = examine(settings, sample)
    print(report.text)
    return FAILED if report.will_stop else DONE


def _trace(settings: Settings, record_id: str, show: bool) -> int:
    from touchpoints.trace import CannotTrace, trace

    try:
        print(trace(settings, record_id, show))
    except CannotTrace as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _explain(settings: Settings, one: str, other: str) -> int:
    from touchpoints.explain import CannotExplain, explain

    try:
        print(explain(settings, one, other))
    except CannotExplain as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _match(settings: Settings, threshold: float | None) -> int:
    from touchpoints.proposals import CannotMatch, propose

    try:
        print(propose(settings, threshold).text)
    except CannotMatch as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _train(settings: Settings) -> int:
    from touchpoints.training import CannotTrain, train

    try:
        print(train(settings).text)
    except CannotTrain as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _purge(settings: Settings) -> int:
    from touchpoints.publish import CannotPublish
    from touchpoints.purge import CannotPurge, purge

    try:
        print(purge(settings).text)
    except (CannotPurge, CannotPublish) as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _notify(settings: Settings, is_sent: bool) -> int:
    from touchpoints.notify import CannotNotify, notify

    try:
        outcome = notify(settings, is_sent=is_sent)
    except WrongSetting as error:
        return _wrong(str(error))
    except CannotNotify as error:
        print(error, file=sys.stderr)
        return FAILED
    print(outcome.text)
    return FAILED if outcome.failed_count else DONE


def _export(settings: Settings, options: argparse.Namespace) -> int:
    from touchpoints.exports import CannotExport, Request, export

    request = Request(
        options.what,
        options.role,
        options.out,
        options.format,
        options.channel,
        options.most,
        options.webhook,
        options.send,
    )
    try:
        print(export(settings, request).text)
    except CannotExport as error:
        print(error, file=sys.stderr)
        return FAILED
    return DONE


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return WRONG
