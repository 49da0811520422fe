"""GMPS's theorem 4.1, on chains so small that all states are listed.

Policies of costs of [0, 1] over a horizon H. With epsilon the divergence of a policy from the
expert in the states that it comes to, and delta the greatest gap between actions of what the expert
pays from then on,

    J(policy) <= J(expert) + delta H sqrt(epsilon)

The costs are sums over all states and actions, the bound is of nothing but these two quantities.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy import ndarray

STATES, ACTIONS, HORIZON = 4, 3, 7


@dataclass(frozen=True)
class Chain:
    first: ndarray  # [state]
    next: ndarray  # [state, action, state]
    cost: ndarray  # [state, action]
    horizon: int

    @classmethod
    def drawn(cls, rng) -> "Chain":
        next = rng.dirichlet(np.full(STATES, 0.3), (STATES, ACTIONS))
        return cls(next[0, 0], next, rng.uniform(size=(STATES, ACTIONS)), HORIZON)

    def visited(self, policy: ndarray) -> ndarray:
        """Probability of every state in every step."""
        states = [self.first]
        for _ in range(self.horizon - 1):
            states.append(np.einsum("s,sa,san->n", states[-1], policy, self.next))
        return np.array(states)

    def total(self, policy: ndarray) -> float:
        return float(np.einsum("ts,sa,sa->", self.visited(policy), policy, self.cost))

    def gap(self, expert: ndarray) -> float:
        """delta: between the dearest and the cheapest action, if the expert goes on from there."""
        onwards, widest = np.zeros(len(self.first)), 0.0
        for _ in range(self.horizon):
            to_go = self.cost + self.next @ onwards
            widest = max(widest, float(np.ptp(to_go, axis=1).max()))
            onwards = (expert * to_go).sum(1)
        return widest

    def bound(self, policy: ndarray, expert: ndarray, states: ndarray) -> float:
        """What the policy may lose on the expert, epsilon being measured in these states."""
        divergence = (policy * np.log(policy / expert)).sum(1)
        epsilon = float((states @ divergence).max())
        return self.gap(expert) * self.horizon * np.sqrt(epsilon)


def policies(rng, far: float) -> tuple[ndarray, ndarray]:
    expert = rng.dirichlet(np.full(ACTIONS, 0.5), STATES) + 0.01
    expert /= expert.sum(1, keepdims=True)
    policy = expert * np.exp(far * rng.normal(size=expert.shape))
    return policy / policy.sum(1, keepdims=True), expert


@pytest.mark.parametrize("far", [0.01, 0.3, 3.0])
def test_an_adapted_policy_loses_no_more_than_its_divergence_allows(rng, far):
    lost = []
    for _ in range(100):
        chain, (policy, expert) = Chain.drawn(rng), policies(rng, far)
        bound = chain.bound(policy, expert, chain.visited(policy))
        loss = chain.total(policy) - chain.total(expert)
        assert loss <= bound
        lost.append(loss / bound)
    assert max(lost) > 0.1  # and so it says something


def test_no_bound_that_is_half_as_high_holds():
    """One step, one state, two actions: the loss is the difference of chances, and the divergence
    about twice its square."""
    chain = Chain(np.ones(1), np.ones((1, 2, 1)), np.array([[0.0, 1.0]]), 1)
    policy, expert = np.array([[0.49, 0.51]]), np.array([[0.51, 0.49]])
    loss = chain.total(policy) - chain.total(expert)
    assert loss == pytest.approx(0.02) and chain.gap(expert) == 1
    bound = chain.bound(policy, expert, chain.visited(policy))
    assert bound == pytest.approx(np.sqrt(2) * loss, rel=1e-3)


def test_in_the_experts_states_divergence_bounds_nothing():
    """Whoever slips off the track stays there, where the expert would go back: a small mistake in
    the expert's states costs the rest of the horizon. That is why states of adapted policies are
    labelled where GMPS aggregates."""
    slip, back = 0.05, 0.999
    track = np.zeros((2, 2, 2))
    track[:, 0, 0] = track[:, 1, 1] = 1  # the first action leads onto the track
    chain = Chain(np.array([1.0, 0.0]), track, np.array([[0.0, 0.0], [1.0, 1.0]]), 200)
    expert = np.array([[1 - slip / 2, slip / 2], [back, 1 - back]])
    policy = np.array([[1 - slip, slip], [1 - back, back]])
    loss = chain.total(policy) - chain.total(expert)
    on_track = np.tile([1.0, 0.0], (chain.horizon, 1))
    assert loss > 5 * chain.bound(policy, expert, on_track)
    assert loss <= chain.bound(policy, expert, chain.visited(policy))
