"""`make audit`: the project's locks have nothing to hide, and a lock or package that has is found."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from touchpoints import audit
from touchpoints.settings import PROJECT

HASH = " \\\n    --hash=sha256:" + "0" * 64 + "\n"
LOCKS = sorted(PROJECT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_of_every_lock_is_pinned_with_hashes(lock: Path) -> None:
    assert audit.faults_of(lock) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("duckdb>=2.0" + HASH, "1 lines pin no version"),
        ("duckdb==2.0.0\n", "duckdb 2.0.0 has no hash"),
        ("duckdb==2.1.0rc1" + HASH, "duckdb 2.1.0rc1 is a pre-release"),
        ("duckdb @ https://example.com/duckdb.whl\n", "https://example.com"),
        ("--extra-index-url elsewhere\n", "--extra-index-url"),
        ("-e .\n", "-e ."),
    ],
)
def test_a_lock_that_leaves_something_open_is_found(tmp_path: Path, line: str, said: str) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("pandas==2.3.0" + HASH + line, encoding="utf-8")
    assert any(said in fault for fault in audit.faults_of(lock))


def advisory(name: str, **affected: object) -> dict[str, object]:
    """An advisory in the OSV format."""
    about = {"package": {"ecosystem": "PyPI", "name": name}, **affected}
    return {"id": f"X-{name}", "summary": "bad", "affected": [about]}


def ranged(*events: dict[str, str]) -> dict[str, object]:
    """What is affected, as a range."""
    return {"ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}


@pytest.mark.parametrize(
    ("about", "is_found"),
    [
        ({"versions": ["1.2.0"]}, True),
        ({"versions": ["1.2.1"]}, False),
        (ranged({"introduced": "0"}, {"fixed": "1.10"}), True),
        (ranged({"introduced": "0"}, {"fixed": "1.2.0"}), False),
        (ranged({"introduced": "1.3"}), False),
        (ranged({"introduced": "0"}, {"last_affected": "1.2"}), True),
        (ranged({"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "1.1"}), True),
        # the format asks for no order
        (ranged({"introduced": "1.1"}, {"introduced": "0"}, {"fixed": "1.0"}), True),
        (ranged({"fixed": "1.2"}, {"introduced": "0"}), False),
        (ranged({"last_affected": "1.1"}, {"introduced": "0"}), False),
        (ranged({"introduced": "0"}, {"last_affected": "1.0"}, {"introduced": "1.2"}), True),
        ({"versions": ["1.2"]}, True),
    ],
)
def test_a_known_flaw_is_found_by_version(tmp_path: Path, about: dict, is_found: bool) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("zope-thing==1.2.0" + HASH, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for number, found in enumerate(
            [
                advisory("Zope.Thing", **about),
                {**advisory("zope-thing", versions=["1.2.0"]), "withdrawn": "2025-01-01T00:00:00Z"},
                advisory("elsewhere", versions=["1.2.0"]),
            ]
        ):
            archive.writestr(f"{number}.json", json.dumps(found))
    found = audit.known_flaws([lock], tmp_path / "all.zip")
    assert found == (["zope-thing 1.2.0: X-Zope.Thing bad (requirements.lock)"] if is_found else [])


def test_an_advisory_that_cannot_be_compared_is_told_and_hides_no_other(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("thing==1.2.0" + HASH, encoding="utf-8")
    for name, about in (
        ("a", ranged({"introduced": "0"}, {"fixed": "1.3-final-x"})),
        ("b", ranged({"introduced": "0"}, {"fixed": "1.3"})),
    ):
        text = json.dumps({**advisory("thing", **about), "id": name})
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    found = audit.known_flaws([lock], tmp_path)
    assert found == [
        "thing 1.2.0: a cannot be compared: Invalid version: '1.3-final-x' (requirements.lock)",
        "thing 1.2.0: b bad (requirements.lock)",
    ]


def test_a_list_without_advisories_is_no_clean_bill(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no advisory"):
        audit.known_flaws(LOCKS, tmp_path)


def test_without_a_list_it_says_that_flaws_were_not_looked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.delenv("TOUCHPOINT_ADVISORIES", raising=False)
    assert audit.main() == 0
    assert "NOT LOOKED FOR" in capsys.readouterr().out
    monkeypatch.setenv("TOUCHPOINT_ADVISORIES", "nowhere.zip")
    assert audit.main() == 2
