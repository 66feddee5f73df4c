"""`python -m ingest`: take what is new from every source of the mapping and land it.

Exit codes: 0 done; 1 a source failed (the others were taken); 2 a wrong setting or mapping; 3 something was held and
waits for somebody (the rest was taken); 4 another run is at work.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ingest.mapping import WrongMapping, read_mapping
from ingest.runner import DONE, WRONG, read_places, run
from touchpoints.contract import read_contract
from touchpoints.settings import PROJECT, WrongSetting


def main(arguments: Sequence[str]) -> int:
    """Run or check; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    parser.add_argument("--source", help="only this source of the mapping")
    parser.add_argument("--check", metavar="FILE", type=Path, help="only check a mapping file")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            sources = read_mapping(options.check, read_contract(PROJECT))
            tables = sum(len(source.tables) for source in sources)
            print(f"{options.check}: {len(sources)} sources, {tables} tables, nothing wrong")
            return DONE
        return run(read_places(), options.source)
    except (WrongMapping, WrongSetting) as wrong:
        print(wrong, file=sys.stderr)
        return WRONG


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
