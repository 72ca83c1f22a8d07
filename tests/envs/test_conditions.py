import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lantern.envs.conditions import Condition, ConditionLabeller, Variable, build
from lantern.envs.units import UNITS, convert
from lantern.errors import LabelError


def holds(condition, observation=None, info=None, variables=None):
    compiled = build(Condition.model_validate(condition), variables or {})
    return compiled(observation, info or {})


BOX = np.array([0.5, -2.0, 3.0])


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"observe": 0, "above": 0.5}, False),
        ({"observe": 0, "at_least": 0.5}, True),
        ({"observe": 0, "below": 0.5}, False),
        ({"observe": 0, "at_most": 0.5}, True),
        ({"observe": 1, "between": [-2, -1]}, True),
        ({"observe": 1, "between": [-1.9, -1]}, False),
        ({"observe": 2, "equals": 3}, True),
        ({"observe": 2, "in": [1, 2]}, False),
        ({"observe": 0, "above": 0, "below": 1}, True),
        ({"observe": 0, "above": 0, "below": 0.2}, False),
        ({"not": {"observe": 0, "above": 0}}, False),
        ({"all": [{"observe": 0, "above": 0}, {"observe": 1, "above": 0}]}, False),
        ({"any": [{"observe": 0, "above": 0}, {"observe": 1, "above": 0}]}, True),
        ({"info": "alarm", "is_true": True}, True),
        ({"info": ["cost", "fuel"], "above": 6}, True),
        ({"info": "mode", "equals": "idle"}, True),
    ],
)
def test_conditions(condition, expected):
    info = {"alarm": 1, "cost": {"fuel": 7.0}, "mode": "idle"}
    assert holds(condition, BOX, info) is expected


def test_whole_observation_and_nested_parts():
    assert holds({"observe": [], "equals": 15}, 15)
    assert holds({"observe": ["image", 1, 2], "equals": 8}, {"image": np.arange(9).reshape(3, 3) + 3})
    assert holds({"observe": [1, "speed"], "below": 0}, (0, {"speed": -1.0}))


def test_variables_scale_and_convert_units():
    variables = {"temperature": Variable(observe=["t"], scale=100.0, offset=300.0, unit="K")}
    observation = {"t": 8.0}  # 1,100 K, which is 826.85 degrees Celsius
    assert holds({"variable": "temperature", "below": 850, "unit": "degC"}, observation, variables=variables)
    assert not holds(
        {"variable": "temperature", "below": 826, "unit": "degC"}, observation, variables=variables
    )
    assert holds({"variable": "temperature", "above": 1099}, observation, variables=variables)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"observe": 0}, "compares its value"),
        ({"above": 1}, "reads one value"),
        ({"observe": 0, "info": "x", "above": 1}, "reads one value"),
        ({"all": [{"observe": 0, "above": 1}], "above": 1}, "give all"),
        ({"observe": 0, "between": [2, 1]}, "smaller bound first"),
        ({"observe": 0, "above": "high"}, "valid number"),
        ({"observe": 0, "over": 1}, "Extra inputs"),
    ],
)
def test_malformed_conditions_are_refused(condition, message):
    with pytest.raises(ValidationError, match=message):
        Condition.model_validate(condition)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"variable": "temprature", "above": 1}, "Did you mean 'temperature'"),
        ({"variable": "temperature", "above": 1, "unit": "bar"}, "'bar' measures pressure"),
        ({"variable": "temperature", "above": 1, "unit": "celsius"}, "unit 'celsius' is not known"),
        ({"variable": "level", "above": 1, "unit": "m"}, "'level' has no unit"),
    ],
)
def test_conditions_that_do_not_fit_their_variables(condition, message):
    variables = {"temperature": Variable(observe=[0], unit="K"), "level": Variable(observe=[1])}
    with pytest.raises(ValueError, match=message):
        holds(condition, BOX, variables=variables)


def test_misread_observation_names_the_place_and_what_is_there():
    conditions = {"hot": Condition(observe=[7], above=1.0)}
    labeller = ConditionLabeller(conditions, places={"hot": "envs/kiln.yaml, line 9"})
    with pytest.raises(LabelError, match=r"envs/kiln.yaml, line 9: .*'hot'.*ndarray of shape \(3,\)"):
        labeller.of_observation(BOX)


def test_labeller_knows_whether_it_reads_the_info():
    observed, told = Condition(observe=[0], above=0.0), Condition(info=["x"], above=0.0)
    assert not ConditionLabeller({"a": observed}).reads_info
    assert ConditionLabeller({"a": Condition(negated=Condition(any=[observed, told]))}).reads_info


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.floats(-1e6, 1e6))
def test_units_convert_there_and_back(unit, other, value):
    if UNITS[unit][0] != UNITS[other][0]:
        with pytest.raises(ValueError, match="measures"):
            convert(value, unit, other)
    else:
        assert convert(convert(value, unit, other), other, unit) == pytest.approx(value, rel=1e-9, abs=1e-6)


def test_known_conversions():
    assert convert(180, "deg", "rad") == pytest.approx(math.pi)
    assert convert(850, "degC", "K") == pytest.approx(1123.15)
    assert convert(36, "km/h", "m/s") == pytest.approx(10)
    assert convert(250, "mg/m3", "g/m3") == pytest.approx(0.25)
