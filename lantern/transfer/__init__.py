"""Teachers, alignment and gates."""
