"""`make benchmark-explorer`: seconds until a page of the explorer stands, in a real browser, on what is published.

The explorer's own server runs on the publication that TOUCHPOINT_PUBLISH_DIR (or `--publication`) names, and Debian's
chromium opens its pages, each in a session of its own. A time ends with the last change to the page's elements after
its script has run; that charts then grow to their size, an animation, is not waited for. Measured are, per page:

- cold, once: the first page that a server shows after its start, in a browser that has nothing of it yet;
- first: shown for the first time by a server that has shown another page;
- again: shown once more, in a new session;
- filters: from the click on a choice, up to `--choices` other choices of each filter, each asked for the first time.

Printed are medians over `--runs` runs, each with a server of its own, and of all choices of a page the slowest with
its name. On the page of all tables the relations chosen are the largest ones, and further filters are those of the
largest.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from explorer import pages
from explorer.publication import locate

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python_tests"))

import browser

# Runs in each page before its own code: when something was clicked, when the page last changed, when its script ended.
WATCH = """
window.seen = {clicked: 0, changed: 0, ended: 0};
addEventListener('pointerdown', () => { seen.clicked = performance.now(); }, true);
new MutationObserver(changes => {
  for (const change of changes) {
    const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
    if (!at) continue;
    if (change.attributeName === 'data-test-script-state') seen.ended = performance.now();
    else if (at.closest('[data-testid=stMain]')) seen.changed = performance.now();
  }
}).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
"""
STATE = """
const app = document.querySelector('[data-testid=stApp]');
return [app && app.dataset.testScriptState, document.querySelectorAll('[data-stale=true]').length,
        seen.clicked, Math.max(seen.changed, seen.ended), performance.now()];
"""
QUIET = 500  # milliseconds without a change, after which a page stands
PATIENCE = 120
BOXES = "[data-testid=stMain] [data-testid=stSelectbox]"
MOST_RELATIONS = 4


def standing(driver: WebDriver) -> float:
    """Seconds from the click, or from the opening of the page, until the page stood."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        state, stale, clicked, changed, now = driver.execute_script(STATE)
        if state == "notRunning" and not stale and changed and now - changed > QUIET:
            failed = driver.find_elements(By.CSS_SELECTOR, "[data-testid=stException]")
            if failed:
                raise SystemExit(f"{driver.current_url} failed: {failed[0].text}")
            return (changed - clicked) / 1000
        time.sleep(0.1)
    raise SystemExit(f"{driver.current_url} did not come to rest in {PATIENCE} s")


def opened(driver: WebDriver, address: str, name: str) -> float:
    """Open a page in a session of its own."""
    driver.get(f"{address}/{'' if name == pages.NAMES[0] else name}")
    return standing(driver)


def fresh() -> WebDriver:
    """A browser that has seen nothing."""
    driver = browser.start(1280, 2400)
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    return driver


def choose(driver: WebDriver, at: int, wanted: str | None, number: int) -> tuple[str, float] | None:
    """Choose an entry of a filter by what it says, or by its place; None where it has none."""
    box = driver.find_elements(By.CSS_SELECTOR, BOXES)[at]
    field = box.find_element(By.CSS_SELECTOR, "input")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", field)
    field.click()
    if wanted:
        field.send_keys(wanted)
    time.sleep(0.3)
    entries = driver.find_elements(By.CSS_SELECTOR, "[role=option]")
    if wanted:
        number = 0
    if number >= len(entries):
        field.send_keys(Keys.ESCAPE)
        return None
    told = entries[number].text
    entries[number].click()
    return told, standing(driver)


def filters(
    driver: WebDriver, name: str, relations: list[str], choices: int
) -> list[tuple[str, str, float]]:
    """Seconds of each change of a filter: filter, choice, seconds."""
    found = []
    count = len(driver.find_elements(By.CSS_SELECTOR, BOXES))
    for at in range(count):
        label = driver.find_elements(By.CSS_SELECTOR, f"{BOXES} label")[at].text
        if name == "details" and at == 0:
            wanted: list[str | None] = [*relations[::-1]]
        else:
            wanted = [None] * choices
        for number, word in enumerate(wanted, start=1):
            chosen = choose(driver, at, word, number)
            if chosen is None:
                break
            found.append((label, *chosen))
        # other filters are measured with this one back at its beginning; a table's column stays chosen
        if name != "details":
            choose(driver, at, None, 0)
    return found


def largest(publication: Path) -> list[str]:
    """The relations with most rows."""
    note = json.loads((publication / "publication.json").read_text(encoding="utf-8"))
    counts = note["row_counts"]
    return sorted(counts, key=lambda name: (-counts[name], name))[:MOST_RELATIONS]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explorer", description=__doc__)
    parser.add_argument("--publication", type=Path, help="the folder published, else the setting's")
    parser.add_argument("--runs", type=int, default=3, help="runs")
    parser.add_argument("--choices", type=int, default=3, help="choices of each filter")
    parser.add_argument("--pages", nargs="+", default=pages.NAMES, choices=pages.NAMES)
    parser.add_argument(
        "--without-cold", action="store_true", help="leave out servers just started"
    )
    options = parser.parse_args()
    publication = options.publication.resolve() if options.publication else locate()
    relations = largest(publication)
    print(f"largest relations: {', '.join(relations)}", flush=True)
    shown: dict[str, dict[str, list[float]]] = {
        kind: defaultdict(list) for kind in ("cold", "first", "again")
    }
    changed: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in range(options.runs):
        for name in () if run or options.without_cold else options.pages:
            with browser.serving(publication) as address:
                driver = fresh()
                try:
                    shown["cold"][name].append(opened(driver, address, name))
                finally:
                    driver.quit()
        with browser.serving(publication) as address:
            driver = fresh()
            try:
                opened(driver, address, "effects")
                for name in options.pages:
                    shown["first"][name].append(opened(driver, address, name))
                for name in options.pages:
                    shown["again"][name].append(opened(driver, address, name))
                    for label, choice, seconds in filters(driver, name, relations, options.choices):
                        changed[name][label, choice].append(seconds)
            finally:
                driver.quit()
    print("| page | cold | first | again | filters: median | slowest | of which |")
    print("|---|---|---|---|---|---|---|")
    for name in options.pages:
        told = [
            f"{statistics.median(shown[kind][name]):.2f}" if shown[kind][name] else "–"
            for kind in ("cold", "first", "again")
        ]
        medians = {key: statistics.median(times) for key, times in changed[name].items()}
        if medians:
            slowest = max(medians, key=lambda key: medians[key])
            told += [f"{statistics.median(medians.values()):.2f}", f"{medians[slowest]:.2f}"]
            told.append(" = ".join(slowest))
        else:
            told += ["–", "–", ""]
        print(f"| {name} | {' | '.join(told)} |", flush=True)
    for name in options.pages:
        for (label, choice), times in changed[name].items():
            if statistics.median(times) > 1:
                print(f"over 1 s: {name}: {label} = {choice}: {statistics.median(times):.2f}")


if __name__ == "__main__":
    main()
