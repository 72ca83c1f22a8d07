"""Actions of the grammar: what each rule makes of the values of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from lantern.language.ast import Requirement
from lantern.language.grammar.amounts import _Amounts
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.clausal import EVERY, LATER
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.duties import _Duties
from lantern.language.grammar.forbidding import _Forbidding
from lantern.language.grammar.interpret import interpret
from lantern.language.grammar.modifiers import _Modifiers
from lantern.language.grammar.nouns import _Nouns
from lantern.language.grammar.numbers import _Numbers
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Group,
    Mod,
    NounPhrase,
    condition_of,
    things,
)
from lantern.language.grammar.tokens import Token
from lantern.language.grammar.values import (
    Made,
    first_leaf,
    value_of,
)
from lantern.language.grammar.verbs import _Verbs


def actions(tokens: Sequence[Token], conventions: Conventions) -> object:
    """Actions of ``task.grammar`` for one list of tokens."""
    return _Actions(tokens, conventions)


_PLACED = ("placed", "last")


def _single(mod: Mod) -> tuple[Mod, ...]:
    """The modifiers that one may stand for."""
    return mod.value if mod.kind == "window_after" else (mod,)


def _meanwhile(prefixes: tuple[Any, ...]) -> tuple[Any, ...]:
    """Read "whenever a at night, ..." as one condition: a and night."""
    result: list[Any] = []
    for mod, comma in prefixes:
        before = result[-1] if result else None
        led = before is not None and not before[1] and before[0].kind in EVERY | LATER | {"asap"}
        if before is not None and led and mod.kind == "while" and not mod.only and not before[0].value.count:
            cond: Cond = before[0].value
            both = Group("and", (cond.np, mod.value.np))
            result[-1] = (replace(before[0], value=replace(cond, np=both, denied=False)), comma)
        elif before is not None and led and mod.kind == "with" and before[0].value.active:
            # "whenever you arrive at a with b, ...": what is carried there is a part of the condition
            cond = before[0].value
            if cond.count or cond.denied or any(thing.event for thing in things(mod.value)):
                result.append((mod, comma))
                continue
            both = Group("and", (cond.np, mod.value))
            result[-1] = (replace(before[0], value=replace(cond, np=both)), comma)
        else:
            result.append((mod, comma))
    return tuple(result)


class _Actions(_Nouns, _Verbs, _Duties, _Amounts, _Forbidding, _Modifiers, _Numbers):
    """All actions: those of units and structured requirements, and those of their parts."""

    def scope(self, before: Any, kind: Any, *parts: Any) -> Made:
        word, phrase = first_leaf(kind).terminal, parts[-1]
        prefix = first_leaf(before).terminal if before else ""
        if word == "TO" and self._tokens[first_leaf(kind).at].text != "in":
            return
        if word in ("AFTER", "BEFORE"):
            name = ("only_" if prefix else "") + word.lower()
        else:
            name = {"ONLY": "only_in", "EXCEPT": "not_in", "": "in"}[prefix]
        yield Mod("scope", (name, condition_of(phrase))), 0.0

    def edge(self, word: Any, phrase: NounPhrase) -> Made:
        yield Mod("edge", (first_leaf(word).terminal == "WHEN", condition_of(phrase))), 0.0

    def timing(self, word: Any, *phrase: NounPhrase) -> Made:
        leaf = first_leaf(word)
        names = {"ALWAYS": "always", "NEVER": "never", "LATER": "eventually", "FINALLY": "finally"}
        names |= {"UNTIL": "until", "BEFORE": "before"}
        name = names.get(leaf.terminal) or ("immediately" if "now" in leaf.values else "next")
        yield Mod("timing", (name, condition_of(phrase[0]) if phrase else None)), 0.0

    def fret(self, scope: Any, edge: Any, force: Any, timing: Any, satisfy: Leaf, phrase: NounPhrase) -> Made:
        name, mode = value_of(scope, ("always", None))
        rising, trigger = value_of(edge, (False, None))
        when, stop = value_of((timing,) if timing else (), ("eventually", None))
        rule = Requirement(condition_of(phrase), when, name, mode, trigger, rising, stop)
        yield Core("fret", phrase, rule=rule), -2.0

    def unit(self, prefixes: tuple[Any, ...], core: Any, suffixes: tuple[Any, ...]) -> Made:
        if isinstance(core, Mod):
            return
        if any(part[0].kind in ("count", "order") for part in prefixes):
            return
        if any(a[0].kind in EVERY and b[0].kind == "again" and not a[1] for a, b in pairwise(prefixes)):
            return  # "if it rains again, ..."
        prefixes = _meanwhile(prefixes)
        subordinate = [(part[1].kind, part[1].only) for part in suffixes if isinstance(part[1].value, Cond)]
        only = any(mod.kind == "only" for mod in (*core.mods, *(part[0] for part in prefixes)))
        if len(set(subordinate)) < len(subordinate) or (only and len(subordinate) > 1):
            return  # "b after a and d after c" are two clauses; "only b after a and before c"
        limits = (
            LATER | EVERY | {"since", "until", "before", "unless", "while", "asap", "rightafter", "except"}
        )
        leads = any(part[0].kind in limits | {"at_end"} for part in prefixes)
        limited = any(part[1].kind in limits for part in suffixes)
        before_marks = [Mod("prefixed")] if leads else [Mod("limited")] if limited else []
        apart = any(part[0] and part[1].kind == "count" for part in suffixes)
        before_marks += [Mod("counted_apart")] if apart else []
        before_marks += [Mod("led")] if any(part[0].kind == "window" for part in prefixes) else []
        led = [mod for part in prefixes for mod in _single(part[0])]
        before = [replace(mod, kind="to_first") if mod.kind == "to" else mod for mod in led]
        after = [mod for part in suffixes for mod in _single(part[1])]
        commas = sum(1 for part in suffixes if part[0])
        commas += sum(2 for part in prefixes if not part[1] and isinstance(part[0].value, Cond))
        for (_, mod), (comma, later) in pairwise(suffixes):
            # "after milking the cows twice": the number belongs to what stands right before it.
            if mod.kind in EVERY | {"without"} and later.kind == "count" and not comma:
                return  # "do a without b twice", "if b happens twice"
            commas += 4 if isinstance(mod.value, Cond) and later.kind == "count" and not comma else 0
        placed = [part[1] for part in suffixes if not part[0]]
        if core.kind == "bare" and any(m.kind in ("first", "finally") or m.value in _PLACED for m in placed):
            commas -= 8  # "coal first, ore second": as good as with a verb
        for draft, cost in interpret(core, [*core.mods, *before, *after, *before_marks], self._conventions):
            yield draft, cost + 1.0 + 0.1 * commas
