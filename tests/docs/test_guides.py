"""Every code block of the README and the guides runs, and every link of theirs leads somewhere."""

from __future__ import annotations

import re
from itertools import pairwise

import guide_blocks
import pytest
from guide_blocks import DOCS, PAGES, ROOT, Block, Runner, blocks, commands, make_workspace, shrink
from markdown_it import MarkdownIt

KNOWN = {"python", "pycon", "console", "bash", "sh", "yaml", "text", "toml"}
MADE = {"agents.md", "command-line.md", "environments/index.md", "api/index.rst"}
OPTIONAL = {
    "surrogates.md": ("torch",),
    "plug-in.md": ("gymchem", "stable_baselines3"),
    "sweeps.md": ("optuna",),
}
WITH_CODE = [page for page in PAGES if any(block.language in KNOWN - {"text"} for block in blocks(page))]
LINKED = [*PAGES, ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_every_block_runs(page, tmp_path, monkeypatch):
    for package in OPTIONAL.get(page.name, ()):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    runner = Runner(page)
    for block in blocks(page):
        runner.run(block)
    assert runner.ran or all(block.note or block.language == "text" for block in blocks(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_says_its_language(page):
    """An indented block or an unknown language would silently go untested."""
    odd = [f"line {b.line}: {b.language or 'indented'}" for b in blocks(page) if b.language not in KNOWN]
    assert not [entry for entry in odd if "{" not in entry]


def test_exceptions_are_few():
    every = [block for page in PAGES for block in blocks(page)]
    left_out = [block for block in every if block.note.startswith("no-run")]
    assert len(left_out) <= len(every) / 5


def slugs(text):
    """Anchors of a page's headings, as forges and the site make them."""
    tokens = MarkdownIt("commonmark").parse(text)
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in plain}


def links(page):
    """Targets of a page's links that lead to other files or headings."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
    inline = [child for token in tokens for child in token.children or ()]
    found = [str(child.attrs.get("href") or child.attrs.get("src") or "") for child in inline]
    return [target for target in found if target and not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for target in links(page):
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        made = place.is_relative_to(DOCS) and place.relative_to(DOCS).as_posix() in MADE
        assert place.exists() or made, f"{page.name}: {target}"
        if anchor and place.suffix == ".md" and not made:
            assert anchor in slugs(place.read_text(encoding="utf-8")), f"{page.name}: {target}"


def test_links_are_found():
    assert "architecture.md" in links(DOCS / "index.md") or "english.md" in links(DOCS / "index.md")


def test_a_wrong_output_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = Runner(DOCS / "index.md")
    runner.run(Block("pycon", "", ">>> 1 + 1\n2\n", 1))
    with pytest.raises(AssertionError, match="Expected"):
        runner.run(Block("pycon", "", ">>> 1 + 1\n3\n", 1))
    with pytest.raises(NameError):
        runner.run(Block("python", "", "missing", 1))
    with pytest.raises(AssertionError, match="No such command"):
        runner.run(Block("console", "", "$ lantern no-such-command\n", 1))
    with pytest.raises(AssertionError, match="without a reason"):
        runner.run(Block("python", "no-run:", "missing", 1))


def test_commands_and_what_they_print():
    text = "$ lantern a \\\n  b\nfirst\n\nsecond\n$ ls\n"
    assert commands(Block("console", "", text, 1)) == [("lantern a    b", "first\n\nsecond\n"), ("ls", "")]
    assert commands(Block("bash", "", "cd x\n\nlantern a\n", 1)) == [("cd x", ""), ("lantern a", "")]


def test_only_sweeps_are_shrunk():
    tuned = {"agent": "c", "tune": {"trials": 90, "space": {}}}
    small = shrink({"target": {}, "sources": [1, 2], "agents": ["a", "b", tuned], "steps": 10**6})
    assert small["steps"] == guide_blocks.STEPS
    assert small["sources"] == [1]
    assert small["agents"] == [
        "a",
        {"agent": "c", "tune": {"trials": guide_blocks.TRIALS, "seeds": 1, "space": {}}},
    ]
    assert shrink({"targets": [{"sources": [1, 2]}, {}], "agents": ["a"]})["targets"] == [{"sources": [1]}]
    assert shrink({"agents": []}) == {"agents": []}
