"""`make grant-postgres`: what a role of the seed access_roles may read on the PostgreSQL server, and nothing else.

Each role has a schema of its own, `touchpoints_<role>`, with a view for every relation that it is granted: the granted
columns, the granted rows. The views are security barriers and run with the rights of who builds, so that the role
needs, and gets, no right on what lies behind them. dbt replaces the marts' tables in a build, and with them what
hangs on them: grant again after each build. Until then a role sees nothing, which is safe.
"""

from __future__ import annotations

import re
from typing import Any

from touchpoints.access import ROLE, Grant, WrongRole, grants_of
from touchpoints.contract import read_seed
from touchpoints.settings import PROJECT

PREFIX = "touchpoints_"
MARK = "made by touchpoints: what a role may read"
SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class CannotGrant(RuntimeError):
    """Nothing, or not all, could be granted; the message says what to do."""


def grant(server: Any, schema: str = "marts") -> tuple[list[str], list[str]]:
    """Grant every role its views over a schema of marts: (what was granted, what was refused), a line each.

    A role whose grant is wrong is refused and sees nothing; the others are granted all the same. A role that the seed
    does not name any more loses its schema.
    """
    if not SCHEMA.fullmatch(schema):
        raise CannotGrant(f"TOUCHPOINT_MARTS_SCHEMA={schema!r}: give the name of a schema")
    with server, server.cursor() as cursor:
        cursor.execute("select 1 from pg_namespace where nspname = %s", [schema])
        if cursor.fetchone() is None:
            raise CannotGrant(f"the server has no schema {schema}: run `make build-postgres` first")
    roles = sorted({row["role"] for row in read_seed("access_roles", PROJECT)})
    granted, refused = [], []
    for name in sorted({*roles, *_roles_with_views(server)}):
        _take_away(server, name)
        if name not in roles:
            granted.append(f"{PREFIX}{name}: no row grants it anything; its views are gone")
            continue
        try:
            with server, server.cursor() as cursor:
                count = _grant_role(cursor, name, schema)
            granted.append(f"{PREFIX}{name}: {count} views")
        except WrongRole as wrong:
            refused.append(f"{PREFIX}{name} was refused, and sees nothing: {wrong}")
    return granted, refused


def _roles_with_views(server: Any) -> list[str]:
    """Roles for which an earlier call made a schema."""
    with server, server.cursor() as cursor:
        cursor.execute(
            "select nspname from pg_namespace where obj_description(oid, 'pg_namespace') = %s",
            [MARK],
        )
        return [name.removeprefix(PREFIX) for (name,) in cursor.fetchall()]


def _take_away(server: Any, role: str) -> None:
    """Drop a role's schema, where it is one of ours."""
    from psycopg2.sql import SQL, Identifier

    if role in _roles_with_views(server):
        with server, server.cursor() as cursor:
            cursor.execute(SQL("drop schema {} cascade").format(Identifier(PREFIX + role)))


def _grant_role(cursor: Any, role: str, schema: str) -> int:
    """Make a role and its views; how many."""
    from psycopg2.sql import SQL, Identifier

    if not ROLE.fullmatch(role):
        raise WrongRole(f"{role!r} is no name of a role: small letters, digits and _")
    grants = grants_of(role)
    own = Identifier(PREFIX + role)
    cursor.execute("select 1 from pg_roles where rolname = %s", [PREFIX + role])
    if cursor.fetchone() is None:
        # a group: the company grants it to the people who log in
        cursor.execute(SQL("create role {} nologin").format(own))
    cursor.execute("select 1 from pg_namespace where nspname = %s", [PREFIX + role])
    if cursor.fetchone() is not None:
        raise WrongRole(f"the schema {PREFIX}{role} is there, and was not made by this command")
    cursor.execute(SQL("create schema {}").format(own))
    cursor.execute(SQL("comment on schema {} is %s").format(own), [MARK])
    for found in grants.values():
        cursor.execute(_view(cursor, own, found, schema))
    cursor.execute(SQL("grant usage on schema {} to {}").format(own, own))
    cursor.execute(SQL("grant select on all tables in schema {} to {}").format(own, own))
    _refuse_other_rights(cursor, PREFIX + role)
    return len(grants)


def _view(cursor: Any, own: Any, found: Grant, schema: str) -> Any:
    """The statement of a view: columns, and rows by their values."""
    from psycopg2.sql import SQL, Identifier, Literal

    cursor.execute(
        "select column_name from information_schema.columns where table_schema = %s and table_name = %s"
        " order by ordinal_position",
        [schema, found.relation],
    )
    columns = [name for (name,) in cursor.fetchall()]
    if not columns:
        raise WrongRole(f"{schema} has no relation {found.relation}")
    chosen, condition, parameters = found.selection(columns)
    rows = SQL(condition.replace("?", "{}")).format(*(Literal(value) for value in parameters))
    return SQL("create view {}.{} with (security_barrier) as select {} from {}.{} where {}").format(
        own,
        Identifier(found.relation),
        SQL(", ").join(Identifier(name) for name in chosen),
        Identifier(schema),
        Identifier(found.relation),
        rows,
    )


def _refuse_other_rights(cursor: Any, role: str) -> None:
    """A role that may look into another schema, by itself, another role or everybody's rights, reads across."""
    cursor.execute(
        "select rolsuper or rolcreaterole or rolbypassrls from pg_roles where rolname = %s", [role]
    )
    if cursor.fetchone()[0]:
        raise WrongRole(f"the server's role {role} has rights of an administrator")
    cursor.execute(
        "select nspname from pg_namespace where has_schema_privilege(%s, oid, 'usage')"
        " and nspname not in ('pg_catalog', 'information_schema', 'public', %s)"
        " and not starts_with(nspname, 'pg_temp') and not starts_with(nspname, 'pg_toast') order by 1",
        [role, role],
    )
    others = [name for (name,) in cursor.fetchall()]
    if others:
        raise WrongRole(
            f"the server's role {role} may already look into {', '.join(others)}: revoke that first"
        )
