"""Physics-informed models that stand in for a plant."""
