"""Who may talk to the studio: the person who started it, from this machine, and nobody's web page.

The studio runs code on behalf of whoever reaches it. It listens on loopback only, and three checks keep
others out: a random token (given once in the address, then kept in a cookie that no script can read and no
other site can send), the Host header (against names that resolve to this machine), and the Origin header of
everything that changes something.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "lantern-studio"
HOSTS = ("127.0.0.1", "localhost", "[::1]")

_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'"
)
# A report brings its own script. In a sandbox it has no origin, so it cannot speak to the studio.
_REPORT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "frame-ancestors 'none'; sandbox allow-scripts allow-modals"
)


class Guard:
    """ASGI middleware that lets the holder of the token in, and nobody else.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    token : str
        The secret.
    hosts : iterable of str
        Host names that the studio answers to.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Iterable[str] = HOSTS) -> None:
        self.app = app
        self.token = token
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        request = Request(scope)
        refusal = self._check(request)
        policy = _REPORT_POLICY if request.url.path == "/report" else _POLICY
        await (refusal or self.app)(scope, receive, _with_headers(send, policy))

    def _check(self, request: Request) -> Response | None:
        """Return what to answer instead of passing a request on; None where it may pass."""
        host = request.headers.get("host", "").rsplit(":", 1)[0]
        if host not in self.hosts:
            return PlainTextResponse("The studio answers to this machine only.", 403)
        given = request.query_params.get("token")
        if given is not None and self._same(given):
            response = RedirectResponse("/", 303)
            response.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return response
        if not self._same(request.cookies.get(COOKIE, "")):
            return PlainTextResponse(
                "Open the address that `lantern studio` printed: it holds the token that lets you in.", 403
            )
        if request.method not in ("GET", "HEAD") and not _own_origin(request.headers):
            return PlainTextResponse("This request came from another site.", 403)
        return None

    def _same(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self.token.encode())


def _own_origin(headers: Headers) -> bool:
    """Whether a request that changes something comes from the studio's own page."""
    origin = headers.get("origin")
    json = headers.get("content-type", "").startswith("application/json")
    return json and origin is not None and urlsplit(origin).netloc == headers.get("host")


def _with_headers(send: Send, policy: str) -> Send:
    """Add the headers that every answer carries."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = policy
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cache-Control"] = "no-store"
        await send(message)

    return sending
