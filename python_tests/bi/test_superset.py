"""Superset shows the marts: each chart is answered what pandas makes of the Parquet, and what `mf query` says.

`make test-bi` runs this. A server is started on loopback and stopped by its process id. A real browser, Debian's
chromium, looks at the dashboard; its pictures lie in `target/superset/screenshots`.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import requests
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

import browser
from bi.start import bundle, environment, import_bundle, password_of, prepare, server_command
from builds import PROJECT
from conftest import Dataset
from conftest import environment as settings_of

Frame = pd.DataFrame
SEMANTIC = PROJECT / ".venv-semantic" / "bin"


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A rate of sums; null where there is nothing to divide by."""
    return part.astype(float) / whole.astype(float).where(whole != 0)


def sessions(mart: Frame) -> Frame:
    """Sessions by channel, with their rates."""
    groups = mart.groupby("channel_code")
    found = pd.DataFrame({"session_count": groups.size()})
    found["session_conversion"] = ratio(groups["has_conversion"].sum(), found["session_count"])
    found["bounce_rate"] = ratio(groups["is_bounce"].sum(), found["session_count"])
    return found


def funnels(mart: Frame) -> Frame:
    """Entries of funnels and the share that converted."""
    groups = mart.groupby("funnel_code")
    found = pd.DataFrame({"funnel_entry_count": groups.size()})
    mature = mart[mart["is_mature"]].groupby("funnel_code")
    found["funnel_conversion"] = ratio(mature["is_converted"].sum(), mature.size())
    return found


def steps(mart: Frame) -> Frame:
    """Entries that reached a step, and the share of those that could."""
    kept = mart[(mart["attribution"] == "entry") & (mart["breakdown"] == "all")]
    groups = kept.groupby(["funnel_code", "step_number", "step_name"])
    found = pd.DataFrame({"reached_count": groups["entry_count"].sum()})
    found["step_conversion"] = ratio(
        found["reached_count"], groups["previous_entry_count"].sum(min_count=1)
    )
    return found


def csat(mart: Frame) -> Frame:
    """Answers and the share of them that is satisfied, by touchpoint."""
    groups = mart[mart["score_type"] == "csat"].groupby("touchpoint_code", dropna=False)
    found = pd.DataFrame({"csat_answer_count": groups["score_scaled"].count()})
    found["csat"] = ratio(groups["is_satisfied"].sum(), found["csat_answer_count"])
    return found


def contribution(mart: Frame) -> Frame:
    """Orders and value of each channel by the linear model."""
    kept = mart[
        (mart["goal_code"] == "order")
        & (mart["level"] == "channel")
        & (mart["model_code"] == "linear")
        & (mart["period_type"] == "month")
    ]
    groups = kept.astype({"conversions": float, "value": float}).groupby("code")
    return pd.DataFrame(
        {
            "contributed_conversions": groups["conversions"].sum(),
            "contributed_value": groups["value"].sum(),
        }
    )


def returns(mart: Frame) -> Frame:
    """Spend, and what it earned by the last touch."""
    kept = mart[(mart["goal_code"] == "order") & (mart["model_code"] == "last")]
    groups = kept.astype({"cost": float, "value": float}).groupby("channel_code", dropna=False)
    found = pd.DataFrame({"spend": groups["cost"].sum(min_count=1)})
    found["earned_value"] = groups["value"].sum(min_count=1)
    found["return_on_spend"] = ratio(found["earned_value"], found["spend"])
    return found


def reach(mart: Frame) -> Frame:
    """Touchpoints and persons, by touchpoint."""
    groups = mart.groupby("touchpoint_code")
    return pd.DataFrame(
        {
            "touchpoint_count": groups.size(),
            "touchpoint_person_count": groups["user_id"].nunique(),
        }
    )


# Chart: its mart, what pandas makes of it, and how the semantic layer is asked for the same (group, filter).
ORACLES: dict[str, tuple[str, Callable[[Frame], Frame], str | None, str]] = {
    "where_users_come_from": ("fct_sessions", sessions, "channel", ""),
    "where_they_convert": ("fct_sessions", sessions, "channel", ""),
    "which_funnels_convert": ("fct_funnel_entries", funnels, "funnel_entry__funnel_code", ""),
    "where_they_are_lost": ("funnel_steps", steps, None, ""),
    "satisfaction": ("fct_satisfaction_scores", csat, "touchpoint_type", ""),
    "channel_contribution": (
        "channel_contribution",
        contribution,
        "contribution__code",
        "{{ Dimension('contribution__goal_code') }} = 'order'"
        " and {{ Dimension('contribution__level') }} = 'channel'"
        " and {{ Dimension('contribution__model_code') }} = 'linear'",
    ),
    "returns": (
        "channel_returns",
        returns,
        "channel",
        "{{ Dimension('spend_cell__goal_code') }} = 'order'"
        " and {{ Dimension('spend_cell__model_code') }} = 'last'",
    ),
    "reach": ("fct_touchpoints", reach, "touchpoint_type", ""),
}


