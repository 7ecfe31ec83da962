"""A class at work on one JupyterHub: how long a start takes, what memory it needs, whose data one sees.

``python tools/class_load.py --kit KIT --students 60 --at-once 20``, with a Python whose environment holds the
kit's lock and JupyterHub, and `configurable-http-proxy` on the path. Each student gets a server of their own
and a copy of the data (``BLUEBOOK_DATA``), writes a number of their own into it, runs a chapter, answers an
exercise. Prints one line a round and a summary; exit 1 if anybody saw a number that is not theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import os
import re
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

CHAPTER, EXERCISES = "chapters/stabilise/growth.ipynb", "chapters/lab/exercises-1.ipynb"
TABLE, ROW = "economy/series.csv", {"series": "gdp_growth_real", "region": "河南", "period": "2021"}
ANSWER = 'bb.check("ex-02", printed["总分"].iloc[0] - printed["总分"].iloc[1])'
CONFIG = """
import os, shutil, sys
from pathlib import Path
home, kit = Path(os.environ["CLASS_HOME"]), Path(os.environ["CLASS_KIT"])

def lay_out(spawner):
    own = home / spawner.user.name
    if not own.exists():
        shutil.copytree(kit / "chapters", own / "chapters")
        shutil.copytree(kit / "data", own / "data")
    spawner.environment = {"BLUEBOOK_DATA": str(own / "data"), "HOME": str(own)}

