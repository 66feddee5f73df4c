"""The model behind the optional matching: degrees of agreement, and splink trained on the contacts themselves."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from touchpoints.matching_values import KEYS

SEED = 1
# Fewer pairs than this teach nothing; what is to be expected of contacts in general stands in.
LEAST_FOR_TRAINING = 40
MOST_FOR_TRAINING = 2_000_000
# The share of the general expectation in what is learned: it keeps a degree that hardly occurs from running wild.
OWN_EXPECTATION = 0.25
# How many pairs the expected chance agreement counts for, beside the pairs that are drawn.
EXPECTED_PAIRS = 1000
LOWEST_U = 1e-6
# Compared pairs below this weight are forgotten; those above speak against a group.
LOWEST_SCORED = -40.0


@dataclass(frozen=True)
class Level:
    """One degree of agreement: its condition, and how often it is expected of one person (m) and of two people (u).

    `frequency` names the column whose rare values weigh more.
    """

    name: str
    condition: str
    m: float
    u: float
    frequency: str | None = None


def _same(column: str) -> str:
    return f'"{column}_l" = "{column}_r"'


def _alike(left: str, right: str, least: float) -> str:
    return f'jaro_winkler_similarity("{left}_l", "{right}_r") >= {least}'


def _slips(column: str, shortest: int, most: int = 1) -> str:
    """At most so many letters left out, doubled, mistaken or changed round; the cheap tests come first."""
    return (
        f'(least(length("{column}_l"), length("{column}_r")) >= {shortest}'
        f' and abs(length("{column}_l") - length("{column}_r")) <= {most}'
        f' and damerau_levenshtein("{column}_l", "{column}_r") <= {most})'
    )


def _crosswise(sure: str, other: str) -> str:
    """The one's given name is the other's family name, surely on one side and recognisably on the other."""
    return (
        f'(left("{sure}_l", 1) = left("{other}_r", 1) and {_alike(sure, other, 0.92)}'
        f" and {_alike(other, sure, 0.7)})"
    )


def _recognisable(column: str) -> str:
    """A long text with slips in no more than a third of its signs."""
    longest = f'greatest(length("{column}_l"), length("{column}_r"))'
    return f'({longest} >= 9 and levenshtein("{column}_l", "{column}_r") <= {longest} // 3)'


def _jumbled(column: str) -> str:
    """The same letters in another order, of longer words but for one; short words need all."""
    left, right = f'"{column}_letters_l"', f'"{column}_letters_r"'
    return (
        f"((length({left}) >= 3 and {left} = {right}) or (least(length({left}), length({right})) >= 4"
        f" and abs(length({left}) - length({right})) <= 1 and levenshtein({left}, {right}) <= 1))"
    )


SWAPPED = f"({_crosswise('given_sound', 'surname_sound')} or {_crosswise('surname_sound', 'given_sound')})"

# Dates that are wrong by weeks, where no part need agree.
NEAR = '(abs(date_diff(\'day\', try_cast("born_l" as date), try_cast("born_r" as date))) <= 100)'

# One name of one record is the other name of the other, whatever else they say. In writing, not by sound: many Chinese
# given names sound like family names, and Chinese names have one order.
HALF_SWAPPED = (
    '(coalesce("given_l" = "surname_r" and length("given_l") >= 3, false)'
    ' or coalesce("surname_l" = "given_r" and length("surname_l") >= 3, false))'
)

# Column → degrees of agreement, the strongest first; what meets none of them disagrees.
LEVELS: dict[str, tuple[Level, ...]] = {
    "given": (
        Level("same", _same("given"), 0.70, 0.005, "given"),
        Level("same sound", _same("given_sound"), 0.04, 0.002),
        Level("one slip", _slips("given", 4), 0.08, 0.002),
        Level("short form", _same("given_long"), 0.03, 0.002),
        Level("alike", _alike("given", "given", 0.88), 0.03, 0.005),
        Level("jumbled", _jumbled("given"), 0.01, 0.0005),
        Level("crosswise", SWAPPED, 0.02, 0.00002),
        Level("half crosswise", HALF_SWAPPED, 0.01, 0.0005),
        Level(
            "initial",
            'least(length("given_l"), length("given_r")) = 1 and unicode("given_l") < 13312'
            ' and left("given_l", 1) = left("given_r", 1)',
            0.02,
            0.003,
        ),
        Level(
            "one of two characters",
            'length("given_l") = 2 and length("given_r") = 2 and unicode("given_l") >= 13312'
            ' and (left("given_l", 1) = left("given_r", 1) or right("given_l", 1) = right("given_r", 1))',
            0.03,
            0.03,
        ),
        Level("somewhat alike", _alike("given", "given", 0.75), 0.02, 0.03),
    ),
    "surname": (
        Level("same", _same("surname"), 0.80, 0.005, "surname"),
        Level("same sound", _same("surname_sound"), 0.03, 0.002),
        Level("one slip", _slips("surname", 4), 0.08, 0.001),
        Level("alike", _alike("surname", "surname", 0.88), 0.03, 0.003),
        Level("jumbled", _jumbled("surname"), 0.01, 0.0005),
        Level("somewhat alike", _alike("surname", "surname", 0.75), 0.01, 0.03),
    ),
    "born": (
        Level("same", _same("born"), 0.80, 0.0001, "born"),
        Level(
            "day and month changed round",
            'left("born_l", 4) = left("born_r", 4) and substr("born_l", 6, 2) = substr("born_r", 9, 2)'
            ' and substr("born_l", 9, 2) = substr("born_r", 6, 2)',
            0.03,
            0.00005,
        ),
        Level("one slip", _slips("born", 10), 0.06, 0.0015),
        Level(
            "two of three parts",
            '(left("born_l", 7) = left("born_r", 7) or right("born_l", 5) = right("born_r", 5)'
            ' or (left("born_l", 4) = left("born_r", 4) and right("born_l", 2) = right("born_r", 2)))',
            0.03,
            0.004,
        ),
        Level("within a season", NEAR, 0.01, 0.01),
        Level("two slips", _slips("born", 10, 2), 0.02, 0.02),
    ),
    "email": (
        Level("same", _same("email"), 0.60, 0.0002, "email"),
        Level("same user", _same("email_user"), 0.06, 0.0002, "email_user"),
        Level("two slips", _slips("email", 9, 2), 0.12, 0.0002),
        Level("alike", _alike("email_user", "email_user", 0.9), 0.04, 0.001),
        Level("recognisable", _recognisable("email"), 0.03, 0.0005),
    ),
    "phone": (
        Level("same", _same("phone"), 0.60, 0.0002, "phone"),
        Level("one slip", _slips("phone", 7), 0.08, 0.0001),
    ),
    "region": (
        Level("same", _same("region"), 0.75, 0.05, "region"),
        Level(
            "alike", f"({_alike('region', 'region', 0.88)} or {_slips('region', 4)})", 0.10, 0.01
        ),
        Level("jumbled", _jumbled("region"), 0.02, 0.005),
    ),
    "gender": (Level("same", _same("gender"), 0.98, 0.5),),
}

# What pairs are trained on: among pairs that agree here, it is learned how often the other columns agree.
TRAINING = (("born",), ("given", "surname"), ("email",), ("phone",), ("surname", "region"))


class Model:
    """splink's model of these contacts: made, trained, smoothed, applied.

    `people` tells which contacts are taken for one person (a label by row): chance is measured between people, so
    that someone who is there ten times does not make their own name look common. `drawn` pairs are looked at for it.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        frame: pd.DataFrame,
        people: pd.Series,
        matches: float,
        drawn: int,
    ) -> None:
        from splink import DuckDBAPI

        logging.getLogger("splink").setLevel(logging.ERROR)
        self.connection = connection
        self.name = name
        self.frame = frame
        self.people = people
        self.drawn = drawn
        self.compared = compared_columns(frame)
        self.prior = min(0.3, max(matches, 0.5) / _pair_count(len(frame)))
        self.api = DuckDBAPI(connection)
        self.table = self._registered("contacts", frame)

    def scored_pairs(self) -> pd.DataFrame:
        """Compared pairs with the weight of the evidence (log2 of the odds) and, by column, the degree of agreement.

        The degree, gamma, counts from 0 for values that differ; -1 is for a value that is missing.
        """
        linker = self._linker(self.table, self._trained())
        frequent = {level.frequency for name in self.compared for level in LEVELS[name]}
        for column in sorted(name for name in frequent if name):
            table = self._registered(f"frequencies_{column}", self._frequencies(column))
            linker.table_management.register_term_frequency_lookup(table, column)
        found = linker.inference.predict(threshold_match_weight=LOWEST_SCORED, warning_mode="never")
        degrees = "".join(f', "gamma_{name}"' for name in self.compared)
        return self.connection.execute(
            f"select contact_id_l, contact_id_r, match_weight{degrees}"
            f" from {found.physical_name} order by contact_id_l, contact_id_r"
        ).df()

    def _registered(self, name: str, frame: pd.DataFrame) -> Any:
        """A table of these rows in the order of their first column."""
        table = f"{self.name}_{name}"
        columns = ", ".join(
            f'"{column}"::varchar as "{column}"' if is_object_dtype(kind) else f'"{column}"'
            for column, kind in frame.dtypes.items()
        )
        self.connection.register("handed_over", frame)
        self.connection.execute(
            f'create table "{table}" as select {columns} from handed_over order by 1'
        )
        self.connection.unregister("handed_over")
        return self.api.register(table)

    def _linker(self, table: Any, settings: dict[str, Any]) -> Any:
        from splink import Linker

        return Linker(table, copy.deepcopy(settings), log_level=None)

    def _expected(self) -> dict[str, Any]:
        """splink's settings with the probabilities that are to be expected."""
        from splink import SettingsCreator, block_on
        from splink.comparison_level_library import CustomLevel, ElseLevel
        from splink.comparison_library import CustomComparison

        comparisons = []
        for column in self.compared:
            missing = f'"{column}_l" is null or "{column}_r" is null'
            if column == "given":
                missing = f"({missing}) and not {HALF_SWAPPED}"
            if column == "surname" and "given" in self.compared:
                missing += (
                    f" or {SWAPPED} or {HALF_SWAPPED}"  # the given names have said it already
                )
            levels: list[Any] = [CustomLevel(missing).configure(is_null_level=True)]
            for level in LEVELS[column]:
                extra = {"tf_adjustment_column": level.frequency} if level.frequency else {}
                levels.append(
                    CustomLevel(level.condition, label_for_charts=level.name).configure(
                        m_probability=level.m, u_probability=level.u, **extra
                    )
                )
            differ = ElseLevel().configure(
                m_probability=1 - sum(level.m for level in LEVELS[column]),
                u_probability=1 - sum(level.u for level in LEVELS[column]),
            )
            comparisons.append(CustomComparison([*levels, differ], output_column_name=column))
        return SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="contact_id",
            comparisons=comparisons,
            blocking_rules_to_generate_predictions=[block_on(key) for key in KEYS],
            probability_two_random_records_match=self.prior,
            retain_intermediate_calculation_columns=False,
            retain_matching_columns=True,
            max_iterations=20,
        ).create_settings_dict("duckdb")

    def _trained(self) -> dict[str, Any]:
        """The settings after training: chance first, then by expectation maximisation what one person's records do."""
        from splink import block_on

        settings = self._expected()
        self._measure_chance(settings)
        linker = self._linker(self.table, settings)
        for columns in TRAINING:
            is_enough = self._pairs_that_share(columns) >= LEAST_FOR_TRAINING
            if is_enough and set(self.compared) - set(columns):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    block_on(*columns),
                    estimate_without_term_frequencies=True,
                    max_pairs=MOST_FOR_TRAINING,
                )
        learned = linker.misc.save_model_to_json()
        for level, trained in _levels(settings, learned):
            m = _number(trained.get("m_probability"))
            if m is not None:
                level["m_probability"] = (
                    OWN_EXPECTATION * level["m_probability"] + (1 - OWN_EXPECTATION) * m
                )
        return settings

    def _measure_chance(self, settings: dict[str, Any]) -> None:
        """Put into the settings how often two people agree by chance, drawn from one record of each person."""
        people = self.frame[~self.people.duplicated()]
        drawn = min(_pair_count(len(people)), self.drawn)
        if drawn < LEAST_FOR_TRAINING:
            return
        linker = self._linker(self._registered("people", people), settings)
        linker.training.estimate_u_using_random_sampling(
            max_pairs=self.drawn, seed=SEED, min_count_per_level=None, num_chunks=1
        )
        for level, measured in _levels(settings, linker.misc.save_model_to_json()):
            seen = drawn * (_number(measured.get("u_probability")) or 0.0)
            expected = EXPECTED_PAIRS * level["u_probability"]
            level["u_probability"] = max((seen + expected) / (drawn + EXPECTED_PAIRS), LOWEST_U)

    def _pairs_that_share(self, columns: Iterable[str]) -> int:
        names = list(columns)
        if not set(names) <= set(self.compared):
            return 0
        return int(_pair_count(self.frame.dropna(subset=names).groupby(names).size()).sum())

    def _frequencies(self, column: str) -> pd.DataFrame:
        """How likely another person is to have a value, each person counted once.

        What only one person has is not therefore impossible for another: by Good and Turing, all values that were met
        once are met again as often as twice the values that were met twice.
        """
        held = pd.DataFrame({"person": self.people, column: self.frame[column]}).dropna()
        counts = held.drop_duplicates()[column].value_counts().sort_index()
        once, twice = int((counts == 1).sum()), int((counts == 2).sum())
        unseen = min(1.0, 2 * (twice + 0.5) / (once + 1))
        likely = (counts.to_numpy() - 1 + unseen) / max(1, counts.sum())
        return pd.DataFrame({column: counts.index.astype(object), f"tf_{column}": likely})


def degree_of(column: str, name: str) -> int:
    """The number that splink gives to a degree of agreement: 1 for the weakest, 0 is for values that differ."""
    names = [level.name for level in LEVELS[column]]
    return len(names) - names.index(name)


def compared_columns(frame: pd.DataFrame) -> list[str]:
    """The columns that can tell prepared contacts apart: those with more than one value."""
    return [name for name in LEVELS if frame[name].dropna().nunique() > 1]


def _pair_count(count: Any) -> Any:
    return count * (count - 1) / 2


def _levels(settings: dict[str, Any], other: dict[str, Any]) -> Iterable[tuple[dict, dict]]:
    """The levels of two settings side by side, without those for missing values."""
    for ours, theirs in zip(settings["comparisons"], other["comparisons"], strict=True):
        both = zip(ours["comparison_levels"], theirs["comparison_levels"], strict=True)
        for level, its_like in both:
            if not level.get("is_null_level"):
                yield level, its_like


def _number(value: Any) -> float | None:
    """A probability that splink learned; None where it says in words that the level was never met."""
    return float(value) if isinstance(value, float | int) and np.isfinite(value) else None
