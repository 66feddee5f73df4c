"""`make explain`: the shortest chain of links between two identifiers, against networkx, and what it refuses to say."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import networkx as nx
import pytest

from builds import PROJECT, Build
from conftest import run_touchpoints
from oracles.cases import random_case
from oracles.definitions import identifier_rules
from oracles.people import Identifier
from touchpoints.explain import CannotExplain, chain_between, find, refused_between, shown


@dataclass(frozen=True)
class Ties:
    """Of one person: links that join two identifiers, records in which a weak one stood beside a strong one."""

    joined: nx.Graph
    seen: nx.Graph

    def between(self, one: Identifier, other: Identifier) -> nx.Graph:
        """What may join two identifiers: a weak one only at an end, alone or with its like by a decision."""
        ties = self.joined.copy()
        weak = self.joined.subgraph(node for node in self.joined if is_weak(node))
        for end in filter(is_weak, (one, other)):
            alike = nx.node_connected_component(weak, end) if end in weak else {end}
            ties.add_edges_from(self.seen.edges(alike & set(self.seen)))
        return ties


def is_weak(identifier: Identifier) -> bool:
    """True for a cookie or a device."""
    return not identifier_rules()[identifier[0]][0]


@pytest.fixture(scope="module")
def graphs() -> tuple[dict[str, Ties], Build]:
    """Per person what ties its identifiers, of the random dataset."""
    case = random_case()
    linking = {
        (row["identifier_type"], row["identifier_scope"], row["identifier_value"])
        for row in case.rows("select * from vault.identity_map where standing = 'linking'")
    }
    found: dict[str, Ties] = {}
    for row in case.rows("select * from vault.identity_links where status = 'counted'"):
        one, other = (
            tuple(row[f"{end}identifier_{part}"] for part in ("type", "scope", "value"))
            for end in ("", "other_")
        )
        ties = found.setdefault(row["user_id"], Ties(nx.Graph(), nx.Graph()))
        if row["rule_code"] != "same_record" or not (is_weak(one) or is_weak(other)):
            if row["rule_code"] != "same_record" or {one, other} <= linking:
                ties.joined.add_edge(one, other)
        elif not (is_weak(one) and is_weak(other)):
            ties.seen.add_edge(one, other)
    return found, case.build


def identifiers_of_person(ties: Ties) -> list[Identifier]:
    """All that a person is known by, in order."""
    return sorted({*ties.joined, *ties.seen})


def test_a_chain_is_as_short_as_any_and_holds_together(graphs) -> None:
    by_person, build = graphs
    dice = random.Random(3)
    people = sorted(
        by_person, key=lambda user: (-len(identifiers_of_person(by_person[user])), user)
    )
    lengths = []
    with build.connect() as connection:
        for user in [*people[:4], *dice.sample(people, 40)]:
            ties = by_person[user]
            one, other = dice.sample(identifiers_of_person(ties), 2)
            chain = chain_between(connection, one, other, user)
            assert len(chain) == nx.shortest_path_length(ties.between(one, other), one, other)
            assert chain[0].one == one
            assert chain[-1].other == other
            assert all(before.other == after.one for before, after in pairwise(chain))
            assert all(link.record_count > 0 for link in chain)
            lengths.append(len(chain))
    assert max(lengths) > 50, "a long chain was asked for too"


def test_the_analysis_tells_the_same_chain(graphs) -> None:
    """The SQL of the analysis, put together by hand, for persons of a few identifiers."""
    by_person, build = graphs
    dice = random.Random(4)
    people = sorted(
        user for user, ties in by_person.items() if 4 <= len(identifiers_of_person(ties)) <= 12
    )
    with build.connect() as connection:
        for user in dice.sample(people, 6):
            one, other = dice.sample(identifiers_of_person(by_person[user]), 2)
            told = told_by_the_analysis(connection, one, other)
            ties = by_person[user].between(one, other)
            assert len(told) == nx.shortest_path_length(ties, one, other)
            assert (told[0][1], told[0][2]) == (one[0], one[2])
            assert (told[-1][3], told[-1][4]) == (other[0], other[2])


def told_by_the_analysis(
    connection: duckdb.DuckDBPyConnection, one: Identifier, other: Identifier
) -> list[tuple]:
    """What the SQL of the analysis says of two identifiers."""
    sql = (PROJECT / "analyses" / "why_are_these_two_one_person.sql").read_text(encoding="utf-8")
    for relation in ("vault.identity_map", "vault.identity_links", "definitions.identifier_rules"):
        sql = sql.replace(f"{{{{ ref('{relation.partition('.')[2]}') }}}}", relation)
    for name, identifier in (("one", one), ("other", other)):
        (found,) = connection.execute(
            "select identifier_id from vault.identity_map where identifier_type = ?"
            " and identifier_scope = ? and identifier_value = ?",
            identifier,
        ).fetchall()
        sql = sql.replace(f'{{{{ var("{name}", "") }}}}', found[0])
    return connection.execute(sql).fetchall()


COUNTED = [
    # a cookie on which one person was known by a phone, then by the member number
    ("phone", "P", "visitor_id", "V", "same_record"),
    ("visitor_id", "V", "member_no", "M", "same_record"),
    ("phone", "P", "email", "E", "same_record"),
    ("email", "E", "openid", "O", "same_record"),
    ("openid", "O", "member_no", "M", "same_record"),
    # two devices that a decision keeps together, of which one was seen with the member
    ("device_id", "D1", "device_id", "D2", "keep_together"),
    ("device_id", "D2", "member_no", "M", "same_record"),
    ("device_id", "D2", "visitor_id", "V", "same_record"),
    # an e-mail address of many, which is the person's by a decision, and links nobody
    ("email", "S", "member_no", "M", "keep_together"),
    ("email", "S", "phone", "P", "same_record"),
]
CHAINS = [
    (("phone", "P"), ("member_no", "M"), "PEOM"),
    (("visitor_id", "V"), ("member_no", "M"), "VM"),
    (("phone", "P"), ("visitor_id", "V"), "PV"),
    (("device_id", "D1"), ("visitor_id", "V"), "D1D2MV"),
    (("email", "S"), ("phone", "P"), "SMOEP"),
]


@pytest.mark.parametrize(("one", "other", "way"), CHAINS)
def test_a_chain_goes_by_what_joins_and_not_by_what_was_seen_with_both(
    one: tuple[str, str], other: tuple[str, str], way: str
) -> None:
    """What a cookie, a device or a shared number was seen with is one person without it."""
    ends = ((kind, "", value) for kind, value in (one, other))
    with duckdb.connect() as connection:
        connection.execute("create schema vault; create schema definitions")
        connection.execute(
            "create table definitions.identifier_rules as select * from"
            f" read_csv('{PROJECT / 'seeds' / 'identifier_rules.csv'}')"
        )
        connection.execute(
            "create table vault.identity_links as select col0 as identifier_type, '' as identifier_scope, col1 as"
            " identifier_value, col2 as other_identifier_type, '' as other_identifier_scope, col3 as"
            " other_identifier_value, col4 as rule_code, 'counted' as status, 'u' as user_id, 1 as record_count,"
            " 'r' as example_record_id, timestamp '2025-03-01' as first_seen_at, timestamp '2025-03-02' as last_seen_at"
            f" from (values {', '.join('(?, ?, ?, ?, ?)' for _ in COUNTED)})",
            [value for row in COUNTED for value in row],
        )
        connection.execute(
            "create table vault.identity_map as select identifier_type || identifier_value as identifier_id, *,"
            " 'u' as user_id, case when identifier_value = 'S' then 'shared' else 'linking' end as standing from"
            " (select identifier_type, identifier_scope, identifier_value from vault.identity_links union"
            " select other_identifier_type, other_identifier_scope, other_identifier_value from vault.identity_links)"
        )
        first, last = ends
        chain = chain_between(connection, first, last, "u")
        assert "".join([first[2], *(link.other[2] for link in chain)]) == way
        told = told_by_the_analysis(connection, first, last)
        assert "".join([first[2], *(row[4] for row in told)]) == way


def test_two_persons_are_told_with_what_was_refused(graphs) -> None:
    _, build = graphs
    one, other = build.rows(
        "select identifier_type || ':' || identifier_value, other_identifier_type || ':' || other_identifier_value"
        " from vault.identity_links where refusal_reason = 'per_person_limit'"
        " and identifier_scope = '' and other_identifier_scope = '' order by 1 limit 1"
    )[0]
    done = run_touchpoints(build.folder, "explain", one, other)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Two persons: ")
    assert "per_person_limit" in done.stdout


def test_an_unknown_and_an_ambiguous_identifier_are_refused_with_advice(graphs) -> None:
    _, build = graphs
    with build.connect() as connection:
        with pytest.raises(CannotExplain, match="give type:value"):
            find(connection, "phone:000")
        with pytest.raises(CannotExplain, match="name the platform"):
            find(connection, "buyer_id:same1")
        assert shown(find(connection, "buyer_id:jd:same1")[0]) == "buyer_id:jd:same1"


REFUSED = [
    # two members at the ends of a join that a limit refused as a whole, and a longer way between them
    ("member_no", "M1", "email", "a@post.demo", "per_person_limit", "p1", "p2"),
    ("phone", "13911110001", "email", "a@post.demo", "per_person_limit", "p3", "p2"),
    ("member_no", "M2", "phone", "13911110001", "per_person_limit", "p4", "p3"),
    ("email", "a@post.demo", "openid", "OP1", "per_person_limit", "p2", "p5"),
    ("openid", "OP1", "openid", "OP2", "kept_apart", "p5", "p6"),
    ("member_no", "M2", "openid", "OP2", "kept_apart", "p4", "p6"),
    # a placeholder that both of them gave, and one who gave nothing else
    ("member_no", "M1", "phone", "13800138000", "blocked_value", "p1", None),
    ("member_no", "M2", "phone", "13800138000", "blocked_value", "p4", None),
    ("member_no", "M3", "phone", "13800138000", "blocked_value", "p7", None),
    # what has nothing to do with them
    ("visitor_id", "V1", "member_no", "M2", "shared_identifier", "p8", "p4"),
    ("visitor_id", "V1", "member_no", "M4", "shared_identifier", "p8", "p9"),
]


def test_what_keeps_two_apart_are_the_refused_links_of_the_shortest_ways() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema vault")
        connection.execute(
            "create table vault.identity_links as select col0 as identifier_type, '' as identifier_scope, col1 as"
            " identifier_value, col2 as other_identifier_type, '' as other_identifier_scope, col3 as"
            " other_identifier_value, col4 as refusal_reason, 'refused' as status, col5 as user_id, col6 as"
            f" other_user_id from (values {', '.join('(?, ?, ?, ?, ?, ?, ?)' for _ in REFUSED)})",
            [value for row in REFUSED for value in row],
        )

        def told(one: str, other: str) -> set[tuple[str, str]]:
            return {(row[2], row[5]) for row in refused_between(connection, one, other)}

        whole = {("M1", "a@post.demo"), ("13911110001", "a@post.demo"), ("M2", "13911110001")}
        assert told("p1", "p4") == told("p4", "p1") == whole
        assert told("p2", "p3") == {("13911110001", "a@post.demo")}
        assert told("p1", "p6") == {("M1", "a@post.demo"), ("a@post.demo", "OP1"), ("OP1", "OP2")}
        assert told("p1", "p7") == {("M1", "13800138000"), ("M3", "13800138000")}
        assert told("phone:13800138000", "p7") == {("M3", "13800138000")}
        assert told("p3", "p6") == (whole - {("M1", "a@post.demo")}) - {
            ("13911110001", "a@post.demo")
        } | {("M2", "OP2")}
        assert told("p1", "p404") == set()


def test_without_a_build_it_says_what_to_run(tmp_path) -> None:
    done = run_touchpoints(tmp_path, "explain", "phone:13912345678", "member_no:M1")
    assert done.returncode == 1
    assert "touchpoints.duckdb cannot be read" in done.stderr
    assert "run `make build` first" in done.stderr
