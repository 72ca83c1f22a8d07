"""Deep agents on Stable-Baselines3: its algorithms, with a replay buffer that knows the task's automaton."""
