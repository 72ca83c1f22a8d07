"""Words of task English by what they say: fillers, pronouns, verbs of going, putting, switching."""

from __future__ import annotations

from lantern.language.grammar.manners import ARRIVE, PUT


def words(*lines: str) -> frozenset[str]:
    """Set of the words in some lines."""
    return frozenset(" ".join(lines).split())


ARTICLES = words("the a an its their his her your my our some this that these those")
BE = words("is are be been being was were am")
AT = words("at in on to into onto inside within by upon for towards toward through of from with")
APART = words("near outside above over below under beneath behind beside beyond between off")
PREPOSITIONS = AT | APART | words("out up down around across along against about")
PARTICLES = words("up down off out over away in on back")
# Prepositions that say more than that one is somewhere.
SPECIAL = words("near outside under behind beside below above between over close")
# Verbs of going that also bring about that one is on what one should not touch.
TOUCH = words("step touch tread cross walk run drive fly stand go enter fall wander roll stray")
HAVE = words("have hold carry wear possess own")
# Participles that tell how something is rather than what was done to it.
STATIVE = words(
    "closed shut locked unlocked lit stopped parked docked attached overloaded clogged jammed blocked",
    "charged stuck halted moored anchored seated grounded poisoned hurt wounded injured stacked occupied",
)
# Verbs of being somewhere, and what other things come in.
STANDING = words("stand sit lie hang remain wait")
VESSELS = words("cup glass bottle bag piece can jar bucket")
ON = words("on running lit burning working active sounding ringing activated operating moving")
HIGH = words("above over high beyond")
LOW = words("below under low beneath")
SOME = words("a an some someone somebody something people there it")
PERSONS = words(
    "person worker passenger pedestrian technician human visitor customer people somebody someone operator"
)
# Words that say nothing of what is mentioned.
FILLERS = words(
    "again back now still already ever yet do does did so that as own fully completely currently",
    "all any everything else ahead down over having get let",
)
PRONOUNS = words("it them they he she him her one ones this that itself")
AGENTS = words("robot agent you i we it he she they player")
THERE = words("there here")
LEAVE = words("leave exit vacate depart")
AWAY = words("out off away outside")
CARRY = words("carry bring take deliver transport")
DELIVER = words("deliver delivers delivering transport move carry")
MOVING = words("bring take deliver transport move get")
SHOW = words("appear show come arise occur happen start begin break enter step walk get be")
SOMEBODY = words("somebody someone anybody anyone people person")
SOMETHING = words("something anything object item")
STARTING = words("turn switch put power start run activate enable operate light keep leave have set")
STOPPING = words("stop deactivate disable extinguish shut kill cut")
RUNNING = words("run operate activate start sound ring burn work spin turn")
RISING = words("exceed rise climb overshoot surpass")
FALLING = words("drop fall sink lower reduce decrease slow run get let go keep stay become drive")
# What "goes off" when it begins to sound.
LOUD = words("alarm bell siren horn sound sounding ring ringing detector")
UPRIGHT = words("up down raise raised lower lowered")
RAISE = words("raise lift hoist")
VISIBLE = words("near nearby close visible there")
# Verbs after which who acts is somewhere, or a thing is.
COME = (
    ARRIVE
    | TOUCH
    | words(
        "start wait patrol check inspect search explore bring hurry pass stick park dock set make head drop",
        "call sail swing continue proceed pop hop serve come",
    )
)
LAY = PUT | words("place take bring stack wait deliver carry get")
GAIN = words("bring win earn use")
_ALIKE = ({"photo", "picture", "photograph", "image"}, {"crate", "box"}, {"parcel", "package"})
ALIKE_NOUNS = {word: frozenset(group) for group in _ALIKE for word in group}
