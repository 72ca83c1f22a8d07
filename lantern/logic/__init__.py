"""LTLf formulas and deterministic finite automata. Imports nothing of ours but the errors."""