@dataclass(frozen=True)
class Superset:
    """A server with the dashboard, and the publish link that it reads by."""

    address: str
    session: requests.Session
    published: Path
    home: Path
    archive: Path
    charts: dict[str, dict[str, Any]]

    def answer(self, chart: str) -> Frame:
        """What a chart is answered, by its groups."""
        found = self.charts[chart]
        params = json.loads(found["params"])
        columns = ([params["x_axis"]] if "x_axis" in params else []) + params["groupby"]
        dataset, kind = params["datasource"].split("__")
        query = {
            "columns": columns,
            "metrics": params["metrics"],
            "filters": [
                {"col": one["subject"], "op": one["operator"], "val": one["comparator"]}
                for one in params["adhoc_filters"]
            ],
            "row_limit": params["row_limit"],
        }
        asked = self.session.post(
            f"{self.address}/api/v1/chart/data",
            json={
                "datasource": {"id": int(dataset), "type": kind},
                "queries": [query],
                "result_format": "json",
                "result_type": "full",
            },
            timeout=120,
        )
        assert asked.status_code == 200, asked.text[:2000]
        (result,) = asked.json()["result"]
        return pd.DataFrame(result["data"]).set_index(columns)


def chart_names() -> dict[str, str]:
    """The name of each chart's file by its uuid."""
    names = {}
    for path in (PROJECT / "bi" / "superset" / "charts").glob("*.yaml"):
        (line,) = [x for x in path.read_text("utf-8").splitlines() if x.startswith("uuid: ")]
        names[line.removeprefix("uuid: ").strip()] = path.stem
    return names


def as_numbers(frame: Frame) -> dict[Any, dict[str, float | None]]:
    """A frame to compare: by group, numbers rounded, nothing where nothing is known."""
    return {
        tuple("" if pd.isna(x) else str(x) for x in (k if isinstance(k, tuple) else (k,))): {
            name: None if pd.isna(value) else round(float(value), 6) for name, value in row.items()
        }
        for k, row in zip(frame.index, frame.to_dict("records"), strict=True)
    }


@pytest.fixture(scope="module")
def superset(built: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    """A server with the dashboard as `make superset` imports it, over a link that a test may turn."""
    folder = tmp_path_factory.mktemp("superset")
    published = folder / "published"
    published.symlink_to(built.published.resolve())
    home = Path(os.environ.get("TOUCHPOINT_TEST_SUPERSET") or folder / "home")
    marts = prepare(home, published)
    archive = bundle(marts, folder / "dashboard.zip")
    import_bundle(home, archive)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with open(folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            server_command(port), env=environment(home), cwd=folder, stdout=log, stderr=log
        )
    try:
        for _ in range(600):
            assert server.poll() is None, (folder / "server.log").read_text()[-3000:]
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.5)
        session = requests.Session()
        session.trust_env = False
        login = session.post(
            f"{address}/api/v1/security/login",
            json={"username": "admin", "password": password_of(home), "provider": "db"},
            timeout=300,
        )
        assert login.status_code == 200, login.text[:1000]
        session.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        token = session.get(f"{address}/api/v1/security/csrf_token/", timeout=120).json()["result"]
        session.headers["X-CSRFToken"] = token
        session.headers["Referer"] = address
        listed = session.get(f"{address}/api/v1/dashboard/touchpoints/charts", timeout=120)
        names = chart_names()
        charts = {}
        for one in listed.json()["result"]:
            detail = session.get(f"{address}/api/v1/chart/{one['id']}", timeout=120).json()
            charts[names[detail["result"]["uuid"]]] = detail["result"]
        yield Superset(address, session, published, home, archive, charts)
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def metricflow(built: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Frame]:
    """`mf query` over the same build, answered as a frame."""
    folder = tmp_path_factory.mktemp("project")
    for path in PROJECT.iterdir():
        if path.name not in ("target", "logs") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    variables = settings_of(built.folder, raw_root=str(PROJECT / "demo" / "raw" / "retail"))
    variables = {k: v for k, v in variables.items() if k not in ("DBT_TARGET_PATH", "DBT_LOG_PATH")}
    variables["TOUCHPOINT_DATABASE"] = str(built.database)

    def run(*command: str) -> None:
        done = subprocess.run(
            [str(SEMANTIC / command[0]), *command[1:]], cwd=folder, check=False,
            env={**variables, "DBT_PROJECT_DIR": str(folder), "DBT_PROFILES_DIR": str(folder)},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]

    run("dbt", "--quiet", "parse")

    def query(metrics: list[str], group: str, where: str) -> Frame:
        file = folder / "answer.csv"
        run("mf", "query", "--metrics", ",".join(metrics), "--group-by", group,
            *(["--where", where] if where else []), "--decimals", "9", "--csv", str(file))  # fmt: skip
        with open(file, encoding="utf-8", newline="") as answer:
            frame = pd.DataFrame(list(csv.DictReader(answer))).set_index(group)
        return frame.apply(pd.to_numeric)

    return query


