"""Controllers of a plant; they see what the instruments show and nothing else."""
