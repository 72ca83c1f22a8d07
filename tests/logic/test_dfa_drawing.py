"""SVG pictures: complete, and with nothing on top of anything else."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from logic_strategies import SETTINGS, formulas

from lantern.errors import LanternError
from lantern.logic import compile
from lantern.logic.drawing import _Picture
from lantern.logic.layout import layout

SVG = "{http://www.w3.org/2000/svg}"
DUNGEON = "F(dragon) & (!dragon U chest) & (!dragon U shield) & (!chest U key) & G !lava"


def test_a_picture_shows_every_state_and_is_a_document_of_its_own():
    dfa = compile(DUNGEON)
    text = dfa.svg()
    root = ElementTree.fromstring(text)
    states = [g.get("data-state") for g in root.iter(f"{SVG}g") if "state" in g.get("class", "").split()]
    assert sorted(map(int, states)) == list(range(dfa.n_states))
    (accepting,) = [g for g in root.iter(f"{SVG}g") if g.get("class") == "state accepting"]
    assert accepting.get("data-state") == str(int(dfa.accepting.argmax()))
    words = " ".join(t.text or "" for t in root.iter(f"{SVG}text"))
    assert "dragon still has to occur" in words and "too early" in words
    assert "prefers-color-scheme:dark" in text and "currentColor" in text
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


def test_simultaneous_events_are_left_out_unless_wanted():
    dfa = compile("F a & F b & F c")
    assert len(_Picture(dfa, simultaneous=False).drawn) == 12  # the edges of a cube
    assert len(_Picture(dfa, simultaneous=True).drawn) == 19
    assert "Several events in one step" in dfa.svg()
    assert "Several events in one step" not in dfa.svg(simultaneous=True)
    together = compile("F(a & b)")
    assert len(_Picture(together, simultaneous=False).drawn) == 1  # there is no other way


@settings(SETTINGS, max_examples=100)
@given(formulas(leaves=8))
def test_nothing_overlaps(formula):
    dfa = compile(formula)
    picture = _Picture(dfa, simultaneous=True)
    ElementTree.fromstring(picture.render())
    areas = [
        (box.x - box.left, box.x + box.right, box.y, box.y + box.height) for box in picture.boxes.values()
    ]
    areas += [(r.text.x, r.text.x + r.text.right, r.text.y, r.text.y + r.text.height) for r in picture.routes]
    for one, other in itertools.combinations(areas, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart
    for route in picture.routes:
        for box in picture.boxes.values():
            for item in route.items[1:-1]:
                inside = box.x - box.left < item.x < box.x + box.right
                assert not (inside and item.rank == box.rank)


def points_on(path: str) -> list[tuple[float, float]]:
    """Points on a path of absolute M, L and C commands, closely spaced."""
    found: list[tuple[float, float]] = []
    for command, text in re.findall(r"([MLC])([^MLC]*)", path):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", text)]
        ends = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            found += ends
            continue
        p0, p3 = found[-1], ends[-1]
        p1, p2 = (ends[0], ends[1]) if command == "C" else (p0, p3)
        for t in (i / 40 for i in range(1, 41)):
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            found.append(
                tuple(sum(w * p[k] for w, p in zip(weights, (p0, p1, p2, p3), strict=True)) for k in (0, 1))
            )
    return found


@settings(SETTINGS, max_examples=60)
@given(formulas(leaves=9))
def test_no_edge_runs_across_a_box(formula):
    picture = _Picture(compile(formula), simultaneous=True)
    root = ElementTree.fromstring(picture.render())
    for group in root.iter(f"{SVG}g"):
        if group.get("class") == "transition":
            path = group.find(f"{SVG}path").get("d")
            for x, y in points_on(path):
                for box in picture.boxes.values():
                    across = box.x - box.left + 0.5 < x < box.x + box.left - 0.5
                    assert not (across and box.y + 0.5 < y < box.y + box.height - 0.5)


def test_layers_go_from_the_start_to_acceptance():
    picture = _Picture(compile("F(a & X F(b & X F c))"), simultaneous=False)
    heights = [picture.boxes[state].y for state in range(4)]
    assert heights == sorted(heights)
    assert not any(route.upward for route in picture.routes)
    back = _Picture(compile("G(a -> F b)"), simultaneous=False)
    assert [route.upward for route in back.routes] == [False, True]


def test_crossings_are_avoided_where_they_can_be():
    sizes = dict.fromkeys(range(5), (40.0, 40.0, 30.0))
    edges = [(0, 1), (0, 2), (1, 3), (1, 4), (2, 3)]
    boxes, _ = layout(sizes, [(u, v, (5.0, 30.0, 12.0)) for u, v in edges], 0)
    assert (boxes[1].x < boxes[2].x) == (boxes[4].x < boxes[3].x)


def test_text_is_escaped():
    text = compile("F(a <-> b)", {"a": "x < y & z", "b": 'the "lamp" is lit'}).svg()
    ElementTree.fromstring(text)
    assert "x &lt; y &amp; z" in text


def test_drawing_to_a_file(tmp_path):
    path = compile("F a").draw(tmp_path / "task.svg")
    assert path.read_text(encoding="utf-8").startswith("<svg")
    with pytest.raises(LanternError, match="cannot be written"):
        compile("F a").draw(tmp_path / "nowhere" / "task.svg")


def test_an_automaton_that_accepts_nothing_can_be_drawn():
    root = ElementTree.fromstring(compile("false").svg())
    assert "cannot be done at all" in " ".join(t.text or "" for t in root.iter(f"{SVG}text"))
