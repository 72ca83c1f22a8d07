"""Random tasks with random English for them: the wording varies, the meaning is known."""

from __future__ import annotations

import random
from dataclasses import dataclass

VOCABULARY = {
    "key": "the agent picks up the key",
    "chest": "the agent opens the chest",
    "shield": "the agent collects the shield",
    "dragon": "the agent slays the dragon",
    "tower": "the agent is in the grey tower",
    "harbour": "the agent is at the harbour",
    "lava": "the agent steps into the lava",
    "swamp": "the agent is in the swamp",
}


@dataclass(frozen=True)
class Deed:
    """Ways to speak of one proposition: active verbs with gerund and participle, and its noun."""

    verbs: tuple[tuple[str, str, str], ...]
    noun: tuple[str, ...]


DEEDS = {
    "key": Deed(
        (
            ("pick up", "picking up", "picked up"),
            ("grab", "grabbing", "grabbed"),
            ("take", "taking", "taken"),
            ("get", "getting", "collected"),
            ("fetch", "fetching", "fetched"),
        ),
        ("the key",),
    ),
    "chest": Deed((("open", "opening", "opened"), ("unlock", "unlocking", "unlocked")), ("the chest",)),
    "shield": Deed(
        (
            ("collect", "collecting", "collected"),
            ("get", "getting", "obtained"),
            ("pick up", "picking up", "picked up"),
        ),
        ("the shield",),
    ),
    "dragon": Deed(
        (("slay", "slaying", "slain"), ("kill", "killing", "killed"), ("defeat", "defeating", "defeated")),
        ("the dragon",),
    ),
    "tower": Deed(
        (
            ("visit", "visiting", "visited"),
            ("go to", "going to", "reached"),
            ("enter", "entering", "entered"),
        ),
        ("the grey tower", "the gray tower", "the tower"),
    ),
    "harbour": Deed(
        (
            ("visit", "visiting", "visited"),
            ("go to", "going to", "reached"),
            ("head to", "heading to", "reached"),
        ),
        ("the harbour", "the harbor"),
    ),
}
BANS = {
    "lava": (
        "never step into the lava",
        "avoid the lava",
        "do not touch the lava",
        "stay out of the lava",
        "don't ever step into the lava",
        "you must never touch the lava",
        "the lava must never be touched",
        "stay away from the lava at all times",
    ),
    "swamp": (
        "never enter the swamp",
        "avoid the swamp at all costs",
        "keep away from the swamp",
        "do not go into the swamp",
        "the swamp must be avoided",
        "steer clear of the swamp",
    ),
}
WITHOUT = {
    "lava": ("without stepping into the lava", "while avoiding the lava", "without ever touching the lava"),
    "swamp": ("without entering the swamp", "while avoiding the swamp", "while staying out of the swamp"),
}


