"""The tabular learner: Q-learning on the product of a finite environment and a task automaton, compiled."""
