"""The studio as a person meets it: the command, the page, clicks and keys, in a real browser."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the extra studio is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """Start the command and return its address; end it as a user does."""
    folder = tmp_path_factory.mktemp("workspace")
    command = [sys.executable, "-m", "lantern.cli", "studio", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder)
    yield re.search(r"http://127\.0\.0\.1\S+", process.stdout.readline()).group(0)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM} (Debian's package chromium)")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=["light", "dark phone"])
def page(browser, studio, request):
    phone = "phone" in request.param
    screen = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
    context = browser.new_context(viewport=screen, color_scheme=request.param.split()[0])
    opened = context.new_page()
    opened.complaints, opened.foreign = [], []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    home = studio.split("/?")[0]
    opened.on(
        "request", lambda sent: opened.foreign.append(sent.url) if not sent.url.startswith(home) else None
    )
    opened.goto(studio)
    opened.wait_for_selector("#propositions dt")
    yield opened
    assert opened.complaints == [] and opened.foreign == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    context.close()


def understand(page, text):
    page.fill("#text", text)
    page.press("#text", "Control+Enter")
    page.wait_for_selector("#understood:visible")
    page.wait_for_selector("#trace li")


def test_the_token_leaves_the_address(page):
    assert "token" not in page.url


def test_a_task_is_written_looked_at_and_tried(page):
    understand(page, "First pick up the key, then open the chest.")
    assert "key" in page.locator("#paraphrase").inner_text()
    assert page.locator("#formula").inner_text() == "F(key & F chest)"
    assert page.locator("#automaton svg").bounding_box()["width"] > 100
    page.locator("#trace .chip", has_text="key").first.click()
    page.get_by_text("Not done yet.", exact=True).wait_for()
    page.click("#add-step")
    page.locator("#trace li:nth-child(2) .chip", has_text="chest").click()
    page.get_by_text("The task is done.", exact=True).wait_for()
    page.locator("#rejected .chip").first.click()
    playwright.expect(page.locator("#verdict")).not_to_have_text("The task is done.")


def test_a_question_is_answered_by_clicking(page):
    """The question is put into a real answer: which texts raise one is the grammar's business."""
    readings = [
        {"formula": "F key", "text": "any time", "because": because} for because in ("once", "always")
    ]
    question = {"id": "when", "text": "Once or always?", "options": ["once", "always"], "default": "once"}
    asked = []

    def put_in(route):
        asked.append(route.request.post_data_json["answers"])
        answer = (
            route.fetch().json()
            if not asked[-1]
            else route.fetch(post_data={**route.request.post_data_json, "answers": {}}).json()
        )
        given = asked[-1].get("when")
        answer["questions"] = (
            [] if given else [{**question, "readings": readings, "trace": [], "accepts": []}]
        )
        answer["answered"] = {"when": given} if given else {}
        route.fulfill(json=answer)

    page.route("**/api/translate", put_in)
    understand(page, "Pick up the key.")
    page.locator(".question label", has_text="always").click()
    page.get_by_text("Answered: when = always.").wait_for()
    page.get_by_role("button", name="Ask again").click()
    page.locator(".question").wait_for()
    assert asked == [{}, {"when": "always"}, {}]


def test_teachers_are_compared(page):
    understand(page, "First pick up the key, then open the chest.")
    page.click("#tab-teachers")
    page.select_option("#add-known", label="treasure_hunt")
    page.click("#add-source")
    page.locator(".source-env").nth(1).select_option("dungeon_quest/teacher")
    page.locator(".source-text").nth(1).fill("First pick up the key, then open the chest.")
    page.click("#compare")
    page.locator("#helpers details").nth(1).wait_for()
    assert "would help" in page.locator("#helpers summary").first.inner_text()
    assert page.locator("#helpers details[open] svg path").count() >= 3


def test_what_is_not_understood_is_said_at_the_top(page):
    page.fill("#text", "Sing a song about the weather.")
    page.click("#task-form .primary")
    page.wait_for_selector("#problem:visible")
    assert len(page.locator("#problem").inner_text()) > 30
    assert page.locator("#understood").is_hidden()  # nothing of an earlier task stands below
    page.get_by_role("tab", name="Play").click()
    assert page.locator("#problem").is_hidden()
    page.complaints.clear()  # the browser notes every refused request


def test_an_example_fills_the_page(page):
    page.select_option("#example", label="dungeon_quest")
    playwright.expect(page.locator("#text")).to_have_value(re.compile("dragon"))
    assert page.input_value("#env") == "dungeon_quest/student"


def test_an_environment_is_played_with_keys_and_buttons(page):
    understand(page, "Pick up the key.")
    page.click("#tab-play")
    page.click("#play-start")
    page.wait_for_selector("#picture svg .agent")
    page.keyboard.press("ArrowRight")
    page.locator("#log li:nth-child(2)").wait_for()
    page.get_by_role("button", name="down", exact=True).click()
    page.locator("#log li:nth-child(3)").wait_for()
    assert "key" in page.locator("#log li:nth-child(3)").inner_text()
    assert "the task is done" in page.locator("#count").inner_text()
    assert page.get_by_role("button", name="down", exact=True).is_disabled()


def test_a_small_sweep_is_watched_and_its_report_opened(browser, studio):
    context = browser.new_context()
    page = context.new_page()
    page.goto(studio)
    page.wait_for_selector("#propositions dt")
    page.select_option("#env", "dungeon_quest/teacher")
    understand(page, "First pick up the key, then open the chest.")
    page.click("#tab-sweep")
    for name in ("crm_shaping", "lantern"):
        page.get_by_label(name, exact=True).uncheck()
    page.fill("#seeds", "2")
    page.fill("#steps", "2000")
    page.click("#sweep-start")
    playwright.expect(page.locator("#sweep-state")).to_contain_text("Ended: 2 of 2 runs", timeout=120_000)
    assert page.locator("#problem").is_hidden()
    assert page.locator("#curves svg path").count() > 6
    assert "product-MDP Q-learning (2)" in page.locator("#curve-legend").inner_text()
    assert page.locator("#command").inner_text().startswith("lantern sweep ")
    with context.expect_page() as opened:
        page.click("#report")
    report = opened.value
    report.wait_for_load_state()
    assert "LANTERN report" in report.title()
    report.locator(".theme").click()  # its script runs, in a sandbox without storage
    assert report.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_the_page_is_there_two_seconds_after_the_command(tmp_path):
    """Counted in processor time: what else runs on the machine must not decide."""
    before = os.times()
    command = [sys.executable, "-m", "lantern.cli", "studio", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    address = re.search(r"http://\S+", process.stdout.readline()).group(0)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        assert b"LANTERN studio" in _patiently(opener, address)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < 2.0


def _patiently(opener, address):
    """Ask until the studio answers."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return opener.open(address).read()
        time.sleep(0.02)
    pytest.fail("the studio did not answer within 20 s")
