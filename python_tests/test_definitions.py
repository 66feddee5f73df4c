"""A definition that cannot be meant stops the run, with what to give."""

from __future__ import annotations

import csv
import itertools
import random
import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from builds import PROJECT
from touchpoints import identifiers, macros
from touchpoints.contract import read_contract, read_seed
from touchpoints.definitions import check_definitions
from touchpoints.meanings import SCOPED, wrong_pattern
from touchpoints.settings import SETTINGS_AS_VARS, WrongSetting

# Numbers that may be any: places in an order, and weights and thresholds that speak for or against.
ANY = {
    *("device_patterns.pattern_rank", "action_rules.priority", "action_identifiers.preference"),
    *("identifier_rules.priority", "survivorship_rules.preference", "rfm_segments.segment_rank"),
    *("case_categories.category_rank", "case_priorities.priority_rank", "response_bands.band_rank"),
    *("topics.priority", "topic_rules.weight", "sentiment_lexicon.weight", "case_rules.weight"),
    *("case_priorities.min_weight", "case_rules.threshold", "risk_rules.min_value"),
}


def write_rows(folder: Path, seed: str, **values: str) -> None:
    """A copy of the seeds in which the first row of one says so."""
    shutil.copytree(PROJECT / "seeds", folder / "seeds")
    path = folder / "seeds" / f"{seed}.csv"
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or [])
    rows = rows or [dict.fromkeys(columns, "")]
    rows[0].update(values)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def test_the_definitions_of_the_project_are_accepted() -> None:
    check_definitions(PROJECT)


@pytest.mark.parametrize(
    ("seed", "column", "value", "told"),
    [
        ("exchange_rates", "rate", "0", "a number above 0"),
        ("exchange_rates", "rate", "NaN", "a number"),
        ("exchange_rates", "rate", "Infinity", "a number"),
        ("goals", "lookback_days", "0", "a number from 1 on and up to 99999"),
        ("goals", "lookback_days", "999999999", "a number from 1 on and up to 99999"),
        ("funnel_definitions", "window_hours", "1000000", "a number from 1 on and up to 999999"),
        ("goals", "lookback_days", "7.5", "a number"),
        ("action_rules", "holdout_share", "1.01", "a number from 0 on and up to 1"),
        ("action_rules", "holdout_share", "-0.01", "a number from 0 on and up to 1"),
        ("holidays", "works_as_weekday", "8", "a number from 1 on and up to 7"),
        ("intent_weights", "half_life_days", "0.0", "a number above 0"),
        ("effect_metrics", "no_effect_margin", "0", "a number above 0"),
        ("effect_metrics", "no_effect_margin", "0.00001", "a number above 0"),
        ("priority_weights", "weight", "0", "a number from 1 on"),
    ],
)
def test_a_number_out_of_its_range_stops_the_run(
    seed: str, column: str, value: str, told: str, tmp_path: Path
) -> None:
    write_rows(tmp_path, seed, **{column: value})
    with pytest.raises(WrongSetting) as refused:
        check_definitions(tmp_path)
    assert str(refused.value) == f"seeds/{seed}.csv line 2: {column} '{value}': give {told}"


@pytest.mark.parametrize("value", ["1", "0"])
def test_a_bound_may_be_another_column(value: str, tmp_path: Path) -> None:
    write_rows(tmp_path, "satisfaction_scales", scale_min="1", scale_max=value)
    with pytest.raises(WrongSetting) as refused:
        check_definitions(tmp_path)
    told = str(refused.value).splitlines()[0]
    assert told.endswith(f"scale_max '{value}': give a number above scale_min (1)")


def test_without_the_other_column_there_is_no_bound(tmp_path: Path) -> None:
    kind = {"metric_kind": "passage", "score_type": "", "funnel_code": "order"}
    write_rows(tmp_path, "effect_metrics", from_step="", to_step="0", **kind)
    with pytest.raises(WrongSetting) as refused:
        check_definitions(tmp_path)
    said = str(refused.value)
    told = "from_step is empty: metric_kind passage asks for a value"
    assert said.splitlines()[0] == f"seeds/effect_metrics.csv line 2: {told}"
    assert "above" not in said


