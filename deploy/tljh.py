"""What tljh-config of The Littlest JupyterHub has no keys for; docs/hub.md has the rest.

sudo cp deploy/tljh.py /opt/tljh/config/jupyterhub_config.d/lab.py
"""

c = get_config()  # noqa: F821
# One thread: small nets gain nothing from more. LAB_NOTEBOOKS: from there lab.fresh takes a
# notebook as it was shipped; a folder in the home of who set this up would be closed to others.
c.Spawner.environment = {"OMP_NUM_THREADS": "1", "LAB_NOTEBOOKS": "/etc/skel/notebooks"}
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # a class comes at once
c.Spawner.args = ["--MappingKernelManager.cull_idle_timeout=1200"]
