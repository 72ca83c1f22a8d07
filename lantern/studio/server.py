"""Starting the studio: a port on loopback, a token, a page."""

from __future__ import annotations

import contextlib
import secrets
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

from lantern.errors import LanternError

HOST = "127.0.0.1"


def serve(
    port: int = 0,
    *,
    open_browser: bool = True,
    workspace: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the studio until it is interrupted.

    Parameters
    ----------
    port : int
        Port on loopback; 0 takes a free one.
    open_browser : bool
        Whether to open the page in the user's browser.
    workspace : Path, optional
        Folder to work in; the current one by default.
    say : callable
        Tells the user the address.

    Raises
    ------
    LanternError
        If the extra ``studio`` is not installed, or the port is taken.
    """
    try:
        import uvicorn

        from lantern.studio.app import create_app
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("uvicorn", "starlette"):
            raise
        raise LanternError(
            f"The studio needs {error.name}, which is not installed. Run: pip install 'lantern-rl[studio]'"
        ) from None
    listener = _listen(port)
    token = secrets.token_urlsafe(24)
    address = f"http://{HOST}:{listener.getsockname()[1]}/?token={token}"
    app = create_app((workspace or Path.cwd()).resolve(), token)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    )
    say(f"LANTERN studio: {address}")
    say("It can be reached from this machine only. Press Ctrl-C to end it.")
    sys.stdout.flush()
    if open_browser:
        threading.Thread(target=_open, args=(address, server), daemon=True).start()
    threading.Thread(target=_warm, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):  # the usual way to end it
        server.run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise LanternError(
            f"Port {port} cannot be used ({error.strerror}). Choose another with --port."
        ) from None
    return listener


def _open(address: str, server: object) -> None:
    """Open the page as soon as the server answers."""
    for _ in range(100):
        if getattr(server, "started", False):
            webbrowser.open(address)
            return
        time.sleep(0.05)


def _warm() -> None:
    """Load what the first request would wait for, while the user looks at the page."""
    import lantern.envs.grid
    import lantern.language

    assert lantern.envs.grid and lantern.language
