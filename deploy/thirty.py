"""Thirty people on a hub: each logs in, starts a server and runs notebook 01, all at the same time.

    LAB_HUB_PASSWORD=… python deploy/thirty.py --people 30

Tells the seconds to the first figure, the memory of a seat, and what failed. Run it on the hub's
machine (Linux), where it reads the memory of the processes from /proc. Needs what JupyterLab
brings: requests, websocket-client, nbformat.
"""

import argparse
import json
import os
import re
import statistics
import struct
import time
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import requests
import websocket

FIGURE = "application/vnd.jupyter.widget-view+json"


class Person:
    """One person with a session of their own."""

    def __init__(self, hub, name, password, patience):
        self.hub, self.name, self.patience = hub, name, patience
        self.web = requests.Session()
        page = self.web.get(f"{hub}/hub/login", timeout=patience)
        page.raise_for_status()
        form = {"username": name, "password": password, "_xsrf": self.web.cookies["_xsrf"]}
        came = self.web.post(f"{hub}/hub/login", data=form, timeout=patience, allow_redirects=False)
        if came.status_code != 302:
            raise RuntimeError(f"{name} cannot log in: {came.status_code}")

    def _mark(self, path) -> str:
        """The mark against forged requests, which the hub and each server give by cookie."""
        home = f"/user/{self.name}/" if path.startswith("/user/") else "/hub/"
        return self.web.cookies.get("_xsrf", path=home)

    def _api(self, method, path, **options):
        at = {"X-XSRFToken": self._mark(path), "Referer": f"{self.hub}/hub/home"}
        said = self.web.request(
            method, f"{self.hub}{path}", timeout=self.patience, headers=at, **options
        )
        said.raise_for_status()
        return said.json() if said.text else None

    def start_server(self):
        """Ask for a server, wait until it answers, and open JupyterLab."""
        self._api("post", f"/hub/api/users/{self.name}/server")
        with self.web.get(
            f"{self.hub}/hub/api/users/{self.name}/server/progress",
            stream=True,
            timeout=self.patience,
        ) as events:
            for line in events.iter_lines():
                event = json.loads(line[6:]) if line.startswith(b"data: ") else {}
                if event.get("failed"):
                    raise RuntimeError(event["message"])
                if event.get("ready"):
                    break
        page = self.web.get(f"{self.hub}/user/{self.name}/lab", timeout=self.patience)
        page.raise_for_status()

    def stop_server(self):
        """Stop the server, and its kernels with it."""
        self._api("delete", f"/hub/api/users/{self.name}/server")

    def run(self, notebook, told):
        """Run the code cells of a notebook in a kernel; `told` is called at each figure."""
        user = f"/user/{self.name}/api"
        place = {"path": "notebooks/01_soft_conditionals.ipynb", "type": "notebook", "name": ""}
        kernel = {"kernel": {"name": "python3"}}
        session = self._api("post", f"{user}/sessions", json=place | kernel)
        path = f"{user}/kernels/{session['kernel']['id']}/channels?_xsrf={self._mark(user)}"
        known = requests.Request("GET", f"{self.hub}{path}")
        channel = websocket.create_connection(
            f"{self.hub}{path}".replace("http", "ws", 1),
            cookie=requests.cookies.get_cookie_header(self.web.cookies, known),
            origin=self.hub,
            timeout=self.patience,
        )
        for cell in notebook.cells:
            if cell.cell_type == "code":
                run_cell(channel, cell.source, told)
        self.channel = channel  # the kernel is left as it is, to be measured


def run_cell(channel, source, told):
    """Run one cell; raises RuntimeError where it fails."""
    asked = uuid.uuid4().hex
    header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": asked}
    content = {"code": source, "silent": False, "allow_stdin": False}
    message = {"header": header | {"date": "", "version": "5.3"}, "content": content}
    channel.send(json.dumps(message | {"parent_header": {}, "metadata": {}, "channel": "shell"}))
    open_ends = {"execute_reply", "idle"}
    while open_ends:
        said = decoded(channel.recv())
        if said["parent_header"].get("msg_id") != asked:
            continue
        if FIGURE in said["content"].get("data", {}):
            told()
        if said["msg_type"] == "error":
            raise RuntimeError(f"{said['content']['ename']}: {said['content']['evalue']}")
        open_ends -= {said["msg_type"], said["content"].get("execution_state")}