c = get_config()
c.JupyterHub.bind_url = os.environ["CLASS_URL"]
c.JupyterHub.hub_port = int(os.environ["CLASS_PORT"])
c.ConfigurableHTTPProxy.api_url = os.environ["CLASS_PROXY"]
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(home / "{username}")
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.pre_spawn_hook = lay_out
# A kernel that starts beside twenty others may need more than the minute that a server gives it.
c.Spawner.args = ["--MappingKernelManager.kernel_info_timeout=300", "--log-level=WARN"]
c.Spawner.args += ["--allow-root"] if os.geteuid() == 0 else []
c.ConfigurableHTTPProxy.command = ["configurable-http-proxy", "--log-level", "warn"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.log_level = "WARN"
c.Authenticator.allow_all = True
c.JupyterHub.services = [{"name": "load", "api_token": os.environ["CLASS_TOKEN"]}]
c.JupyterHub.load_roles = [
    {"name": "load", "services": ["load"], "scopes": ["admin:users", "admin:servers", "access:servers"]}
]
"""


@dataclass
class Student:
    """What was seen of one student: seconds, and memory in MB."""

    name: str
    number: str
    start: float = 0.0
    work: float = 0.0
    pss: float = 0.0
    uss: float = 0.0
    strangers: bool = False  # whether a number not their own was seen
    faults: list[str] = field(default_factory=list)


class Hub:
    """A running hub, spoken to over its REST interface."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        AsyncHTTPClient.configure(None, max_clients=200)

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, object]:
        """Return status and what the hub or a student's server answers."""
        request = HTTPRequest(
            f"{self.url}{path}",
            method,
            {"Authorization": f"token {self.token}"},
            None if body is None else json.dumps(body),
            request_timeout=300,
            allow_nonstandard_methods=True,
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        if answer.code >= 500:
            raise HTTPClientError(answer.code, response=answer)
        return answer.code, json.loads(answer.body) if answer.body else None

    async def start(self, name: str) -> float:
        """Start a student's server; return how many seconds until it answers."""
        await self.ask("POST", f"/hub/api/users/{name}")
        began = time.monotonic()
        await self.ask("POST", f"/hub/api/users/{name}/server")
        while True:
            _, user = await self.ask("GET", f"/hub/api/users/{name}")
            if user["servers"].get("", {}).get("ready"):
                return time.monotonic() - began
            if time.monotonic() - began > 300:
                raise TimeoutError(name)
            await asyncio.sleep(0.2)

    async def run(self, name: str, notebook: str, more: list[str]) -> str:
        """Run a notebook's cells and ``more`` in a kernel of the student's server; return all they print."""
        base = f"/user/{name}/api"
        _, found = await self.ask("GET", f"{base}/contents/{notebook}")
        cells = [c for c in found["content"]["cells"] if c["cell_type"] == "code"]
        asked = {"path": notebook, "name": "x", "type": "notebook", "kernel": {"name": "python3"}}
        _, session = await self.ask("POST", f"{base}/sessions", asked)
        address = f"{self.url}{base}/kernels/{session['kernel']['id']}/channels".replace("http", "ws", 1)
        asked = HTTPRequest(address, headers={"Authorization": f"token {self.token}"}, request_timeout=300)
        line = await websocket_connect(asked, max_message_size=1 << 27)
        told = []
        try:
            for code in [*("".join(c["source"]) for c in cells), *more]:
                told.append(await _execute(line, code))
        finally:
            line.close()
        return "\n".join(told)


async def _execute(line: object, code: str) -> str:
    """Run code over a kernel's line; return what it prints and shows as text."""
    head = {"msg_id": uuid.uuid4().hex, "username": "", "session": uuid.uuid4().hex, "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    message = {"header": head | {"msg_type": "execute_request"}, "parent_header": {}, "metadata": {}}
    await line.write_message(json.dumps(message | {"content": content, "channel": "shell", "buffers": []}))
    told = []
    while True:
        if (said := await line.read_message()) is None:
            raise ConnectionError("a kernel's line was cut")
        got = json.loads(said)
        if got["parent_header"].get("msg_id") != head["msg_id"]:
            continue
        kind, content = got["msg_type"], got["content"]
        if kind == "stream":
            told.append(content["text"])
        elif kind in {"execute_result", "display_data"}:
            told.append(content["data"].get("text/markdown") or content["data"].get("text/plain", ""))
        elif kind == "error":
            told.append("Traceback " + content["evalue"])
        elif kind == "status" and content["execution_state"] == "idle":
            return "\n".join(told)


def memory(folder: Path) -> tuple[float, float]:
    """Return PSS and USS in MB of every process that stands in ``folder``: a student's server and kernels."""
    pss = uss = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOME={folder}\0".encode() not in (process / "environ").read_bytes():
                continue
            rows = dict(re.findall(r"^(\w+):\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.M))
        except OSError:
            continue
        pss += int(rows["Pss"])
        uss += int(rows["Private_Clean"]) + int(rows["Private_Dirty"])
    return pss / 1000, uss / 1000


def written(text: str, number: str) -> str:
    """Return the table with a student's own number in the one cell that all of them change."""
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    _row(rows)["value"] = number
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def _row(rows: list[dict[str, str]]) -> dict[str, str]:
    return next(row for row in rows if all(row[k] == v for k, v in ROW.items()))


async def attend(hub: Hub, one: Student, home: Path, everybody: asyncio.Barrier) -> None:
    """Do what a student does in a lesson, and note what was seen."""
    one.start = await hub.start(one.name)
    await everybody.wait()
    began, place = time.monotonic(), f"/user/{one.name}/api/contents/data/{TABLE}"
    _, table = await hub.ask("GET", f"{place}?type=file&format=text")
    body = {"type": "file", "format": "text", "content": written(table["content"], one.number)}
    await hub.ask("PUT", place, body)
    await everybody.wait()  # all have written before anybody reads
    shown = await hub.run(one.name, CHAPTER, ["print('own', growth[home][2021])"])
    if f"own {one.number}" not in shown:
        one.strangers = True
        one.faults.append(f"does not see {one.number}")
    replies = await hub.run(one.name, EXERCISES, [ANSWER])
    if "✓ ex-02" not in replies:
        one.faults.append("the right answer is not praised")
    if "Traceback" in shown + replies:
        one.faults.append("a cell failed")
    one.work = time.monotonic() - began
    await everybody.wait()  # the whole round is in memory, two kernels each
    one.pss, one.uss = await asyncio.to_thread(memory, home / one.name)
    await everybody.wait()
    await hub.ask("DELETE", f"/hub/api/users/{one.name}/server")


def seen(home: Path, group: list[Student]) -> None:
    """Note for each student whose number stands in the data at the end, and whether progress was kept."""
    for one in group:
        text = (home / one.name / "data" / TABLE).read_text("utf-8-sig")
        found = _row(list(csv.DictReader(io.StringIO(text))))["value"]
        if found != one.number:
            one.strangers = True
            one.faults.append(f"the data hold {found}, not {one.number}")
        if not list((home / one.name).rglob("progress.json")):
            one.faults.append("no progress kept")


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def lessons(hub: Hub, group: list[Student], at_once: int, home: Path) -> None:
    """Let the students come, ``at_once`` at a time."""
    for _ in range(600):
        try:
            if (await hub.ask("GET", "/hub/api/"))[0] == 200:
                break
        except (OSError, HTTPClientError, ValueError):  # not up yet, or only its proxy
            pass
        await asyncio.sleep(0.2)
    for first in range(0, len(group), at_once):
        batch = group[first : first + at_once]
        everybody = asyncio.Barrier(len(batch))
        await asyncio.gather(*(attend(hub, one, home, everybody) for one in batch))
        print(f"{first + len(batch)}/{len(group)}: {told(batch)}", flush=True)


def told(group: list[Student]) -> str:
    """Return start, work and memory of a group in one line: median and most."""
    out = []
    for name, unit in (("start", "s"), ("work", "s"), ("pss", "MB"), ("uss", "MB")):
        values = [getattr(one, name) for one in group]
        out.append(f"{name} {statistics.median(values):.1f} (most {max(values):.1f}) {unit}")
    return ", ".join(out)


def measured(group: list[Student], at_once: int) -> str:
    """Return the numbers as a table (id, value, unit), for the book."""
    rows = [("students", len(group), "人"), ("at_once", at_once, "人")]
    for name, where, unit in (("start", "start", "秒"), ("work", "work", "秒"), ("memory", "pss", "MB")):
        values = [getattr(one, where) for one in group]
        rows += [
            (name, f"{statistics.median(values):.1f}", unit),
            (f"{name}_most", f"{max(values):.1f}", unit),
        ]
    rows.append(("others_seen", sum(one.strangers for one in group), "人"))
    return "id,value,unit\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows)


def main(given: list[str] | None = None) -> int:
    """Hold the class; return 1 if anything went wrong for anybody."""
    parser = argparse.ArgumentParser(description="A class on one JupyterHub with local processes, measured.")
    parser.add_argument("--kit", type=Path, required=True, help="the kit, unpacked")
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--out", type=Path, help="where to write the numbers: data/class.csv")
    asked = parser.parse_args(given)
    scratch = Path(tempfile.mkdtemp(prefix="class-"))
    home, token = scratch / "home", secrets.token_hex(16)
    home.mkdir()
    (scratch / "jupyterhub_config.py").write_text(CONFIG, "utf-8")
    url, hub_port, proxy = f"http://127.0.0.1:{free_port()}", free_port(), f"http://127.0.0.1:{free_port()}"
    env = {k: v for k, v in os.environ.items() if not k.startswith("BLUEBOOK") and k != "PYTHONPATH"}
    env |= {"CLASS_HOME": str(home), "CLASS_KIT": str(asked.kit.resolve()), "CLASS_URL": url}
    env |= {"CLASS_PORT": str(hub_port), "CLASS_PROXY": proxy, "CLASS_TOKEN": token}
    env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"}
    server = subprocess.Popen([sys.executable, "-m", "jupyterhub"], cwd=scratch, env=env)
    group = [Student(f"student{i:02}", f"{20 + i / 10:.1f}") for i in range(1, asked.students + 1)]
    try:
        asyncio.run(lessons(Hub(url, token), group, asked.at_once, home))
        seen(home, group)
    except (OSError, HTTPClientError, TimeoutError) as why:
        print(
            f"this machine does not bear {asked.at_once} at once ({why}); try fewer: --at-once",
            file=sys.stderr,
        )
        return 2
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(scratch, ignore_errors=True)
    faults = [f"{one.name}: {fault}" for one in group for fault in one.faults]
    print(f"{len(group)} students, {asked.at_once} at once: {told(group)}")
    print("\n".join(faults) or "nobody saw another's data, and nobody's cells failed")
    if asked.out:
        asked.out.write_text(measured(group, asked.at_once), "utf-8", newline="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
