"""The page as a file: complete, self-contained, safe, and true to the numbers."""

import html
import json
import re
import shutil
from html.parser import HTMLParser

import pytest

from lantern.errors import ContentError, LanternError
from lantern.experiments.loading import load_results
from lantern.experiments.report import table_rows, write_report

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Document(HTMLParser):
    """Checks nesting and collects ids, references and text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.references, self.text, self.tags = [], [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert len(given) == len(attributes), f"an attribute is given twice in <{tag} {attributes}>"
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.references += [given[n] for n in ("href", "src", "xlink:href", "srcset", "action") if n in given]
        self.references += re.findall(r"url\(([^)]*)\)", given.get("style") or "")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)


@pytest.fixture(scope="session")
def report(synthetic_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "sweep"
    shutil.copytree(synthetic_folder, folder)
    return write_report(folder, figures=False)


@pytest.fixture(scope="session")
def document(report):
    return Document(report.read_text(encoding="utf-8"))


def _plain(document):
    """Text of the page with every kind of space as one blank."""
    return re.sub(r"\s+", " ", "".join(document.text))


def test_it_is_one_file_that_refers_to_nothing_outside(document):
    assert all(reference.startswith(("#", "data:")) for reference in document.references)
    anchors = [reference[1:] for reference in document.references if reference.startswith("#")]
    assert set(anchors) <= set(document.ids)
    assert len(set(document.ids)) == len(document.ids)


def test_every_number_of_the_table_is_on_the_page(report, document):
    text = _plain(document)
    for row in table_rows(load_results(report.parent)).rows:
        for cell in row.cells:
            assert cell.value + cell.interval in text, (row.agent, cell)


def test_the_parts_are_there(report, document):
    text = _plain(document)
    for words in (
        "LANTERN reached 90 % success with",
        "LANTERN is our reconstruction",
        "Pick up the key, open the chest, then slay the dragon.",
        "F(key & F(chest & F dragon))",
        "Trust over time",
        "learning alone",
        "teacher_map",
        "lantern sweep synthetic",
        f"lantern report {report.parent}",
    ):
        assert words in text, words
    ids = set(document.ids)
    for stem in ("curves", "time", "trust-0"):
        assert {f"fig-t0-dungeon-quest-{stem}", f"fig-t1-blind-craftsman-{stem}"} <= ids
    assert {
        "fig-profiles",
        "fig-improvement",
        "t0-dungeon-quest-s0-links-t",
        "t0-dungeon-quest-dfa-title",
    } <= ids


def test_states_where_all_is_decided_have_no_trust(document):
    assert "fig-t0-dungeon-quest-trust-2" in document.ids
    assert "fig-t0-dungeon-quest-trust-3" not in document.ids


@pytest.fixture
def small(write_sweep, tmp_path):
    return write_sweep(tmp_path / "sweep", targets=("maze",), agents=("product_q", "crm"), seeds=5)


def test_the_figures_and_tables_lie_beside_it(small):
    write_report(small)
    names = {path.name for path in (small / "figures").iterdir()}
    stems = ("t0-maze-curves", "t0-maze-time", "profiles", "improvement")
    assert names == {f"{stem}.{kind}" for stem in stems for kind in ("svg", "pdf", "csv")}
    assert (small / "table.tex").read_text().startswith("\\begin{table}")
    assert (small / "table.md").read_text().startswith("| target")
    assert not list(small.glob(".report*"))


def test_writing_again_gives_the_same_page(small):
    before = write_report(small, figures=False).read_bytes()
    assert write_report(small, figures=False).read_bytes() == before


def _change(folder, change):
    path = folder / "sweep.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))
    return Document(write_report(folder, figures=False).read_text(encoding="utf-8"))


def test_special_characters_are_text(write_sweep, tmp_path):
    evil = '<script>alert("x")</script> & {{ 7*7 }} \u00e9 \U0001f525'
    folder = write_sweep(tmp_path / "sweep", targets=("a<b>&'\"",), agents=("product_q", "lantern"), seeds=2)

    def change(manifest):
        manifest["name"] = evil
        for target in manifest["targets"].values():
            target["task"] = evil
            target["sources"][0]["task"] = evil

    document = _change(folder, change)
    assert evil in _plain(document)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert '<script>alert("x")' not in page
    assert html.escape(evil).split(" ")[0].replace("&quot;", "&#34;") in page


def test_one_seed_and_one_agent_make_a_page(write_sweep, tmp_path):
    folder = write_sweep(tmp_path / "sweep", targets=("maze",), agents=("lantern",), seeds=1)
    text = _plain(Document(write_report(folder, figures=False).read_text(encoding="utf-8")))
    assert "LANTERN reached 90 % success after" in text
    assert "Only 1 seed" in text
    assert "fig-improvement" not in text


def test_a_task_given_as_a_formula_is_quoted_in_words(write_sweep, tmp_path):
    folder = write_sweep(tmp_path / "sweep", targets=("maze",), agents=("product_q",), seeds=2)

    def change(manifest):
        manifest["targets"]["maze"]["task"] = manifest["targets"]["maze"]["formula"]

    text = _plain(_change(folder, change))
    assert text.count("The key, then the chest, then the dragon.") == 1
    assert "Understood as" not in text


def test_what_is_missing_is_said(write_sweep, tmp_path):
    folder = write_sweep(tmp_path / "sweep", targets=("maze",), agents=("product_q", "crm"), seeds=2)

    def change(manifest):
        for target in manifest["targets"].values():
            target["dfa"] = {}

    text = _plain(_change(folder, change))
    assert "The results hold no automaton for this target." in text
    assert "No alignment was recorded for this target." in text
    assert "No agent of this sweep recorded whom it trusted" in text


def test_a_huge_automaton_is_counted_not_drawn(write_sweep, tmp_path):
    formula = " & ".join(f"F(key & {'X ' * n}F chest)" for n in range(1, 4)) + " & " + "X " * 70 + "F dragon"
    folder = write_sweep(
        tmp_path / "sweep", targets=("maze",), agents=("product_q", "lantern"), seeds=2, formula=formula
    )
    document = Document(write_report(folder, figures=False).read_text(encoding="utf-8"))
    assert re.search(r"This automaton has \d{2,} states, too many to draw\.", _plain(document))
    assert sum(name.startswith("fig-t0-maze-trust-") for name in document.ids) == 16


def test_an_unfinished_sweep_makes_a_page(write_sweep, tmp_path):
    folder = write_sweep(
        tmp_path / "sweep", targets=("maze",), agents=("product_q", "lantern"), seeds=2, missing=4
    )
    text = _plain(Document(write_report(folder, figures=False).read_text(encoding="utf-8")))
    assert "No run of this sweep has finished yet" in text
    assert "4 runs have not finished yet" in text


def test_a_folder_without_a_sweep_is_an_error(tmp_path):
    with pytest.raises(ContentError, match="holds no sweep"):
        write_report(tmp_path)


def test_a_place_that_cannot_be_written_is_an_error(write_sweep, tmp_path):
    folder = write_sweep(tmp_path / "sweep", targets=("maze",), agents=("lantern",), seeds=1)
    (folder / "report.html").mkdir()
    with pytest.raises(LanternError, match="cannot be written"):
        write_report(folder, figures=False)
