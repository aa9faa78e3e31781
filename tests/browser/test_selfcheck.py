"""The self-check asks a real JupyterLab."""


def test_the_kernel_finds_the_server_of_its_page_and_what_it_has(show, lab):
    notebook = show("from lstm_lab import selfcheck\nselfcheck.self_check()")
    notebook.page.get_by_text("[OK] Python, packages, widgets and kernel: ready").wait_for()
    assert notebook.ask("print(selfcheck.server(), end='')") == f"{lab.url}/"
    has = "print(selfcheck.served_by(selfcheck.server(), {!r}), end='')"
    answers = {name: notebook.ask(has.format(name)) for name in ("anywidget", "no-such-extension")}
    assert answers == {"anywidget": "True", "no-such-extension": "False"}
