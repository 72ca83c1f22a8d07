"""The typed task: JSON, walking, meaning, paraphrase."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lantern.errors import FormulaError
from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Atom,
    Clause,
    Count,
    Finish,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Or,
    Reach,
    Requirement,
    Sequence,
    SomeOf,
    Task,
    Until,
    Whenever,
    propositions,
    task_adapter,
    task_from_json,
    task_to_json,
    walk,
)
from lantern.language.semantics import to_formula
from lantern.logic import compile, evaluate, parse

A, B, C, D = (Atom(name) for name in "abcd")
EVERY_NODE = Task(
    (
        Sequence((AllOf((Reach(A), Reach(B))), OneOf((Reach(C), Reach(D)))), "then"),
        SomeOf((Reach(A), Reach(B), Reach(C)), 2),
        Count(Or((A, B)), 1, 3, "step"),
        Now(And((A, Not(B)))),
        Finish(A),
        Always(Not(C)),
        Never(D),
        Until(A, B, strong=False),
        NotBefore(C, A),
        Whenever(A, Now(B), 1, "iff"),
        Requirement(A, "until", "after", B, C, True, D),
    )
)


def test_json_gives_the_same_task_back() -> None:
    assert task_from_json(task_to_json(EVERY_NODE)) == EVERY_NODE


def test_json_that_is_no_task_is_refused() -> None:
    with pytest.raises(ValidationError):
        task_from_json('{"kind": "task", "clauses": [{"kind": "reach"}]}')


def test_schema_tells_the_kinds_apart() -> None:
    schema = task_adapter().json_schema()
    assert {"Reach", "Sequence", "Whenever", "Requirement"} <= set(schema["$defs"])


def test_walk_and_propositions() -> None:
    assert propositions(EVERY_NODE) == ("a", "b", "c", "d")
    assert sum(isinstance(node, SomeOf) for node in walk(EVERY_NODE)) == 1


MEANINGS: list[tuple[Clause, str]] = [
    (Reach(A), "F a"),
    (Reach(A, avoiding=B), "!b U a"),
    (Reach(A, steps=3), "F(a & X(a & X a))"),
    (Now(A), "a"),
    (Finish(A), "F G a"),
    (Count(A, at_least=2), "F(a & F(!a & F a))"),
    (Count(A, at_least=2, unit="step"), "F(a & X F a)"),
    (Count(A, at_most=1), "!F(a & F(!a & F a))"),
    (Count(A, 1, 1), "a M (!a | G(a | G !a))"),
    (Sequence((Reach(A), Reach(B), Reach(C))), "F(a & F(b & F c))"),
    (Sequence((Reach(A), Reach(A))), "F(a & X F a)"),
    (Sequence((Reach(A), Reach(B)), "next"), "F(a & X b)"),
    (Sequence((Reach(A), Reach(B), Reach(C)), "next"), "F(a & X(b & X c))"),
    (Sequence((Reach(A), Reach(B), Reach(C)), "strict"), "(!b U a) & (!c U b) & F c"),
    (Sequence((Reach(A), Reach(B)), "once"), "(!b U a) & F b & (!a U (a U (!a U b)))"),
    (Sequence((Reach(A), Never(B))), "F(a & G !b)"),
    (Sequence((AllOf((Reach(A), Reach(B))), Reach(C))), "F(a & F c) & F(b & F c)"),
    (Sequence((AllOf((Reach(A), Reach(B))), Now(C))), "F(a & F(b & c)) | F(b & F(a & c))"),
    (Sequence((Count(A, 2, unit="step"), Reach(B))), "F(a & X F(a & F b))"),
    (Sequence((OneOf((Reach(A), Reach(B))), Reach(C))), "F((a | b) & F c)"),
    (SomeOf((Reach(A), Reach(B), Reach(C)), 2), "(F a & F b) | (F a & F c) | (F b & F c)"),
    (Always(A), "G a"),
    (Never(Or((A, B))), "G !a & G !b"),
    (Until(A, B), "a U b"),
    (Until(A, B, strong=False), "a W b"),
    (NotBefore(A, B), "!a W b"),
    (NotBefore(A, B, strong=True), "!a U b"),
    (Whenever(A, Reach(B)), "G(a -> F b)"),
    (Whenever(A, Now(B), 1), "G(a -> X b)"),
    (Whenever(A, Never(B), 1, strong=False), "G(a -> N G !b)"),
    (Whenever(A, Now(B), 1, "only_if"), "G(X b -> a)"),
    (Whenever(A, Now(B), 1, "iff"), "G(a <-> X b)"),
    (AllOf((Reach(A), Never(B))), "F a & G !b"),
]


@pytest.mark.parametrize(("clause", "formula"), MEANINGS, ids=[formula for _, formula in MEANINGS])
def test_meaning(clause: Clause, formula: str) -> None:
    assert compile(to_formula(clause)).difference(compile(formula)) is None


def test_a_task_is_the_conjunction_of_its_clauses() -> None:
    task = Task((Reach(A), Never(B)))
    assert compile(to_formula(task)).equivalent(compile("F a & G !b"))


@pytest.mark.parametrize(
    "clause",
    [
        Count(A),
        Count(A, 3, 2),
        Count(A, 99),
        SomeOf((Reach(A),), 2),
        Sequence((Reach(A), Never(B)), "strict"),
        Sequence(()),
        Sequence((Finish(A), Reach(B))),
        Sequence((AllOf(tuple(Reach(Atom(f"p{i}")) for i in range(5))), Now(A))),
        Whenever(A, Reach(B), 1, "iff"),
        Requirement(A, "until"),
        Requirement(A, scope="in"),
        Never(And(())),
    ],
    ids=lambda clause: clause.kind,
)
def test_meaningless_clauses_are_refused(clause: Clause) -> None:
    with pytest.raises(FormulaError, match=r"[A-Z0-9].*[.]"):
        to_formula(clause)


def test_dungeon_quest_has_the_seven_states_of_its_paper() -> None:
    key_chest = Sequence((Reach(Atom("key")), Reach(Atom("chest"))))
    quest = Sequence((AllOf((key_chest, Reach(Atom("shield")))), Reach(Atom("dragon"))))
    dfa = compile(to_formula(quest))
    assert dfa.n_states == 7
    assert dfa.accepts([{"shield"}, {"key"}, {"chest"}, {"dragon"}])
    assert not dfa.accepts([{"shield"}, {"chest"}, {"key"}, {"dragon"}])


def test_groups_of_groups_agree_with_direct_evaluation() -> None:
    nested = Sequence((AllOf((OneOf((Reach(A), Reach(B))), Reach(C))), Reach(D)))
    formula = to_formula(nested)
    reference = parse("F((a | b) & F d) & F(c & F d)")
    for trace in ([{"a"}, {"c"}, {"d"}], [{"c"}, {"b"}, {"d"}], [{"c"}, {"d"}, {"a"}], [{"d"}]):
        assert evaluate(formula, trace) == evaluate(reference, trace)


def test_requirements_have_the_meanings_of_the_fret_templates(shared) -> None:
    import json

    scopes = {"null": "always", "notin": "not_in", "onlyIn": "only_in"}
    scopes |= {"onlyBefore": "only_before", "onlyAfter": "only_after"}
    lines = (shared / "data" / "nl2ltl" / "fret_templates.jsonl").read_text().splitlines()
    assert len(lines) == 216
    for line in lines:
        row = json.loads(line)
        scope, trigger, timing, _ = row["template"].split(",")
        timing = "eventually" if timing == "null" else timing
        node = Requirement(
            Atom("response"),
            timing,
            scopes.get(scope, scope),
            None if scope == "null" else Atom("mode_m"),
            None if trigger == "null" else Atom("trigger"),
            trigger == "regular",
            Atom("stop") if timing in ("until", "before") else None,
        )
        assert compile(to_formula(node)).difference(compile(row["ltl"])) is None, row["template"]
