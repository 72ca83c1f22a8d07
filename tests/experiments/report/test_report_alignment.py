from xml.etree import ElementTree

import numpy as np
import pytest

from lantern.experiments.report.alignment import link, proposition_pairs, state_weights
from lantern.experiments.report.automaton import Automaton, State
from lantern.experiments.results import Source

TARGET = (State(0, "Start.", ("start",)), State(1, "Has the key.", ()), State(2, "Done.", ("fulfilled",)))
SOURCE = Automaton("<svg/>", (State(0, "A <b>", ("start",)), State(1, "B", ("fulfilled",))))
WEIGHTS = np.array([[0.9, 0.1], [0.5, 0.45], [0.0, 1.0]])


@pytest.fixture
def links():
    return link(Source("rescue & co", "rescue", "Save them.", "F save", {}), WEIGHTS, TARGET, SOURCE, "k")


def test_each_target_state_has_its_nearest_source_state(links):
    found = [(match.target.index, match.source.index, match.weight) for match in links.matches]
    assert found == [(0, 0, 0.9), (1, 0, 0.5), (2, 1, 1.0)]


def test_the_mean_leaves_out_states_with_nothing_left_to_do(links):
    assert links.mean == pytest.approx((0.9 + 0.5) / 2)


def test_the_drawing_shows_best_and_near_links(links):
    root = ElementTree.fromstring(links.svg)
    paths = [node for node in root.iter() if node.tag.endswith("path")]
    assert len(paths) == 4  # three best ones, and 0.45 which comes near 0.5
    assert sum("--series-0" in node.get("style") for node in paths) == 3
    assert "rescue &amp; co" in links.svg


@pytest.mark.parametrize(
    "stored", [None, {}, {"states": {}}, {"states": {"other": [[1.0]]}}, {"states": {"s": []}}]
)
def test_a_missing_alignment_is_none(stored):
    assert state_weights(stored, "s") is None


def test_weights_are_read_as_they_are():
    assert state_weights({"states": {"s": WEIGHTS.tolist()}}, "s").tolist() == WEIGHTS.tolist()


def test_a_target_state_without_counterpart_has_no_match():
    empty = link(Source("s", "e", "t", "f", {}), np.zeros((3, 2)), TARGET, SOURCE, "k")
    assert [match.source for match in empty.matches] == [None] * 3 and empty.mean == 0.0


def test_propositions_that_correspond_are_listed_surest_first():
    stored = {
        "propositions": {
            "s": {"a": {"source": "x", "similarity": 0.4}, "b": {"source": "y", "similarity": 0.9}}
        }
    }
    assert proposition_pairs(stored, "s") == (("b", "y", 0.9), ("a", "x", 0.4))
    assert proposition_pairs(stored, "t") == proposition_pairs(None, "s") == ()