@pytest.mark.parametrize(
    ("seed", "column", "value"),
    [
        ("exchange_rates", "rate", "0.000001"),
        ("action_rules", "holdout_share", "1"),
        ("action_rules", "holdout_share", "0"),
        ("holidays", "works_as_weekday", ""),
    ],
)
def test_the_ends_of_a_range_are_accepted(
    seed: str, column: str, value: str, tmp_path: Path
) -> None:
    write_rows(tmp_path, seed, **{column: value})
    check_definitions(tmp_path)


def test_every_number_has_a_range_or_may_be_any() -> None:
    seeds = yaml.safe_load((PROJECT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))["seeds"]
    numbers, ranged = set(), set()
    for seed in seeds:
        kinds = seed.get("config", {}).get("column_types", {})
        numbers |= {
            f"{seed['name']}.{column}"
            for column, kind in kinds.items()
            if kind.startswith(("integer", "bigint", "decimal", "double"))
        }
        for test in seed.get("data_tests", []):
            if "numbers_within" in test:
                ranges = test["numbers_within"]["arguments"]["ranges"]
                ranged |= {f"{seed['name']}.{column}" for column in ranges}
    # the lowest value of a scale is the bound of its highest
    assert numbers - ANY - {"satisfaction_scales.scale_min"} == ranged
    assert not ANY & ranged
    assert numbers >= ANY


