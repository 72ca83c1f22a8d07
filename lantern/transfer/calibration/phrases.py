"""Things to do, each said in several ways: the vocabularies of the tasks that calibrate the alignment.

A domain is a list of things, a thing a list of sentences that mean it. Some things of one domain sound alike;
domains with an even index are fitted on, the others held back.
"""

from __future__ import annotations

DOMAINS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("the agent picks up the key", "the robot takes the key", "a key is collected"),
        ("the agent opens the chest", "the robot unlocks the treasure chest", "the chest gets opened"),
        ("the agent opens the door", "the robot unlocks the door", "the door gets opened"),
        ("the agent fights the dragon", "the robot slays the dragon", "the dragon is defeated"),
        ("the agent picks up the shield", "the robot grabs the shield", "a shield is collected"),
        ("the agent steps into lava", "the robot walks into the lava", "lava is touched"),
    ),
    (
        ("the worker collects wood", "the builder gathers timber", "some wood is picked up"),
        ("the worker visits the factory", "the builder goes to the workshop", "the factory is reached"),
        ("the worker comes home", "the builder returns to the house", "home is reached"),
        ("the worker collects iron", "the builder gathers iron ore", "some iron is picked up"),
        ("the worker builds the bridge", "the builder puts up the bridge", "the bridge is finished"),
        ("the worker falls into the river", "the builder drops into the water", "the river is entered"),
    ),
    (
        ("the courier gets the mail", "the robot fetches the letters", "the mail is picked up"),
        ("the courier gets coffee", "the robot fetches a cup of coffee", "coffee is picked up"),
        ("the courier reaches the office", "the robot goes to the office", "the office is visited"),
        ("the courier breaks a plant", "the robot knocks over a flower pot", "a plant is damaged"),
        ("the courier calls the lift", "the robot presses the elevator button", "the elevator is called"),
        ("the courier charges its battery", "the robot recharges", "the battery is full again"),
    ),
    (
        ("the farmer harvests grain", "the grower reaps the wheat", "grain is brought in"),
        ("the farmer grinds flour at the mill", "the grower mills the wheat", "the mill is used"),
        ("the farmer sells at the market", "the grower goes to market", "goods are sold at the market"),
        ("the farmer waters the field", "the grower irrigates the crops", "the field is watered"),
        ("the farmer feeds the animals", "the grower gives the livestock food", "the animals are fed"),
        ("the farmer repairs the fence", "the grower mends the fence", "the fence is fixed"),
    ),
    (
        ("the pump is started", "the operator turns the pump on", "the pump begins to run"),
        ("the valve is opened", "the operator opens the valve", "the valve goes to its open position"),
        ("the valve is closed", "the operator shuts the valve", "the valve goes to its closed position"),
        ("the tank is full", "the vessel has reached its upper level", "the tank has been filled"),
        ("the alarm sounds", "the warning horn is heard", "an alarm goes off"),
        ("the temperature is too high", "the reactor overheats", "it becomes too hot"),
    ),
    (
        ("the drone takes off", "the aircraft leaves the ground", "the drone lifts off"),
        ("the drone lands on the pad", "the aircraft touches down on the pad", "the pad is landed on"),
        (
            "the drone photographs the tower",
            "the aircraft takes a picture of the tower",
            "the tower is filmed",
        ),
        ("the drone drops the parcel", "the aircraft delivers the package", "the parcel is released"),
        (
            "the drone enters the no-fly zone",
            "the aircraft flies into forbidden airspace",
            "the no-fly zone is hit",
        ),
        ("the drone scans the bridge", "the aircraft inspects the bridge", "the bridge is surveyed"),
    ),
    (
        (
            "the nurse measures the blood pressure",
            "the carer takes the blood pressure",
            "pressure is measured",
        ),
        ("the nurse gives the medicine", "the carer hands out the drug", "the medicine is taken"),
        ("the nurse calls the doctor", "the carer rings for the physician", "a doctor is called"),
        ("the nurse washes her hands", "the carer cleans the hands", "hands are washed"),
        ("the nurse changes the bandage", "the carer puts on a new dressing", "the bandage is replaced"),
        ("the nurse writes the report", "the carer fills in the record", "the report is written"),
    ),
    (
        ("the explorer finds the map", "the traveller discovers the chart", "the map is found"),
        ("the explorer digs up the treasure", "the traveller unearths the gold", "the treasure is dug up"),
        ("the explorer boards the ship", "the traveller goes aboard the boat", "the ship is boarded"),
        ("the explorer lights the lantern", "the traveller switches the lamp on", "the lantern burns"),
        ("the explorer wakes the bear", "the traveller disturbs the bear", "the bear is woken"),
        ("the explorer crosses the swamp", "the traveller wades through the marsh", "the swamp is crossed"),
    ),
    (
        ("the cook chops the onions", "the chef cuts up the onion", "onions are chopped"),
        ("the cook boils water", "the chef heats the water", "the water boils"),
        ("the cook fries the egg", "the chef puts the egg in the pan", "an egg is fried"),
        ("the cook serves the soup", "the chef brings the soup to the table", "the soup is served"),
        ("the cook burns the bread", "the chef lets the toast burn", "the bread is burnt"),
        ("the cook washes the dishes", "the chef cleans the plates", "the dishes are clean"),
    ),
    (
        ("the train leaves the station", "the locomotive departs", "the station is left"),
        (
            "the train stops at the platform",
            "the locomotive halts at the platform",
            "the platform is reached",
        ),
        ("the signal shows red", "the light is red", "a red signal is passed"),
        ("the doors are opened", "the conductor opens the doors", "the doors stand open"),
        ("the passengers get on", "people board the train", "the travellers enter"),
        ("the goods are unloaded", "the freight is taken off", "the cargo is discharged"),
    ),
    (
        ("the furnace is lit", "the operator fires up the oven", "the burner ignites"),
        ("waste is fed to the grate", "the operator charges the refuse", "the hopper delivers waste"),
        ("ash is removed", "the operator takes out the slag", "the ash leaves the grate"),
        ("ammonia is sprayed", "the operator injects ammonia", "the reagent is dosed"),
        ("the limit for nitrogen oxides is broken", "the NOx value is exceeded", "too much NOx is emitted"),
        ("the boiler makes full steam", "steam production is at its set point", "the steam flow is reached"),
    ),
    (
        ("the student reads the book", "the pupil studies the textbook", "the book is read"),
        ("the student solves the exercise", "the pupil works out the problem", "the exercise is solved"),
        ("the student hands in the essay", "the pupil submits the paper", "the essay is delivered"),
        ("the student asks the teacher", "the pupil puts a question to the teacher", "the teacher is asked"),
        ("the student fails the exam", "the pupil does not pass the test", "the exam goes wrong"),
        ("the student visits the library", "the pupil goes to the library", "the library is entered"),
    ),
)
