"""ECharts for the static site: the bundle that the locked wheel of streamlit-echarts brings.

So the app and the site draw with the same version, and nothing is fetched.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

PACKAGE = "streamlit-echarts"
NOTICE = """The file charts.js holds Apache ECharts (Apache License 2.0, https://echarts.apache.org),
ZRender (BSD 3-Clause), echarts-gl and claygl (BSD), echarts-wordcloud (ISC) and wordcloud2.js (MIT),
as bundled by the Python package streamlit-echarts {version} (MIT).
This product includes software developed at The Apache Software Foundation (https://www.apache.org/).
"""


class NoBundle(RuntimeError):
    """The wheel does not hold the bundle in the form that is known; the message says what was found."""


def bundle() -> str:
    """The bundle as a plain script: `drawChart(element, option, theme)`."""
    files = [
        path
        for path in importlib.metadata.files(PACKAGE) or []
        if re.fullmatch(r"streamlit_echarts/frontend/build/index-[^/]+\.js", str(path))
    ]
    if len(files) != 1:
        raise NoBundle(f"{PACKAGE} holds {len(files)} bundles where one is expected")
    code = Path(str(files[0].locate())).read_text(encoding="utf-8")
    head, mark, exported = code.rpartition("\nexport {")
    name = re.search(r"(\w+) as default", exported)
    if not mark or not name or re.search(r"^import ", code, re.MULTILINE):
        raise NoBundle(f"the bundle of {PACKAGE} is no module of the form that is known")
    draw = f"""
window.drawChart = (element, option, theme) => {name.group(1)}({{
  parentElement: element,
  data: {{options: option, theme, onEvents: {{}}, height: "100%", width: "100%", renderer: "canvas"}},
  setTriggerValue: () => {{}}, setStateValue: () => {{}},
}});
"""
    return f'(() => {{\n"use strict";\n{head}\n{draw}}})();\n'


def notice() -> str:
    """Whose work the bundle is, and under which licences."""
    return NOTICE.format(version=importlib.metadata.version(PACKAGE))
