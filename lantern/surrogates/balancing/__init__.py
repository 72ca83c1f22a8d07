"""How several losses become one: fixed weights, learnable blending, and the published adaptive rules."""

from lantern.surrogates.balancing.adaptive import (
    GradientNorm,
    LearningRateAnnealing,
    ReLoBRaLo,
    SelfAdaptive,
    SoftAdapt,
)
from lantern.surrogates.balancing.base import Fixed, LossBalancer
from lantern.surrogates.balancing.factory import BALANCERS, make_balancer
from lantern.surrogates.balancing.learned import (
    Homoscedastic,
    NaiveBlend,
    PrecisionBlend,
    PriorBlend,
    precision_blend,
)

__all__ = [
    "BALANCERS",
    "Fixed",
    "GradientNorm",
    "Homoscedastic",
    "LearningRateAnnealing",
    "LossBalancer",
    "NaiveBlend",
    "PrecisionBlend",
    "PriorBlend",
    "ReLoBRaLo",
    "SelfAdaptive",
    "SoftAdapt",
    "make_balancer",
    "precision_blend",
]
