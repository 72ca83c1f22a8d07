"""Nobody but the person who started the studio gets in."""

import pytest

pytest.importorskip("starlette", reason="the extra studio is not installed")

from lantern.studio.guard import COOKIE

TOKEN, ADDRESS = "let-me-in", "http://127.0.0.1:7000"
ASK = {"env": "dungeon_quest/student"}


@pytest.mark.parametrize("path", ["/", "/studio.js", "/api/content", "/api/sweep", "/report", "/nowhere"])
def test_without_the_token_nothing_is_answered(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert "lantern studio" in answer.text


def test_a_wrong_token_is_no_token(stranger):
    assert stranger.get("/", params={"token": TOKEN + "x"}).status_code == 403
    stranger.cookies.set(COOKIE, "guessed")
    assert stranger.get("/api/content").status_code == 403


def test_the_token_becomes_a_cookie_and_leaves_the_address(stranger):
    answer = stranger.get("/", params={"token": TOKEN}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7000", "127.0.0.1.evil.example", ""])
def test_a_name_that_resolves_here_is_refused(client, host):
    assert client.get("/api/content", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:7001", "null", ""])
def test_another_sites_page_changes_nothing(client, origin):
    assert client.post("/api/env", json=ASK, headers={"origin": origin}).status_code == 403


def test_a_form_changes_nothing(client):
    assert client.post("/api/env", data={"env": "x"}).status_code == 403


def test_every_answer_forbids_what_the_page_does_not_need(client):
    headers = client.get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
    assert "sandbox" in client.get("/report").headers["content-security-policy"]
