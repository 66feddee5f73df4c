"""How much of a batch may be rejected before it is held: rows of the seed quarantine_limits."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.landing import Counts
from ingest.readers import Refused
from touchpoints.contract import TableContract, read_seed


@dataclass(frozen=True)
class Limits:
    """The seed's rows; the most specific one holds."""

    rows: list[dict[str, str]]

    @classmethod
    def read(cls) -> Limits:
        """The limits of the project."""
        return cls(read_seed("quarantine_limits"))

    def of(self, system: str, table: str, reason: str) -> dict[str, str] | None:
        """The row of a table and a reason: `*` stands for any system, any table, all reasons together."""
        fitting = [
            row
            for row in self.rows
            if row["source_system"] in ("*", system)
            and row["source_table"] in ("*", table)
            and row["reason"] == reason
        ]
        return max(
            fitting,
            key=lambda row: (row["source_system"] != "*", row["source_table"] != "*"),
            default=None,
        )

    def check(self, contract: TableContract, counts: Counts) -> None:
        """Refuse a batch of which more is rejected than the limits allow."""
        rejected = {"*": counts.rejected, **counts.reasons}
        for reason, number in rejected.items():
            row = self.of(contract.system, contract.table, reason)
            if row is None or not row["stop_share"] or counts.records < int(row["min_records"]):
                continue
            if number > float(row["stop_share"]) * counts.records:
                why = ", ".join(f"{name} {count:,}" for name, count in counts.reasons.most_common())
                raise Refused(
                    f"{number:,} of {counts.records:,} records cannot be used ({why}), beyond the limit of "
                    f"{float(row['stop_share']):.0%} for {contract.name} in seeds/quarantine_limits.csv; "
                    "nothing of it was landed"
                )
