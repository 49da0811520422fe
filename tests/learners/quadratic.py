"""A linear world with a quadratic cost, of which the best policy is known."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_discrete_are, solve_discrete_lyapunov

from remeta.tasks.family import Places

A = np.array([[1.0, 0.2], [-0.1, 0.9]])
B = np.array([[0.0], [0.5]])
COST, EFFORT = np.diag([1.0, 0.2]), np.array([[0.3]])
CORNERS = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])


@dataclass(frozen=True)
class Quadratic:
    """s' = A s + B a from four corners in turn, at a cost of s C s + a R a; there is one task."""

    name = "quadratic"
    obs_size = 2
    act_size = 1
    act_bound = 1e3
    horizon = 30
    choices = np.zeros((1, 1))
    places = Places(columns=(0,), cell=1.0)

    def draw(self, rng, count):
        return np.zeros((count, 1))

    def start(self, rng, tasks):
        return np.resize(CORNERS, (len(tasks), 2))

    def observe(self, state):
        return state

    def advance(self, state, action, tasks):
        action = np.float64(action)
        cost = np.einsum("ri,ij,rj->r", state, COST, state)
        cost = cost + np.einsum("ri,ij,rj->r", action, EFFORT, action)
        return state @ A.T + action @ B.T, -cost, np.zeros(len(state), bool)


def best_gain() -> np.ndarray:
    """K of a = K s, from Riccati's equation."""
    worth = solve_discrete_are(A, B, COST, EFFORT)
    return -np.linalg.solve(EFFORT + B.T @ worth @ B, B.T @ worth @ A)


def cost_of(gain: np.ndarray) -> float:
    """What a = K s costs for ever, on average over the corners: Lyapunov's equation."""
    closed = A + B @ gain
    each = COST + gain.T @ EFFORT @ gain
    return float(np.trace(solve_discrete_lyapunov(closed.T, each)))
