"""How many threads torch computes on."""

from contextlib import contextmanager

import torch


@contextmanager
def one_thread():
    """Let torch compute on one thread: small steps gain nothing by two, and on a busy machine
    threads that wait for each other take minutes instead of seconds. Also a decorator."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
