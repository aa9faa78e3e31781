"""The order of tests."""

#: Parts of paths, the files that take longest first.
LONGEST = ("browser/test_notebooks.py", "browser/", ".ipynb")


def pytest_collection_modifyitems(items):
    """Longest files first: workers that take a file at a time then end together."""
    items.sort(key=_place)


def _place(item):
    path = item.path.as_posix()
    return next((k for k, part in enumerate(LONGEST) if part in path), len(LONGEST))
