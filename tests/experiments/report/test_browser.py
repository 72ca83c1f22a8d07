"""The page in a real browser: complete, quiet, offline, and readable on every kind of screen."""

from pathlib import Path

import pytest

from lantern.experiments.report import write_report

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
}


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM} (Debian's package chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    from story import write_story

    return write_report(write_story(tmp_path_factory.mktemp("browser") / "sweep"), figures=False)


@pytest.fixture(params=list(SCREENS))
def page(browser, report, request):
    context = browser.new_context(**SCREENS[request.param])
    opened = context.new_page()
    opened.name, opened.complaints, opened.requests = request.param, [], []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("request", lambda sent: opened.requests.append(sent.url))
    opened.goto(report.as_uri())
    yield opened
    context.close()


def test_it_is_quiet_offline_and_fits(page, report):
    """Everything that must hold on every screen, on one visit: starting a browser costs more than looking."""
    assert page.complaints == []
    assert page.requests == [report.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.title() == "synthetic · LANTERN report"
    for figure in page.locator("figure:visible svg, .drawing:visible svg, .map svg").all():
        box = figure.bounding_box()
        assert box["width"] > 100 and box["height"] > 60
        assert figure.locator("path, circle, rect").count() > 3
    assert page.locator("figure:visible svg").count() == 5  # curves, time, profiles, improvement, trust


def test_on_paper_nothing_is_cut_off(browser, report):
    context = browser.new_context(viewport={"width": 688, "height": 970})  # A4 between the margins
    opened = context.new_page()
    opened.goto(report.as_uri())
    opened.emulate_media(media="print")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 688
    over = "[...document.querySelectorAll('td, th, figure, pre')].map(e => e.getBoundingClientRect().right)"
    assert max(opened.evaluate(over)) <= 689
    context.close()


def test_text_stands_out_from_the_paper(page):
    colours = page.evaluate(
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    ink, paper = (sum(int(part) for part in colour[4:-1].split(",")) / 3 for colour in colours)
    assert (ink > 200 and paper < 40) if page.name == "dark" else (ink < 60 and paper > 240)
    axis = page.locator("#fig-t0-maze-curves svg text").first
    assert axis.evaluate("node => getComputedStyle(node).fill") not in ("rgb(0, 0, 0)", colours[1])


def test_no_label_of_an_axis_hides_another(page):
    """Labels of one axis are in one group; neighbours must not overlap by more than a pixel."""
    overlaps = page.evaluate(
        """() => [...document.querySelectorAll('figure svg')].flatMap((svg) => {
          const boxes = [...svg.querySelectorAll('text')]
            .map((t) => [t.textContent, t.getBoundingClientRect()])
            .filter(([, b]) => b.width > 0);
          return boxes.flatMap(([name, a], i) => boxes.slice(i + 1).filter(([, b]) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1).map(([other]) => [name, other]));
        })"""
    )
    assert overlaps == []


def test_labels_stay_inside_their_figure(page):
    outside = page.evaluate(
        """() => [...document.querySelectorAll('figure svg')].flatMap((svg) => {
          const box = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')].filter((t) => {
            const b = t.getBoundingClientRect();
            const aside = b.left < box.left - 2 || b.right > box.right + 2;
            return b.width && (aside || b.bottom > box.bottom + 2);
          }).map((t) => t.textContent);
        })"""
    )
    assert outside == []


@pytest.fixture
def desktop(browser, report):
    context = browser.new_context(**SCREENS["desktop"])
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    context.close()


def test_the_theme_can_be_switched_and_is_kept(desktop):
    def paper():
        return desktop.evaluate("getComputedStyle(document.body).backgroundColor")

    light = paper()
    desktop.locator(".theme").click()
    dark = paper()
    assert dark != light
    assert desktop.locator(".theme").inner_text() == "Light"
    desktop.reload()
    assert paper() == dark


def test_a_state_can_be_chosen(desktop):
    figures = desktop.locator("#t0-maze .choice figure")
    assert figures.count() >= 2
    assert [figure.is_visible() for figure in figures.all()] == [True] + [False] * (figures.count() - 1)
    choice = desktop.locator("#t0-maze-state")
    choice.select_option(index=1)
    assert figures.nth(1).is_visible() and not figures.nth(0).is_visible()
    choice.select_option("all")
    assert all(figure.is_visible() for figure in figures.all())


def test_the_episode_plays_and_can_be_scrubbed(desktop):
    agent = desktop.locator(".map .agent").first
    slider = desktop.locator(".controls input").first
    end = agent.get_attribute("cx"), agent.get_attribute("cy")
    slider.fill("0")
    assert desktop.locator(".now").first.inner_text().startswith("Step 0 of")
    assert (agent.get_attribute("cx"), agent.get_attribute("cy")) != end
    desktop.get_by_role("button", name="Play").first.click()
    desktop.wait_for_function("+document.querySelector('.controls input').value >= 2", timeout=5000)
    desktop.get_by_role("button", name="Pause").first.click()
    assert desktop.locator(".trace li[aria-current]").count() == 1


def test_it_works_without_scripts(browser, report):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator(".answer").is_visible()
    assert not page.locator(".controls").first.is_visible()
    assert all(figure.is_visible() for figure in page.locator("#t0-maze .choice figure").all())
    context.close()


def test_it_can_be_printed(desktop, tmp_path):
    desktop.emulate_media(media="print", color_scheme="dark")
    assert desktop.evaluate("getComputedStyle(document.body).color") == "rgb(28, 32, 38)"
    assert not desktop.locator(".bar").is_visible()
    sheets = desktop.pdf(path=tmp_path / "report.pdf", format="A4")
    assert sheets.startswith(b"%PDF") and len(sheets) > 50_000