def refusal(folder: Path, **given: object) -> str:
    """What the check says of a folder of seeds; empty where it accepts them."""
    try:
        check_definitions(folder, given)
    except WrongSetting as refused:
        return str(refused)
    return ""


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A folder with a copy of the seeds."""
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    return tmp_path


def edit(folder: Path, seed: str, pattern: str, replacement: str) -> None:
    """Change what a seed says, in one place."""
    path = folder / "seeds" / f"{seed}.csv"
    text, count = re.subn(
        pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE
    )
    assert count == 1, (seed, pattern)
    path.write_text(text, encoding="utf-8")


def add(folder: Path, seed: str, row: str) -> None:
    """Write another row of a seed."""
    with open(folder / "seeds" / f"{seed}.csv", "a", encoding="utf-8") as file:
        file.write(row + "\n")


DECISION = "O-1,keep_apart,{},me,2026-01-01,x"
ALERT = "{},X,X,{},30,28,low"


@pytest.mark.parametrize(
    ("seed", "row", "told"),
    [
        (
            "identifier_rules",
            "wechat_id,strong,13,3,,text,false,true",
            "accepted are member_no, text",
        ),
        ("blocked_identifiers", "phone,equals,+86 139-1111-0777,placeholder", "give 13911110777"),
        ("blocked_identifiers", "email,equals,Kefu@Shop.cn,shared_mailbox", "give kefu@shop.cn"),
        ("blocked_identifiers", "phone,equals,12,placeholder", "a value that is of type phone"),
        ("blocked_identifiers", "phone,pattern,^(400$,service_number", "a regular expression"),
        (
            "blocked_identifiers",
            "phone,pattern,139,service_number",
            "a pattern for all of the value",
        ),
        ("scope_rules", "x,staff,phone,equals,139 1111 0777", "give 13911110777"),
        ("scope_rules", "x,staff,email,contains,@Shop.cn", "give '@shop.cn'"),
        ("scope_rules", "x,bot,user_agent,contains,GoogleBot", "give 'googlebot'"),
        ("scope_rules", "x,staff,phone,contains,139", "accepted are phone, equals"),
        (
            "identity_overrides",
            DECISION.format("phone,,not a phone,member_no,,M1"),
            "identifier_value: give a value that is of type phone",
        ),
        (
            "identity_overrides",
            DECISION.format("member_no,,M1,buyer_id,,B1"),
            "other_platform is empty: other_identifier_type buyer_id or platform_user_id asks for",
        ),
        (
            "identity_overrides",
            DECISION.format("phone,,13911110777,phone,,+86 139 1111 0777"),
            "both identifiers are one",
        ),
        (
            "survivorship_rules",
            "customer_tier,ecommerce,orders,customer_tier,3,newest",
            "accepted are",
        ),
        (
            "survivorship_rules",
            "gender,store,visits,gender,3,newest",
            "gender, crm, contacts, gender",
        ),
        ("event_mappings", "all,website,events,website,FOO BAR,website_cart", "give 'foo bar'"),
        (
            "event_mappings",
            "all,website,event,website,foo,website_cart",
            "accepted are website, events",
        ),
        ("event_mappings", "all,website,events,website,foo,website_cart,x", "too many fields"),
        ("exchange_rates", "2019-03-01,usd,CNY,7", "from_currency 'usd': give a three-letter"),
        ("exchange_rates", "2019-03-01,USD,USD,2", "give 1, as both currencies are USD"),
        ("exchange_rates", "2019-03-01,USD,CNY,1e400", "at most 12 digits before the point"),
        ("exchange_rates", "2019-03-01,USD,CNY,0.0000001", "give a number above 0"),
        ("exchange_rates", "20190301,USD,CNY,7", "a date such as"),
        (
            "goals",
            "all,x,X,X,touchpoint,any,consult,false,false,99999999999",
            "a number up to 2147483647",
        ),
        ("goals", "all,order,O,O,paid_order,any,,false,false,30", "holds for all industries"),
        (
            "goals",
            "retail,consultation,O,O,touchpoint,any,consult,false,false,30",
            "holds for all industries",
        ),
        (
            "goals",
            "all,consultation,O,O,touchpoint,any,consult,false,false,30",
            "as in line 18: keep one",
        ),
        ("goals", "all,x,X,X,touchpoint,,consult,false,false,30", "order_rank is empty"),
        ("goals", "all,x,X,X,touchpoint,any,,false,false,30", "interaction_type is empty"),
        (
            "goals",
            "all,x,X,X,touchpoint,any,basket,false,false,3",
            "interaction_type 'basket': accepted values are",
        ),
        ("goals", "all,x,X,X,paid_order,any,consult,false,false,30", "leave it empty"),
        ("funnel_definitions", "all,x,X,X,ordered,first,,false,24", "has no required step"),
        ("order_statuses", "paid,true,false,false", "the same raw_status as in line"),
        (
            "case_rules",
            "all,x,category,refnd,keyword,退钱,,2",
            "assigned_code 'refnd': accepted values",
        ),
        ("case_rules", "all,x,category,,keyword,退钱,,2", "assigned_code is empty"),
        ("case_rules", "all,x,complaint,,keyword,Terrible,,2", "give 'terrible'"),
        (
            "case_rules",
            "all,x,category,refund,order_value,,500,2",
            "accepted are category, keyword",
        ),
        ("case_rules", "all,x,priority,,order_value,500,,2", "threshold is empty"),
        ("case_rules", "all,x,priority,,category,refnd,,2", "condition_value 'refnd': accepted"),
        (
            "case_rules",
            "retail,x,queue,x,contact_kind,chat,,2",
            "ticket, call, enquiry, comment, post",
        ),
        ("topic_rules", "all,price,zh,不支持退货,1", "give one to four Chinese letters"),
        ("topic_rules", "all,price,en,24h delivery,1", "give one or two words of small letters"),
        ("sentiment_lexicon", "all,en,not good,-1", "give one word of small letters"),
        ("sentiment_negators", "all,en,don't", "give one word of small letters"),
        (
            "alert_rules",
            ALERT.format("retail,csat_low", "threshold,csat,touchpoint,down,0.6"),
            "holds for all industries",
        ),
        (
            "alert_rules",
            ALERT.format("all,x", "threshold,csat,touchpoint,down,60"),
            "threshold '60': give a share up to 1",
        ),
        (
            "alert_rules",
            ALERT.format("all,x", "threshold,touches,channel,down,0.6"),
            "accepted are threshold, csat",
        ),
        (
            "alert_rules",
            ALERT.format("all,x", "threshold,csat,touchpoint,both,0.6"),
            "accepted are threshold, up; threshold, down",
        ),
        (
            "alert_rules",
            ALERT.format("all,x", "change,orders,touchpoint,down,0.3"),
            "accepted are orders, total; orders, channel; orders, region",
        ),
    ],
)
def test_a_row_that_cannot_be_meant_stops_the_run(
    seed: str, row: str, told: str, seeds: Path
) -> None:
    add(seeds, seed, row)
    line = len((seeds / "seeds" / f"{seed}.csv").read_text(encoding="utf-8").splitlines())
    said = refusal(seeds)
    assert said.startswith(f"seeds/{seed}.csv line {line}: ")
    assert told in said.splitlines()[0]


@pytest.mark.parametrize(
    ("seed", "row"),
    [
        ("goals", "all,x,X,X,touchpoint,repeat,consult,false,false,30"),
        ("goals", "all,x,X,X,touchpoint,any,cart,false,false,3"),
        ("goals", "all,x,X,X,touchpoint,first,follow,false,false,30"),
        ("exchange_rates", "2019-03-01,USD,USD,1"),
        ("identity_overrides", DECISION.format("buyer_id,tmall,B1,buyer_id,jd,B1")),
        (
            "identity_overrides",
            DECISION.format("phone,,erased:0123456789abcdef,phone,,13911110777"),
        ),
        ("blocked_identifiers", "phone,pattern,^(139|138)[0-9]{8}$,test_value"),
        ("blocked_identifiers", "member_no,equals,TEST,test_value"),
    ],
)
def test_what_can_be_meant_is_accepted(seed: str, row: str, seeds: Path) -> None:
    add(seeds, seed, row)
    assert refusal(seeds) == ""


def test_a_row_in_two_industries_is_accepted(seeds: Path) -> None:
    edit(
        seeds, "goals", "^all,registration(.*)$", r"retail,registration\1\nlogistics,registration\1"
    )
    assert refusal(seeds) == ""


@pytest.mark.parametrize(
    ("seed", "pattern", "replacement", "told"),
    [
        ("identifier_rules", "^phone,(.*),phone,", r"phone,\1,text,", "accepted are phone, phone, false"),
        ("identifier_rules", "text,true,", "text,false,", "accepted are buyer_id, text, true"),
        ("identifier_rules", "^device_id,weak,11,4,,", "device_id,weak,11,4,2,", "strength strong"),
        ("funnel_step_definitions", "^retail,store_visit,1,.*\n", "", "steps 2 in"),
        ("funnel_step_definitions", "^retail,order,3,.*\n", "", "the steps 1, 2, 4 in"),
        ("funnel_step_definitions", "^all,registration,2,(.*),required", r"all,registration,2,\1,optional",
         "one required step alone"),
        ("goals", "^retail,order,(.*),any,", r"retail,order,\1,first,", "no goal of retail counts every"),
        ("goals", "^retail,order,(.*),true,30", r"retail,order,\1,false,30", "line 1: no goal of retail is what sends"),
        ("goals", "^all,registration,(.*),false,30", r"all,registration,\1,true,30",
         "line 17: is_sent_for 'true': line 2 is"),
        ("goals", "^education,trial_lesson,(.*),false,30", r"education,trial_lesson,\1,true,30",
         "line 23: is_sent_for 'true': line 5 is for education already, give false"),
        ("action_rules", "^all,win_back,(.*),recommendation,,", r"all,win_back,\1,recommendation,order,",
         "line 3: goal_code 'order': accepted values of all are registration, consultation"),
        ("action_rules", "^retail,second_order,(.*),repeat_order,", r"retail,second_order,\1,trial_lesson,",
         "goal_code 'trial_lesson': accepted values of retail are order, first_order, repeat_order, registration,"),
        ("business_hours", "^all,1,540,1080", "all,1,540,720\nall,1,700,1080", "line 3: opens_minute '700': give 720"),
        ("business_hours", "^all,5,540,1080", "all,5,540,1080\nretail,5,480,600", "line 6: opens_minute '540': give"),
        ("response_bands", ",1,0,300", ",1,10,300", "line 2: from_seconds '10': give 0, at which"),
        ("response_bands", ",2,300,1800", ",2,200,1800", "line 3: from_seconds '200': give 300, at which"),
        ("response_bands", ",2,300,1800", ",2,300,1000", "line 4: from_seconds '1800': give 1000, at which"),
        ("response_bands", ",6,86400,", ",6,86400,90000", "line 7: to_seconds: leave it empty in the last band"),
        ("response_bands", ",5,28800,86400", ",5,28800,", "line 7: from_seconds '86400': line 6 has no to_seconds"),
        ("event_mappings", "^industry", "industrie", "line 1: give the columns industry,source_system"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_meant_stops_the_run(
    seed: str, pattern: str, replacement: str, told: str, seeds: Path
) -> None:
    edit(seeds, seed, pattern, replacement)
    assert told in refusal(seeds).splitlines()[0]


VIEW = "^retail,order,1,(.*),view,required,,"
OPTIONAL = "^retail,search,2,(.*),optional,,"
EXCLUSION = "^retail,payment,3,(.*),exclusion,,"
LIKE = "^all,engagement,3,Favourite or like,收藏或点赞,like,required,,"
LIKED = "all,engagement,3,Favourite or like,收藏或点赞,like,required,"


@pytest.mark.parametrize(
    ("pattern", "replacement", "line", "told"),
    [
        (VIEW, r"retail,order,1,\1,view,optional,,", 2, "step_kind 'optional': give required, as step 1 is the entry"),
        (VIEW, r"retail,order,1,\1,view,required,5,", 2, "step_window_hours '5': leave it empty, as step 1 is the"),
        (VIEW, r"retail,order,1,\1,view,required,,0.5", 2, "target_rate '0.5': leave it empty, as step 1 is the"),
        (OPTIONAL, r"retail,search,2,\1,optional,,0.5", 7, "target_rate '0.5': leave it empty, it is for step_kind"),
        (EXCLUSION, r"retail,payment,3,\1,exclusion,5,", 35, "step_window_hours '5': leave it empty, it is for step_"),
        ("^retail,order,2,(.*),required", r"retail,order,2,\1,exclusion", 3, "step_kind 'exclusion': give required or"),
        ("^all,engagement,2,(.*),required", r"all,engagement,2,\1,optional", 44, "funnel's step_order is any"),
        (LIKE, LIKED.replace("Favourite", "Favor") + ",", 46, "step_name 'Favor or like': give 'Favourite or like' as"),
        (LIKE, LIKED + "3,", 46, "step_window_hours '3': leave it empty as in line 45, which is the same step"),
        ("加购,cart,required,,\nretail,direct", r"加购,search,required,,\nretail,direct", 38,
         "interaction_type 'search': give one that no other step of the funnel has (line 36 has it"),
        (",咨询,consult,required,,\nhealth", r",咨询,read,required,,\nhealth", 49, "interaction_type 'read': give one"),
        ("^retail,payment,2,(.*),pay,", r"retail,payment,2,\1,order,", 34, "interaction_type 'order': give one that"),
        ("^retail,order,4,", "retail,order,9,", 5, "step_number '9': give a number up to 8, or raise the var max_"),
        ("^retail,order,4,", "education,order,4,", 5, "funnel_code 'order': accepted values of education are after"),
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_walked_is_told_with_its_line(
    pattern: str, replacement: str, line: int, told: str, seeds: Path
) -> None:
    edit(seeds, "funnel_step_definitions", pattern, replacement)
    said = refusal(seeds, max_funnel_steps=8).splitlines()
    found = [one for one in said if one.startswith("seeds/funnel_step_definitions.csv")]
    assert found[0].startswith(f"seeds/funnel_step_definitions.csv line {line}: ")
    assert told in found[0]


def test_a_target_may_be_written_in_several_ways_and_a_type_come_again(seeds: Path) -> None:
    edit(seeds, "funnel_step_definitions", LIKE, LIKED + ",0.50")
    edit(
        seeds,
        "funnel_step_definitions",
        "favourite,required,,$\nall,eng",
        "favourite,required,,0.5\nall,eng",
    )
    edit(seeds, "funnel_step_definitions", "^retail,order,4,(.*),pay,", r"retail,order,4,\1,order,")
    assert refusal(seeds) == ""


@pytest.mark.parametrize(
    ("pattern", "replacement", "told"),
    [
        ("passage,,order,1,4,", "passage,,order,1,9,", "to_step '9': accepted values of order are 1, 2, 3, 4"),
        ("passage,,order,1,4,", "passage,,payment,1,3,", "to_step '3': accepted values of payment are 1, 2"),
        ("passage,,order,1,4,", "passage,,care,1,4,", "funnel_code 'care': accepted values of retail are after_sales"),
    ],
)  # fmt: skip
def test_a_passage_over_steps_that_a_funnel_lacks_stops_the_run(
    pattern: str, replacement: str, told: str, seeds: Path
) -> None:
    edit(seeds, "effect_metrics", pattern, replacement)
    assert told in refusal(seeds).splitlines()[0]


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        ("^push_response,(.*),send,wilson,", r"push_response,\1,person,wilson,"),
        ("^push_response,(.*),send,wilson,", r"push_response,\1,send,person_sums,"),
        ("^push_response,", "push_answer,"),
    ],
)
def test_a_metric_that_nothing_counts_so_stops_the_run(
    pattern: str, replacement: str, seeds: Path
) -> None:
    edit(seeds, "metric_definitions", pattern, replacement)
    said = refusal(seeds)
    assert said.startswith("seeds/metric_definitions.csv line 15: metric_code, unit, interval_")
    assert "accepted are" in said


def test_an_empty_file_and_another_encoding_are_told(seeds: Path) -> None:
    path = seeds / "seeds" / "event_mappings.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes((text + "all,website,events,website,防晒,website_cart\n").encode("gbk"))
    assert (
        refusal(seeds) == "seeds/event_mappings.csv: the file is not in UTF-8: save it as CSV UTF-8"
    )
    path.write_text("", encoding="utf-8")
    assert refusal(seeds).startswith("seeds/event_mappings.csv line 1: give the columns industry,")
    path.write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert refusal(seeds) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "^a|b$",
        r"^\d+$",
        "^it's$",
        "^a++$",
        "^a{256}$",
        "^(?=a)a$",
        "^[[:digit:]]+$",
        "^[z-a]$",
        "a$",
    ],
)
def test_patterns_that_engines_may_read_otherwise_are_refused(pattern: str) -> None:
    assert wrong_pattern(pattern)


@pytest.mark.parametrize("pattern", ["^(a|b)$", "^[^|(]+$", "^((a|b){2}|c[]|]?)$", "^a+?$"])
def test_patterns_for_all_of_a_value_are_accepted(pattern: str) -> None:
    assert wrong_pattern(pattern) is None


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("lead_interaction_types", ["consult", "leed"], "view, visit"),
        ("intent_interaction_types", ["carts"], "view, visit"),
        ("overall_score_type", "npss", "csat, "),
        ("scorecard_goal", "sale", "order, first_order, repeat_order, registration, consultation"),
        ("scorecard_goal", "trial_lesson", "order, first_order"),
        ("scorecard_priority", "profit", "balanced, "),
        ("article_path_pattern", "(a", "a regular expression: "),
    ],
)
def test_a_var_that_names_no_code_stops_the_run(
    name: str, value: object, accepted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOUCHPOINT_INDUSTRY", raising=False)
    said = refusal(PROJECT, **{name: value})
    assert said.startswith(f"var {name}=")
    assert accepted in said


def test_a_goal_of_another_industry_is_one_where_it_is_chosen() -> None:
    assert refusal(PROJECT, scorecard_goal="trial_lesson", touchpoint_industry="education") == ""


def test_identifier_rules_say_what_the_landing_contract_says() -> None:
    kinds: dict[str, set[str]] = {}
    for contract in read_contract().values():
        for column, kind in contract.columns.items():
            kinds.setdefault(column, set()).add(kind if kind in ("phone", "email") else "text")
    rules = read_seed("identifier_rules")
    listed = re.findall(
        r"'(\w+)'", (PROJECT / "macros" / "landing" / "identifier_types.sql").read_text("utf-8")
    )
    assert sorted(row["identifier_type"] for row in rules) == sorted(listed)
    for row in rules:
        assert kinds[row["identifier_type"]] == {row["normaliser"]}
        assert (row["identifier_type"] in SCOPED) == (row["is_scoped_by_platform"] == "true")


def test_attributes_have_rules_for_what_models_state() -> None:
    """The accepted rows of survivorship_rules are those that int_attributes_stated and the union of orders have."""
    accepted = next(
        test["accepted_rows"]["arguments"]["accepted"]
        for seed in yaml.safe_load((PROJECT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))["seeds"]
        if seed["name"] == "survivorship_rules"
        for test in seed["data_tests"]
        if "accepted_rows" in test
    )  # fmt: skip
    models = {path.stem: path for path in (PROJECT / "models" / "intermediate").rglob("*.sql")}
    stated = set()
    text = models["int_attributes_stated"].read_text(encoding="utf-8")
    for part in re.split(r"from \w+\n|from \{\{", text):
        place = re.search(r"'(\w+)' as source_system,\s+'(\w+)' as source_table", part)
        for attribute in re.findall(
            r"^        \('(\w+)',|^ +'(\w+)' as attribute_code", part, re.M
        ):
            if place:
                stated.add(("".join(attribute), *place.groups()))
    for part in (
        models["int_orders_unioned"].read_text(encoding="utf-8").split("\nfrom ")[0].split("),\n")
    ):
        place = re.search(r"'(\w+)' as source_system,\s+'(\w+)' as source_table", part)
        if place and re.search(r"^ +(\w+[.])?region,$", part, re.M):
            stated.add(("region", *place.groups()))
    assert {tuple(row[:3]) for row in accepted} == stated


@pytest.mark.parametrize("home", ["", "49", "1", "86"])
def test_written_identifiers_are_spelt_as_the_macros_spell_records(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = macros.var_default
    monkeypatch.setattr(
        macros,
        "var_default",
        lambda name, *rest: home if name == "default_country_code" else default(name, *rest),
    )
    found = macros.load_macros()
    dice = random.Random(7)
    parts = [
        "+",
        "00",
        "0",
        "(0)",
        "86",
        "+86",
        "49",
        "1",
        "139",
        "1391111",
        "0777",
        "７",
        "－",
        " ",
        "a",
        "@",
        "B.c",
    ]
    texts = {"".join(dice.choices(parts, k=dice.randint(1, 6))) for _ in range(4000)}
    texts |= {
        "".join(one)
        for one in itertools.product(
            ["", "+", "00", "0"], ["86", "49", ""], ["13911110777", "2025550123", "1391111077"]
        )
    }
    texts |= {
        "NULL",
        "N/A",
        "-",
        "\\N",
        " x\xa0",
        "139\u00a01111\u202f0777",
        "\u202a+33\u20091 23\u201045 67\u201289\u202c",
        "13911110777.0",
        "\u3000Kefu＠Shop.cn ",
        "a@b.c",
        "a@b",
        "A b@c.d",
        "erased:0123456789abcdef",
    }
    connection = duckdb.connect()
    connection.execute("create table written (text varchar)")
    connection.executemany("insert into written values (?)", [[text] for text in sorted(texts)])
    clean = found.clean_text("text")
    rows = connection.execute(
        f"select text, {clean}, {found.normalise_phone(clean)}, {found.normalise_email(clean)} from written"
    ).fetchall()
    for text, cleaned, phone, email in rows:
        if not text.startswith("erased:"):
            read = [
                identifiers.read_identifier(kind, text, home)
                for kind in ("member_no", "phone", "email")
            ]
            assert read == [cleaned, phone, email], text


def test_a_mark_before_the_header_is_no_part_of_it(seeds: Path) -> None:
    path = seeds / "seeds" / "identifier_rules.csv"
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert refusal(seeds) == ""
    assert read_seed("identifier_rules", seeds)[0]["identifier_type"] == "member_no"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("markov_order", "var markov_order: there is no such var; like it are markov_orders"),
        ("touchpoint_curency", "like it are touchpoint_currency"),
        ("zzz", "var zzz: there is no such var; docs/settings.md lists them"),
    ],
)
def test_a_var_that_is_none_stops_the_run(name: str, told: str) -> None:
    assert told in refusal(PROJECT, **{name: 1})
    assert refusal(PROJECT, touchpoint_raw_root="landed", markov_orders=[2]) == ""


def test_the_settings_that_vars_go_before_are_those_of_the_macro() -> None:
    macro = (PROJECT / "macros" / "settings" / "setting.sql").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^ {8}'(\w+)': ", macro, re.MULTILINE)) == SETTINGS_AS_VARS
