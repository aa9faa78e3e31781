"""The examples in docstrings say what the code gives."""

import doctest
import importlib
import pkgutil

import pytest

import lstm_lab

MODULES = [
    it.name
    for it in pkgutil.walk_packages(lstm_lab.__path__, "lstm_lab.")
    if not it.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_say_what_the_code_gives(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [it for name in MODULES for it in finder.find(importlib.import_module(name))]
    assert sum(bool(it.examples) for it in found) >= 30
