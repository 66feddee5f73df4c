"""Where a number comes from: the relations that its definition names, the meaning of columns, the way to file and line.

Definitions are those of the models, published with them (catalogue.json); nothing is said twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from explorer.blocks import Figure, Table
from explorer.publication import Publication

# Ids that `make trace` follows to file and line, the one of the row itself first.
TRACED = (
    "text_id",
    "score_id",
    "case_contact_id",
    "case_id",
    "send_id",
    "touchpoint_id",
    "session_id",
    "order_id",
    "entry_id",
    "journey_id",
    "conversion_id",
    "source_record_id",
    "record_id",
    "complaint_id",
)
# Relations of single facts behind those of totals: one step nearer to what was landed.
FACTS = {
    "channel_contribution": ("fct_touchpoint_credits", "fct_conversions"),
    "channel_handovers": ("fct_journey_steps",),
    "channel_returns": ("fct_touchpoint_credits",),
    "complaint_concentration": ("fct_service_cases",),
    "feedback_rates": ("fct_satisfaction_scores",),
    "feedback_terms": ("fct_feedback_texts",),
    "funnel_bottlenecks": ("fct_funnel_entries",),
    "funnel_steps": ("fct_funnel_entry_steps", "fct_funnel_entries"),
    "item_affinities": ("fct_orders",),
    "journey_paths": ("fct_journeys",),
    "journey_satisfaction": ("fct_satisfaction_scores",),
    "journey_transitions": ("fct_journey_steps",),
    "metric_values": ("fct_sessions", "fct_touchpoints"),
    "mix_and_rate_changes": ("fct_sessions",),
    "outreach_lift": ("fct_outreach_sends",),
    "record_ledger": ("quarantined_records",),
    "repurchase_cohorts": ("fct_orders",),
    "response_satisfaction": ("fct_service_cases",),
    "retention_cohorts": ("fct_touchpoints",),
    "satisfaction_associations": ("fct_satisfaction_scores",),
    "satisfaction_drivers": ("fct_satisfaction_scores",),
    "touchpoint_priorities": ("touchpoint_scorecard",),
    "touchpoint_satisfaction": ("fct_satisfaction_scores", "fct_service_cases"),
    "touchpoint_scorecard": ("fct_touchpoints", "fct_satisfaction_scores"),
    "user_profiles": ("fct_orders", "fct_touchpoints"),
}


def named(text: str, publication: Publication) -> list[str]:
    """The published relations that a definition names, in its order."""
    found = re.findall(r"[a-z][a-z0-9_]+", text)
    return [name for name in dict.fromkeys(found) if name in publication.relations]


def facts_of(relations: list[str], publication: Publication) -> list[str]:
    """The relations of single facts behind these."""
    found = [fact for relation in relations for fact in FACTS.get(relation, ())]
    return [
        fact
        for fact in dict.fromkeys(found)
        if fact not in relations and fact in publication.relations
    ]


def meanings(
    publication: Publication,
    relations: list[str],
    columns: list[str],
    generic: dict[str, str],
    in_words: Callable[[str], str] = str,
) -> pd.DataFrame:
    """What columns mean: by the first of the relations that has them, else in words of the pages.

    `in_words` puts what a model says into the language of the page.
    """
    told = []
    for column in dict.fromkeys(columns):
        for relation in relations:
            meaning = publication.definition(relation, column)
            if meaning:
                told.append({"column": column, "meaning": in_words(meaning), "mart": relation})
                break
        else:
            if column in generic:
                told.append({"column": column, "meaning": generic[column], "mart": ""})
    return pd.DataFrame(told, columns=["column", "meaning", "mart"])


def columns_of(block: Figure | Table, rows: pd.DataFrame | None = None) -> list[str]:
    """The columns of a block's numbers, and of the rows behind them."""
    return [*map(str, block.frame.columns), *(map(str, rows.columns) if rows is not None else [])]


def traced(rows: pd.DataFrame) -> str | None:
    """The column of rows whose ids lead to file and line; None where there is none."""
    return next((name for name in TRACED if name in rows.columns), None)


def command(record_id: str) -> str:
    """What to type in the project's folder to see file and line."""
    return f'make trace ID="{record_id}" TRACE_ARGS=--show'
