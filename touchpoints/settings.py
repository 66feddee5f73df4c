"""The settings of a run: one environment variable each, checked once, with the accepted values in the message."""

from __future__ import annotations

import os
import re
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]
# the var that dbt checks as well; the first is the default
INDUSTRIES: tuple[str, ...] = tuple(
    yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["industries"]
)
TARGETS = ("duckdb", "postgres", "spark")
SPARK_TABLES = ("parquet", "delta", "iceberg")
ON_OFF = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}


def project_dir() -> Path:
    """Where the project lies: the working folder, unless dbt was told of another one."""
    return Path(os.environ.get("DBT_PROJECT_DIR", "."))


class WrongSetting(ValueError):
    """A setting has a value that cannot be used; the message names the accepted ones."""


@dataclass(frozen=True)
class Settings:
    """All settings of one run. Paths are as given: relative ones are relative to the working folder."""

    target: str
    raw_root: str
    database: Path
    publish_dir: Path
    vault_key: Path
    industry: str
    timezone: str
    currency: str
    threads: int
    memory: str

    @property
    def is_remote(self) -> bool:
        """True when the raw root is an object-store prefix rather than a folder."""
        return "://" in self.raw_root


def _threads(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise WrongSetting(f"TOUCHPOINT_THREADS={text!r}: give a whole number from 1 to 1024")
    return int(text)


def _memory(text: str) -> str:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*(%|[KMGT]i?B)", text, flags=re.IGNORECASE)
    if not match or float(match[1]) == 0:
        raise WrongSetting(
            f"TOUCHPOINT_MEMORY={text!r}: give a share such as 60% or a size such as 8GB"
        )
    return text


def _timezone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise WrongSetting(
            f"TOUCHPOINT_TIMEZONE={text!r}: give an IANA name such as Asia/Shanghai, UTC or Europe/Berlin"
        )
    return text


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise WrongSetting(
            f"TOUCHPOINT_CURRENCY={text!r}: give a three-letter ISO code in capitals such as CNY or USD"
        )
    return text


def _switch(name: str, environment: dict[str, str]) -> None:
    text = environment.get(name, "on").lower()
    if text not in ON_OFF:
        raise WrongSetting(f"{name}={text!r}: accepted values are on, off")


def as_variables(given: dict[str, Any]) -> dict[str, str]:
    """The settings among dbt vars, as the environment variables that they go before."""
    return {
        name.upper(): str(value) for name, value in given.items() if name.startswith("touchpoint_")
    }


def read_settings(environment: dict[str, str] | None = None) -> Settings:
    """Read and check every setting; raises WrongSetting with the accepted values."""
    env = dict(os.environ if environment is None else environment)
    industry = env.get("TOUCHPOINT_INDUSTRY", INDUSTRIES[0])
    if industry not in INDUSTRIES:
        raise WrongSetting(
            f"TOUCHPOINT_INDUSTRY={industry!r}: accepted values are {', '.join(INDUSTRIES)}"
        )
    target = env.get("TOUCHPOINT_TARGET", "duckdb")
    if target not in TARGETS:
        raise WrongSetting(
            f"TOUCHPOINT_TARGET={target!r}: accepted values are {', '.join(TARGETS)}"
        )
    spark_tables = env.get("TOUCHPOINT_SPARK_TABLES", "parquet")
    if spark_tables not in SPARK_TABLES:
        raise WrongSetting(
            f"TOUCHPOINT_SPARK_TABLES={spark_tables!r}: accepted values are {', '.join(SPARK_TABLES)}"
        )
    _switch("TOUCHPOINT_BOT_RULE", env)
    _switch("TOUCHPOINT_STAFF_RULE", env)
    raw_root = env.get("TOUCHPOINT_RAW_ROOT", f"demo/raw/{industry}").rstrip("/")
    if "://" not in raw_root and not Path(raw_root).is_dir():
        raise WrongSetting(
            f"TOUCHPOINT_RAW_ROOT={raw_root!r}: there is no such folder; give the folder that holds "
            "<system>/<table>.csv or .parquet, or an object-store prefix such as s3://bucket/landing"
        )
    return Settings(
        target=target,
        raw_root=raw_root,
        database=Path(env.get("TOUCHPOINT_DATABASE", "touchpoints.duckdb")),
        publish_dir=Path(env.get("TOUCHPOINT_PUBLISH_DIR", "published")),
        vault_key=Path(env.get("TOUCHPOINT_VAULT_KEY", "vault/identity.key")),
        industry=industry,
        timezone=_timezone(env.get("TOUCHPOINT_TIMEZONE", "Asia/Shanghai")),
        currency=_currency(env.get("TOUCHPOINT_CURRENCY", "CNY")),
        threads=_threads(env.get("TOUCHPOINT_THREADS", str(os.cpu_count() or 1))),
        memory=_memory(env.get("TOUCHPOINT_MEMORY", "60%")),
    )
