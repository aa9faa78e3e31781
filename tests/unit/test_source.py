"""Text to read: the nets have read what their card says, and are scored on what is new to them."""

from importlib import metadata

import numpy as np
import pytest

import lstm_lab as lab
from lstm_lab.tasks import python_source, source
from lstm_lab.tasks.source import SourceFile, source_hash

RUN, DOUBLINGS = 64, 6


def runs(text):
    """A number for each run of RUN characters: a polynomial of their codes, modulo 2⁶⁴."""
    found = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.uint64)
    factor = np.array([3**37], np.uint64)
    for k in range(DOUBLINGS):
        found, factor = found[: -(2**k)] * factor + found[2**k :], factor * factor
    return found


def share(files, read) -> list[float]:
    """Of each file's runs of characters, how many stand word for word in `read`, runs in order."""
    found = []
    for file in files:
        own = runs(file.text)
        at = np.minimum(np.searchsorted(read, own), len(read) - 1)
        found.append(float((read[at] == own).mean()) if len(own) else 0.0)
    return found


def test_held_out_files_share_little_with_those_that_were_read(monkeypatch):
    read = np.sort(runs("\n".join(file.text for file in python_source("train"))))
    new = python_source("held_out")
    monkeypatch.setattr(source, "MOST_READ", 1)
    every = python_source("held_out")
    assert set(new) < set(every) and len(new) > 0.6 * len(every)
    shares = dict(zip(every, share(every, read), strict=True))
    assert max(shares[file] for file in new) < 0.2 < 0.8 < max(shares.values())
    lengths = [len(file.text) for file in new]
    assert np.average([shares[file] for file in new], weights=lengths) < 0.05


def test_a_file_is_new_up_to_one_long_line_of_five():
    old = ["a line that others wrote first", "and another one of theirs"]
    own = [f"a line of its own, number {k}" for k in range(7)]
    short = ["else:", "return self"]
    read = [SourceFile("old", "\n".join(old + short))]

    def is_new(*lines):
        return source._new_to(read, [SourceFile("new", "\n".join(lines))]) != []

    assert is_new(*own[:4], old[0]) and not is_new(*own[:3], old[0])
    assert not is_new(*own, *(f"    {line}" for line in old)) and is_new(*own, own[0], *old)
    assert is_new(*own[:4], *short * 9, old[0]) and is_new(*short)


def test_what_is_installed_is_what_the_cards_nets_have_read():
    card = lab.training.card("python_code")
    installed = {name: metadata.version(name) for name in source.PACKAGES}
    if installed != card["packages"]:
        pytest.skip("other versions are installed than the card names")
    files = python_source("train")
    assert source_hash(files) == card["sha256"]
    assert source_hash(python_source("held_out")) == card["unseen"]
    characters = sum(len(file.text) for file in files)
    assert card["texts"] == f"{len(files)} files, {characters:,} characters of Python"


def test_a_hash_is_of_names_and_texts():
    a, b = SourceFile("a", "x"), SourceFile("b", "y")
    hashes = {source_hash(files) for files in ([a, b], [b, a], [a], [a._replace(text="z"), b])}
    assert len(hashes) == 4 and source_hash([a, b]) == source_hash([a, b])


def test_a_package_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(source, "PACKAGES", ("traitlets", "no-such-package"))
    for part in ("train", "held_out"):
        with pytest.raises(ModuleNotFoundError, match="no-such-package is not installed"):
            python_source(part)
    assert python_source("lab")
