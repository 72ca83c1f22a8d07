"""The flat plan: its schema, what is refused, and what each part means."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import plan, rule

import lantern
from lantern.language import sections
from lantern.language.grammar.conventions import Conventions
from lantern.language.llm.convert import to_task
from lantern.language.llm.plan import (
    ALONE,
    Constraint,
    Kind,
    Plan,
    PlanError,
    extract_json,
    read_plan,
    schema,
)
from lantern.language.llm.retrieve import _store, retrieve
from lantern.language.llm.words import find_names, lift, named, related
from lantern.language.semantics import to_formula
from lantern.language.types import Reading
from lantern.language.verify import Checks
from lantern.logic import Proposition, Vocabulary, compile

LETTERS = Vocabulary({letter: f"the agent is at {letter}" for letter in "ABCDE"})


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (plan("A"), "F A"),
        (plan(("all", "AB")), "F A & F B"),
        (plan(("any", "AB")), "F(A | B)"),
        (plan(("together", "AB")), "F(A & B)"),
        (plan(("together", ["A", "not B"])), "F(A & !B)"),
        (plan("A", "B"), "F(A & F B)"),
        (plan("A", "B", order="next"), "F(A & X B)"),
        (plan("A", "B", order="strict"), "!B U A & F B"),
        (plan(("all", "AB"), "C"), "F(A & F(B & F C)) | F(B & F(A & F C))"),
        (plan(constraints=[rule("never", "AB")]), "G !A & G !B"),
        (plan(constraints=[rule("always", "A")]), "G A"),
        (plan(constraints=[rule("end_with", "A")]), "F(last & A)"),
        (plan(constraints=[rule("hold_until", "A", "B")]), "A U B"),
        (plan(constraints=[rule("hold_until", ["not A"], "B")]), "!A U B"),
        (plan("B", constraints=[rule("not_until", "A", "B")]), "!A U B"),
        (plan(constraints=[rule("never_after", "B", "A")]), "G(A -> N G !B)"),
        (plan(constraints=[rule("whenever_now", "A", "B")]), "G(A -> B)"),
        (plan(constraints=[rule("whenever_later", "A", "B")]), "G(A -> F B)"),
        (plan(constraints=[rule("whenever_next", "A", "B")]), "G(A -> X B)"),
        (plan(constraints=[rule("at_least", "A", count=2)]), "F(A & F(!A & F A))"),
        (plan(constraints=[rule("at_most", "A", count=1)]), "!F(A & F(!A & F A))"),
        (plan(constraints=[rule("exactly", "A", count=1)]), "F A & !F(A & F(!A & F A))"),
        (plan("A", "A"), "F(A & X F A)"),
    ],
)
def test_meaning_of_each_part(answer, meaning):
    found = compile(to_formula(to_task(read_plan(json.dumps(answer), LETTERS))), LETTERS)
    trace = found.difference(compile(meaning, LETTERS))
    assert trace is None or trace == [], f"{found.formula} differs from {meaning} on {trace}"


def test_conventions_are_those_of_the_grammar():
    rules = [rule("not_until", "A", "B"), rule("never_after", "C", "D"), rule("at_least", "E", count=2)]
    answer = read_plan(json.dumps(plan(constraints=rules)), LETTERS)
    strong = Conventions(until="strong", next="strong", visits="step")
    meanings = {
        None: "(!A W B) & G(D -> N G !C) & F(E & F(!E & F E))",
        strong: "(!A U B) & G(D -> X G !C) & F(E & X F E)",
    }
    for conventions, meaning in meanings.items():
        found = compile(to_formula(to_task(answer, conventions)), LETTERS)
        assert found.difference(compile(meaning, LETTERS)) in (None, []), conventions


def test_every_kind_of_constraint_has_a_meaning():
    for kind in Kind.__args__:
        other = () if kind in ALONE else ("B",)
        task = to_task(Plan(constraints=(Constraint(kind=kind, what=("A",), other=other),)))
        assert to_formula(task).propositions[:1] in (("A",), ("B",)), kind


def test_repeated_constraints_count_once():
    never = rule("never", "A")
    assert len(to_task(read_plan(json.dumps(plan(constraints=[never, never])), LETTERS)).clauses) == 1


def test_schema_is_closed_flat_and_strict():
    def objects(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for child in node.values():
                yield from objects(child)

    found = list(objects(schema(LETTERS)))
    assert len(found) == 3
    for one in found:
        assert one["required"] == list(one["properties"]) and one["additionalProperties"] is False


@given(st.text(alphabet='{}[]":,aestgo \\\n', max_size=60))
def test_no_text_makes_reading_fail_otherwise(text):
    try:
        assert isinstance(read_plan(text, LETTERS), Plan)
    except PlanError as error:
        assert str(error)


def test_last_object_with_the_right_keys_is_taken():
    assert extract_json('{"x": {"stages": []}} then {"stages": [1]}') in ({"stages": []}, {"stages": [1]})
    with pytest.raises(PlanError, match="none of the keys"):
        extract_json('{"x": 1}')


def test_every_worked_example_is_sound_and_says_what_it_says():
    examples = _store()[0]
    assert len(examples) > 100
    for example in examples:
        found = read_plan(example.answer, LETTERS)
        used = {literal.removeprefix("not ") for stage in found.stages for literal in stage.what}
        used |= {lit.removeprefix("not ") for r in found.constraints for lit in (*r.what, *r.other)}
        assert used == set(named_places(example.text)), example.text
        if found.unknown:
            assert all(words in example.text for words in found.unknown), example.text
            continue
        checked = Checks(LETTERS)(Reading(to_formula(to_task(found))))
        assert checked.fatal is None, (example.text, checked.fatal)


def named_places(text):
    import re

    return re.findall(r"\b[A-E]\b", text)


def test_retrieved_examples_speak_of_the_users_propositions():
    vocabulary = Vocabulary({"red_room": "the agent is in the red room", "key": "the agent has the key"})
    found = retrieve("First go to the red room, then get the key.", vocabulary, 5)
    text, answer = found[-1]
    assert "red room" in text and '"what":["red_room"]' in answer
    assert all(len(set(named_places(text))) == 0 for text, _ in found)
    assert json.loads(answer)["stages"] == [
        {"how": "all", "what": ["red_room"]},
        {"how": "all", "what": ["key"]},
    ]
    assert retrieve("anything", vocabulary, 0) == []


def test_examples_that_need_more_propositions_than_there_are_stay_out():
    one = Vocabulary({"key": "the agent has the key"})
    for text, _ in retrieve("Do key, then key, then key and key.", one, 100):
        assert named_places(text) == []


def test_names_are_found_with_synonyms_plurals_and_longest_first():
    vocabulary = Vocabulary(
        {
            "gold_key": Proposition("the agent holds the golden key", ("yellow keys",)),
            "key": "the agent holds a key",
            "a": "the agent is at a",
        }
    )
    text = "Get a gold key or the yellow keys, and two keys."
    assert [name for _, _, name in find_names(text, vocabulary)] == ["a", "gold_key", "gold_key", "key"]
    assert named(text, vocabulary) == ("gold_key", "key")
    assert lift(text, vocabulary) == "Get @ @ or the @, and two @."
    letters = Vocabulary({"a": "the agent is at a", "b": "the agent is at b"})
    assert named("visit a and b", letters) == ("a", "b")
    assert related("golden things", "gold_key", vocabulary)
    assert not related("the agent is happy", "key", vocabulary)


WORDS3 = Vocabulary({letter: f"the agent is at {letter}" for letter in "ABC"})
LITERALS = st.sampled_from(["A", "B", "C", "not A", "not B"])
STAGES = st.fixed_dictionaries(
    {"how": st.sampled_from(["all", "any", "together"]), "what": st.lists(LITERALS, min_size=1, max_size=3)}
)
RULES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind.__args__),
        "what": st.lists(LITERALS, min_size=1, max_size=2),
        "other": st.lists(LITERALS, max_size=2),
        "count": st.integers(-1, 4),
    }
)
PLANS = st.fixed_dictionaries(
    {
        "unknown": st.just([]),
        "stages": st.lists(STAGES, max_size=4),
        "order": st.sampled_from(["then", "next", "strict", "once"]),
        "constraints": st.lists(RULES, max_size=3),
    }
)


class Answers:
    """Translator that reads a plan as the model's would be read."""

    name = "llm"

    def __init__(self, answer):
        self.answer = answer

    def translate(self, text, vocabulary):
        task = to_task(read_plan(json.dumps(self.answer), vocabulary))
        return Reading(to_formula(task), task)


@settings(max_examples=150, deadline=None)
@given(PLANS)
def test_any_plan_is_translated_or_refused_in_words(answer):
    try:
        task = lantern.translate("x", WORDS3, Answers(answer))
    except (PlanError, lantern.LanternError) as error:
        assert str(error)
        return
    assert task.paraphrase and sections(task)
    assert all(
        task.dfa.accepts(example.trace) == example.accepted for example in task.accepted + task.rejected
    )
