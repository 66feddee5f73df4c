"""Builds in forks of a process that has read the project once: they start in no time and leave nothing behind.

`Forks` talks to this file run as a program: one request per line (JSON), answered by the exit code of the build.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from builds import NO_TESTS, Build, give_key, give_parsed


class Forks:
    """A process that builds with a (copy of the) project, one build at a time; its seeds may change in between."""

    def __init__(self, folder: Path, project: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        give_parsed(folder)
        self.project = project
        kept = ("PATH", "HOME", "LANG", "TMPDIR", "TOUCHPOINT_THREADS", "TOUCHPOINT_MEMORY")
        with open(folder / "forks.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(folder)],
                env={
                    **{name: os.environ[name] for name in kept if name in os.environ},
                    "DBT_PROJECT_DIR": str(project),
                    "DBT_PROFILES_DIR": str(project),
                    "TOUCHPOINT_DATABASE": "touchpoints.duckdb",
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def build(self, folder: Path, raw: Path, *flags: str) -> Build:
        """Build a raw root, without tests, into the database of a folder."""
        key = give_key(folder)
        assert self.process.stdin
        assert self.process.stdout
        request = {"folder": str(folder), "raw": str(raw), "key": str(key), "flags": flags}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the process that builds has ended: see forks.log"
        return Build(folder, int(answer), (folder / "output").read_text(encoding="utf-8"))

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def seeds_of(project: Path) -> dict[str, bytes]:
    """What the seeds of a project say."""
    return {path.name: path.read_bytes() for path in sorted((project / "seeds").glob("*.csv"))}


def serve(folder: Path) -> None:
    """Parse the project, then build whatever is asked for."""
    from dbt.cli.main import dbtRunner

    project = Path(os.environ["DBT_PROJECT_DIR"])
    sys.path.append(str(project))
    from touchpoints.quicker_dbt import quicken

    quicken()
    paths = ("--target-path", str(folder / "target"), "--log-path", str(folder / "logs"))
    quiet = ("--quiet", "--log-level-file", "none", *paths)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    parsed = dbtRunner().invoke(["parse", *quiet]).result
    seeds = seeds_of(project)
    # what is read stays: looking through it for garbage in every build takes longer than the garbage is worth
    gc.disable()
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            # dbt reads a changed project itself: what a seed says is part of every key's hash
            known = parsed if seeds_of(project) == seeds else None
            os._exit(build_in_fork(request, known, quiet))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def build_in_fork(request: dict[str, Any], parsed: object, quiet: tuple[str, ...]) -> int:
    """Build, and close the database; what dbt says goes to the file `output` of the folder."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    output = os.open(Path(request["folder"]) / "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(request["folder"])
    os.environ["TOUCHPOINT_RAW_ROOT"] = request["raw"]
    os.environ["TOUCHPOINT_VAULT_KEY"] = request["key"]
    asked = ["build", *NO_TESTS, *quiet, *request["flags"]]
    done = dbtRunner(manifest=parsed).invoke(asked)  # type: ignore[arg-type]
    if done.exception:
        print(done.exception)
    DuckDBConnectionManager.close_all_connections()
    sys.stdout.flush()
    return 0 if done.success else 1


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
