"""The tables that the generator writes: columns, types, keys and needed columns.

This follows the landing contract. A column is ``name:kind``; ``!`` marks a needed column and ``*``
a part of the record's key. Kinds: text, phone (text with spelling variants), time, date, money,
number (a measured value), int, bool.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

ARROW_TYPES = {
    "text": pa.string(),
    "phone": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "money": pa.decimal128(12, 2),
    "number": pa.decimal128(12, 2),
    "int": pa.int32(),
    "bool": pa.bool_(),
}

_TABLES = """
website.events | event_id*! event_time:time! visitor_id! event_name! member_no phone:phone
  email page_url referrer_url utm_source utm_medium utm_campaign search_term
  result_count:int clicked_item_id item_id order_no user_agent ip loaded_at:time
app.events | event_id*! event_time:time! device_id! event_name! member_no phone:phone
  search_term result_count:int clicked_item_id item_id push_id order_no os app_version
  loaded_at:time
mini_program.events | event_id*! event_time:time! openid! event_name! unionid phone:phone
  page_path scene search_term item_id order_no loaded_at:time
wechat_oa.interactions | interaction_id*! event_time:time! openid! interaction_type! unionid
  phone:phone article_id article_title comment_text loaded_at:time
social.engagements | engagement_id*! platform*! event_time:time! platform_user_id!
  engagement_type! content_id content_title comment_text phone:phone member_no campaign
  loaded_at:time
community.posts | post_id*! event_time:time! post_text! group_id platform unionid openid
  phone:phone member_no loaded_at:time
outreach.sends | send_id*! sent_at:time! medium! campaign member_no phone:phone email
  device_id openid delivered_at:time opened_at:time clicked_at:time responded_at:time
  is_holdout:bool loaded_at:time
ecommerce.searches | search_id*! event_time:time! buyer_id! search_term! platform
  result_count:int clicked_item_id loaded_at:time
ecommerce.orders | order_no*! created_at:time! amount:money! platform* buyer_id phone:phone
  email member_no paid_at:time shipped_at:time received_at:time cancelled_at:time
  refunded_at:time status currency refund_amount:money region loaded_at:time
ecommerce.order_items | order_no*! line_no:int*! item_id! quantity:int! amount:money!
  platform* loaded_at:time
ecommerce.reviews | review_id*! event_time:time! rating:int! platform order_no buyer_id
  item_id review_text loaded_at:time
store.visits | visit_id*! store_id! event_time:time! member_no phone:phone device_id region
  loaded_at:time
store.transactions | receipt_no*! store_id*! event_time:time! amount:money! till_id*
  member_no phone:phone currency is_return:bool campaign region loaded_at:time
store.transaction_items | receipt_no*! store_id*! line_no:int*! item_id! quantity:int!
  amount:money! till_id* loaded_at:time
crm.contacts | contact_id*! member_no phone:phone email unionid openid platform buyer_id
  device_id full_name gender birth_date:date region customer_tier created_at:time
  updated_at:time loaded_at:time
crm.activities | activity_id*! event_time:time! activity_type! contact_id member_no
  phone:phone email order_no responded_at:time amount:money currency region outcome
  loaded_at:time
erp.members | member_no*! phone:phone email customer_tier region registered_at:time
  loaded_at:time
erp.shipments | shipment_id*! order_no! platform carrier region shipped_at:time
  promised_at:time delivered_at:time status loaded_at:time
service.tickets | ticket_id*! opened_at:time! contact_channel email phone:phone member_no
  openid unionid order_no region subject ticket_text source_category first_response_at:time
  first_responder resolved_at:time is_complaint:bool rating:int rated_at:time agent_id
  loaded_at:time
service.messages | message_id*! ticket_id! sent_at:time! sender! message_text loaded_at:time
hotline.calls | call_id*! called_at:time! phone:phone answered_at:time ended_at:time queue
  call_text is_complaint:bool region rating:int order_no agent_id loaded_at:time
survey.invitations | invitation_id*! survey_id! sent_at:time! delivered_at:time
  touchpoint_code phone:phone email member_no openid order_no loaded_at:time
survey.responses | response_id*! survey_id! survey_type! answered_at:time! score:int!
  invitation_id touchpoint_code scale_min:int scale_max:int comment_text phone:phone email
  member_no openid order_no region loaded_at:time
ads.daily_spend | spend_date:date*! channel_code*! cost:money! account* campaign*
  impressions:int clicks:int currency loaded_at:time
catalog.items | item_id*! item_name category price:money loaded_at:time
his.appointments | appointment_id*! patient_no! booked_at:time! phone:phone openid department
  doctor_id visit_at:time status region loaded_at:time
his.follow_ups | follow_up_id*! patient_no! due_at:time! phone:phone done_at:time
  contact_channel score:int follow_up_text loaded_at:time
academic.enrolments | enrolment_id*! student_no! course_id! enrolled_at:time! phone:phone email
  openid amount:money currency status loaded_at:time
academic.lessons | lesson_record_id*! student_no! course_id! event_time:time! attended:bool
  progress:int rating:int lesson_text loaded_at:time
logistics.tracking_events | tracking_event_id*! shipment_id! event_time:time! event_name!
  order_no phone:phone region carrier loaded_at:time
production.batches | batch_no*! produced_at:time! item_id line_id plant quantity:int
  loaded_at:time
production.equipment_events | equipment_event_id*! equipment_id! event_time:time! event_name!
  batch_no line_id severity reading:number loaded_at:time
production.deliveries | delivery_id*! batch_no! order_no! equipment_id delivered_at:time
  loaded_at:time
operations.actions | action_id*! starts_on:date! metric_code! action_name touchpoint_code
  ends_on:date segment_dimension treated_segment control_segment washout_days:int loaded_at:time
privacy.consents | identifier_type*! identifier_value*! purpose*! is_granted:bool! changed_at:time*!
  platform loaded_at:time
"""
# A table's position seeds its dirt: a new table comes last, or every dataset changes.


@dataclass(frozen=True)
class Column:
    """One column of a raw table."""

    name: str
    kind: str
    is_needed: bool
    is_key: bool


@dataclass(frozen=True)
class Table:
    """One raw table, named ``system.table``."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in the order in which they are written."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> pa.Schema:
        """The typed (Parquet) schema."""
        return pa.schema([(c.name, ARROW_TYPES[c.kind]) for c in self.columns])


def _parse(text: str) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for block in text.replace("\n  ", " ").strip().splitlines():
        name, _, columns = block.partition(" | ")
        parsed = []
        for word in columns.split():
            bare = word.rstrip("*!")
            label, _, kind = bare.partition(":")
            flags = word[len(bare) :]
            parsed.append(Column(label, kind or "text", "!" in flags, "*" in flags))
        tables[name] = Table(name, tuple(parsed))
    return tables


TABLES = _parse(_TABLES)

# Schema drift that is planted on purpose: what a company's export looks like after a few years.
LACKING_COLUMNS = {"hotline.calls": ["agent_id"]}
EXTRA_COLUMNS = {"crm.contacts": ["legacy_code"]}
REORDERED_TABLES = ["catalog.items"]
TABLES_WITH_BOM = ["erp.members"]
