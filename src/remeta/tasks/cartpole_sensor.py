"""A pole on a cart, balanced by whoever is told its angle with an unknown error."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.family import Places, Rows, clipped

GRAVITY, FORCE, DURATION = 9.8, 10.0, 0.02
CART, POLE, HALF = 1.0, 0.1, 0.5  # masses, and half the pole's length
ROAD, TILT = 2.4, np.radians(12)  # how far the cart and the pole may go
BIAS = np.radians(10)


@dataclass(frozen=True)
class CartpoleSensor:
    """The cart-pole of NoRML, `CartpoleSensorBiasEnv`: its angle is seen with a constant error.

    | what | value |
    |---|---|
    | observation, masked | x / 4.8, -1, (angle + b) / 24 degrees, -1 |
    | observation, full | x, speed of x, angle + b, rate of the angle |
    | action | 0 force on the cart, ±1 scaled to ±10 N, clipped |
    | dynamics | cart 1 kg, pole 0.1 kg and 1 m, frictionless; Euler, 0.02 s |
    | task | bias b of the angle's sensor, uniform in ±10 degrees, not observed |
    | reward | 1 where the episode goes on, 0 for the step that ends it |
    | start | U[-0.05, 0.05]^4 |
    | end | x outside (-2.4, 2.4), or the true angle outside (-12, 12) degrees; horizon 500 |

    The official wrapper scales observations from their ranges to ±1, and Gym's range of both speeds
    ended at the largest number of 32 bits: twice that is infinite, and any speed became -1. So the
    published policies see no speeds, which `masked` keeps. Gymnasium's range is infinite, where the
    wrapper would leave all four numbers as they are: `full`, another and easier task.

    Differs from official code: it draws biases, for training and for tests, from the same 5000
    equally spaced ones; here they are drawn from all, and no test bias was trained on. Version 0.
    """

    sensors: Literal["masked", "full"] = "masked"
    name = "cartpole_sensor"
    obs_size = 4
    act_size = 1
    act_bound = 1.0
    horizon = 500
    choices = None
    places = Places(columns=(0,), cell=0.1)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        return rng.uniform(-BIAS, BIAS, (count, 1))

    def start(self, rng: np.random.Generator, tasks: Rows) -> Float[ndarray, "row 5"]:
        """A row is x, its speed, the angle, its rate, and the bias of the sensor."""
        return np.concatenate([rng.uniform(-0.05, 0.05, (len(tasks), 4)), tasks], axis=-1)

    def observe(self, state: Rows) -> Float[ndarray, "row 4"]:
        x, speed, angle, rate, bias = state.T
        if self.sensors == "full":
            return np.array([x, speed, angle + bias, rate]).T
        seen = np.full((4, len(state)), -1.0)
        seen[0], seen[2] = x / (2 * ROAD), (angle + bias) / (2 * TILT)
        return seen.T

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        x, speed, angle, rate, bias = state.T
        push, spin = DURATION * accelerations(angle, rate, FORCE * clipped(action)[:, 0])
        x, angle = x + DURATION * speed, angle + DURATION * rate
        after = np.array([x, speed + push, angle, rate + spin, bias]).T
        upright = (np.abs(x) < ROAD) & (np.abs(angle) < TILT)
        return after, upright.astype(float), ~upright


def accelerations(
    angle: Float[ndarray, "row"], rate: Float[ndarray, "row"], force: Float[ndarray, "row"]
) -> Float[ndarray, "2 row"]:
    """Of the cart, and of the pole's angle: Barto, Sutton and Anderson's without friction."""
    mass, cos, sin = CART + POLE, np.cos(angle), np.sin(angle)
    swing = (force + POLE * HALF * rate * rate * sin) / mass
    spin = (GRAVITY * sin - cos * swing) / (HALF * (4 / 3 - POLE * cos * cos / mass))
    return np.array([swing - POLE * HALF * spin * cos / mass, spin])
