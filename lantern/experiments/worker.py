"""A worker process: takes batches of jobs on standard input, says how each ends on standard output.

One JSON object a line, both ways. A closed standard input means that the driver is gone: the worker ends at
once, whatever it is doing, so that no orphan goes on writing.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.experiments.store import Store

DEFAULT_RUNNER = "lantern.experiments.execute:run_spec"


def load_runner(reference: str) -> Callable[..., Any]:
    """Import the function ``module:name`` that runs a job."""
    module, _, name = reference.partition(":")
    function = getattr(importlib.import_module(module), name)
    if not callable(function):
        raise TypeError(f"{reference} is not a function")
    return function  # type: ignore[no-any-return]


def attempt(runner: str, data: dict[str, Any], folder: str) -> dict[str, Any]:
    """Run one job with the function ``module:name``; return what to tell the driver."""
    from lantern.experiments.plan import Spec

    spec, store = Spec.from_json(data), _store(folder)
    began = time.perf_counter()
    try:
        job = load_runner(runner)(spec, store)
    except OSError as error:
        if _concerns(error, store.where):
            return {"event": "store", "key": spec.key, "errno": error.errno, "message": str(error)}
        return _failed(spec.key, error)
    except Exception as error:
        return _failed(spec.key, error)
    success = float(job.curve.success[-1])
    return {"event": "done", "key": spec.key, "success": success, "seconds": time.perf_counter() - began}


@lru_cache(maxsize=4)
def _store(place: str) -> Store:
    """Open a store once: one in a bucket keeps what it has fetched."""
    from lantern.experiments.bucket import open_store

    return open_store(place)


def _concerns(error: OSError, where: str) -> bool:
    """Whether an error is about writing the store rather than about the job."""
    import errno

    everywhere = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
    here = str(error.filename or "").startswith(where)
    return error.errno in everywhere or (here and error.errno in {errno.EACCES, errno.EPERM, errno.EIO})


def _failed(key: str, error: BaseException) -> dict[str, Any]:
    message = f"{type(error).__name__}: {error}".strip()
    return {"event": "failed", "key": key, "message": message, "traceback": traceback.format_exc()}


def _receive(inbox: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Read batches until the driver closes the pipe, then end the process."""
    for line in sys.stdin.buffer:
        inbox.put(json.loads(line))
    os._exit(0)


def main() -> None:
    """Serve batches until standard input closes."""
    faulthandler.enable()
    # Whatever a job prints must not mix with our messages: it goes where complaints go.
    messages = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(inbox,), daemon=True).start()

    def tell(message: dict[str, Any]) -> None:
        messages.write(json.dumps(message) + "\n")
        messages.flush()

    tell({"event": "ready"})
    while True:
        batch = inbox.get()
        for data in batch["specs"]:
            tell({"event": "start", "key": data["key"]})
            tell(attempt(batch["runner"], data, batch["folder"]))
        tell({"event": "idle"})


if __name__ == "__main__":
    main()
