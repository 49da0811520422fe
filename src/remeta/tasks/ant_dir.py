"""An ant that is to run forwards or backwards and is not told which."""

# MuJoCo's compiled module has no types.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from remeta.tasks.ants import fallen, felt
from remeta.tasks.family import DIRECTIONS, Places, Rows, any_of, clipped
from remeta.tasks.kinematics import rotation_matrices
from remeta.tasks.sim import Sim, gymnasium_model


@dataclass(frozen=True)
class Form:
    """What tells one code's ant from another's, but for its inputs."""

    act_bound: float
    effort: float  # cost of ‖a‖², a within ±1
    alive: float  # pay for every step
    lowest: float  # height of the torso below which an episode ends


FORMS = {
    "finn_gym": Form(act_bound=1.0, effort=0.005, alive=0.05, lowest=0.2),
    "promp": Form(act_bound=10.0, effort=0.5, alive=1.0, lowest=0.0),
}


@dataclass(frozen=True)
class AntDir:
    """The ant of MAME, `AntRandDir`, in two forms.

    | what | `finn_gym` | `promp` |
    |---|---|---|
    | observation: state | 15 qpos, 14 qvel | 13 qpos (no x, y), 14 qvel |
    | observation: forces | (84 in ±1) | (84 in ±1) |
    | observation: torso | rotation 9, place 3 | - |
    | action, 8 torques a | ±1, clipped | ±10, a tenth counts, clipped |
    | reward | d v - 0.005 ‖a‖² + 0.05 | d v - 0.5 ‖a‖² + 1 |
    | end: torso height outside | [0.2, 1] | [0, 1] |

    The rest is common to both:

    | what | value |
    |---|---|
    | dynamics | Gymnasium's `ant.xml` (gear 150), RK4, 5 steps of 0.01 s per action (0.05 s) |
    | task | direction d = -1 or 1, each as likely, not observed |
    | speed v | (x' - x) / 0.05 s, x of the torso |
    | reward, further | (- 0.0005 ‖forces‖²) |
    | start | z 0.75, legs straight; qpos + U[-0.1, 0.1], qvel + 0.1 N(0, 1) |
    | end, further | a state that is not finite (pays 0 then) |

    `finn_gym` is MAML's ant as ported to Gym, which the paper's authors forked; `promp`, ProMP's,
    is the one the paper calls shaped; its authors' code has both, with 200 steps an episode. The
    paper speaks of six legs: there are four. `contact_forces` adds the official codes' 84 inputs
    and their cost, in brackets above. The paper does not ask for them and they are slow, so the
    default leaves them out: a deviation from official code, which sees 125 and 111 numbers.

    Differs from official code further: x and forces are those of the state itself, while Gym's are
    those its integrator saw last; MAML's own ant starts crouched at z 0.55, the port does not. The
    two directions are both in training and in tests: none can be held out. Version 0.
    """

    form: Literal["finn_gym", "promp"] = "finn_gym"
    contact_forces: bool = False
    sim: Sim = field(
        default_factory=lambda: Sim(gymnasium_model("ant.xml"), 5), compare=False, repr=False
    )
    name = "ant_dir"
    act_size = 8
    horizon = 200
    choices = DIRECTIONS

    @property
    def obs_size(self) -> int:
        return (41 if self.form == "finn_gym" else 27) + 84 * self.contact_forces

    @property
    def act_bound(self) -> float:
        return FORMS[self.form].act_bound

    @property
    def places(self) -> Places:
        return Places(columns=(0, 1) if self.form == "finn_gym" else (), cell=0.25)

    def draw(self, rng: np.random.Generator, count: int) -> Float[ndarray, "count 1"]:
        return any_of(DIRECTIONS, rng, count)

    def start(self, rng: np.random.Generator, tasks: Rows) -> Rows:
        noise = rng.uniform(-0.1, 0.1, (len(tasks), self.sim.nq))
        qvel = 0.1 * rng.standard_normal((len(tasks), self.sim.nv))
        return self.complete(self.sim.states(self.sim.model.qpos0 + noise, qvel))

    def complete(self, state: Rows) -> Rows:
        """A row is the state of the robot and, found once, what else it sees."""
        parts = [state, felt(self.sim, state)] if self.contact_forces else [state]
        if self.form == "finn_gym":
            qpos = self.sim.qpos(state)
            parts += [rotation_matrices(qpos[:, 3:7]).reshape(-1, 9), qpos[:, :3]]
        return np.concatenate(parts, axis=-1)

    def observe(self, state: Rows) -> Float[ndarray, "row obs"]:
        return state[:, 1:] if self.form == "finn_gym" else state[:, 3:]  # no time; no x, y

    def advance(self, state: Rows, action: Rows, tasks: Rows) -> tuple[Rows, ndarray, ndarray]:
        form, size = FORMS[self.form], self.sim.state_size
        torque = clipped(action, form.act_bound) / form.act_bound
        after = self.complete(self.sim.step(state[:, :size], torque))
        speed = (after[:, 1] - state[:, 1]) / self.sim.duration
        cost = form.effort * np.square(torque).sum(-1)
        if self.contact_forces:
            cost = cost + 0.0005 * np.square(after[:, size : size + 84]).sum(-1)
        reward = tasks[:, 0] * speed - cost + form.alive
        done = fallen(after, after[:, 3], form.lowest)
        return after, np.where(np.isfinite(after).all(-1), reward, 0.0), done
