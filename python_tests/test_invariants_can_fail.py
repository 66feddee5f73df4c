"""Each singular test passes on the sample's build and fails once the data is spoilt in one place.

The compiled SQL of the tests runs on a copy of the build database; every change is rolled back.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parent.parent

# Reads the contracts in the manifest rather than rows, so no row can spoil it.
READS_NO_DATA = {"no_mart_has_a_column_named_like_an_identifier"}

SPOILT_BY = {
    "action_rules_can_be_carried_out": """
        update definitions.action_rules set max_sends = null where rule_code = 'win_back'""",
    "nobody_is_addressed_who_has_refused": """
        update intermediate.int_person_consents set is_granted = false
        where purpose = 'outreach' and printf('%016x', user_key) = (
            select min(user_id) from marts.next_best_actions
        )""",
    "bands_of_waiting_times_follow_each_other": """
        update definitions.response_bands set from_seconds = 100
        where band_code = 'within_30_minutes'""",
    "business_hours_of_a_day_do_not_overlap": """
        insert into definitions.business_hours values ('retail', 1, 480, 600)""",
    "blocked_identifiers_link_nobody": """
        update vault.int_identifiers_observed set block_reason = 'test'
        where identifier_key = (select min(node) from vault.int_identity_links)""",
    "channel_credits_add_up_to_conversions_and_revenue": """
        update marts.channel_contribution set value = value + 0.01
        where model_code = 'linear' and code = '(unattributed)'""",
    "contribution_to_orders_is_the_net_revenue_of_paid_orders": """
        update marts.fct_orders set net_amount = net_amount + 0.01
        where order_id = (select min(order_id) from marts.fct_orders where is_paid)""",
    "credits_of_a_conversion_add_up_to_one_and_to_its_value": """
        update intermediate.int_split_credits set w_shaped_cents = w_shaped_cents + 1
        where touchpoint_key = (
            select min(touchpoint_key) from intermediate.int_split_credits
        )""",
    "events_never_create_orders": """
        insert into marts.fct_orders
        select * replace ('an event' as order_id) from marts.fct_orders limit 1""",
    "counted_links_join_and_no_link_counts_across_persons": """
        update vault.int_links_judged set other_user_key = 1
        where link_key = (select min(link_key) from vault.int_links_judged where is_counted)""",
    "every_identifier_has_one_person": """
        update vault.int_identifiers_resolved set user_key = null
        where identifier_key = (select min(node) from vault.int_identity_links)""",
    "every_record_of_a_file_is_in_the_file_ledger": """
        update marts.file_ledger set duplicate_count = duplicate_count + 1
        where source_system = 'app'""",
    "every_touch_is_in_one_journey_of_every_goal": """
        update intermediate.int_journeys set last_number = last_number - 1
        where first_touchpoint_key = (
            select min(first_touchpoint_key) from intermediate.int_journeys
        )""",
    "what_comes_into_a_code_leaves_it": """
        update marts.journey_transitions set transition_count = transition_count + 1
        where from_code = (select min(from_code) from marts.journey_transitions)""",
    "every_landed_file_is_read_in_full": """
        delete from staging.base_website__events
        where record_key = (select min(record_key) from staging.base_website__events)""",
    "every_order_has_at_most_one_person": """
        insert into marts.fct_orders
        select * replace ('somebody else' as user_id) from marts.fct_orders limit 1""",
    "every_order_that_a_touchpoint_names_exists": """
        delete from marts.fct_orders
        where order_id = (select min(order_id) from marts.fct_touchpoints)""",
    "every_person_has_at_least_one_record": """
        insert into marts.dim_users
        select * replace ('nobody' as user_id) from marts.dim_users limit 1""",
    "every_person_named_anywhere_is_in_dim_users": """
        delete from marts.dim_users
        where user_id = (select min(user_id) from marts.fct_sessions)""",
    "every_rate_lies_in_its_range_and_its_interval": """
        update marts.funnel_steps set conversion_from_start_low = null where step_number = 1""",
    "every_received_record_is_accounted_for": """
        update marts.record_ledger set duplicate = duplicate + 1 where source_system = 'app'""",
    "every_record_that_should_become_a_touchpoint_does": """
        delete from intermediate.int_touchpoints_sessionised
        where record_key = (select min(record_key) from intermediate.int_touchpoints_sessionised)""",
    "every_ticket_and_call_is_in_exactly_one_case": """
        delete from intermediate.int_contacts_linked
        where record_key = (select min(record_key) from intermediate.int_contacts_linked)""",
    "every_touchpoint_has_one_session_and_session_counts_agree": """
        delete from intermediate.int_touchpoints_sessionised
        where touchpoint_key = (
            select min(touchpoint_key) from intermediate.int_touchpoints_sessionised
        )""",
    "every_funnel_entry_is_counted_and_has_its_steps": """
        update intermediate.int_funnel_outcomes set reached_step = reached_step + 1
        where entry_key = (select min(entry_key) from intermediate.int_funnel_outcomes)""",
    "sends_are_for_one_goal": """
        update definitions.goals set is_sent_for = true where goal_code = 'registration'""",
    "a_goal_counts_every_paid_order": """
        update definitions.goals set order_rank = 'first' where conversion_kind = 'paid_order'""",
    "rates_of_a_currency_to_itself_are_one": """
        update definitions.exchange_rates set from_currency = to_currency""",
    "case_rules_name_what_there_is": """
        update definitions.case_rules set assigned_code = 'refnd' where assigned_code = 'refund'""",
    "words_of_definitions_can_be_found_in_texts": """
        update definitions.topic_rules set keyword = 'E-Mail' where keyword = (
            select min(keyword) from definitions.topic_rules where language = 'en'
        )""",
    "thresholds_of_shares_are_shares": """
        update definitions.alert_rules set threshold = 60 where rule_code = 'csat_low'""",
    "identifiers_of_definitions_are_spelt_like_those_of_records": """
        insert into vault.identity_overrides
        (override_code, decision, identifier_type, identifier_value, other_identifier_type, other_identifier_value)
        values ('O-1', 'keep_apart', 'phone', 'not a phone', 'member_no', 'M1')""",
    "vars_name_what_the_definitions_know": """
        update definitions.goals set goal_code = 'sale' where goal_code = 'order'""",
    "funnel_definitions_can_be_walked": """
        update definitions.funnel_step_definitions set step_kind = 'exclusion'
        where funnel_code = 'order' and step_number = 2""",
    "passages_of_effects_are_steps_of_their_funnel": """
        update definitions.effect_metrics set to_step = 9 where funnel_code = 'order'""",
    "funnel_steps_never_grow": """
        update marts.funnel_steps set entry_count = entered_count + 1 where step_number = 2""",
    "funnel_totals_equal_the_sum_of_breakdowns": """
        update marts.funnel_steps set entry_count = entry_count + 1
        where funnel_code = 'payment' and attribution = 'conversion' and breakdown = 'device'
            and step_number = 2""",
    "identifier_keys_are_unique": """
        update vault.int_identifiers_observed
        set identifier_key = (select max(identifier_key) from vault.int_identifiers_observed)
        where identifier_key = (select min(identifier_key) from vault.int_identifiers_observed)""",
    "identifier_set_keys_are_unique": """
        update staging.base_website__events set identifier_set_key = 1
        where record_status = 'accepted' and visitor_id in (
            select distinct visitor_id from staging.base_website__events
            where record_status = 'accepted' limit 2
        )""",
    "identifiers_that_are_kept_apart_have_different_persons": """
        insert into vault.int_identity_overrides
        select 'O-1', 'keep_apart', node, neighbour, false, 'test', date '2025-01-01', 'test'
        from vault.int_identity_links limit 1""",
    "no_person_has_more_identifiers_of_a_type_than_its_limit": """
        update vault.int_identifiers_resolved set user_key = 1
        where identifier_type = 'member_no'""",
    "metric_values_lie_in_their_intervals_unless_withheld": """
        update marts.metric_values set low = null where metric_code = 'stickiness'""",
    "metrics_of_all_are_the_sums_of_their_parts": """
        update marts.metric_values set denominator = denominator + 1
        where metric_code = 'push_response' and channel_code = 'sms'""",
    "mix_and_rate_add_up_to_the_change": """
        update marts.mix_and_rate_changes set mix_effect = mix_effect + 1e-11
        where metric_code = 'session_conversion' and category = 'sms'""",
    "no_newest_load_is_rejected_beyond_its_limit": """
        update marts.load_audits set status = 'stop', is_newest = true
        where load_day = (select min(load_day) from marts.load_audits)""",
    "no_session_has_a_gap_longer_than_the_limit": """
        update intermediate.int_touchpoints_sessionised
        set occurred_at = occurred_at + interval 2 day
        where is_exit and touchpoint_key <> session_key;
        update intermediate.int_sessions_resolved set ended_at = ended_at + interval 2 day
        where not is_bounce""",
    "no_session_mixes_channels": """
        update intermediate.int_touchpoints_sessionised
        set event_key = (select max(event_key) from intermediate.int_events_defined)
        where is_exit and touchpoint_key <> session_key""",
    "no_session_mixes_profiles": """
        update intermediate.int_touchpoints_sessionised set profile_key = -1
        where touchpoint_key = (
            select min(touchpoint_key) from intermediate.int_touchpoints_sessionised
            where touchpoint_key <> session_key
        )""",
    "rates_of_small_samples_are_withheld": """
        update marts.funnel_steps set entered_user_count = 3 where step_number = 1""",
    "no_funnel_is_longer_than_the_steps_that_are_counted": """
        update definitions.funnel_step_definitions set step_number = 9 where step_number = 4""",
    "sessions_of_a_profile_follow_each_other": """
        update intermediate.int_touchpoints_sessionised set session_key = touchpoint_key
        where touchpoint_key = (
            select min(touchpoint_key) from intermediate.int_touchpoints_sessionised
            where
                touchpoint_key <> session_key
                and profile_key not in (select profile_key from vault.int_shared_profiles)
        )""",
    "shared_identifiers_link_nobody": """
        update vault.int_identifiers_resolved set standing = 'shared'
        where identifier_key = (select min(node) from vault.int_identity_links)""",
    "the_ledger_receives_every_record_of_every_file": """
        update marts.record_ledger set received = received + 1 where source_system = 'app'""",
    "touchpoints_come_from_accepted_records_only": """
        update staging.base_app__events set record_status = 'duplicate'
        where record_key in (
            select cast('0x' || source_record_id as bigint) from marts.fct_touchpoints
            where source_system = 'app' limit 1
        )""",
    "scores_of_recency_frequency_and_money_have_one_segment": """
        update definitions.rfm_segments set recency_from = 5 where segment_code = 'champion'""",
    "conditions_of_tags_say_one_thing_and_ask_for_evidence": """
        update definitions.tag_rules set min_count = null, max_count = 0
        where tag_code = 'sharer'""",
    "touchpoints_happen_on_the_channel_of_their_kind": """
        update marts.fct_touchpoints set channel_code = 'elsewhere'
        where touchpoint_code <> 'unmapped'""",
}


# Tests of columns, each spoilt in the ways that it must tell.
# What else a test is to find.
SPOILT_FURTHER = [
    *(
        ("funnel_definitions_can_be_walked", f"delete from definitions.{spoilt}")
        for spoilt in (
            "funnel_step_definitions where funnel_code = 'store_visit' and step_number = 1",
            "funnel_step_definitions where funnel_code = 'order' and step_number = 3",
            "funnel_step_definitions where funnel_code = 'store_visit'",
            "funnel_step_definitions where funnel_code = 'store_visit' and step_number > 1",
            "funnel_definitions where funnel_code = 'store_visit'",
        )
    ),
    *(
        (
            "bands_of_waiting_times_follow_each_other",
            f"update definitions.response_bands set {spoilt}",
        )
        for spoilt in (
            "from_seconds = 10 where from_seconds = 0",
            "from_seconds = 400 where from_seconds = 300",
            "to_seconds = 200000 where to_seconds is null",
        )
    ),
    (
        "funnel_definitions_can_be_walked",
        """
        update definitions.funnel_step_definitions set target_rate = 0.5
        where funnel_code = 'order' and step_number = 1""",
    ),
    (
        "action_rules_can_be_carried_out",
        "update definitions.action_rules set goal_code = 'visit' where rule_code = 'win_back'",
    ),
    (
        "passages_of_effects_are_steps_of_their_funnel",
        "update definitions.effect_metrics set funnel_code = 'care' where funnel_code = 'order'",
    ),
    *(
        (
            "identifiers_of_definitions_are_spelt_like_those_of_records",
            f"update definitions.{spoilt}",
        )
        for spoilt in (
            "blocked_identifiers set value = '+86 13911110777' where value = '13800138000'",
            "blocked_identifiers set value = '139' where match_type = 'pattern'",
            "scope_rules set value = upper(value) where rule_code = 'bot_001'",
            "scope_rules set match_column = 'email', match_type = 'equals' where rule_code = 'bot_001'",
        )
    ),
    *(
        ("vars_name_what_the_definitions_know", f"update definitions.{spoilt}")
        for spoilt in (
            "interaction_types set interaction_type = 'lead?' where interaction_type = 'lead'",
            "interaction_types set interaction_type = 'cart?' where interaction_type = 'cart'",
            "satisfaction_scales set score_type = 'nps?' where score_type = 'nps'",
            "priority_weights set business_goal_code = 'growth'",
        )
    ),
]

SPOILT_COLUMNS = [
    *(
        (name, f"update definitions.{spoilt}")
        for name, spoilt in (
            ("accepted_rows_identifier_rules_*", "identifier_rules set normaliser = 'phone'"),
            (
                "accepted_rows_identifier_rules_*",
                "identifier_rules set is_scoped_by_platform = true",
            ),
            ("accepted_rows_survivorship_rul*", "survivorship_rules set source_table = 'members'"),
            ("accepted_rows_scope_rules_*", "scope_rules set match_column = 'phone'"),
            ("filled_where_goals_*", "goals set interaction_type = 'consult'"),
            ("filled_where_goals_*", "goals set interaction_type = null"),
            ("filled_where_effect_metrics_*", "effect_metrics set goal_code = null"),
            ("filled_where_effect_metrics_*", "effect_metrics set goal_code = 'order'"),
            ("filled_where_identifier_rules_*", "identifier_rules set per_person_limit = 1"),
            ("currency_codes_exchange_rates_*", "exchange_rates set from_currency = 'usd'"),
            ("currency_codes_exchange_rates_*", "exchange_rates set to_currency = 'USDT'"),
            ("lower_case_event_mappings_*", "event_mappings set raw_event = 'FOO'"),
            ("lower_case_event_mappings_*", "event_mappings set raw_event = 'foo '"),
            ("landed_table_event_mappings_", "event_mappings set source_table = 'event'"),
            ("unique_combination_goals_*", "goals set industry = 'all'"),
            (
                "unique_combination_goals_*",
                "goals set industry = 'all' where industry = 'retail' and goal_code = 'order'",
            ),
        )
    ),
    (
        "filled_where_identity_override_*",
        """insert into vault.identity_overrides (other_identifier_type, other_identifier_value)
        values ('buyer_id', 'B1')""",
    ),
    (
        "primary_key_dim_channels_channel_code",
        "update marts.dim_channels set channel_code = null where channel_code = 'app'",
    ),
    (
        "primary_key_dim_channels_channel_code",
        "insert into marts.dim_channels select * from marts.dim_channels where channel_code = 'app'",
    ),
    (
        "unique_combination_int_removal_effects_chain_key__code",
        """insert into intermediate.int_removal_effects
        select * from intermediate.int_removal_effects limit 1""",
    ),
    *(
        (
            "not_null_columns_stop_words_industry__language__word",
            f"update definitions.stop_words set {column} = null where word = 'the'",
        )
        for column in ("industry", "word")
    ),
    *(
        ("numbers_within_business_hours_*", f"update definitions.business_hours set {spoilt}")
        for spoilt in (
            "weekday = 0 where weekday = 1",
            "weekday = 8 where weekday = 1",
            "closes_minute = opens_minute where weekday = 1",
        )
    ),
]


@pytest.fixture(scope="module")
def copy(built, tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of the sample's build database; views to spoil are tables in it."""
    path = tmp_path_factory.mktemp("spoilt") / built.database.name  # SQL names the file's stem
    shutil.copyfile(built.database, path)
    connection = duckdb.connect(str(path))
    connection.execute("set TimeZone = 'UTC'")
    kind = "select table_type from information_schema.tables where table_name = 'fct_touchpoints'"
    if connection.execute(kind).fetchall() == [("VIEW",)]:
        connection.execute(
            "create table marts.spoilt as select * from marts.fct_touchpoints;"
            "drop view marts.fct_touchpoints;"
            "alter table marts.spoilt rename to fct_touchpoints"
        )
    yield connection
    connection.close()


