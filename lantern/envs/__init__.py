"""Labelled environments, the product with a task automaton, and the grid-world engine."""
