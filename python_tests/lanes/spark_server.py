"""A Spark cluster for tests: master, two workers and a Thrift server of the pyspark wheel, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
THRIFT = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
# How much of the machine the lane takes; what the models ask of a session stands in profiles.yml.
LIMITS = {
    "spark.executor.memory": "2g",
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.default.parallelism": "2",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.retainedJobs": "100",
    "spark.ui.retainedStages": "100",
    "spark.sql.ui.retainedExecutions": "50",
    "spark.sql.thriftserver.ui.retainedStatements": "50",
}


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs: its ports."""

    thrift_port: int
    ui_port: int

    def settings(self) -> dict[str, str]:
        """The settings that point the project at it."""
        return {
            "TOUCHPOINT_TARGET": "spark",
            "TOUCHPOINT_SPARK_HOST": LOOPBACK,
            "TOUCHPOINT_SPARK_PORT": str(self.thrift_port),
        }

    def tasks_of_executors(self) -> dict[str, int]:
        """Tasks that each executor has finished, by the REST API of the running application; the driver is none."""
        (application,) = self._ask("applications")
        executors = self._ask(f"applications/{application['id']}/allexecutors")
        return {
            executor["id"]: executor["completedTasks"]
            for executor in executors
            if executor["id"] != "driver"
        }

    def _ask(self, path: str) -> Any:
        address = f"http://{LOOPBACK}:{self.ui_port}/api/v1/{path}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def spark(folder: Path) -> Iterator[Cluster]:
    """Start a cluster with an empty warehouse under `folder`, and stop it."""
    # only the lane's own environment has it
    import pyspark

    home = Path(pyspark.__file__).parent
    _need_java()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_"))},
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    master_port, master_ui, thrift_port, ui_port = _free_ports(4)
    master = f"spark://{LOOPBACK}:{master_port}"
    servers: list[subprocess.Popen[bytes]] = []

    def start(name: str, port: int, *command: str, memory: str = "512m") -> None:
        log = folder / f"{name}.log"
        with open(log, "wb") as output:
            server = subprocess.Popen(
                [str(home / "bin" / command[0]), *command[1:]],
                stdout=output, stderr=output, cwd=folder,
                env=environment | {"SPARK_DAEMON_MEMORY": memory},
            )  # fmt: skip
        servers.append(server)
        _wait(server, port, log)

    try:
        start("master", master_port, "spark-class", MASTER, "--host", LOOPBACK,
              "--port", str(master_port), "--webui-port", str(master_ui))  # fmt: skip
        for name, port in zip(("one", "other"), _free_ports(2), strict=True):
            start(f"worker_{name}", port, "spark-class", WORKER, "--host", LOOPBACK, "--port", str(port),
                  "--webui-port", "0", "--cores", "1", "--memory", "2500m", master)  # fmt: skip
        options = LIMITS | {
            "spark.driver.host": LOOPBACK,
            "spark.driver.bindAddress": LOOPBACK,
            "spark.driver.memory": "3g",
            "spark.ui.port": str(ui_port),
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
        }  # fmt: skip
        start("thrift", thrift_port, "spark-submit", "--class", THRIFT, "--master", master,
              *(word for name, value in options.items() for word in ("--conf", f"{name}={value}")),
              "spark-internal",
              "--hiveconf", f"hive.server2.thrift.port={thrift_port}",
              "--hiveconf", f"hive.server2.thrift.bind.host={LOOPBACK}",
              "--hiveconf", "hive.server2.authentication=NOSASL", memory="3g")  # fmt: skip
        yield Cluster(thrift_port, ui_port)
    finally:
        for server in reversed(servers):
            server.terminate()
        for server in reversed(servers):
            server.wait(timeout=60)


def _need_java() -> None:
    """Spark needs a Java runtime: the machine's own, else Debian's package."""
    if shutil.which("java") or "JAVA_HOME" in os.environ:
        return
    install = ["apt-get", "install", "--yes", "--quiet", "openjdk-17-jre-headless"]
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise RuntimeError(f"there is no java here: install version 17 or 21 ({' '.join(install)})")
    subprocess.run(["apt-get", "update", "--quiet"], check=True, capture_output=True)
    subprocess.run(install, check=True, capture_output=True)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text(errors="replace")[-3000:]
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing answered in two minutes: {log}")
