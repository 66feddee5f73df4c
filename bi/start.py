"""`python -m bi.start`: Apache Superset on this machine, with the dashboard of bi/superset over what is published.

Superset reads a small DuckDB file of views, one for each published Parquet file by the publish link: a query reads the
publication of its moment. Nothing of it opens the build database, so builds go on beside it.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[1]
DASHBOARD = PROJECT / "bi" / "superset"
ROOT_IN_BUNDLE = "dashboard_export"


def make_views(published: Path, marts: Path) -> int:
    """Write the file of views over what the publish link shows; returns how many there are."""
    fresh = marts.with_suffix(".next")
    fresh.unlink(missing_ok=True)
    files = sorted(published.glob("*.parquet"))
    if not files:
        sys.exit(f"{published} holds no publication. Run `make build` first.")
    with duckdb.connect(str(fresh)) as connection:
        for file in files:
            # by the link, not by the folder behind it: the next publication is seen
            path = str(published / file.name).replace("'", "''")
            connection.execute(
                f"create view \"{file.stem}\" as select * from read_parquet('{path}')"
            )
    fresh.replace(marts)
    return len(files)


def bundle(marts: Path, target: Path) -> Path:
    """The dashboard as the archive that Superset imports, pointed at the file of views."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(DASHBOARD.rglob("*.yaml")):
            text = path.read_text(encoding="utf-8").replace("{marts}", str(marts))
            archive.writestr(f"{ROOT_IN_BUNDLE}/{path.relative_to(DASHBOARD).as_posix()}", text)
    return target


def environment(home: Path) -> dict[str, str]:
    """What Superset's own commands need."""
    return {
        **os.environ,
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(PROJECT / "bi" / "superset_config.py"),
        "FLASK_APP": "superset",
    }


def run(home: Path, what: str, *command: str) -> None:
    """Run a command with Superset's settings; what it says goes into a log beside its data."""
    with open(home / "superset.log", "ab") as log:
        done = subprocess.run(
            command, cwd=PROJECT, env=environment(home), stdout=log, stderr=log, check=False
        )
    if done.returncode != 0:
        sys.exit(f"{what} failed: see {home / 'superset.log'}")


def superset(home: Path, *command: str) -> None:
    """Run a command of Superset."""
    run(home, f"superset {command[0]}", str(Path(sys.executable).parent / "superset"), *command)


def import_bundle(home: Path, archive: Path) -> None:
    """Put the dashboard into Superset, with its charts and datasets as they are now."""
    run(home, "importing the dashboard", sys.executable, "-m", "bi.assets", str(archive))


def password_of(home: Path) -> str:
    """The password of `admin`: made once, kept where only the owner reads it."""
    file = home / "admin.password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(12), encoding="ascii")
    return file.read_text(encoding="ascii")


def prepare(home: Path, published: Path) -> Path:
    """Superset's own database, its user and the file of views, made where they are not there; returns that file."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    marts = home / "marts.duckdb"
    make_views(published, marts)
    is_new = not (home / "ready").exists()
    if is_new:
        superset(home, "db", "upgrade")
        superset(
            home, "fab", "create-admin", "--username", "admin", "--firstname", "Touchpoints",
            "--lastname", "Admin", "--email", "admin@example.com", "--password", password_of(home),
        )  # fmt: skip
        superset(home, "init")
        (home / "ready").touch()
    return marts


def server_command(port: int) -> list[str]:
    """The server, on loopback alone."""
    return [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1",
        "--threads", "8", "--timeout", "120", "--no-control-socket", "superset.app:create_app()",
    ]  # fmt: skip


def main() -> None:
    """Prepare, import the dashboard, and become the server."""
    parser = argparse.ArgumentParser(prog="python -m bi.start", description=__doc__)
    parser.add_argument("--port", type=int, default=8088)
    options = parser.parse_args()
    home = PROJECT / "target" / "superset"
    published = (PROJECT / (os.environ.get("TOUCHPOINT_PUBLISH_DIR") or "published")).absolute()
    print("Preparing Superset; the first time takes a minute or two …", flush=True)
    marts = prepare(home, published)
    archive = bundle(marts, home / "dashboard.zip")
    import_bundle(home, archive)
    print(
        f"http://127.0.0.1:{options.port}/superset/dashboard/touchpoints/  user admin, password {password_of(home)}",
        flush=True,
    )
    command = server_command(options.port)
    os.execve(command[0], command, environment(home))


if __name__ == "__main__":
    main()
