"""`make pins`: write constraints.txt from what is installed in .venv now."""

from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

HEAD = (
    "# Exact versions, tried together; written by `make pins`. torch stands first: tools/setup.\n"
)
#: Installed, but not for the lab: the package itself and what builds it.
OWN = {"lstm-lab", "pip", "setuptools"}


def pins() -> list[str]:
    """`name==version` for each installed distribution, torch first, without local labels (+cpu)."""
    found = {canonicalize_name(d.metadata["Name"]): d.version for d in metadata.distributions()}
    names = sorted(set(found) - OWN, key=lambda name: (name != "torch", name))
    return [f"{name}=={found[name].partition('+')[0]}" for name in names]


if __name__ == "__main__":
    path = Path(__file__).parent.parent / "constraints.txt"
    path.write_text(HEAD + "\n".join(pins()) + "\n", "utf-8")
    print(f"{path.name}: {len(pins())} packages")
