"""Propositions, masks and labels."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logic_strategies import SETTINGS

from lantern.errors import LabelError
from lantern.logic import Proposition, Vocabulary

VOCABULARY = Vocabulary(
    {
        "key": "the agent picks up the key",
        "door": Proposition("the door is open", synonyms=("gate",), opposite="the door is shut"),
    }
)


def test_it_is_an_ordered_mapping_to_sentences():
    assert list(VOCABULARY.items()) == [
        ("key", "the agent picks up the key"),
        ("door", "the door is open"),
    ]
    assert VOCABULARY.names == ("key", "door")
    assert "key" in VOCABULARY and "keys" not in VOCABULARY
    assert VOCABULARY.proposition("door").synonyms == ("gate",)
    assert VOCABULARY.proposition("key").opposite is None


@SETTINGS
@given(st.integers(1, 62), st.data())
def test_masks_and_labels_are_inverse(size, data):
    vocabulary = Vocabulary({f"p{i}": f"proposition {i} holds" for i in range(size)})
    mask = data.draw(st.integers(0, 2**size - 1))
    assert vocabulary.mask(vocabulary.label(mask)) == mask
    assert len(vocabulary.label(mask)) == mask.bit_count()


def test_it_survives_json_and_pickle():
    assert Vocabulary.from_dict(VOCABULARY.to_dict()) == VOCABULARY
    assert pickle.loads(pickle.dumps(VOCABULARY)) == VOCABULARY
    assert hash(Vocabulary(VOCABULARY)) == hash(VOCABULARY)
    assert Vocabulary(dict(VOCABULARY)) != VOCABULARY  # the synonyms differ


def test_a_misspelt_name_suggests_the_nearest():
    with pytest.raises(LabelError, match=r"no proposition 'kay'\. Did you mean 'key'"):
        VOCABULARY.mask({"kay"})
    with pytest.raises(LabelError, match="Did you mean 'door'"):
        VOCABULARY["Door"]
    with pytest.raises(LabelError, match="Known propositions: key, door"):
        VOCABULARY.proposition("zzz")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"F": "it is finished"}, "part of the formula syntax"),
        ({"true": "it is true"}, "part of the formula syntax"),
        ({"blue room": "the agent is in the blue room"}, "Use letters, digits and underscores"),
        ({"1st": "first"}, "Use letters, digits and underscores"),
        ({"key": "  "}, "no English sentence"),
    ],
)
def test_bad_names_and_sentences_are_refused(entries, message):
    with pytest.raises(LabelError, match=message):
        Vocabulary(entries)


def test_names_without_sentences_are_no_vocabulary():
    with pytest.raises(LabelError, match=r"maps names to English sentences.*got list"):
        Vocabulary(["key"])


def test_text_is_not_a_label_and_masks_must_fit():
    with pytest.raises(LabelError, match="set of names"):
        VOCABULARY.mask("key")
    with pytest.raises(LabelError, match="does not fit 2 propositions"):
        VOCABULARY.label(4)
    with pytest.raises(LabelError, match="does not fit"):
        VOCABULARY.label(-1)