def decoded(data) -> dict:
    """A message of Jupyter's default protocol; its binary parts are not needed here."""
    if isinstance(data, bytes):
        (start, end) = struct.unpack_from("!2i", data, 4)
        data = data[start:end]
    return json.loads(data)


def live(person, notebook, since) -> dict:
    """Seconds from `since` to server, first figure and end; and what failed."""
    took = {}

    def figure():
        took.setdefault("first figure", time.monotonic() - since)

    try:
        person = person()
        took["logged in"] = time.monotonic() - since
        person.start_server()
        took["server"] = time.monotonic() - since
        person.run(notebook, figure)
        took["all cells"] = time.monotonic() - since
    except (OSError, RuntimeError, KeyError, ValueError, websocket.WebSocketException) as error:
        took["failed"] = f"{type(error).__name__}: {error}"[:200]
    return took


def seats(names) -> dict[str, list[tuple[int, int, int]]]:
    """ "server" and "kernel" to (RSS, PSS, private) in MB of each such process of these people."""
    found = defaultdict(list)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes().split(b"\0")
            command = (process / "cmdline").read_bytes()
            memory = (process / "smaps_rollup").read_text()
        except OSError:
            continue
        user = next((e[16:].decode() for e in told if e.startswith(b"JUPYTERHUB_USER=")), "")
        if user not in names:
            continue
        sizes = {k: int(v) for k, v in re.findall(r"^(\w+): +(\d+) kB", memory, re.M)}
        own = sizes["Private_Clean"] + sizes["Private_Dirty"]
        kind = "kernel" if b"ipykernel" in command else "server"
        found[kind].append(tuple(round(kb / 1000) for kb in (sizes["Rss"], sizes["Pss"], own)))
    return found


def spread(values) -> str:
    return f"{min(values):.0f} to {max(values):.0f}, median {statistics.median(values):.0f}"


def tell(results, memory):
    """Print what happened."""
    for what in ("logged in", "server", "first figure", "all cells"):
        times = [one[what] for one in results if what in one]
        print(
            f"{what:13} {len(times)} of {len(results)}, seconds: {spread(times) if times else ''}"
        )
    for kind, found in sorted(memory.items()):
        words = ("RSS", "PSS", "private")
        parts = [f"{w} {spread(v)}" for w, v in zip(words, zip(*found, strict=True), strict=True)]
        print(f"{kind:13} {len(found)} processes, MB: {'; '.join(parts)}")
    total = sum(pss for found in memory.values() for _, pss, _ in found)
    print(f"all seats     {total} MB (PSS), {total / max(len(results), 1):.0f} a person")
    failures = [one["failed"] for one in results if "failed" in one]
    print(f"failures      {len(failures)}", *failures, sep="\n  ")


def main():
    """Everybody at the same time; servers are stopped at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--hub", default="http://127.0.0.1:8000")
    parser.add_argument("--patience", type=int, default=600, help="seconds for any one answer")
    asked = parser.parse_args()
    path = next((Path(__file__).resolve().parent.parent / "notebooks").glob("01_*.ipynb"))
    notebook = nbformat.read(path, as_version=4)
    names = [f"student{k:02}" for k in range(1, asked.people + 1)]
    since, secret = time.monotonic(), os.environ["LAB_HUB_PASSWORD"]
    people = {}

    def one(name):
        def come():
            people[name] = Person(asked.hub, name, secret, asked.patience)
            return people[name]

        return live(come, notebook, since)

    with ThreadPoolExecutor(asked.people) as pool:
        results = list(pool.map(one, names))
    tell(results, seats(names))
    for person in people.values():
        person.stop_server()
    return 1 if any("failed" in one for one in results) else 0


if __name__ == "__main__":
    raise SystemExit(main())
