"""One thread for linear algebra: small networks are slowed down several times by more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Let numpy's and torch's linear algebra use one thread, and restore what was before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        try:
            yield
        finally:
            torch.set_num_threads(before)
        return
    with threadpool_limits(1):
        try:
            yield
        finally:
            torch.set_num_threads(before)