def test_the_dashboard_has_its_charts(superset: Superset):
    assert set(superset.charts) == set(ORACLES)


@pytest.mark.parametrize("chart", ORACLES)
def test_a_chart_is_what_pandas_makes_of_the_parquet(superset: Superset, chart: str):
    mart, oracle, *_ = ORACLES[chart]
    found = superset.answer(chart)
    expected = oracle(pd.read_parquet(superset.published / f"{mart}.parquet"))
    assert len(expected) > 1
    assert as_numbers(found) == as_numbers(expected[list(found.columns)])


@pytest.mark.parametrize("chart", [name for name, oracle in ORACLES.items() if oracle[2]])
def test_a_chart_is_what_the_semantic_layer_says(
    superset: Superset, metricflow: Callable[..., Frame], chart: str
):
    _, _, group, where = ORACLES[chart]
    found = superset.answer(chart)
    said = as_numbers(metricflow(list(found.columns), group, where))
    known = {key: row for key, row in said.items() if any(row.values())}
    assert {k: v for k, v in as_numbers(found).items() if any(v.values())} == known


def test_a_company_imports_the_same_files_into_its_own(superset: Superset):
    """Superset's own import of a dashboard takes the bundle as it is."""
    with open(superset.archive, "rb") as content:
        done = superset.session.post(
            f"{superset.address}/api/v1/dashboard/import/",
            files={"formData": ("dashboard.zip", content, "application/zip")},
            data={"overwrite": "true"},
            timeout=300,
        )
    assert done.status_code == 200, done.text[:2000]


def test_what_an_upgrade_changed_in_a_chart_or_dataset_is_imported(
    superset: Superset, tmp_path: Path
):
    """`make superset` again: titles and formats are those of the files, not those that were imported first."""
    chart, dataset = superset.charts["reach"], "fct_touchpoints"
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(superset.archive) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode("utf-8")
            text = text.replace("slice_name: 'Reach", "slice_name: 'Changed")
            after.writestr(name, text.replace("verbose_name: Persons", "verbose_name: People"))

    def told() -> tuple[str, list[str]]:
        its = superset.session.get(
            f"{superset.address}/api/v1/chart/{chart['id']}", timeout=120
        ).json()["result"]
        number = json.loads(its["params"])["datasource"].partition("__")[0]
        found = superset.session.get(
            f"{superset.address}/api/v1/dataset/{number}", timeout=120
        ).json()["result"]
        assert found["table_name"] == dataset
        return its["slice_name"], sorted(one["verbose_name"] for one in found["metrics"])

    before_it = told()
    import_bundle(superset.home, changed)
    title, names = told()
    import_bundle(superset.home, superset.archive)
    assert title == before_it[0].replace("Reach", "Changed")
    assert names == sorted(name.replace("Persons", "People") for name in before_it[1])
    assert told() == before_it


# Of each chart on the page: its name, its size, drawn pixels and their colours, cells and headings of its table,
# whether its title is cut off, and what it says where it failed.
LOOK = (
    browser.INK_OF
    + """
return [...document.querySelectorAll('[data-test="chart-grid-component"]')].map(chart => {
  const [ink, colours] = inkOf(chart);
  const title = chart.querySelector('.header-title');
  const texts = query => [...chart.querySelectorAll(query)].map(one => one.innerText.trim());
  return {
    name: chart.dataset.testChartName, title: title.innerText.trim(), ink: ink, colours: colours,
    isCut: [title, ...title.querySelectorAll('*')].some(one => one.scrollWidth > one.clientWidth + 1
      && getComputedStyle(one).overflow !== 'visible'),
    heads: texts('table thead th'), cells: texts('table tbody td'),
    failed: texts('[role=alert], .ant-alert, .error, [data-test="error-container"], .ant-empty'),
    loads: chart.querySelectorAll('.loading').length,
  };
});
"""
)


