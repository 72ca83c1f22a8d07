"""The documentation site: made pages are complete; it builds, and loads nothing from elsewhere."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import pytest
from guide_blocks import DOCS, ROOT

import lantern
from lantern import content

sys.path.insert(0, str(DOCS))
pages = importlib.import_module("pages")
make_tables = importlib.import_module("make_tables")


def test_every_agent_and_setting_is_on_the_agents_page():
    from lantern.agents import AgentConfig

    page = pages.agents_page()
    for path in (ROOT / "agents").glob("*.yaml"):
        assert f"## {path.stem}\n" in page
    assert all(f"| `{key}` |" in page for key in AgentConfig.model_fields)
    assert "reconstruction" in page[page.index("## lantern") :]


def test_every_command_and_option_is_on_the_command_line_page():
    from typer.main import get_command

    from lantern.cli.app import app

    page = pages.command_line_page()
    for name, command in get_command(app).commands.items():
        section = page[page.index(f"## {name}\n") :].partition("\n## ")[0]
        flags = [flag for p in command.params if p.param_type_name == "option" for flag in p.opts]
        assert all(f"`{flag}`" in section for flag in flags if flag != "--help")
    assert "| `--agent`, `-a` | Agent: a name or a YAML file. | `lantern` |" in page


def test_every_public_name_is_in_the_reference():
    index = pages.api_index()
    reference = "\n".join(pages.package_page(name, title) for name, title in pages.PACKAGES.items())
    for name in lantern.__all__:
        assert f"`lantern.{name} <" in index
        assert re.search(rf":: lantern(\.errors)?\.{name}$", reference, re.MULTILINE), name


def test_every_environment_has_a_page(tmp_path):
    pages.make_pages(tmp_path)
    made = {
        path.relative_to(tmp_path / "environments").with_suffix("").as_posix()
        for path in (tmp_path / "environments").rglob("*.md")
    }
    assert made - {"index"} == set(content.names("envs", tmp_path))


def test_tables_say_where_they_come_from():
    """What a benchmark prints is kept with its command; a table typed by hand would lack them."""
    tables = {path.stem: path.read_text("utf-8") for path in (DOCS / "benchmarks").glob("*.md")}
    assert set(tables) <= set(make_tables.TABLES)
    for name, text in tables.items():
        assert f"`python {make_tables.TABLES[name]}" in text
        assert re.search(r"commit `[0-9a-f]{12}`", text)
        assert re.search(r"\d+ cores", text)
    included = re.findall(r"\{include\} benchmarks/(\w+)\.md", (DOCS / "benchmarks.md").read_text("utf-8"))
    assert sorted(included) == sorted(tables)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    for package in ("sphinx", "furo", "myst_parser"):
        pytest.importorskip(package, reason="needs the extra docs")
    out = tmp_path_factory.mktemp("site")
    build = [sys.executable, str(DOCS / "build.py"), "--out", str(out)]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.mark.slow
def test_the_site_builds_and_needs_nothing_from_elsewhere(site):
    for page in site.rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|img|iframe|source|link)\b[^>]*?(?:src|href)=\"([^\"]*)\"", page.read_text()
        )
        assert not [target for target in loaded if re.match(r"(https?:)?//", target)], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", sheet.read_text("utf-8")), sheet
    assert "<svg" in (site / "quick-start.html").read_text()


@pytest.mark.slow
@pytest.mark.browser
def test_the_site_works_in_a_browser(site):
    """From disk, as on a phone: no error, no request to anywhere, nothing wider than the screen."""
    import shutil

    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        errors, requests = [], []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        for name in ("index", "quick-start", "sweeps", "agents", "method", "api/logic", "environments/index"):
            page.goto(f"file://{site}/{name}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        browser.close()
    assert not errors
    assert requests and all(url.startswith(("file:", "data:")) for url in requests)
