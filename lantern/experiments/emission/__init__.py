"""Surrogates of the incinerator fleet: learned from records, taken to sites, judged on the simulator."""
