"""The settings of a run: one environment variable each, checked once, with the accepted values in the message."""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]


def read_yaml(path: Path) -> Any:
    """What a YAML file says; read by the parser in C where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


# the var that dbt checks as well; the first is the default
INDUSTRIES: tuple[str, ...] = tuple(read_yaml(PROJECT / "dbt_project.yml")["vars"]["industries"])
TARGETS = ("duckdb", "postgres", "spark")
ACCESS_MODES = ("automatic", "read_only")
SPARK_TABLES = ("parquet", "delta", "iceberg")
# names that a system's list of time zones has besides, and the engine does not know
NO_TIMEZONES = ("localtime", "posixrules")
# settings that dbt vars go before; the same as in macros/settings/setting.sql
SETTINGS_AS_VARS = ("raw_root", "industry", "timezone", "currency", "bot_rule", "staff_rule")
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
    if not match or float(match[1]) == 0 or (match[2] == "%" and float(match[1]) > 100):
        raise WrongSetting(
            f"TOUCHPOINT_MEMORY={text!r}: give a share such as 60% (at most 100%) or a size such as 8GB"
        )
    return text


def _timezone(text: str) -> str:
    if text in NO_TIMEZONES or text not in zoneinfo.available_timezones():
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


def _file(name: str, text: str, example: str) -> Path:
    if not text.strip() or Path(text).is_dir():
        raise WrongSetting(f"{name}={text!r}: give the path of a file such as {example}")
    return Path(text)


def _publish_dir(text: str) -> Path:
    # it is replaced as a whole, so it has a name of its own
    if not text.strip() or Path(text).name in ("", ".."):
        raise WrongSetting(
            f"TOUCHPOINT_PUBLISH_DIR={text!r}: give the path of a folder for publications alone, such as published"
        )
    return Path(text)


def _port(name: str, environment: dict[str, str]) -> None:
    text = environment.get(name, "1")
    is_number = text.isascii() and text.isdecimal()
    if not is_number or not 1 <= int(text) <= 65535:
        raise WrongSetting(f"{name}={text!r}: give a whole number from 1 to 65535")


def _raw_root(text: str) -> str:
    root = text.rstrip("/")
    if "://" in root:
        return root
    # the root of the file system is no dataset: below it are the folders of a machine
    if not root.strip() or not Path(root).is_dir():
        raise WrongSetting(
            f"TOUCHPOINT_RAW_ROOT={text!r}: there is no such dataset; give the folder that holds "
            "<system>/<table>.csv or .parquet, or an object-store prefix such as s3://bucket/landing"
        )
    plain = plain_folder(root)
    if not Path(plain).is_dir() or not Path(plain).samefile(root):
        raise WrongSetting(
            f"TOUCHPOINT_RAW_ROOT={text!r}: `..` behind a link leads elsewhere; give the folder itself, "
            f"such as {str(Path(root).resolve())!r}"
        )
    return plain


def plain_folder(path: str) -> str:
    """A path without `.`, doubled slashes and folders that `..` leaves again, as the macro of that name has it."""
    return os.path.normpath(re.sub("^/+", "/", path))


def _switch(name: str, environment: dict[str, str]) -> None:
    text = environment.get(name, "on").lower()
    if text not in ON_OFF:
        raise WrongSetting(f"{name}={text!r}: accepted values are on, off")


def unknown_vars(given: Iterable[str], known: Iterable[str]) -> list[str]:
    """Names of vars on dbt's command line that nothing asks for, with what may be meant; dbt takes any."""
    names = sorted({*known, *(f"touchpoint_{name}" for name in SETTINGS_AS_VARS)})
    found = []
    for name in given:
        if name not in names:
            like = ", ".join(get_close_matches(str(name), names))
            told = f"like it are {like}" if like else "docs/settings.md lists them"
            found.append(f"var {name}: there is no such var; {told}")
    return found


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
    access_mode = env.get("TOUCHPOINT_ACCESS_MODE", "automatic")
    if access_mode not in ACCESS_MODES:
        raise WrongSetting(
            f"TOUCHPOINT_ACCESS_MODE={access_mode!r}: accepted values are {', '.join(ACCESS_MODES)}"
        )
    _switch("TOUCHPOINT_BOT_RULE", env)
    _switch("TOUCHPOINT_STAFF_RULE", env)
    _port("TOUCHPOINT_POSTGRES_PORT", env)
    _port("TOUCHPOINT_SPARK_PORT", env)
    return Settings(
        target=target,
        raw_root=_raw_root(env.get("TOUCHPOINT_RAW_ROOT", f"demo/raw/{industry}")),
        database=_file(
            "TOUCHPOINT_DATABASE",
            env.get("TOUCHPOINT_DATABASE", "touchpoints.duckdb"),
            "touchpoints.duckdb",
        ),
        publish_dir=_publish_dir(env.get("TOUCHPOINT_PUBLISH_DIR", "published")),
        vault_key=_file(
            "TOUCHPOINT_VAULT_KEY",
            env.get("TOUCHPOINT_VAULT_KEY", "vault/identity.key"),
            "vault/identity.key",
        ),
        industry=industry,
        timezone=_timezone(env.get("TOUCHPOINT_TIMEZONE", "Asia/Shanghai")),
        currency=_currency(env.get("TOUCHPOINT_CURRENCY", "CNY")),
        threads=_threads(env.get("TOUCHPOINT_THREADS", str(os.cpu_count() or 1))),
        memory=_memory(env.get("TOUCHPOINT_MEMORY", "60%")),
    )
