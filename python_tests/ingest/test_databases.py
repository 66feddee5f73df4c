"""Tables of PostgreSQL and MariaDB, fetched by cursor from real servers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk import Desk
from lanes.postgres_server import postgres
from servers import mariadb

CONTACTS = {
    "into": "crm.contacts",
    "table": "客户",
    "cursor": "updated_at",
    "key": ["编号"],
    "columns": {"编号": "contact_id", "手机": "phone"},
}


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """A server of each kind, for all tests of this file."""
    with tempfile.TemporaryDirectory(prefix="touchpoints_ingest_") as scratch:
        folder = Path(scratch)
        # both run as a user of their own, who passes through
        folder.chmod(0o755)
        for name in ("postgres", "mariadb"):
            (folder / name).mkdir()
        with ExitStack() as servers:
            settings = servers.enter_context(postgres(folder / "postgres"))
            found = {
                "postgres": "postgresql://touchpoints:secret-word@127.0.0.1:"
                f"{settings['TOUCHPOINT_POSTGRES_PORT']}/touchpoints",
            }
            if "TOUCHPOINT_WITHOUT_MARIADB" not in os.environ:
                found["mariadb"] = servers.enter_context(mariadb(folder / "mariadb"))
            yield found


@pytest.fixture(params=["postgres", "mariadb"])
def server(
    request: pytest.FixtureRequest, addresses: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[sa.Connection]:
    """A connection to a server with an empty table, whose address stands in the environment."""
    if request.param not in addresses:
        pytest.skip("left out by TOUCHPOINT_WITHOUT_MARIADB: MariaDB is not checked here")
    address = addresses[request.param]
    monkeypatch.setenv("CRM_URL", address)
    drivers = {"postgresql": "postgresql+psycopg2", "mariadb": "mysql+pymysql"}
    url = sa.make_url(address)
    engine = sa.create_engine(
        url.set(drivername=drivers[url.drivername]), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(sa.text("drop table if exists orders"))
        table = sa.Table("客户", sa.MetaData(), *_columns())
        table.drop(connection, checkfirst=True)
        table.create(connection)
        yield connection
    engine.dispose()


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("编号", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("手机", sa.String(40)),
        sa.Column("region", sa.String(40)),
        sa.Column("secret", sa.String(40)),
        sa.Column("updated_at", sa.DateTime),
    ]


def insert(server: sa.Connection, *rows: tuple[int, str, int]) -> None:
    """Insert (number, phone, minute)."""
    table = sa.Table("客户", sa.MetaData(), *_columns())
    for number, phone, minute in rows:
        server.execute(
            table.insert().values(
                编号=number, 手机=phone, region="上海", secret="x",
                updated_at=datetime(2025, 3, 1, 10, minute),
            )
        )  # fmt: skip


def tell(desk: Desk, **changes: Any) -> None:
    """Write a mapping of the table."""
    desk.map({**CONTACTS, **changes}, kind="database", url_variable="CRM_URL")


def ids(desk: Desk) -> list[int]:
    """The contacts that landed."""
    return sorted(row[0] for row in desk.rows("crm.contacts", "contact_id"))


def test_what_is_newer_is_fetched_once_and_the_boundary_misses_nothing(
    desk: Desk, server: sa.Connection
) -> None:
    tell(desk)
    insert(server, (1, "13912345678", 1), (2, "13912345679", 2), (3, "13912345670", 2))
    assert desk.run() == 0, desk.told
    assert desk.rows("crm.contacts", "contact_id", "phone", "region", "updated_at")[0] == (
        1,
        "13912345678",
        "上海",
        datetime(2025, 3, 1, 10, 1),
    )
    assert desk.run() == 0
    assert len(desk.landed("crm.contacts")) == 1
    insert(server, (4, "13912345671", 2), (5, "13912345672", 3))
    assert desk.run() == 0
    assert ids(desk) == [1, 2, 3, 4, 5]
    table = sa.Table("客户", sa.MetaData(), *_columns())
    server.execute(
        table.update()
        .where(table.c["编号"] == 1)
        .values(手机="13900000000", updated_at=datetime(2025, 3, 2))
    )
    assert desk.run() == 0
    assert ids(desk) == [1, 1, 2, 3, 4, 5]


def test_columns_outside_the_contract_never_leave_the_server(
    desk: Desk, server: sa.Connection
) -> None:
    import pyarrow.parquet as pq

    tell(desk)
    insert(server, (1, "13912345678", 1))
    assert desk.run() == 0
    names = set(pq.read_schema(desk.landed("crm.contacts")[0]).names)
    assert names == {"contact_id", "phone", "region", "updated_at", "loaded_at"}


def test_amounts_and_large_numbers_come_exactly(desk: Desk, server: sa.Connection) -> None:
    orders = sa.Table(
        "orders",
        sa.MetaData(),
        sa.Column("no", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("amount", sa.Numeric(18, 4)),
        sa.Column("made", sa.DateTime),
    )
    orders.create(server)
    server.execute(
        orders.insert().values(no=9007199254740993, amount=Decimal("1234567.1001"),
                               made=datetime(2025, 3, 1, 9, 30))
    )  # fmt: skip
    desk.map(
        {"into": "ecommerce.orders", "table": "orders", "cursor": "made", "key": ["no"],
         "columns": {"no": "order_no", "made": "created_at"}},
        kind="database", url_variable="CRM_URL",
    )  # fmt: skip
    assert desk.run() == 0, desk.told
    assert desk.rows("ecommerce.orders", "order_no", "amount", "created_at") == [
        (9007199254740993, Decimal("1234567.1001"), datetime(2025, 3, 1, 9, 30))
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"table": "客户; drop table 客户"}, "there is no table"),
        ({"table": '客户" --'}, "there is no table"),
        ({"cursor": "updated_at; select 1"}, "has no column 'updated_at; select 1'; it has: 编号"),
        ({"columns": {"编号": "contact_id", "mobile": "phone"}}, "has no column 'mobile'"),
    ],
)
def test_names_are_looked_up_in_the_catalogue(
    desk: Desk, server: sa.Connection, changes: dict[str, Any], told: str
) -> None:
    insert(server, (1, "13912345678", 1))
    tell(desk, **changes)
    assert desk.run() == 1
    assert told in desk.told
    assert server.execute(sa.text("select count(*) from 客户")).scalar() == 1


def test_a_column_that_is_renamed_or_retyped_is_told_or_taken(
    desk: Desk, server: sa.Connection
) -> None:
    tell(desk)
    insert(server, (1, "13912345678", 1))
    assert desk.run() == 0
    dialect = server.dialect.name
    server.execute(
        sa.text(
            'alter table "客户" alter column "编号" type varchar(40)'
            if dialect == "postgresql"
            else "alter table 客户 modify 编号 varchar(40)"
        )
    )
    table = sa.Table("客户", sa.MetaData(), sa.Column("编号", sa.String), *_columns()[1:])
    server.execute(table.insert().values(编号="C-2", 手机="1", updated_at=datetime(2025, 3, 3)))
    assert desk.run() == 0, desk.told
    rows = {str(row[0]) for row in desk.rows("crm.contacts", "contact_id")}
    assert rows == {"1", "C-2"}
    server.execute(sa.text("alter table 客户 rename column 手机 to mobile"))
    assert desk.run() == 1
    assert "has no column '手机'" in desk.told


def test_a_server_that_is_away_is_told_without_its_password(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_URL", "postgresql://u:secret-word@127.0.0.1:1/x")
    tell(desk)
    assert desk.run() == 1
    assert "FAILED: crm.contacts: OperationalError" in desk.told
    assert "secret-word" not in desk.told
    everything = b"".join(path.read_bytes() for path in desk.state.rglob("*") if path.is_file())
    assert b"secret-word" not in everything
    monkeypatch.delenv("CRM_URL")
    assert desk.run() == 1
    assert "CRM_URL is not set" in desk.told


def test_a_run_that_is_killed_while_it_fetches_is_made_good(
    desk: Desk, server: sa.Connection
) -> None:
    import random
    import time

    tell(desk)
    insert(server, *((n, "1", n % 60) for n in range(300)))
    dice = random.Random(3)
    for _ in range(4):
        started = desk.start()
        time.sleep(dice.uniform(1, 5))
        started.kill()
        started.communicate()
    assert desk.run() == 0
    assert ids(desk) == list(range(300))


def test_a_server_that_dies_in_mid_transfer_leaves_nothing(
    desk: Desk, server: sa.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The connection is cut by the server itself after the first rows."""
    from ingest import pipelines

    monkeypatch.setattr(pipelines, "ROWS_AT_ONCE", 50)
    tell(desk)
    insert(server, *((n, "1", n % 60) for n in range(300)))
    land, cut = pipelines.sql_table, []

    def cutting(**options: Any) -> Any:
        resource = land(**options)

        def cut_once(rows: Any) -> Any:
            if not cut:
                cut.append(True)
                if server.dialect.name == "postgresql":
                    server.execute(
                        sa.text(
                            "select pg_terminate_backend(pid) from pg_stat_activity"
                            " where pid <> pg_backend_pid() and usename = current_user"
                        )
                    )
                raise ConnectionResetError(104, "Connection reset by peer")
            return rows

        return resource.add_map(cut_once)

    monkeypatch.setattr(pipelines, "sql_table", cutting)
    assert desk.run() == 1
    assert "reset" in desk.told
    assert desk.landed("crm.contacts") == []
    assert desk.run() == 0, desk.told
    assert ids(desk) == list(range(300))