class Speaker:
    """Says tasks in random words."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def task(self) -> tuple[str, str]:
        """English for a random task, and its formula."""
        names = self._random.sample(sorted(DEEDS), 4)
        text, formula = self._random.choice(
            [self.sequence, self.any_order, self.grouped, self.choice, self.not_before, self.response]
        )(names)
        if self._random.random() < 0.5:
            text, formula = self._forbidding(text, formula)
        else:
            text = text[0].upper() + text[1:] + "."
        return self._misspelt(text), formula

    def sequence(self, names: list[str]) -> tuple[str, str]:
        count = self._random.randint(2, 4)
        goals = names[:count]
        return self._random.choice(
            [self._chain, self._passive_chain, self._listed, self._pair, self._sooner, self._sentences]
        )(goals)

    def _formula(self, goals: list[str]) -> str:
        *before, last = goals
        formula = f"F {last}"
        for goal in reversed(before):
            formula = f"F({goal} & {formula})"
        return formula

    def _do(self, name: str) -> str:
        return f"{self._verb(name)[0]} {self._noun(name)}"

    def _doing(self, name: str) -> str:
        return f"{self._verb(name)[1]} {self._noun(name)}"

    def _done(self, name: str, auxiliary: str) -> str:
        return f"{self._noun(name)} {auxiliary} {self._verb(name)[2]}"

    def _verb(self, name: str) -> tuple[str, str, str]:
        return self._random.choice(DEEDS[name].verbs)

    def _noun(self, name: str) -> str:
        return self._random.choice(DEEDS[name].noun)

    def _chain(self, goals: list[str]) -> tuple[str, str]:
        then = [
            ", then ",
            ", and then ",
            ", after that ",
            " and afterwards ",
            "; next, ",
            ", and after that ",
        ]
        text = self._random.choice(["first ", "", "please "]) + self._do(goals[0])
        for goal in goals[1:-1]:
            text += self._random.choice(then) + self._do(goal)
        last = self._random.choice([*then, ", and finally ", "; finally, ", " and then finally "])
        return text + last + self._do(goals[-1]), self._formula(goals)

    def _passive_chain(self, goals: list[str]) -> tuple[str, str]:
        auxiliary = self._random.choice(["is", "must be", "should be", "has to be"])
        text = ("first " if self._random.random() < 0.5 else "") + self._done(goals[0], auxiliary)
        for goal in goals[1:]:
            text += self._random.choice([", then ", " and then ", ", after that "]) + self._done(
                goal, auxiliary
            )
        return text, self._formula(goals)

    def _listed(self, goals: list[str]) -> tuple[str, str]:
        order = self._random.choice(
            ["in this order", "in that order", "one after the other", "in the given order"]
        )
        return f"{self._enumerated(goals, 'and')}, {order}", self._formula(goals)

    def _enumerated(self, goals: list[str], word: str) -> str:
        *before, last = [self._do(goal) for goal in goals]
        return f"{', '.join(before)} {word} {last}"

    def _pair(self, goals: list[str]) -> tuple[str, str]:
        a, b = goals[:2]
        text = self._random.choice(
            [
                f"after {self._doing(a)}, {self._do(b)}",
                f"{self._do(b)} after {self._doing(a)}",
                f"once you have {self._verb(a)[2]} {self._noun(a)}, {self._do(b)}"
                if a not in ("tower", "harbour")
                else f"after {self._doing(a)}, {self._do(b)}",
                f"{self._do(b)}, but {self._do(a)} first",
            ]
        )
        return text, self._formula([a, b])

    def _sooner(self, goals: list[str]) -> tuple[str, str]:
        a, b = goals[:2]
        text = self._random.choice(
            [f"{self._do(a)} before {self._doing(b)}", f"before {self._doing(b)}, {self._do(a)}"]
        )
        return text, f"{self._formula([a, b])} & (!{b} W {a})"

    def _sentences(self, goals: list[str]) -> tuple[str, str]:
        text = self._do(goals[0])
        for goal in goals[1:]:
            link = self._random.choice(["Then ", "After that, ", "Next, ", "Afterwards, "])
            text += ". " + link + self._do(goal)
        return text, self._formula(goals)

    def any_order(self, names: list[str]) -> tuple[str, str]:
        goals = names[: self._random.randint(2, 4)]
        order = self._random.choice(
            ["in any order", "in whichever order you like", "the order does not matter"]
        )
        text = f"{self._enumerated(goals, 'and')}, {order}"
        return text, " & ".join(f"F {goal}" for goal in goals)

    def grouped(self, names: list[str]) -> tuple[str, str]:
        a, b, c = names[:3]
        link = self._random.choice([", then ", ", and after that ", ", and finally ", ". After that, "])
        text = f"{self._do(a)} and {self._do(b)} in any order{link}{self._do(c)}"
        return text, f"F({a} & F {c}) & F({b} & F {c})"

    def choice(self, names: list[str]) -> tuple[str, str]:
        a, b, c = names[:3]
        if self._random.random() < 0.5:
            return f"either {self._do(a)} or {self._do(b)}", f"F {a} | F {b}"
        link = self._random.choice([", then ", ", and after that ", ", and finally "])
        return f"either {self._do(a)} or {self._do(b)}{link}{self._do(c)}", f"F(({a} | {b}) & F {c})"

    def not_before(self, names: list[str]) -> tuple[str, str]:
        a, b = names[:2]
        text = self._random.choice(
            [
                f"do not {self._do(b)} before {self._doing(a)}",
                f"never {self._do(b)} before {self._done(a, 'has been')}",
                f"{self._done(b, 'must not be')} until {self._done(a, 'has been')}",
                f"don't {self._do(b)} until {self._done(a, 'is')}",
                f"you may only {self._do(b)} after {self._doing(a)}",
                f"{self._done(a, 'must be')} before {self._done(b, 'is')}",
                f"until {self._done(a, 'has been')}, do not {self._do(b)}",
            ]
        )
        return text, f"!{b} W {a}"

    def response(self, names: list[str]) -> tuple[str, str]:
        a, b = names[:2]
        text = self._random.choice(
            [
                f"whenever you {self._do(a)}, you must {self._do(b)} later",
                f"every time {self._done(a, 'is')}, {self._do(b)} afterwards",
                f"if you {self._do(a)}, you have to {self._do(b)} eventually",
                f"each time you {self._do(a)}, {self._do(b)} at some later point",
            ]
        )
        return text, f"G({a} -> F {b})"

    def _forbidding(self, text: str, formula: str) -> tuple[str, str]:
        name = self._random.choice(sorted(BANS))
        banned = f"({formula}) & G !{name}"
        ban = self._random.choice(BANS[name])
        if self._random.random() < 0.5:
            return f"{text[0].upper()}{text[1:]}. {ban[0].upper()}{ban[1:]}.", banned
        return f"{text[0].upper()}{text[1:]}{self._random.choice(['; ', ', and ', ', but '])}{ban}.", banned

    def _misspelt(self, text: str) -> str:
        """Swap two letters inside one long word, in one text of four."""
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if word.isalpha() and len(word) > 5]
        if not long or self._random.random() > 0.25:
            return text
        at = self._random.choice(long)
        word = words[at]
        i = self._random.randrange(1, len(word) - 2)
        words[at] = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        return " ".join(words)
