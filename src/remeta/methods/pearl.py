"""PEARL: soft actor-critic in contexts that are inferred from experience (Rakelly et al. 2019).

    z ~ q(z | c),   c some transitions that were met in the task of late
    L_Q + divergence sum_i KL(q(z_i | c_i) || N(0, 1))      moves critics and encoder
    L_pi                                                    moves the policy, z held fixed

Every training task has a replay of all its transitions, from which the critics learn, and one of
those met since it was last visited, from which contexts are inferred. A visit empties the latter:
episodes in contexts of the prior fill it; more episodes follow in contexts of the posterior, of
which `posterior` are inferred from later and `extra` are not. On a new task a row acts on the prior
for some episodes and then on the posterior of all transitions that it has met.

As in the official code the divergence is a sum over tasks, tasks of an update are drawn with
replacement, contexts of an update are inferred from fewer transitions than those of a test, and
tests take the mode of every action. Differs from it:
* the tasks of a visit are different ones and are visited all at once; episodes of a posterior are
  taken side by side, each by a belief from transitions of its own, and none by what another met;
* a visit is of steps: who falls early begins another episode, in another context;
* the critics are SAC's of today, without a net for V (`learners/sac.py`), and all weights begin
  Xavier-uniform.
Its authors say themselves that their code does not reproduce their figure of the ant with goals.

`paid: distance` lets critics learn from how much is left to be done, whatever the world pays, while
contexts are inferred from the latter: the official code's way on the sparse point, and no other.
"""

from typing import ClassVar, Literal, Self

import numpy as np
import torch
from pydantic import NonNegativeInt, PositiveInt
from torch import Tensor

from remeta.core.stretches import Stretches
from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.contexts import Belief, PosteriorAdaptation
from remeta.experience.practice import Bare, Indices, Practice
from remeta.experience.replay import TaskReplay
from remeta.frozen import Frozen
from remeta.learners import inferring, sac
from remeta.learners.expert import remaining
from remeta.learners.learner import load_weights, weights_of
from remeta.learners.offpolicy import averaged
from remeta.nets.policy import Shape
from remeta.nets.squashed import SquashedPolicy


class Params(Frozen):
    """What a run of it may choose."""

    kind: Literal["pearl"]
    inferrer: inferring.Params
    sac: sac.Params
    paid: Literal["world", "distance"]  # what critics learn from
    replay: PositiveInt  # transitions kept of each task, the last ones
    initial: PositiveInt  # episodes of every task before the first update, all on the prior
    prior: PositiveInt  # episodes of a visit on the prior
    posterior: NonNegativeInt  # on the posterior, inferred from later
    extra: NonNegativeInt  # on the posterior, not inferred from
    adapting: PositiveInt  # episodes in tests before the posterior is believed
    updates: PositiveInt  # in one iteration
    tasks: PositiveInt  # of an update
    seen: PositiveInt  # transitions per task and update that a context is inferred from
    batch: PositiveInt  # of SAC, transitions per task and update


