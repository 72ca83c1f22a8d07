"""How the weights of the alignment were made probabilities, and how to check that they are."""