def test_every_singular_test_has_a_change_that_makes_it_fail():
    names = {path.stem for path in (PROJECT / "tests").glob("*.sql")}
    assert names == set(SPOILT_BY) | READS_NO_DATA


@pytest.mark.parametrize("name", sorted(SPOILT_BY))
def test_invariant_holds_and_can_fail(name, copy, built):
    _holds_until_spoilt(
        built.target / "compiled/touchpoints/tests" / f"{name}.sql", SPOILT_BY[name], copy
    )


@pytest.mark.parametrize(("name", "spoilt_by"), SPOILT_FURTHER)
def test_invariant_fails_of_this_as_well(name, spoilt_by, copy, built):
    _holds_until_spoilt(
        built.target / "compiled/touchpoints/tests" / f"{name}.sql", spoilt_by, copy
    )


@pytest.mark.parametrize(("name", "spoilt_by"), SPOILT_COLUMNS)
def test_a_test_of_columns_holds_and_can_fail(name, spoilt_by, copy, built):
    (path,) = (built.target / "compiled/touchpoints").rglob(f"*.yml/{name}.sql")
    _holds_until_spoilt(path, spoilt_by, copy)


@pytest.mark.parametrize(
    "name",
    [
        "channel_credits_add_up_to_conversions_and_revenue",
        "contribution_to_orders_is_the_net_revenue_of_paid_orders",
    ],
)
def test_a_chain_that_did_not_settle_is_no_fault(name, copy, built):
    """It is published, and says so: a build that failed of it would publish nothing."""
    path = built.target / "compiled/touchpoints/tests" / f"{name}.sql"
    copy.execute("begin")
    try:
        copy.execute("""
            update marts.channel_contribution set
                conversions = case when code = '(unattributed)' then conversions end,
                value = case when code = '(unattributed)' then value end,
                share = null, value_share = null, share_low = null, share_high = null,
                total_conversions = null, total_value = null, is_unsettled = true
            where model_code = 'markov_1' and level = 'channel'""")
        faults = copy.execute(path.read_text(encoding="utf-8")).fetchall()
    finally:
        copy.execute("rollback")
    assert faults == []


def _holds_until_spoilt(path: Path, spoilt_by: str, copy: duckdb.DuckDBPyConnection) -> None:
    sql = path.read_text(encoding="utf-8")
    assert copy.execute(sql).fetchall() == []
    copy.execute("begin")
    try:
        for statement in spoilt_by.split(";"):
            copy.execute(statement)
        faults = copy.execute(sql).fetchall()
    finally:
        copy.execute("rollback")
    assert faults
