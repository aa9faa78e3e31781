"""Text to read: it is what the card of the nets that have read it says."""

from importlib import metadata

import pytest

import lstm_lab as lab
from lstm_lab.tasks import python_source, source
from lstm_lab.tasks.source import SourceFile, source_hash


def test_what_is_installed_is_what_the_cards_nets_have_read():
    card = lab.training.card("python_code")
    installed = {name: metadata.version(name) for name in source.PACKAGES}
    if installed != card["packages"]:
        pytest.skip("other versions are installed than the card names")
    files = python_source("train")
    assert source_hash(files) == card["sha256"]
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
