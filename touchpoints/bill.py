"""`make sbom`: the software bill of materials, from the lock files alone; CycloneDX 1.5 as JSON.

The locks name every package that any environment of the project installs, with its version and the hashes of its
files. What is in no lock is in no environment, so nothing has to be installed or asked for.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PINNED = re.compile(
    r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]*))?"
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def read_lock(path: Path) -> list[dict[str, Any]]:
    """The packages of a lock file: name, version, marker, hashes."""
    found: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        pinned = PINNED.match(line)
        if pinned:
            name = re.sub(r"[-_.]+", "-", pinned[1]).lower()
            found.append(
                {
                    "name": name,
                    "version": pinned[2],
                    "marker": (pinned[3] or "").strip(),
                    "hashes": [],
                }
            )
        if found:
            found[-1]["hashes"] += HASH.findall(line)
    return found


def bill_of(locks: list[Path]) -> dict[str, Any]:
    """The bill: one component per package and version, with the environments that have it."""
    components: dict[str, dict[str, Any]] = {}
    for lock in sorted(locks):
        for package in read_lock(lock):
            purl = f"pkg:pypi/{package['name']}@{package['version']}"
            component = components.setdefault(
                purl,
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": package["name"],
                    "version": package["version"],
                    "purl": purl,
                    "hashes": set(),
                    "properties": set(),
                },
            )
            component["hashes"].update(package["hashes"])
            component["properties"].add(lock.name)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "touchpoints"}},
        "components": [
            {
                **component,
                "hashes": [
                    {"alg": "SHA-256", "content": content}
                    for content in sorted(component["hashes"])
                ],
                "properties": [
                    {"name": "touchpoints:lock", "value": name}
                    for name in sorted(component["properties"])
                ],
            }
            for _, component in sorted(components.items())
        ],
    }


def main(arguments: list[str]) -> None:
    """Write the bill of the project's locks to a file."""
    target = Path(arguments[0] if arguments else "target/sbom.json")
    locks = sorted(Path().glob("requirements*.lock"))
    bill = bill_of(locks)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: {len(bill['components'])} packages of {len(locks)} lock files")


if __name__ == "__main__":
    main(sys.argv[1:])
