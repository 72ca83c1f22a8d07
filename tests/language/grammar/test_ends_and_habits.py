"""What goes on, how things end, habits, verbs without an object, and other ways to say what is known."""

from __future__ import annotations

import pytest

from lantern.errors import TranslationError
from lantern.language.grammar import GrammarTranslator
from lantern.logic import Proposition, Vocabulary, compile

SAUNA = Vocabulary(
    {
        "stove": "the stove is burning",
        "door": "the door is open",
        "calm": "the changing room is quiet",
        "towels": "the towels are re-folded",
        "steam": "the master pours water",
        "gong": "the master strikes the gong",
        "bench": Proposition("the master is on the bench", ("bench",)),
        "pool": Proposition("the master is in the pool", ("pool",)),
        "start": Proposition("the master is in the start corner", ("start corner",)),
        "pipe": "the pipe bursts",
        "herbs": "the master adds hops",
        "soup": "the soup is simmering",
        "salt": "the soup is salted",
        "red": "the lamp is red",
        "up": "the shutter is up",
        "turns": "the fan is moving",
        "shout": "the guests shout",
        "nurse": "the nurse takes over",
        "heat": "the sauna is heated",
    }
)
MEANT = [
    # what goes on
    ("The stove keeps burning the whole time.", "G stove"),
    ("Make sure that the stove keeps on burning at all times.", "G stove"),
    ("The changing room must be kept quiet at all times.", "G calm"),
    ("The changing room has to remain quiet until the gong is struck.", "calm U gong"),
    ("The stove has to stay burning until the master pours water.", "stove U steam"),
    ("Leave the master in the pool until the door is open.", "pool U door"),
    ("Keep the master on the bench until water is poured.", "bench U steam"),
    # the end
    ("At the very end the master must be seated on the bench or parked in the pool.", None),
    ("At the end the master must be stationed on the bench.", "F(last & bench)"),
    ("The game should end with the master in the pool.", "F(last & pool)"),
    ("The round has to finish with the master standing on the bench.", "F(last & bench)"),
    ("Everything ends with the door closed.", "F(last & !door)"),
    ("Strike the gong, and finish with the door open.", "F gong & F(last & door)"),
    ("In the end I want the master in the pool and the door open.", "F(last & pool & door)"),
    (
        "At the end the master must be on the bench, the stove burning and the door closed.",
        "F(last & bench & stove & !door)",
    ),
    ("At the end, the door must be open and the changing room must not be quiet.", "F(last & door & !calm)"),
    ("Be in the start corner.", "F start"),
    # habits
    ("The master strikes the gong only after water has been poured.", "!gong W steam"),
    ("The master pours water only when the door is open.", "G(steam -> door)"),
    # prefixes, and duties to be met some time later
    ("Whenever the pipe bursts, the towels have to be refolded sometime later.", "G(pipe -> F towels)"),
    ("Re-fold the towels.", "F towels"),
    ("If the pipe bursts, the door has to be open eventually.", "G(pipe -> F door)"),
    # verbs without an object, and states that begin
    ("The pipe must never burst.", "G !pipe"),
    ("After the pipe has burst, no more hops are to be added.", "G(pipe -> N G !herbs)"),
    ("Whenever the pipe bursts, the nurse eventually takes over.", "G(pipe -> F nurse)"),
    ("The lamp must never turn red.", "G !red"),
    ("The shutter must not go up before the gong has been struck by the master.", "!up W gong"),
    ("Whenever the lamp turns red, the fan has to be at rest.", "G(red -> !turns)"),
    ("The fan must stand still while the door is open.", "G(door -> !turns)"),
    # counts of what is done, and what points back
    ("At least two towels must be re-folded.", "F(towels & X F towels)"),
    (
        "The sauna has to be heated. Unless this has happened, no water may be poured.",
        "F heat & (!steam W heat)",
    ),
    ("The sauna has to be heated. Before that happens, hops must not be added.", "F heat & (!herbs W heat)"),
    # words that add nothing
    ("OK, so first strike the gong, then go to the pool.", "F(gong & F pool)"),
    ("The door must never be open during the whole performance.", "G !door"),
    ("Strike the gong and pop by the pool, no matter which comes first.", "F gong & F pool"),
    ("Strike the gong at some moment or other.", "F gong"),
    ("When the evening is over the door must be closed.", "F(last & !door)"),
    # pronouns of who acts, and of a part of what was named
    ("After the master has struck the gong, he is not to be in the pool again.", "G(gong -> N G !pool)"),
    ("Keep the soup simmering until hops are added, and then salt it.", "soup U (herbs & F salt)"),
]


@pytest.mark.parametrize(("text", "formula"), MEANT)
def test_sentences_mean(text: str, formula: str | None) -> None:
    if formula is None:
        with pytest.raises(TranslationError):
            GrammarTranslator().translate(text, SAUNA)
        return
    found = GrammarTranslator().translate(text, SAUNA)
    assert found.sure
    assert compile(found.readings[0].formula).equivalent(compile(formula)), found.readings[0].formula


def test_asks_whether_an_explanation_says_more() -> None:
    found = GrammarTranslator().translate("Open the door, i.e. the gong is to be struck.", SAUNA)
    assert not found.sure