@pytest.fixture
def page(superset: Superset) -> Iterator[WebDriver]:
    """A browser with the whole dashboard before it, logged in."""
    driver = browser.start(1280, 2600)
    try:
        driver.get(f"{superset.address}/login/")
        _appears(driver, "input[name=username], #username").send_keys("admin")
        _appears(driver, "input[name=password], #password").send_keys(
            password_of(superset.home) + "\n"
        )
        _appears(driver, "#main-menu")
        driver.get(f"{superset.address}/superset/dashboard/touchpoints/")
        yield driver
    finally:
        driver.quit()


def _appears(driver: WebDriver, query: str) -> Any:
    end = time.monotonic() + 2 * browser.PATIENCE
    while time.monotonic() < end:
        found = driver.find_elements(By.CSS_SELECTOR, query)
        if found and found[0].is_displayed():
            return found[0]
        time.sleep(0.3)
    raise AssertionError(f"{query} did not appear on {driver.current_url}")


def _seen(driver: WebDriver, count: int) -> dict[str, dict[str, Any]]:
    """What the browser shows of each chart, once all are drawn or have failed."""
    end = time.monotonic() + 3 * browser.PATIENCE
    while True:
        found = driver.execute_script(LOOK)
        drawn = [
            one for one in found
            if not one["loads"] and (one["ink"] > 300 or one["cells"] or one["failed"])
        ]  # fmt: skip
        if len(drawn) >= count or time.monotonic() > end:
            return {one["name"]: one for one in found}
        time.sleep(0.5)


def test_each_chart_is_drawn_in_a_browser_which_asks_nothing_of_another_machine(
    superset: Superset, page: WebDriver
):
    seen = _seen(page, len(ORACLES))
    picture = PROJECT / "target" / "superset" / "screenshots" / "dashboard.png"
    browser.screenshot(page, picture)
    if os.environ.get("TOUCHPOINT_README_PICTURES"):
        with Image.open(picture) as whole:
            small = whole.convert("RGB").crop((0, 0, 1280, 1400)).resize((960, 1050))
            shown = PROJECT / "docs" / "images" / "superset-dashboard.png"
            small.quantize(64).save(shown, optimize=True)
    assert set(seen) == {one["slice_name"] for one in superset.charts.values()}
    for name, chart in superset.charts.items():
        its = seen[chart["slice_name"]]
        assert its["failed"] == [], (name, its)
        assert its["title"] == chart["slice_name"], (name, its["title"])
        assert not its["isCut"], name
        answer = superset.answer(name)
        metrics = list(answer.columns)
        if chart["viz_type"] != "table":
            assert its["ink"] > 300, (name, its)
            assert its["colours"] > 3, (name, its)
            continue
        # headings in words, and every row of the answer, its first number written out in full
        assert len(its["heads"]) == len(answer.index.names) + len(metrics), (name, its["heads"])
        assert [head for head in its["heads"] if "_" in head] == [], name
        assert len(its["cells"]) == len(its["heads"]) * len(answer), name
        first = len(answer.index.names)
        numbers = its["cells"][first :: len(its["heads"])]
        expected = ["N/A" if pd.isna(x) else f"{float(x):,.0f}" for x in answer[metrics[0]]]
        assert sorted(numbers) == sorted(expected), name
    assert browser.elsewhere(page) == set()
    wide = page.execute_script("return document.documentElement.scrollWidth - innerWidth;")
    assert wide <= 1


def test_a_publication_that_comes_meanwhile_is_the_next_answer(superset: Superset, built: Dataset):
    """Publishing waits for nobody, and what is asked next is of the new publication."""
    before = superset.answer("where_users_come_from")
    done = subprocess.run(
        [PROJECT / ".venv" / "bin" / "python", "-m", "touchpoints", "publish"], cwd=PROJECT,
        env={**settings_of(built.folder), "TOUCHPOINT_DATABASE": str(built.database)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first = superset.published.resolve()
    fresh = superset.published.with_name("fresh")
    shutil.copytree(built.published.resolve(), fresh)
    twice = f"'{first / 'fct_sessions.parquet'}'"
    duckdb.execute(
        f"copy (select * from {twice} union all select * from {twice})"
        f" to '{fresh / 'fct_sessions.parquet'}' (format parquet)"
    )
    turned = superset.published.with_name("next")
    turned.symlink_to(fresh)
    turned.replace(superset.published)
    after = superset.answer("where_users_come_from")
    assert as_numbers(after) == as_numbers(2 * before)
