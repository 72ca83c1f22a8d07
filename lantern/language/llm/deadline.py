"""A limit on a whole call: a time-out for each read never ends a server that sends a byte now and then."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class DeadlineError(Exception):
    """The call was still running at its deadline."""


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """Result of a call, or its exception; DeadlineError if it is not back in time.

    The call goes on in a daemon thread that nobody waits for, so it must have no effect that matters later.
    """
    answers: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((call(), None))
        except BaseException as error:
            answers.put((None, error))

    threading.Thread(target=run, daemon=True, name="language-model-call").start()
    try:
        result, error = answers.get(timeout=seconds)
    except queue.Empty:
        raise DeadlineError from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # None only together with an error, or as the call's own result
