"""How many threads torch computes on."""

from contextlib import contextmanager

import torch


@contextmanager
def one_thread(when=True):
    """Let torch compute on one thread: small steps gain nothing by two, and on a busy machine
    threads that wait for each other take minutes instead of seconds. Also a decorator.

    when  False leaves the threads as they are, for large products
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1 if when else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
