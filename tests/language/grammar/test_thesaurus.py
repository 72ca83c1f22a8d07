"""The thesaurus: what its groups must not say of themselves, and the questions that other modules ask it."""

from __future__ import annotations

import pytest

from lantern.errors import TranslationError
from lantern.language.english import manners
from lantern.language.english.thesaurus import (
    alike,
    effects,
    other_names,
    places_for,
    same_thing,
    state_of,
    thesaurus,
)
from lantern.language.grammar import GrammarTranslator
from lantern.logic import Vocabulary

# Kinds of which no verb may bring about both.
CONTRADICTING = [("arrive", "leave"), ("acquire", "release"), ("exceed", "obey")]


@pytest.mark.parametrize(("one", "other"), CONTRADICTING)
def test_no_verb_brings_about_a_thing_and_its_opposite(one: str, other: str) -> None:
    assert manners.verbs(one)
    assert not manners.verbs(one) & manners.verbs(other)


def test_states_and_their_opposites_share_no_word() -> None:
    for state in thesaurus().states:
        assert not state.holds & state.fails, state
        assert not state.making & state.undoing, state
        assert not state.nouns & state.undone, state
        assert not state.holds & state.undoing, state
        assert not state.fails & state.making, state


def test_a_verb_of_a_state_never_brings_about_its_opposite() -> None:
    for state in thesaurus().states:
        about = sorted(state.things)
        for words, others, sign in ((state.making, state.undoing, 1), (state.undoing, state.making, -1)):
            for verb in words - others:
                written, _, particle = verb.partition("-")
                if "-" not in particle:
                    assert state_of(state.holds, written, particle, about) in (sign, 0), (verb, state)


def test_there_are_many_groups() -> None:
    known = thesaurus()
    deeds = {deed for group in known.deeds.values() for deed in group}
    things = {group for groups in known.things.values() for group in groups}
    assert len(deeds) > 250
    assert len(things) > 250
    assert len(known.states) > 60


def test_groups_are_not_joined_through_a_word_they_share() -> None:
    assert "turn-over" in alike("flip") and "pull" not in alike("flip")
    assert "pull" in alike("flip", ["lever"])
    assert not same_thing("drain valve", "exit")
    assert state_of({"moving"}, "activate") == 0  # "running" is both moving and being on


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("gas station", "petrol station", True),
        ("lift", "elevators", True),
        ("trash can", "dustbin", True),
        ("pavement", "sidewalk", True),
        ("the", "a", False),
        ("dragon", "zombie", False),
        ("gold key", "silver key", False),
        ("wood", "stone", False),
    ],
)
def test_same_thing(one: str, other: str, same: bool) -> None:
    assert same_thing(one, other) == same == same_thing(other, one)
    assert (tuple(other.removesuffix("s").split()) in other_names(one.split())) == same


@pytest.mark.parametrize(
    ("state", "verb", "particle", "sign"),
    [
        ("on", "switched", "off", -1),
        ("lit", "goes", "out", -1),
        ("running", "halts", "", -1),
        ("running", "boot", "up", 1),
        ("full", "emptying", "", -1),
        ("open", "slam", "", -1),
        ("airborne", "land", "", -1),
        ("airborne", "taking", "off", 1),
        ("stationary", "brake", "", 1),
        ("clean", "hoover", "", 1),
        ("hot", "paint", "", 0),
        ("dead", "slay", "", 1),
    ],
)
def test_state_of(state: str, verb: str, particle: str, sign: int) -> None:
    assert state_of({state}, verb, particle) == sign


def test_a_state_may_be_said_of_some_things_only() -> None:
    assert state_of({"open"}, "turn", "off", ["tap"]) == -1
    assert state_of({"open"}, "turn", "off", ["door"]) == 0


def test_effects() -> None:
    assert {effect.kind for effect in effects("nicked")} == {"acquire"}
    assert {effect.kind for effect in effects("drop", "by")} == {"arrive"}
    off = [effect for effect in effects("power", "down") if effect.kind == "state"]
    assert off and all("off" in effect.states for effect in off)
    assert any("on" in effect.opposite for effect in off)
    assert effects("paint") == frozenset()


def test_places_for_what_is_done_there() -> None:
    assert ("charging", "station") in places_for("recharges")
    assert not places_for("paint")


def test_sets_of_verbs_have_names() -> None:
    assert manners.verbs("put") >= {"pour", "put-down"}
    with pytest.raises(AttributeError):
        _ = manners.NOTHING


def test_knows_verbs_in_their_inflections_and_other_words_as_written() -> None:
    known = thesaurus()
    assert known.knows("changes") and known.knows("nicked") and known.knows("petrol")
    assert not known.knows("tomatos") and not known.knows("xyzzy")


def test_a_part_of_a_name_without_a_sentence_is_not_renamed() -> None:
    places = Vocabulary({"the_chicago_diner": "the chicago diner", "wawa": "wawa"})
    with pytest.raises(TranslationError, match="restaurant"):
        GrammarTranslator().translate("Go to Wawa but never to the restaurant.", places)
