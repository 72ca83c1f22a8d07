"""The studio as tests speak to it: in this process, with its token, or as somebody else would."""

from __future__ import annotations

import pytest

TOKEN = "let-me-in"
ADDRESS = "http://127.0.0.1:7000"


@pytest.fixture
def app(tmp_path):
    from lantern.studio.app import create_app

    return create_app(tmp_path, TOKEN)


@pytest.fixture
def stranger(app):
    """A client without the token."""
    pytest.importorskip("httpx", reason="httpx is not installed")
    from starlette.testclient import TestClient

    with TestClient(app, base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def client(stranger):
    """The user's own page: it has come in with the token."""
    stranger.get("/", params={"token": TOKEN})
    stranger.headers["origin"] = ADDRESS
    return stranger
