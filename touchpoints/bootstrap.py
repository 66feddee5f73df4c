"""Make the environment that a lock file describes: `python touchpoints/bootstrap.py [.venv requirements.lock]`.

Called by make; another environment and its lock may be named (the optional matching has its own).
Runs on a bare Python (standard library only). uv installs in seconds where pip can fetch it; otherwise plain
pip installs the same files, only slower. Either way every file is checked against its hash in the lock.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HELPER = ROOT / ".bootstrap"
HELPER_LOCK = ROOT / "requirements-bootstrap.lock"
OLDEST = (3, 11)


def _run(*command: str, quiet: bool = False) -> bool:
    """Run a command; False when it fails or cannot be started. `quiet` hides what it says."""
    sink = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run(command, check=False, stdout=sink, stderr=sink).returncode == 0
    except OSError:
        return False


def _make_environment(folder: Path, with_pip: bool) -> Path:
    """Make a fresh virtual environment and return its interpreter; ends the program where that is impossible."""
    if folder.is_symlink():
        # an environment made elsewhere is not ours to clear
        folder.unlink()
    try:
        venv.create(folder, clear=True, symlinks=os.name != "nt", with_pip=with_pip)
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(
            f"cannot make a virtual environment in {folder.name}: {error}\n"
            "  On Debian and Ubuntu the package python3-venv is needed."
        )
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    return scripts / ("python.exe" if os.name == "nt" else "python")


def _pip_index(python: Path) -> "list[str]":
    """The package index that pip is set to (a mirror, a company's own), as options for uv; empty: the default."""
    for setting in (":env:.index-url", "install.index-url", "global.index-url"):
        answer = subprocess.run(
            [str(python), "-m", "pip", "config", "get", setting],
            check=False,
            capture_output=True,
            text=True,
        )
        if answer.returncode == 0 and answer.stdout.strip():
            return ["--default-index", answer.stdout.strip().strip("'\"")]
    return []


def _install_with_uv(python: Path, lock: Path) -> bool:
    """Install the lock with uv, fetched into an environment of its own; False where uv cannot be had.

    Compiled once here: where Python is told to write no bytecode, every process would compile dbt anew.
    """
    helper = _make_environment(HELPER, with_pip=True)
    pip = (str(helper), "-m", "pip", "install", "--disable-pip-version-check", "--quiet")
    if not _run(*pip, "--require-hashes", "-r", str(HELPER_LOCK), quiet=True):
        return False
    return _run(
        str(helper),
        *("-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--no-config"),
        "--compile-bytecode",
        *("--python", str(python), *_pip_index(helper), str(lock)),
    )


def _install_with_pip(environment: Path, lock: Path) -> bool:
    """Install the lock with pip alone."""
    python = _make_environment(environment, with_pip=True)
    pip = (str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet")
    return _run(*pip, "--require-hashes", "--no-deps", "-r", str(lock))


def main(environment: str = ".venv", lock: str = "requirements.lock") -> None:
    """Make the environment and install the lock into it; TOUCHPOINT_INSTALLER=pip leaves uv out."""
    if sys.version_info < OLDEST:
        sys.exit(
            "Touchpoints needs Python {}.{} or newer; this is {}.{}. "
            "Name another: make PYTHON=/path/to/python3.12 build".format(*OLDEST, *sys.version_info)
        )
    print(f"Making the environment {environment} from {lock} …", flush=True)
    if os.environ.get("TOUCHPOINT_INSTALLER", "uv") != "pip":
        if _install_with_uv(_make_environment(ROOT / environment, with_pip=False), ROOT / lock):
            return
        print(
            "uv cannot be used here; installing with pip, which takes a minute or two …", flush=True
        )
    if not _install_with_pip(ROOT / environment, ROOT / lock):
        sys.exit("the packages could not be installed: see the lines above")


if __name__ == "__main__":
    main(*sys.argv[1:3])
