"""Methods of transfer from the literature, on the same deep learners as LANTERN's: one module each."""

from __future__ import annotations

from lantern.agents.deep.baselines.a2t import A2t
from lantern.agents.deep.baselines.automaton_distillation import AutomatonDistillation
from lantern.agents.deep.baselines.jsrl import Jsrl
from lantern.agents.deep.baselines.kickstarting import Kickstarting
from lantern.agents.deep.baselines.lantern_blend import LanternBlend
from lantern.agents.deep.baselines.multipolar import Multipolar
from lantern.agents.deep.baselines.policy_distillation import PolicyDistillation
from lantern.agents.deep.baselines.qdagger import QDagger
from lantern.agents.deep.baselines.taught import Taught
from lantern.agents.deep.baselines.warm_start import WarmStart

#: By the name that ``deep: {transfer: {method: ...}}`` gives them.
METHODS: dict[str, type[Taught]] = {
    "a2t": A2t,
    "automaton_distillation": AutomatonDistillation,
    "jsrl": Jsrl,
    "kickstarting": Kickstarting,
    "lantern_blend": LanternBlend,
    "multipolar": Multipolar,
    "policy_distillation": PolicyDistillation,
    "qdagger": QDagger,
    "warm_start": WarmStart,
}
