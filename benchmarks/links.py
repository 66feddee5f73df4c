"""`make benchmark-links`: what the identity costs when links arrive on top of many.

Lands `--history` links between the phones and e-mails of made-up people (two to twelve identifiers each, one link per
record) and builds everything up to the identity map and its log; then lands each of `--increments`, one after the
other, and builds again. Half of the new links give a known phone another e-mail, half join two people. First comes a
build without news, which tells what does not depend on them. Printed are CPU and wall seconds, peak memory, clusters
that were worked out anew (the people touched), and milliseconds of CPU for each of them beyond the build without news.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

import duckdb

from benchmarks.__main__ import Usage, build_command, build_environment, measure

LOADED = "timestamp '2025-07-01 00:00:00'"


def write_links(links: str, path: Path) -> None:
    """Land a query of (send_id, phone_no, email_no) as records that carry a phone and an e-mail."""
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(
        f"""
        copy (
            select
                send_id,
                {LOADED} as sent_at,
                'sms' as medium,
                '+86139' || lpad(cast(phone_no as varchar), 8, '0') as phone,
                'p' || email_no || '@post.demo' as email,
                {LOADED} as loaded_at
            from ({links})
        ) to '{path}' (format parquet)
        """
    )


def history_of(count: int) -> str:
    """About so many links: each identifier of a person but the first to an earlier one of the other type."""
    return f"""
        with people as (
            select i as person, 2 + cast(hash(i) % 11 as bigint) as size from range({count} // 6) as people(i)
        ),
        places as (select person, unnest(range(1, size)) as place from people),
        links as (
            select
                person * 12 + place as one,
                person * 12 + place - 1
                - 2 * cast(hash(person, place) % cast((place + 1) // 2 as ubigint) as bigint) as other
            from places
        )
        select
            'H' || one as send_id,
            case when one % 2 = 0 then one else other end as phone_no,
            case when one % 2 = 0 then other else one end as email_no
        from links
        order by hash(one)
    """


def news_of(count: int, history: int, number: int) -> str:
    """So many new links: of a known phone, to an e-mail of its own or to one of somebody else."""
    people = history // 6
    return f"""
        select
            'N{number}-' || i as send_id,
            cast(hash(i, {number}, 'one') % {people} as bigint) * 12 as phone_no,
            case
                when i % 2 = 0 then 'new{number}x' || i
                else cast(cast(hash(i, {number}, 'other') % {people} as bigint) * 12 + 1 as varchar)
            end as email_no
        from range({count}) as news(i)
    """


def main() -> None:
    """Build the history, then every increment, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.links", description=__doc__)
    parser.add_argument("--history", type=int, default=10_000_000)
    parser.add_argument("--increments", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=Path("target/benchmark"))
    options = parser.parse_args()
    folder = options.folder.resolve() / "identity"
    shutil.rmtree(folder, ignore_errors=True)
    landed = folder / "raw" / "outreach" / "sends"
    database = folder / "build.duckdb"
    environment = build_environment(folder / "raw", database, folder, options.threads)
    command = [*build_command(), "--select", "+identity_map", "+identity_merges"]
    write_links(history_of(options.history), landed / "history.parquet")

    def build(what: str) -> tuple[Usage, int]:
        usage = measure(command, environment, folder / f"{what}.log")
        with duckdb.connect(str(database), read_only=True) as connection:
            ((anew,),) = connection.execute(
                "select rewritten_key_count from intermediate.model_rewrites"
                " where model = 'int_identifiers_clustered' order by rowid desc limit 1"
            ).fetchall()
        return usage, anew

    print("new links | CPU s | wall s | peak MB | clusters anew | CPU ms per cluster")
    full, clusters = build("full")
    print(
        f"all {options.history:,} | {full.cpu:.1f} | {full.wall:.1f} | {full.memory:,.0f} | {clusters:,} |"
        f" {1000 * full.cpu / clusters:.2f}",
        flush=True,
    )
    idle, _ = build("idle")
    print(f"none | {idle.cpu:.1f} | {idle.wall:.1f} | {idle.memory:,.0f} | 0 |", flush=True)
    for number, count in enumerate(options.increments):
        write_links(news_of(count, options.history, number), landed / f"news-{number}.parquet")
        usage, clusters = build(f"news_{number}")
        print(
            f"{count:,} | {usage.cpu:.1f} | {usage.wall:.1f} | {usage.memory:,.0f} | {clusters:,} |"
            f" {1000 * (usage.cpu - idle.cpu) / clusters:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
