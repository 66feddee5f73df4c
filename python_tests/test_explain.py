"""`make explain`: the shortest chain of links between two identifiers, against networkx, and what it refuses to say."""

from __future__ import annotations

import random
from itertools import pairwise

import duckdb
import networkx as nx
import pytest

from builds import PROJECT, Build
from conftest import run_touchpoints
from oracles.cases import random_case
from touchpoints.explain import CannotExplain, chain_between, find, refused_between, shown


@pytest.fixture(scope="module")
def graphs() -> tuple[dict[str, nx.Graph], Build]:
    """Per person the graph of counted links of the random dataset."""
    case = random_case()
    found: dict[str, nx.Graph] = {}
    for row in case.rows("select * from vault.identity_links where status = 'counted'"):
        one, other = (
            tuple(row[f"{end}identifier_{part}"] for part in ("type", "scope", "value"))
            for end in ("", "other_")
        )
        found.setdefault(row["user_id"], nx.Graph()).add_edge(one, other)
    return found, case.build


def test_a_chain_is_as_short_as_any_and_holds_together(graphs) -> None:
    by_person, build = graphs
    dice = random.Random(3)
    people = sorted(by_person, key=lambda user: (-len(by_person[user]), user))
    lengths = []
    with build.connect() as connection:
        for user in [*people[:4], *dice.sample(people, 40)]:
            graph = by_person[user]
            one, other = dice.sample(sorted(graph.nodes), 2)
            chain = chain_between(connection, one, other, user)
            assert len(chain) == nx.shortest_path_length(graph, one, other)
            assert chain[0].one == one
            assert chain[-1].other == other
            assert all(before.other == after.one for before, after in pairwise(chain))
            assert all(link.record_count > 0 for link in chain)
            lengths.append(len(chain))
    assert max(lengths) > 50, "a long chain was asked for too"


def test_the_analysis_tells_the_same_chain(graphs) -> None:
    """The SQL of the analysis, put together by hand, for persons of a few identifiers."""
    by_person, build = graphs
    sql = (PROJECT / "analyses" / "why_are_these_two_one_person.sql").read_text(encoding="utf-8")
    sql = sql.replace("{{ ref('identity_map') }}", "vault.identity_map")
    sql = sql.replace("{{ ref('identity_links') }}", "vault.identity_links")
    dice = random.Random(4)
    people = sorted(user for user, graph in by_person.items() if 4 <= len(graph) <= 12)
    with build.connect() as connection:
        rows = connection.execute(
            "select identifier_type, identifier_scope, identifier_value, identifier_id from vault.identity_map"
        ).fetchall()
        ids = {row[:3]: row[3] for row in rows}
        for user in dice.sample(people, 6):
            one, other = dice.sample(sorted(by_person[user].nodes), 2)
            asked = sql.replace('{{ var("one", "") }}', ids[one])
            asked = asked.replace('{{ var("other", "") }}', ids[other])
            told = connection.execute(asked).fetchall()
            assert len(told) == nx.shortest_path_length(by_person[user], one, other)
            assert (told[0][1], told[0][2]) == (one[0], one[2])
            assert (told[-1][3], told[-1][4]) == (other[0], other[2])


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
