"""Where each quantity of a plant stands in its arrays: state, actions, outputs, balances, parameters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# State of a plant: what lies on the grate (kmol, kg, MJ), wall (K), gas (K), lime on the filter (kmol),
# actuators as they are, deviations of waste and mixing from the site's mean.
BED = slice(0, 6)  # C, H, O, N, S, Cl, kmol
(WATER, ASH, HEAT, WALL, GAS, CAKE) = range(6, 12)
FIRST_ACTUATOR = 12
ACTUATOR = slice(FIRST_ACTUATOR, FIRST_ACTUATOR + 5)
DRIFT = slice(17, 25)
STATES = 25

# Actions, physical: kg/s, kmol/s of dry air, kmol/s, kmol/s.
(FEED, PRIMARY, SECONDARY, AMMONIA, LIME) = range(5)
ACTIONS = 5

# Deviations from the site's mean: of moisture (share of wet mass), then logarithms of factors on the
# combustible share of dry waste (its heating value), on N, S and Cl, on what the feeder pushes, on the spread
# of the local air ratio and on raw dust.
(WET, HEATING, NITROGEN, SULPHUR, CHLORINE, LUMPS, MIXING, DUST) = range(17, 25)

# What passed in one control step, summed over its substeps: the books that the balances are read from.
BOOKS = (
    "n2", "o2", "co2", "h2o", "co", "no", "nh3", "n2o", "hcl", "so2",  # out of the stack, kmol
    "hcl_bound", "so2_bound", "lime_out",  # kmol: bound on lime, lime leaving the filter (spent or not)
    "air", "vapour", "dose", "lime",  # in, kmol: dry air, its moisture, ammonia, lime
    "fed_c", "fed_h", "fed_o", "fed_n", "fed_s", "fed_cl",  # in with the waste, kmol; moisture apart
    "fed_water", "fed_ash", "waste", "fed_heat",  # kg, kg, kg, MJ
    "ash",  # out, kg
    "burnt_heat", "warm_air", "evaporation", "unburnt",  # MJ: released, with the air, to moisture, in CO
    "surface", "wall", "steam", "hot_gas",  # MJ: lost, gas to wall, wall to steam, leaving the furnace
    "boiler",  # MJ taken from the gas after the furnace
    "temperature",  # K times seconds
    "dust",  # mg
)  # fmt: skip
BOOK = {name: position for position, name in enumerate(BOOKS)}

# What the stack shows, averaged over a control step; the true values, before any analyser.
OUTPUTS = (
    "oxygen",  # dry share
    "furnace",  # C
    "co", "nox", "so2", "hcl", "dust", "nh3", "n2o",  # mg per dry Nm3 at 11 % oxygen
    "gas",  # dry Nm3/s at 11 % oxygen
    "steam",  # MW of heat to the steam
    "co2", "fossil_co2",  # kg/s
    "waste",  # kg/s fed
)  # fmt: skip
OUTPUT = {name: position for position, name in enumerate(OUTPUTS)}

# Parameters of a site, as one row of numbers.
PARAMETERS = (
    "carbon", "hydrogen", "oxygen", "nitrogen", "sulphur", "chlorine",  # kmol per kg of wet waste
    "moisture", "ash", "heat",  # kg/kg, kg/kg, MJ per kg of wet waste at 25 C, water evaporated not deducted
    "fossil",  # share of the carbon, in [0, 1]
    "drying", "burning", "discharge",  # rates, 1/s
    "preheat",  # C
    "humidity",  # kmol of water per kmol of dry air
    "leak",  # kmol/s of air
    "wall_transfer", "steam_transfer", "wall_capacity",  # kW/K, kW/K, kJ/K
    "surface_loss",  # share of the heat
    "mixing_spread",  # coefficient of variation of the local air ratio
    "rich_co",  # share of carbon that rich pockets leave as CO
    "fuel_nitrogen",  # share of nitrogen that becomes NO at 8 % oxygen
    "sncr_mixing", "sncr_offset",  # share, K
    "hcl_release", "so2_release",  # shares
    "hcl_order", "so2_order",  # sorption parameters n
    "filter_seconds",  # s
    "raw_dust", "dust_passing",  # mg/Nm3, share
    "nominal_gas",  # kmol/s of wet gas
    "steam_outlet",  # C of the gas leaving the boiler
)  # fmt: skip
INDEX = {name: position for position, name in enumerate(PARAMETERS)}
