"""`make audit`: what can be known of the dependencies without asking anybody, and known flaws where a list is given.

Every lock is looked at: each package pinned to one version with hashes, no pre-release, no address of its own. Licences
are told of what is installed. TOUCHPOINT_ADVISORIES names a folder or zip archive of advisories in the OSV format (such
as the PyPI export of osv.dev), and every package of every lock is compared with it.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from touchpoints.bill import bill_of, read_lock

DONE, FAULTS, WRONG = 0, 1, 2
ENTRY = re.compile(r"^[^\s#-]")
ELSEWHERE = re.compile(
    r"^\s*(-e|--editable|-f|--find-links|-i|--index-url|--extra-index-url)\b|://|@ "
)


def faults_of(lock: Path) -> list[str]:
    """What is wrong with a lock file: not pinned, without hashes, a pre-release, from elsewhere."""
    faults = []
    lines = lock.read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if ENTRY.match(line)]
    packages = read_lock(lock)
    if len(entries) != len(packages):
        faults.append(f"{lock.name}: {len(entries) - len(packages)} lines pin no version")
    faults += [f"{lock.name}: {line.strip()}" for line in lines if ELSEWHERE.search(line)]
    for package in packages:
        name = f"{package['name']} {package['version']}"
        if not package["hashes"]:
            faults.append(f"{lock.name}: {name} has no hash")
        try:
            if Version(package["version"]).is_prerelease:
                faults.append(f"{lock.name}: {name} is a pre-release")
        except InvalidVersion:
            faults.append(f"{lock.name}: {name} is no version")
    return faults


def advisories(source: Path) -> Iterator[dict[str, Any]]:
    """The advisories of a folder or zip archive, those that were withdrawn left out."""
    if source.is_dir():
        texts = (path.read_bytes() for path in sorted(source.rglob("*.json")))
    else:
        archive = zipfile.ZipFile(source)
        texts = (
            archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".json")
        )
    for text in texts:
        found = json.loads(text)
        if not found.get("withdrawn"):
            yield found


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether a version is one that an advisory names, in its list or in a range.

    Raises InvalidVersion where a range has an end that cannot be compared.
    """
    own = Version(version)
    if any(_is_version(named, own) for named in affected.get("versions", [])):
        return True
    for spread in affected.get("ranges", []):
        if spread.get("type") != "ECOSYSTEM":
            continue
        # events come in any order: each counts from its version on, what mends last
        events = sorted(
            (Version(text), kind == "fixed", kind)
            for event in spread.get("events", [])
            for kind, text in event.items()
            if kind in ("introduced", "fixed", "last_affected")
        )
        inside = False
        for bound, _, kind in events:
            if kind == "last_affected":
                inside = inside and own <= bound
            elif bound <= own:
                inside = kind == "introduced"
        if inside:
            return True
    return False


def _is_version(text: str, own: Version) -> bool:
    try:
        return Version(text) == own
    except InvalidVersion:
        return False


def known_flaws(locks: list[Path], source: Path) -> list[str]:
    """Every package of the locks that an advisory is about, with its id and the locks that have it."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for component in bill_of(locks)["components"]:
        by_name.setdefault(component["name"], []).append(component)
    found, count = set(), 0
    for advisory in advisories(source):
        count += 1
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            name = re.sub(r"[-_.]+", "-", package.get("name", "")).lower()
            if package.get("ecosystem") != "PyPI":
                continue
            for component in by_name.get(name, []):
                told = advisory.get("summary", "")
                try:
                    if not is_affected(component["version"], affected):
                        continue
                except InvalidVersion as error:
                    # one advisory that cannot be read hides no other, and is no clean bill
                    told = f"cannot be compared: {error}"
                in_locks = ", ".join(entry["value"] for entry in component["properties"])
                found.add(f"{name} {component['version']}: {advisory['id']} {told} ({in_locks})")
    if not count:
        raise ValueError(f"{source} holds no advisory")
    return sorted(found)


def licences() -> Counter[str]:
    """How many installed packages stand under which licence, as they say themselves."""
    found: Counter[str] = Counter()
    for distribution in distributions():
        told = distribution.metadata
        classes = [
            entry.rsplit(" :: ", 1)[-1]
            for entry in told.get_all("Classifier") or []
            if entry.startswith("License ::")
        ]
        stated = told.get("License-Expression") or ", ".join(classes) or told.get("License") or ""
        found[stated.strip().splitlines()[0][:60] if stated.strip() else "(not stated)"] += 1
    return found


def main() -> int:
    """Look at all locks; the exit code: 0 nothing found, 1 something, 2 a wrong setting."""
    locks = sorted(Path().glob("requirements*.lock"))
    faults = [fault for lock in locks for fault in faults_of(lock)]
    count = len(bill_of(locks)["components"])
    print(f"{count} packages of {len(locks)} locks: pinned, hashed, no pre-release: ", end="")
    print("yes" if not faults else f"{len(faults)} faults")
    print("Licences of what is installed here:")
    for licence, number in licences().most_common():
        print(f"  {number:4} {licence}")
    source = os.environ.get("TOUCHPOINT_ADVISORIES")
    if source:
        try:
            flaws = known_flaws(locks, Path(source))
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            print(f"TOUCHPOINT_ADVISORIES={source}: {error}", file=sys.stderr)
            return WRONG
        print(f"Known flaws by {source}: {len(flaws)}")
        faults += flaws
    else:
        print("Known flaws: NOT LOOKED FOR. Give a list of advisories in TOUCHPOINT_ADVISORIES.")
    if faults:
        print("\n".join(faults), file=sys.stderr)
    return FAULTS if faults else DONE


if __name__ == "__main__":
    sys.exit(main())
