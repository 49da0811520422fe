"""The derivative of an expected update, on worlds so small that all their rollouts are listed.

The policy gradient of the return is known without log-derivatives: it is the gradient of
sum_tau p(tau) R(tau). The truth here is built from that sum alone.
"""

from dataclasses import dataclass
from itertools import product

import pytest
import torch
from torch import Tensor
from torch.func import grad
from torch.testing import assert_close

from remeta.core.adapt import gradient_step
from remeta.core.objectives import ratio_surrogate, reinforce, trajectory_surrogate
from remeta.core.weights import Weights, flat
from tests.core.differences import central_difference, noise_like

STATES, ACTIONS, FEATURES = 3, 2, 2
RATE = 0.5


@dataclass(frozen=True)
class World:
    """A Markov decision process, and every rollout that it may give."""

    sight: Tensor  # [state, feature]: states share weights
    first: Tensor  # [state]
    next: Tensor  # [state, action, state]
    reward: Tensor  # [state, action]
    expert: Tensor  # [state]
    state: Tensor  # [rollout, time]
    action: Tensor  # [rollout, time]

    def log_policy(self, weights: Weights) -> Tensor:
        return torch.log_softmax(self.sight @ weights["w"] + weights["b"], -1)

    def log_prob(self, weights: Weights) -> Tensor:
        return self.log_policy(weights)[self.state, self.action]

    def chance(self, weights: Weights) -> Tensor:
        """Probability of every rollout, of policy and world together."""
        moves = self.next[self.state[:, :-1], self.action[:, :-1], self.state[:, 1:]]
        world = self.first[self.state[:, 0]] * moves.prod(-1)
        return world * self.log_prob(weights).sum(-1).exp()

    def advantage(self) -> Tensor:
        """Reward to go less a baseline of the state."""
        rewards = self.reward[self.state, self.action]
        to_go = rewards.flip(-1).cumsum(-1).flip(-1)
        return to_go - self.sight.sum(-1)[self.state]

    def expected_return(self, weights: Weights) -> Tensor:
        return self.chance(weights) @ self.reward[self.state, self.action].sum(-1)

    def imitate(self, weights: Weights) -> Tensor:
        return -self.log_policy(weights)[torch.arange(STATES), self.expert].mean()


def world(generator: torch.Generator, steps: int, *, moves: bool) -> World:
    def chances(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator, dtype=torch.float64).softmax(-1)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    following = chances(STATES, ACTIONS, STATES).pow(4 if moves else 1)
    following = following if moves else following[:, :1].expand(-1, ACTIONS, -1)
    paths = torch.tensor(list(product(range(STATES), range(ACTIONS), repeat=steps)))
    return World(
        sight=drawn(STATES, FEATURES),
        first=chances(STATES),
        next=following / following.sum(-1, keepdim=True),
        reward=3 * drawn(STATES, ACTIONS),
        expert=torch.randint(ACTIONS, (STATES,), generator=generator),
        state=paths[:, 0::2],
        action=paths[:, 1::2],
    )


def start(generator: torch.Generator) -> Weights:
    like = {"w": torch.zeros(FEATURES, ACTIONS), "b": torch.zeros(ACTIONS)}
    return noise_like({name: value.double() for name, value in like.items()}, generator)


def expected_update(world: World, correction: str, weights: Weights, sampler: Weights) -> Weights:
    """The product's inner step on all rollouts of `drew`, chance folded into the advantage."""
    mask = torch.ones(world.state.shape, dtype=torch.float64)
    weighed = world.advantage() * world.chance(sampler)[:, None] * mask.sum()
    old = world.log_prob(sampler)

    def loss(moving: Weights, drawing: Weights, advantage: Tensor) -> Tensor:
        log_prob = world.log_prob(moving)
        match correction:
            case "per_step":
                return ratio_surrogate(log_prob, old, advantage, mask)
            case "trajectory":
                drawn = world.log_prob(drawing)
                return trajectory_surrogate(log_prob, drawn, old, advantage, mask)
            case _:
                return reinforce(log_prob, (log_prob - old).exp().detach() * advantage, mask)

    return gradient_step(loss, weights, weighed, RATE)


def errors(
    world: World, correction: str, weights: Weights, sampler: Weights
) -> tuple[Tensor, Tensor]:
    """Meta-gradient by the product, and central differences of the truth, weight by weight."""

    def truth(theta: Weights) -> Tensor:
        climb = grad(world.expected_return)(theta)
        return world.imitate({name: theta[name] + RATE * climb[name] for name in theta})

    def ours(theta: Weights) -> Tensor:
        return world.imitate(expected_update(world, correction, theta, sampler))

    gradient = flat(grad(ours)(weights))
    axes = torch.eye(len(gradient), dtype=torch.float64)
    names = {"w": FEATURES * ACTIONS, "b": ACTIONS}
    units = [dict(zip(names, axis.split(list(names.values())), strict=True)) for axis in axes]
    units = [{n: unit[n].reshape(weights[n].shape) for n in weights} for unit in units]
    return gradient, torch.stack([central_difference(truth, weights, unit) for unit in units])


def wrong(gradient: Tensor, truth: Tensor) -> bool:
    return bool((gradient - truth).norm() > 0.01 * truth.norm())


@pytest.mark.parametrize("correction", ["none", "per_step", "trajectory"])
@pytest.mark.parametrize(("steps", "moves"), [(1, True), (2, False), (2, True), (3, True)])
def test_the_expected_update_is_the_gradient_of_the_expected_return(
    generator, correction, steps, moves
):
    tiny, theta = world(generator, steps, moves=moves), start(generator)
    assert_close(tiny.chance(theta).sum(), torch.tensor(1.0, dtype=torch.float64))
    climb = grad(tiny.expected_return)(theta)
    expected = {name: theta[name] + RATE * climb[name] for name in theta}
    assert_close(expected_update(tiny, correction, theta, theta), expected)


@pytest.mark.parametrize(("steps", "moves"), [(1, True), (2, False), (2, True), (3, True)])
def test_the_trajectory_correction_gives_the_derivative_of_the_expected_update(
    generator, steps, moves
):
    tiny, theta = world(generator, steps, moves=moves), start(generator)
    gradient, truth = errors(tiny, "trajectory", theta, theta)
    assert_close(gradient, truth, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("steps", "moves"), [(1, True), (2, False)])
def test_the_step_correction_is_exact_where_actions_do_not_move_the_state(generator, steps, moves):
    tiny, theta = world(generator, steps, moves=moves), start(generator)
    gradient, truth = errors(tiny, "per_step", theta, theta)
    assert_close(gradient, truth, rtol=1e-6, atol=1e-8)


def test_the_step_correction_leaves_out_that_actions_move_the_state(generator):
    tiny, theta = world(generator, 2, moves=True), start(generator)
    assert wrong(*errors(tiny, "per_step", theta, theta))


@pytest.mark.parametrize(("steps", "moves"), [(1, True), (2, False), (2, True), (3, True)])
def test_differentiating_the_update_alone_is_wrong(generator, steps, moves):
    tiny, theta = world(generator, steps, moves=moves), start(generator)
    assert wrong(*errors(tiny, "none", theta, theta))


@pytest.mark.parametrize("correction", ["per_step", "trajectory"])
def test_importance_weights_keep_one_step_worlds_exact_when_theta_has_moved(generator, correction):
    tiny, theta, sampler = world(generator, 1, moves=True), start(generator), start(generator)
    gradient, truth = errors(tiny, correction, theta, sampler)
    assert_close(gradient, truth, rtol=1e-6, atol=1e-8)
    assert wrong(*errors(tiny, "none", theta, sampler))
