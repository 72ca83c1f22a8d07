"""A municipal waste incineration line: balances, chemistry, plant, sites and the control environment."""
