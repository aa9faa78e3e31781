"""A hub for one class on one machine: each person a folder of their own, and a small server.

    LAB_HUB_PASSWORD=… jupyterhub -f deploy/jupyterhub_config.py

Hub, servers and kernels share one environment: pip install ".[lab]" jupyterhub; the proxy is npm's
configurable-http-proxy, on the PATH. It listens on this machine only (127.0.0.1): put what serves
https before it. All know one password; for a school's own accounts see docs/hub.md.
"""

import os
import shutil
import sys
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

c = get_config()  # noqa: F821
ROOT = Path(__file__).resolve().parent.parent
HOMES = Path(os.environ.get("LAB_HUB_HOMES", "hub_homes")).resolve()
BIN = Path(sys.prefix) / "bin"

c.JupyterHub.bind_url = os.environ.get("LAB_HUB_URL", "http://127.0.0.1:8000")
# A shared password: these six lines
password = os.environ.get("LAB_HUB_PASSWORD", "")
if len(password) < 8:  # JupyterHub's own least
    raise SystemExit("lstm_lab: set LAB_HUB_PASSWORD, of 8 characters or more, before jupyterhub.")
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = password
c.SharedPasswordAuthenticator.allow_all = True
# A name is that of a folder, too: JupyterHub refuses / and .. itself.
c.Authenticator.username_pattern = r"[^\x00-\x1f]{1,60}\Z"

c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.SimpleLocalProcessSpawner.home_dir_template = str(HOMES / "{username}")
c.Spawner.cmd = [str(BIN / "jupyter-labhub")]
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
# A class comes at once: thirty servers on two cores take longer than the usual minute.
c.Spawner.start_timeout = c.Spawner.http_timeout = 300

# One thread: small nets gain nothing from more, and thirty people would wait for each other.
# LAB_NOTEBOOKS: from there lab.fresh takes a notebook as it was shipped.
c.Spawner.environment = {
    "OMP_NUM_THREADS": "1",
    "PATH": f"{BIN}:{os.environ['PATH']}",
    "LAB_NOTEBOOKS": str(ROOT / "notebooks"),
}
c.Spawner.args = [
    "--LabApp.extension_manager=readonly",
    "--MappingKernelManager.cull_idle_timeout=1200",  # kernels of notebooks that were closed
    *(["--allow-root"] if os.geteuid() == 0 else []),  # root only in a container
]


def own_copy(spawner):
    """Notebooks and pictures that a student does not have; what is there, changed or not, stays."""
    home = HOMES / spawner.user.name
    for file in (*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("images/*")):
        mine = home / file.relative_to(ROOT)
        if not mine.exists() and "_mine" not in file.stem:  # those are of one who worked here
            mine.parent.mkdir(parents=True, exist_ok=True)
            part = mine.with_name(f".{mine.name}.part")
            shutil.copy(file, part)
            part.rename(mine)  # a hub that stops here leaves no half notebook


c.Spawner.pre_spawn_hook = own_copy
