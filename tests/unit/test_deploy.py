"""What a hub needs, as far as it can be told without one; docs/hub.md says what was run."""

import ast
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy import thirty

ROOT = Path(__file__).parents[2]


class Settings(dict):
    """Stands for JupyterHub's `c`: any section, any value."""

    def __getattr__(self, name):
        return self.setdefault(name, Settings())

    def __setattr__(self, name, value):
        self[name] = value


def settings(tmp_path, monkeypatch, password="a long one, for the test"):
    """What the configuration sets, without a hub: its spawner is a stand-in."""
    monkeypatch.delenv("LAB_HUB_PASSWORD", raising=False)
    if password is not None:
        monkeypatch.setenv("LAB_HUB_PASSWORD", password)
    monkeypatch.setenv("LAB_HUB_HOMES", str(tmp_path))
    path, c = ROOT / "deploy/jupyterhub_config.py", Settings()
    source = path.read_text("utf-8").replace("from jupyterhub.spawner import", "# ")
    names = {"get_config": lambda: c, "__file__": str(path), "SimpleLocalProcessSpawner": object}
    exec(compile(source, path, "exec"), names)
    return c


def test_the_hub_stays_on_its_machine_and_a_seat_has_one_thread(tmp_path, monkeypatch):
    c = settings(tmp_path, monkeypatch)
    assert c.JupyterHub.bind_url.startswith("http://127.0.0.1:")
    assert c.Spawner.environment["OMP_NUM_THREADS"] == "1"
    assert "password" not in json.dumps([v for v in c.Spawner.values() if isinstance(v, list)])


def test_each_has_a_copy_that_is_made_once(tmp_path, monkeypatch):
    c = settings(tmp_path, monkeypatch)

    class Spawner:
        user = type("User", (), {"name": "ada"})

    c.Spawner.pre_spawn_hook(Spawner)
    mine = tmp_path / "ada/notebooks/00_start_here.ipynb"
    assert mine.exists() and any((tmp_path / "ada/images").iterdir())
    mine.write_text("changed")
    c.Spawner.pre_spawn_hook(Spawner)
    assert mine.read_text() == "changed"


def test_what_is_new_comes_at_the_next_start(tmp_path, monkeypatch):
    c = settings(tmp_path, monkeypatch)

    class Spawner:
        user = type("User", (), {"name": "ada"})

    c.Spawner.pre_spawn_hook(Spawner)
    shipped = {path.name for path in (tmp_path / "ada/notebooks").iterdir()}
    (tmp_path / "ada/notebooks/06_attention.ipynb").unlink()
    c.Spawner.pre_spawn_hook(Spawner)
    assert {path.name for path in (tmp_path / "ada/notebooks").iterdir()} == shipped
    assert len(shipped) >= 9 and not any("_mine" in name for name in shipped)


def test_a_name_that_cannot_be_a_folders_does_not_get_in(tmp_path, monkeypatch):
    allowed = re.compile(settings(tmp_path, monkeypatch).Authenticator.username_pattern)
    for name in ("ada", "A B", "zoë", "李雷", "o'brien", "a@b.org"):
        assert allowed.match(name)
    for name in ("a\nb", "ada\n", "a\0", "x" * 61, ""):
        assert not allowed.match(name)


@pytest.mark.parametrize("password", [None, "", "short"])
def test_a_hub_without_a_password_says_so(tmp_path, monkeypatch, password):
    with pytest.raises(SystemExit, match="LAB_HUB_PASSWORD, of 8 characters or more"):
        settings(tmp_path, monkeypatch, password)


def test_a_message_with_binary_parts_is_read():
    said = {"msg_type": "comm_open", "content": {}}
    text = json.dumps(said).encode()
    packed = struct.pack("!3i", 2, 12, 12 + len(text)) + text + b"\x00\xff"
    assert thirty.decoded(packed) == thirty.decoded(json.dumps(said)) == said


def test_the_memory_of_a_seat_is_that_of_its_processes():
    env = os.environ | {"JUPYTERHUB_USER": "made up"}
    code = "print('up', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "ipykernel"],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        found = thirty.seats(["made up"])
        process.communicate(b"\n")
    ((rss, pss, own),) = found["kernel"]
    assert set(found) == {"kernel"} and rss >= pss >= own > 1


def test_a_person_who_fails_is_told_and_not_raised(capsys):
    def nobody():
        raise ConnectionError("no hub")

    took = thirty.live(nobody, None, 0)
    assert took == {"failed": "ConnectionError: no hub"}
    thirty.tell([took, {"server": 3.0}], {"server": [(9, 8, 7)]})
    said = capsys.readouterr().out
    assert "1 of 2, seconds: 3 to 3" in said and "failures      1\n  ConnectionError" in said


def test_the_values_of_other_hubs_are_those_that_docs_tell():
    values = yaml.safe_load((ROOT / "deploy/z2jh.yaml").read_text("utf-8"))["singleuser"]
    assert values["extraEnv"] == {"OMP_NUM_THREADS": "1"}
    docker = (ROOT / "deploy/Dockerfile").read_text("utf-8")
    assert "whl/cpu" in docker and re.search(r"^USER ", docker, re.M)
    copied = re.search(r"cp -rn (\S+)/\. ", str(values["lifecycleHooks"]))[1]
    assert f"COPY notebooks {copied}/notebooks" in docker and f"LAB_NOTEBOOKS={copied}/no" in docker
    page = (ROOT / "docs/hub.md").read_text("utf-8")
    hub = ast.parse((ROOT / "deploy/jupyterhub_config.py").read_text("utf-8"))
    for name in re.findall(r"LAB_HUB_\w+", page):
        assert any(isinstance(n, ast.Constant) and n.value == name for n in ast.walk(hub))


def test_the_littlest_hub_gives_a_seat_the_same():
    c = Settings()
    exec((ROOT / "deploy/tljh.py").read_text("utf-8"), {"get_config": lambda: c})
    assert c.Spawner.environment["OMP_NUM_THREADS"] == "1"
    home = Path(c.Spawner.environment["LAB_NOTEBOOKS"]).parent
    copies = f"git archive HEAD notebooks images | sudo tar -x -C {home}\n"
    assert copies in (ROOT / "docs/hub.md").read_text("utf-8")


def test_pytorch_comes_by_the_pin_alone():
    """Without the pin the next line would replace it; its index may lack other pinned versions."""
    text = "".join((ROOT / p).read_text("utf-8") for p in ("docs/hub.md", "deploy/Dockerfile"))
    lines = re.findall(r".*pip install.* torch .*", text)
    assert len(lines) == 3 and all("--no-deps -c constraints.txt torch " in one for one in lines)


def test_binder_gets_gits_folder():
    """repo2docker heeds these two, too; lab.fresh asks git."""
    assert not any((ROOT / name).exists() for name in (".dockerignore", ".containerignore"))


def test_the_image_gets_what_its_dockerfile_copies():
    text = (ROOT / "deploy/Dockerfile.dockerignore").read_text("utf-8")
    allowed = {line[1:] for line in text.splitlines() if line.startswith("!")}
    docker = (ROOT / "deploy/Dockerfile").read_text("utf-8")
    copied = {n for line in re.findall(r"^COPY (.*) \S+$", docker, re.M) for n in line.split()}
    assert copied == allowed and all((ROOT / name).exists() for name in copied)
