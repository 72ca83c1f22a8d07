"""How methods are called in a report, and what has to be said about them.

The equations of some published methods are not public. What runs under their names is our reconstruction, and
every report that names one says so.
"""

from __future__ import annotations

from collections.abc import Iterable

_TITLES = {
    "product_q": "product-MDP Q-learning",
    "q_learning": "Q-learning",
    "crm": "CRM",
    "crm_shaping": "CRM with shaping",
    "automaton_distillation": "automaton distillation",
    "policy_distillation": "policy distillation",
    "static_distillation": "static automaton distillation",
    "qdagger": "QDagger",
    "jsrl": "jump-start RL",
    "caps": "CAPS",
    "a2t": "A2T",
    "multipolar": "MULTIPOLAR",
    "sf_fsa_vi": "SF-FSA-VI",
    "lantern_blend": "LANTERN's published idea (blend)",
    "policy_reuse": "policy reuse",
    "dqn": "DQN",
    "sac": "SAC",
}
_WORDS = {
    "lantern": "LANTERN",
    "cpmoe": "CPMoE",
    "crm": "CRM",
    "dqn": "DQN",
    "sac": "SAC",
    "ppo": "PPO",
    "dfa": "DFA",
    "llm": "LLM",
    "cadent": "CADENT",
    "jsrl": "JSRL",
    "q": "Q",
    "td": "TD",
    "id": "ID",
}
# Published under these names, with equations that cannot be read anywhere.
_RECONSTRUCTED = {
    "lantern": "LANTERN",
    "cpmoe": "CPMoE",
    "cadent": "CADENT",
    "blending": "the blending neuron",
}


def title(agent: str) -> str:
    """Name of an agent as a reader of the field would write it."""
    name = agent.rsplit("/", 1)[-1]
    if name in _TITLES:
        return _TITLES[name]
    return " ".join(_WORDS.get(word, word) for word in name.replace("-", "_").split("_") if word) or agent


def hero(agents: Iterable[str], baseline: str | None) -> str | None:
    """Return the agent that a report is about: LANTERN itself, or else the first that is not the baseline."""
    names = list(agents)
    ours = [name for name in names if name.rsplit("/", 1)[-1] == "lantern"]
    ours += [name for name in names if "lantern" in name]
    others = [name for name in names if name != baseline]
    return next(iter(ours + others + names), None)


def reconstructions(agents: Iterable[str]) -> list[str]:
    """Published methods among the agents whose equations are not public."""
    names = list(agents)
    return [shown for word, shown in _RECONSTRUCTED.items() if any(word in name.lower() for name in names)]


def reconstruction_note(agents: Iterable[str]) -> str:
    """Say which methods are our reconstruction; empty where none is."""
    found = reconstructions(agents)
    if not found:
        return ""
    listed = found[0] if len(found) == 1 else ", ".join(found[:-1]) + " and " + found[-1]
    verb = "is" if len(found) == 1 else "are"
    return (
        f"{listed[0].upper() + listed[1:]} {verb} our reconstruction: the equations of the published method"
        f"{'s' if len(found) > 1 else ''} are not public. Baselines are our own implementations with the "
        "same learner, the same budget and the settings listed below."
    )
