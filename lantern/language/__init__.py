"""English to LTLf to a verified automaton."""
