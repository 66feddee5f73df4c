"""The bill of materials names every package that any environment installs, each with hashes."""

from __future__ import annotations

import re

from builds import PROJECT
from touchpoints.bill import bill_of, read_lock


def test_every_pinned_package_is_in_the_bill_with_its_hashes() -> None:
    locks = sorted(PROJECT.glob("requirements*.lock"))
    bill = bill_of(locks)
    listed = {component["purl"] for component in bill["components"]}
    for lock in locks:
        lines = re.findall(r"(?m)^[A-Za-z0-9].*==", lock.read_text(encoding="utf-8"))
        packages = read_lock(lock)
        assert len(packages) == len(lines), lock.name
        assert {f"pkg:pypi/{one['name']}@{one['version']}" for one in packages} <= listed
        assert all(one["hashes"] for one in packages), lock.name
    assert [c["purl"] for c in bill["components"]] == sorted(listed)
