"""A model-based learner: a learned model of the environment, crossed with the automaton and planned in."""
