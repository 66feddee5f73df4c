"""The app and the site in a real browser: nothing fails, each chart has ink, nothing is asked of another machine."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

import browser
from builds import PROJECT, start_dbt
from explorer import pages
from explorer.publication import Publication
from explorer.site import write

LOOKS = [
    (1280, "en", False),
    (1280, "en", True),
    (1280, "zh", False),
    (1280, "zh", True),
    (390, "en", False),
    (390, "en", True),
    (390, "zh", False),
    (390, "zh", True),
]
# How tall a window is, so that all of a page is drawn and seen.
HEIGHTS = {1280: 2600, 390: 4200}
# Pages whose pictures are in the README: name, width × height.
PICTURES = {"overview": (1280, 900), "journeys": (1280, 900), "contribution": (1280, 900)}


@pytest.fixture(scope="module")
def server(published: Path) -> Iterator[str]:
    """The app on the sample's publication."""
    with browser.serving(published) as address:
        yield address


@pytest.fixture(scope="module")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static site of the sample."""
    folder = tmp_path_factory.mktemp("site") / "site"
    write(Publication(published), folder)
    return folder


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def look(request: pytest.FixtureRequest) -> Iterator[tuple[WebDriver, int, str, bool]]:
    """A browser of a width, with a language and a scheme."""
    width, language, dark = request.param
    driver = browser.start(width, HEIGHTS[width], dark=dark)
    try:
        yield driver, width, language, dark
    finally:
        driver.quit()


@pytest.fixture
def desk(server: str) -> Iterator[WebDriver]:
    """A browser at the usual width, light and English."""
    driver = browser.start(1280, 1600)
    try:
        yield driver
    finally:
        driver.quit()


def open_page(driver: WebDriver, server: str, name: str, language: str) -> None:
    """Open a page of the app and wait for it."""
    address = "" if name == pages.NAMES[0] else name
    driver.get(f"{server}/{address}?lang={language}")
    browser.wait_until_drawn(driver)


def test_every_page_is_drawn_and_asks_nothing_of_another_machine(
    look: tuple[WebDriver, int, str, bool], server: str, shots: Path
) -> None:
    driver, width, language, dark = look
    charts = 0
    for name in pages.NAMES:
        open_page(driver, server, name, language)
        place = f"{width}-{language}-{'dark' if dark else 'light'}-{name}"
        found = browser.ink(driver)
        browser.screenshot(driver, shots / f"{place}.png")
        failed = driver.find_elements(
            By.CSS_SELECTOR, "[data-testid=stException], [data-testid=stDialog]"
        )
        assert not failed, (place, [element.text for element in failed])
        for at, (ink, colours) in enumerate(found):
            assert ink > 300, (place, at)
            assert colours > 3, (place, at)
            charts += 1
        over = driver.execute_script(
            "const main = document.querySelector('[data-testid=stMain]');"
            "return main.scrollWidth - main.clientWidth;"
        )
        assert over <= 1, f"{place} is wider than its window by {over}"
        assert browser.elsewhere(driver) == set(), place
        ground = driver.execute_script(
            "return getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        )
        assert (ground == "rgb(18, 22, 29)") == dark, (place, ground)
    assert charts >= 20


def test_the_chinese_site_says_nothing_of_the_models_in_english(
    site: Path, published: Path
) -> None:
    catalogue = json.loads((published / "catalogue.json").read_text(encoding="utf-8"))
    said = {
        html.escape(text)
        for mart in catalogue.values()
        for text in (mart["description"], *(its["description"] for its in mart["columns"].values()))
        if len(text) > 25
    }
    assert len(said) > 700
    english = (site / "en" / "details.html").read_text(encoding="utf-8")
    assert sum(text in english for text in said) > 700
    for path in (site / "zh").glob("*.html"):
        told = path.read_text(encoding="utf-8")
        assert sorted(text for text in said if text in told) == [], path.name


def test_every_page_of_the_site_is_drawn_from_the_folder_alone(
    look: tuple[WebDriver, int, str, bool], site: Path, shots: Path
) -> None:
    driver, width, language, dark = look
    # What the app's pages logged, of sockets that closed when the browser left them, is not the site's.
    driver.get("about:blank")
    driver.get_log("browser")
    for name in pages.NAMES:
        driver.get(f"file://{site}/{language}/{name}.html")
        time.sleep(0.7)
        place = f"site-{width}-{language}-{'dark' if dark else 'light'}-{name}"
        expected = len(driver.find_elements(By.CSS_SELECTOR, ".chart"))
        found = browser.ink(driver)
        browser.screenshot(driver, shots / f"{place}.png")
        assert len(found) == expected, place
        for at, (ink, colours) in enumerate(found):
            assert ink > 300, (place, at)
            assert colours > 3, (place, at)
        over = driver.execute_script("return document.documentElement.scrollWidth - innerWidth;")
        assert over <= 1, f"{place} is wider than its window by {over}"
        assert browser.elsewhere(driver) == set(), place
        errors = [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
        assert not errors, (place, errors)


def test_the_choice_on_a_page_of_the_site_changes_numbers_and_charts(site: Path) -> None:
    driver = browser.start(1280, 1800)
    try:
        driver.get(f"file://{site}/en/contribution.html")
        time.sleep(0.7)
        before = driver.find_element(By.CSS_SELECTOR, ".finding").text
        choice = driver.find_element(By.ID, "choice")
        choice.send_keys("last touch")
        choice.send_keys(Keys.TAB)
        time.sleep(0.7)
        assert driver.find_element(By.CSS_SELECTOR, ".finding").text != before
        assert all(ink > 300 for ink, _ in browser.ink(driver))
        driver.find_element(By.ID, "theme").send_keys(Keys.ENTER)
        time.sleep(0.7)
        assert driver.execute_script("return document.documentElement.dataset.theme") == "dark"
        assert all(ink > 300 for ink, _ in browser.ink(driver))
    finally:
        driver.quit()


def test_nothing_of_the_vault_is_in_the_site(site: Path, built) -> None:
    import base64

    with built.connect() as connection:
        known = connection.execute(
            "select distinct cast(identifier_value as varchar) from vault.identity_map"
        ).fetchall()
    identifiers = {value for (value,) in known if value and len(value) >= 6}
    assert len(identifiers) > 500
    seen: set[str] = set()
    for path in site.rglob("*"):
        if path.suffix in (".html", ".js"):
            text = path.read_text(encoding="utf-8")
            for data in re.findall(r"base64,([A-Za-z0-9+/=]+)", text):
                text += base64.b64decode(data).decode("utf-8-sig")
            seen |= set(re.findall(r"[\w@.+-]{6,}", text))
    assert len(seen) > 1000
    assert not identifiers & seen


def test_a_filter_changes_the_numbers_by_keyboard_alone(desk: WebDriver, server: str) -> None:
    open_page(desk, server, "contribution", "en")
    before = desk.find_element(By.CSS_SELECTOR, "[data-testid=stMain]").text
    assert "position-based" in before
    # Tab reaches each choice; the third is the model.
    reached = []
    body = desk.switch_to.active_element
    for _ in range(60):
        body.send_keys(Keys.TAB)
        body = desk.switch_to.active_element
        label = body.get_attribute("aria-label") or body.tag_name
        reached.append(label)
        if "Model" in label:
            break
    assert "Model" in reached[-1], reached
    # The arrow opens the list; further arrows go along it.
    for key in (Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER):
        body.send_keys(key)
        time.sleep(0.4)
    browser.wait_until_drawn(desk)
    after = desk.find_element(By.CSS_SELECTOR, "[data-testid=stMain]").text
    assert "By the model “" in after
    assert "By the model “position-based”" not in after


@pytest.mark.parametrize(
    "name", ["overview", "funnel", "satisfaction", "voice", "service", "trust"]
)
def test_the_rows_shown_add_up_to_the_number_of_the_chart(
    desk: WebDriver, server: str, name: str
) -> None:
    open_page(desk, server, name, "en")
    count = len(desk.find_elements(By.CSS_SELECTOR, "[data-testid=stExpander] summary"))
    assert count
    for at in range(count):
        summary = desk.find_elements(By.CSS_SELECTOR, "[data-testid=stExpander] summary")[at]
        desk.execute_script(
            "arguments[0].scrollIntoView({block: 'center'}); arguments[0].focus();", summary
        )
        summary.send_keys(Keys.ENTER)
        time.sleep(0.4)
        browser.wait_until_drawn(desk)
    text = desk.find_element(By.CSS_SELECTOR, "[data-testid=stMain]").text
    told = re.findall(r"they add up to (-?[\d,.]+)\. The chart shows (-?[\d,.]+)\.", text)
    assert len(told) >= 1, text[-2000:]
    for total, expected in told:
        assert total == expected
    assert not desk.find_elements(By.CSS_SELECTOR, "[data-testid=stException]")


def test_a_click_on_a_bar_opens_its_rows(desk: WebDriver, server: str) -> None:
    open_page(desk, server, "trust", "en")
    chart = desk.find_element(By.CSS_SELECTOR, ".echarts-container canvas")
    box = chart.rect
    from selenium.webdriver import ActionChains

    desk.execute_script("arguments[0].scrollIntoView({block: 'center'})", chart)
    # The longest bar is the first; a third of the way along it lies inside.
    ActionChains(desk).move_to_element_with_offset(
        chart, -box["width"] // 5, -box["height"] // 2 + 48
    ).click().perform()
    time.sleep(0.6)
    browser.wait_until_drawn(desk)
    assert "The chart shows" in desk.find_element(By.CSS_SELECTOR, "[data-testid=stMain]").text


def test_a_build_and_a_new_publication_pass_under_an_open_page(built, tmp_path: Path) -> None:
    for name in ("touchpoints.duckdb", "touchpoints.duckdb.stamp.json"):
        shutil.copy(built.folder / name, tmp_path)
    shutil.copytree(built.folder / "vault", tmp_path / "vault")
    stamp = (tmp_path / "touchpoints.duckdb.stamp.json").read_text(encoding="utf-8")
    _publish(tmp_path)
    first = (tmp_path / "published").resolve()
    driver = browser.start(1280, 1600)
    try:
        with browser.serving(tmp_path / "published") as address:
            open_page(driver, address, "trust", "en")
            running = start_dbt(
                tmp_path,
                ("build", "-s", "channels", "dim_channels"),
                {"TOUCHPOINT_RAW_ROOT": str(PROJECT / "demo" / "raw" / "retail")},
            )
            # the build holds its database alone, and the pages need none
            seen = 0
            while not running.done() or not seen:
                for name in ("funnel", "status"):
                    driver.find_element(By.CSS_SELECTOR, f"a[href$='/{name}']").click()
                    browser.wait_until_drawn(driver)
                    assert not driver.find_elements(By.CSS_SELECTOR, "[data-testid=stException]")
                    seen += 1
            assert running.result().returncode == 0, running.result().output[-3000:]
            assert "A newer publication is there" not in _side(driver)
            # a build with a selection takes the stamp away; a full one would have left this one
            (tmp_path / "touchpoints.duckdb.stamp.json").write_text(stamp, encoding="utf-8")
            _publish(tmp_path)
            second = (tmp_path / "published").resolve()
            assert first != second
            driver.find_element(By.CSS_SELECTOR, "a[href$='/trust']").click()
            browser.wait_until_drawn(driver)
            assert "A newer publication is there" in _side(driver)
            # what this session shows is still of the publication that it began with
            assert _published(first) in _side(driver)
            button = driver.find_element(By.XPATH, "//button[contains(., 'Show it')]")
            button.click()
            browser.wait_until_drawn(driver)
            assert "A newer publication is there" not in _side(driver)
            assert _published(second) in _side(driver)
            assert not driver.find_elements(By.CSS_SELECTOR, "[data-testid=stException]")
    finally:
        driver.quit()


def _publish(folder: Path) -> None:
    """Publish the build of a folder, as `make publish` does."""
    subprocess.run(
        [sys.executable, "-m", "touchpoints", "publish"],
        cwd=PROJECT,
        env={
            **os.environ,
            "TOUCHPOINT_DATABASE": str(folder / "touchpoints.duckdb"),
            "TOUCHPOINT_PUBLISH_DIR": str(folder / "published"),
            "TOUCHPOINT_VAULT_KEY": str(folder / "vault" / "identity.key"),
        },
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _side(driver: WebDriver) -> str:
    return driver.find_element(By.CSS_SELECTOR, "[data-testid=stSidebar]").text


def _published(folder: Path) -> str:
    """When a publication was made, as the side says it."""
    note = json.loads((folder / "publication.json").read_text(encoding="utf-8"))
    return str(note["published_at"])[:16].replace("T", " ")


def test_all_of_a_relation_is_a_click_away(desk: WebDriver, server: str) -> None:
    open_page(desk, server, "service", "en")
    summary = desk.find_elements(By.CSS_SELECTOR, "[data-testid=stExpander] summary")[0]
    desk.execute_script("arguments[0].scrollIntoView({block: 'center'})", summary)
    summary.click()
    time.sleep(0.4)
    browser.wait_until_drawn(desk)
    text = desk.find_element(By.CSS_SELECTOR, "[data-testid=stMain]").text
    assert "make trace ID=" in text
    assert "One row per" in text
    button = desk.find_element(By.XPATH, "//button[contains(., 'All of fct_service_cases')]")
    desk.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    time.sleep(0.4)
    browser.wait_until_drawn(desk)
    assert desk.current_url.split("?")[0].endswith("/details")
    text = desk.find_element(By.CSS_SELECTOR, "[data-testid=stMain]").text
    assert "fct_service_cases" in text
    assert "rows fit the choices" in text


def test_pictures_for_the_readme(server: str, shots: Path) -> None:
    from PIL import Image

    folder = shots / "readme"
    folder.mkdir(exist_ok=True)
    for name, (width, height) in PICTURES.items():
        driver = browser.start(width, height)
        try:
            open_page(driver, server, name, "en")
            browser.ink(driver)
            browser.screenshot(driver, folder / f"{name}.png")
        finally:
            driver.quit()
        with Image.open(folder / f"{name}.png") as picture:
            small = picture.convert("RGB").resize(
                (960, round(960 * picture.height / picture.width)), Image.LANCZOS
            )
            small.quantize(96).save(folder / f"{name}.png", optimize=True)
        assert (folder / f"{name}.png").stat().st_size < 150_000
    if os.environ.get("TOUCHPOINT_README_PICTURES"):
        for name in PICTURES:
            shutil.copyfile(
                folder / f"{name}.png", PROJECT / "docs" / "images" / f"explorer-{name}.png"
            )
