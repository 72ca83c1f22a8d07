"""Words of task English by what they say: fillers, pronouns, verbs of going, putting, switching."""

from __future__ import annotations

from collections.abc import Sequence

from lantern.language.english.manners import ARRIVE, PUT


def words(*lines: str) -> frozenset[str]:
    """Set of the words in some lines."""
    return frozenset(" ".join(lines).split())


def without_ends(tokens: Sequence[str], ends: frozenset[str]) -> list[str]:
    """Tokens without those at either end that are among `ends`."""
    kept = list(tokens)
    while kept and kept[-1] in ends:
        kept.pop()
    while kept and kept[0] in ends:
        kept.pop(0)
    return kept


ARTICLES = words("the a an its their his her your my our some this that these those")
BE = words("is are be been being was were am")
AT = words("at in on to into onto inside within by upon for towards toward through of from with")
APART = words("near outside above over below under beneath underneath behind beside beyond between off")
PREPOSITIONS = AT | APART | words("out up down around across along against about")
PARTICLES = words("up down off out over away in on back")
# Prepositions that say more than that one is somewhere.
SPECIAL = words("near outside under underneath behind beside below above between over close")
SAME_PLACE = (words("near close beside"), words("over above"), words("under below beneath underneath"))
# Verbs of going that also bring about that one is on what one should not touch.
TOUCH = words("step touch tread cross walk run drive fly stand go enter fall wander roll stray")
HAVE = words("have hold carry wear possess own")
# Participles that tell how something is rather than what was done to it.
STATIVE = words(
    "closed shut locked unlocked lit stopped parked docked attached overloaded clogged jammed blocked",
    "charged stuck halted moored anchored seated grounded poisoned hurt wounded injured stacked",
    "occupied",
)
# Verbs of being somewhere, and what other things come in.
STANDING = words("stand sit lie hang remain wait lean rest perch")
VESSELS = words("cup glass bottle bag piece can jar bucket")
ON = words("on running lit burning working active sounding ringing activated operating moving")
# Comparatives of more and of less than an amount.
MORE = words(
    "more higher hotter warmer faster longer heavier shallower greater larger bigger stronger older",
    "taller",
)
MORE |= words("thicker wider louder brighter farther further")
LESS = words("less fewer lower cooler colder deeper slower shorter lighter smaller weaker younger thinner")
LESS |= words("narrower quieter darker")
HIGH = words("above over high beyond") | MORE
LOW = words("below under low beneath") | LESS
SOME = words("a an some someone somebody something people there it")
PERSONS = words(
    "person worker passenger pedestrian technician human visitor customer people somebody someone",
    "operator guest patient child man woman intruder burglar pupil spectator player skier rider tourist",
)
# Words that say nothing of what is mentioned.
FILLERS = words(
    "again back now still already ever yet do does did so that as own fully completely currently all",
    "any everything else ahead down over having get let",
)
# What "both", "all" and the like say before a noun of a sentence.
WHOLE = words("both all every each")
# Verbs of things that have something in them or on them.
HOLDING = words("contain have hold carry include")
SHOWING = words("show display shine flash")
COLORS = words("red green yellow blue white amber orange black purple gray")
# Nouns for whom a vocabulary may tell of: who acts, where several do something.
ACTORS = words(
    "robot agent drone player hero car vehicle truck forklift lift elevator arm crane jib gripper hand",
    "machine rover tractor plow mower ship boat ferry vessel tug submarine plane aircraft helicopter",
    "train tram bus taxi cab bike ambulance lorry van agv uav shuttle probe spacecraft spaceship rocket",
    "satellite capsule driver pilot captain astronaut diver guard keeper nurse doctor chef cook baker",
    "waiter waitress student teacher farmer gardener beekeeper firefighter knight warrior wizard mage",
    "thief adventurer explorer archer hunter soldier worker operator technician courier postman mailman",
    "librarian cleaner janitor shepherd miner chemist picker editor skier vacuum bot avatar character",
    "princess pirate sailor cyclist engineer builder clerk porter referee goalkeeper climber mechanic",
    "locomotive excavator digger harvester sweeper",
)
# Who does something in a task, but not what it tells to do.
ANIMALS = words(
    "dog cat horse cow sheep pig goat hen chicken lion tiger bear wolf fox bird fish rabbit mouse rat",
    "snake leopard elephant monkey giraffe penguin duck goose donkey puppy kitten wasp bee dragon",
    "monster zombie ghost enemy",
)
PRONOUNS = words("it them they he she him her one ones this that itself")
AGENTS = words("robot agent you i we it he she they player")
THERE = words("there here")
# Verbs of what comes up by itself.
ARISING = words("see put set fall come begin start form gather")
# What is told of something that is there no longer.
ENDING = words("gone over past ended finished")
# Verbs for the same change of what is set up in one of several ways.
SETTING = words("set switch turn put change move adjust")
# Verbs after which "away" tells where something is put.
STOWING = words("put throw pack tuck file store stow clear")
# Verbs after which "out" tells where something is not any more.
TAKING = words("take get pull lift fetch come go bring carry move drive let")
LEAVE = words("leave exit vacate depart")
AWAY = words("out off away outside")
CARRY = words("carry bring take deliver transport")
DELIVER = words("deliver delivers delivering transport move carry")
MOVING = words("bring take deliver transport move get")
SHOW = words("appear show come arise occur happen start begin break enter step walk get be")
SOMEBODY = words("somebody someone anybody anyone people person everybody everyone")
# Whom a text may name as doing what no sentence of the vocabulary tells of whom.
DOERS = words(
    "operator crew staff team worker driver pilot captain cook chef player student nurse helper",
    "assistant",
)
SOMETHING = words("something anything object item")
STARTING = words("turn switch put power start run activate enable operate light keep leave have set")
STOPPING = words("stop deactivate disable extinguish shut kill cut")
RUNNING = words("run operate activate start sound ring burn work spin turn")
RISING = words("exceed rise climb overshoot surpass heat warm raise increase boil")
FALLING = words(
    "drop fall sink lower reduce decrease slow run get let go keep stay become drive cool chill bring",
    "dive take",
)
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
LAY = PUT | words(
    "place take bring stack wait deliver carry get lure lead chase drive herd send fly call raise"
)
GAIN = words("bring win earn use wear put-on don slip-on")
# Words for the weather and the time of day.
WEATHER = (
    words("fog foggy mist misty"),
    words("night nightfall nighttime dark darkness dusk"),
    words("day daylight daytime dawn daybreak light"),
    words("rain rains rainy raining rainfall"),
    words("snow snows snowy snowing snowfall"),
    words("frost frosty freezes freezing"),
    words("storm stormy gale"),
)
ALIKE_WEATHER = {word: group for group in WEATHER for word in group}
_ALIKE = (
    words("photo picture photograph image"),
    words("crate box"),
    words("parcel package"),
    words("failure outage blackout"),
    words("applause clapping"),
)
ALIKE_NOUNS = {word: group for group in _ALIKE for word in group}
