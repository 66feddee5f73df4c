"""A real browser for the tests: Debian's chromium, driven by selenium; it may reach this machine alone."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 60
# How many pixels the canvases of a chart have that are not clear, and how many colours.
INK_OF = """
const inkOf = chart => {
  const seen = new Set(); let ink = 0;
  for (const canvas of chart.querySelectorAll('canvas')) {
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 3; i < data.length; i += 16) if (data[i] > 0) {
      ink++; if (seen.size < 50) seen.add(data[i-3] + ',' + data[i-2] + ',' + data[i-1]);
    }
  }
  return [ink, seen.size];
};
"""
INK = INK_OF + "return [...document.querySelectorAll('.echarts-container')].map(inkOf);"


@contextlib.contextmanager
def serving(published: Path) -> Iterator[str]:
    """The app on a free port of this machine; ended by its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "explorer.server",
            "--server.port",
            str(port),
        ],
        cwd=PROJECT,
        env={**os.environ, "TOUCHPOINT_PUBLISH_DIR": str(published)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).read()
                break
            except OSError:
                assert process.poll() is None, "the app ended at once"
                assert time.monotonic() < end, "the app does not answer"
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def start(width: int = 1280, height: int = 2400, *, dark: bool = False) -> WebDriver:
    """A headless browser of a size, with a light or dark scheme; it logs each request."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        # Whatever a page asked for elsewhere would be asked of this machine, and logged.
        "--host-resolver-rules=MAP * 127.0.0.1",
        f"--window-size={width},{height}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(PATIENCE)
    # A window cannot be as narrow as a telephone; the device can.
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    return driver


def wait_until_drawn(driver: WebDriver) -> None:
    """Wait until the app has run and its charts stand still."""
    end = time.monotonic() + PATIENCE
    before, still = None, 0
    while time.monotonic() < end:
        state = driver.execute_script(
            "const app = document.querySelector('[data-testid=stApp]');"
            "return [app && app.dataset.testScriptState, document.querySelectorAll('canvas').length,"
            " document.querySelectorAll('[data-stale=true]').length, document.body.innerText.length];"
        )
        ready = state[0] in ("notRunning", None) and state[2] == 0 and state[3] > 100
        still = still + 1 if ready and state == before else 0
        if still >= 4:
            return
        before = state
        time.sleep(0.15)
    raise AssertionError(f"the page did not come to rest: {before}")


def elsewhere(driver: WebDriver) -> set[str]:
    """Hosts other than this machine that the browser was asked to reach since the last call.

    What a page's own policy (Content-Security-Policy) made the browser refuse was never sent, and is not among them.
    """
    hosts: dict[str, str] = {}
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        params = message["params"]
        if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
            url = params.get("request", params).get("url", "")
            parts = urlparse(url)
            if parts.scheme in ("http", "https", "ws", "wss", "ftp"):
                hosts[params["requestId"]] = parts.hostname or ""
        elif message["method"] == "Network.loadingFailed" and params.get("blockedReason") == "csp":
            hosts.pop(params["requestId"], None)
    return set(hosts.values()) - {"127.0.0.1", "localhost"}


def ink(driver: WebDriver, least: int = 300) -> list[list[int]]:
    """Of each chart: drawn pixels (one in four is looked at) and how many colours they have.

    A busy machine draws late: what has less than `least` is looked at again for a while.
    """
    end = time.monotonic() + PATIENCE / 2
    while True:
        found = driver.execute_script(INK)
        if all(drawn > least for drawn, _ in found) or time.monotonic() > end:
            return found
        time.sleep(0.3)


def screenshot(driver: WebDriver, path: Path) -> None:
    """Keep what the page looks like."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Charts grow to their size for a moment.
    time.sleep(0.4)
    driver.save_screenshot(str(path))