class PEARL:
    """A policy that acts by what it believes of its task."""

    needs: ClassVar = ()
    STATE_ATTRIBUTES: ClassVar = ("inferrer", "sac", "replay", "met")

    def __init__(
        self, params: Params, shape: Shape, practice: Practice, generator: torch.Generator
    ):
        self.params, context = params, params.inferrer.context
        sizes = {"obs": shape.obs_size, "act": shape.act_size}
        self.sac = sac.SAC(params.sac, shape.obs_size + context, shape.act_size, generator)
        self.inferrer = inferring.Inferrer(params.inferrer, sizes, generator)
        tasks, after = len(practice.tasks), {"next_obs": shape.obs_size, "done": 1}
        visit = max(params.initial, params.prior + params.posterior) * practice.world.horizon
        self.replay = TaskReplay(tasks, params.replay, **sizes, reward=1, **after)
        self.met = TaskReplay(tasks, visit, **sizes, reward=1)

    @classmethod
    def build(cls, params: Params, shape: Shape, bare: Bare, generator: torch.Generator) -> Self:
        """Untrained, and nothing met."""
        return cls(params, shape, bare(), generator)

    @property
    def policy(self) -> SquashedPolicy:
        """Who acts, by observations and a context beside them."""
        return self.sac.actor

    @property
    def weights(self) -> Weights:
        """Of policy and encoder."""
        return weights_of(policy=self.policy, encoder=self.inferrer.encoder)

    @weights.setter
    def weights(self, weights: Weights) -> None:
        load_weights(weights, policy=self.policy, encoder=self.inferrer.encoder)

    def adaptation(self, schedule: Schedule) -> PosteriorAdaptation:
        """By inference: a step is an episode more in every row."""
        context, mode = self.params.inferrer.context, self.params.inferrer.mode
        net = inferring.Inferring(self.inferrer.encoder, self.policy, context, mode)
        return PosteriorAdaptation(net, self.params.adapting)

    def meta_step(self, practice: Practice) -> dict[str, float]:
        """A visit to some tasks, then some updates."""
        if not self.replay.filled.any():
            everywhere = np.arange(len(practice.tasks))
            self._explore(practice, everywhere, self.params.initial)
        indices = practice.draw_tasks()
        self.met.forget(indices)
        self._explore(practice, indices, self.params.prior)
        if self.params.posterior:
            self._explore(practice, indices, self.params.posterior, known=True)
        if self.params.extra:
            self._explore(practice, indices, self.params.extra, known=True, kept=False)
        metrics = [self._update(practice) for _ in range(self.params.updates)]
        practice.counts.updates += len(metrics)
        return averaged(metrics)

    def _explore(
        self,
        practice: Practice,
        indices: Indices,
        rows: int,
        known: bool = False,
        kept: bool = True,
    ) -> None:
        """Episodes of these tasks, on the prior or the posterior, from which beliefs may come."""
        belief = (self._posterior if known else self._prior)(practice, indices, rows)
        actor = inferring.in_drawn_contexts(self.policy, belief, practice.rng)
        steps = practice.world.horizon
        rollouts = practice.stretches(actor, indices, steps, rows=rows, adapted=known)
        places = np.repeat(indices, rows * steps)
        columns = self._transitions(practice, rollouts)
        if kept:
            self.met.add(places, **{name: columns[name] for name in self.met.columns})
        paid = self._paid(practice, columns, places)
        self.replay.add(places, **columns | {"reward": paid})

    def _prior(self, practice: Practice, indices: Indices, rows: int) -> Belief:
        nothing = torch.zeros(len(indices), rows, self.params.inferrer.context)
        return nothing, nothing

    @torch.no_grad()
    def _posterior(self, practice: Practice, indices: Indices, rows: int) -> Belief:
        """Of every row, from transitions that it draws for itself."""
        each = np.repeat(indices, rows)
        belief = self.inferrer.believe(self.met.draw(practice.rng, each, self.params.seen))
        mean, log_std = (part.unflatten(0, (len(indices), rows)) for part in belief)
        return mean, log_std

    @staticmethod
    def _transitions(practice: Practice, rollouts: Stretches) -> dict[str, np.ndarray]:
        """Every step [row, size]; what ends at the horizon is not done."""
        done = rollouts.last * (rollouts.age < practice.world.horizon - 1)
        columns = {
            "obs": rollouts.obs, "act": rollouts.act, "reward": rollouts.reward.unsqueeze(-1),
            "next_obs": rollouts.after, "done": done.unsqueeze(-1),
        }  # fmt: skip
        return {name: column.flatten(0, 2).numpy() for name, column in columns.items()}

    def _paid(
        self, practice: Practice, columns: dict[str, np.ndarray], places: Indices
    ) -> np.ndarray:
        """What critics learn from."""
        if self.params.paid == "world":
            return columns["reward"]
        return -remaining(practice.world.family, columns["next_obs"], practice.tasks[places])

    def _update(self, practice: Practice) -> dict[str, Tensor]:
        """A step of everything, on some tasks."""
        indices = practice.rng.integers(len(practice.tasks), size=self.params.tasks)
        met = self.met.draw(practice.rng, indices, self.params.seen)
        batch = self.replay.draw(practice.rng, indices, self.params.batch)
        belief = self.inferrer.believe(met)
        context = self.inferrer.draw(belief)
        handed = context.detach().requires_grad_()
        metrics = self.sac.update(batch, handed)
        return metrics | {"divergence": self.inferrer.follow(belief, context, handed.grad)}
