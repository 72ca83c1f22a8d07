"""A server on this machine that speaks OpenAI's chat completions, and misbehaves on request."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each request with the next behaviour of the server's script; the last one repeats."""

    protocol_version = "HTTP/1.1"
    server: LoopbackServer

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        request = json.loads(self.rfile.read(size))
        with self.server.lock:
            self.server.requests.append(request)
            self.server.keys.append(self.headers.get("Authorization", ""))
            script = self.server.script
            behaviour = script.pop(0) if len(script) > 1 else script[0]
        behaviour(self, request)

    def reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Keep the test output clean."""


class LoopbackServer(ThreadingHTTPServer):
    """Server with a script of behaviours and a record of what it was asked."""

    daemon_threads = True

    def __init__(self, *script: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


def completion(content: str | None, finish: str = "stop", refusal: str | None = None) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "loopback",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def plan(*stages: Any, order: str = "then", constraints: Any = (), unknown: Any = ()) -> dict[str, Any]:
    """A model's answer; a stage is a proposition, or a pair of `how` and propositions."""
    full = [
        {"how": "all", "what": [one]} if isinstance(one, str) else {"how": one[0], "what": list(one[1])}
        for one in stages
    ]
    return {"unknown": list(unknown), "stages": full, "order": order, "constraints": list(constraints)}


def rule(kind: str, what: Any, other: Any = (), count: int = 1) -> dict[str, Any]:
    return {"kind": kind, "what": list(what), "other": list(other), "count": count}


def says(answer: Any, finish: str = "stop") -> Behaviour:
    """A well-behaved answer: a plan, or any text."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return lambda handler, _: handler.reply(200, completion(text, finish))


def refuses(words: str) -> Behaviour:
    return lambda handler, _: handler.reply(200, completion(None, refusal=words))


def fails(status: int, message: str = "broken", headers: dict[str, str] | None = None) -> Behaviour:
    body = {"error": {"message": message, "type": "error", "param": None, "code": None}}
    return lambda handler, _: handler.reply(status, body, headers)


def raw(body: bytes, status: int = 200) -> Behaviour:
    return lambda handler, _: handler.reply(status, body)


def hangs(seconds: float) -> Behaviour:
    return lambda handler, _: time.sleep(seconds)


def hangs_up(handler: Handler, _: dict[str, Any]) -> None:
    """Close the connection without a word."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def drips(seconds: float) -> Behaviour:
    """Send a byte now and then, so that no single read ever times out."""

    def behave(handler: Handler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
        handler.close_connection = True

    return behave


def breaks_off(handler: Handler, _: dict[str, Any]) -> None:
    """Promise more than is sent, then close."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "chatcmpl')
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def takes_only_text(answer: Any) -> Behaviour:
    """Reject every response_format, as plain servers do."""

    def behave(handler: Handler, request: dict[str, Any]) -> None:
        if "response_format" in request:
            fails(400, "response_format is not supported")(handler, request)
        else:
            says(answer)(handler, request)

    return behave


def wants_new_parameters(answer: Any) -> Behaviour:
    """Reject max_tokens and temperature, as reasoning models do."""

    def behave(handler: Handler, request: dict[str, Any]) -> None:
        for name in ("max_tokens", "temperature"):
            if name in request:
                fails(400, f"Unsupported parameter: '{name}' is not supported with this model.")(
                    handler, request
                )
                return
        says(answer)(handler, request)

    return behave
