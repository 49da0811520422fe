"""`remeta bench-imitators`: how far our learners of a single task come, beside published ones.

An expert learns a robot by SAC and demonstrates; BC, GAIL and AIRL imitate it as `params.yaml` has
them for the lecture, from whole demonstrations. What they come to is a share of the way from random
actions to the expert. It takes hours, which `profiles/study.yaml` sets for the hopper.

What is published is no target to meet exactly. The imitators' shares are means over 10 seeds of
HumanCompatibleAI/imitation, release 1.0, on the robots of `seals`, which hide no step of an episode
either, and whose experts are others; its GAIL and AIRL learn by PPO from tuned numbers. SAC's
return is a single run of rl-baselines3-zoo on `HalfCheetah-v3`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from remeta import methods
from remeta.core.episodes import Demonstrations, Episodes
from remeta.experience.acting import MemorylessActor
from remeta.experience.adaptation import Schedule, adaptation_curve
from remeta.experience.collect import collect
from remeta.experience.practice import Practice
from remeta.experience.world import World
from remeta.frozen import Advice
from remeta.learners.expert import ExpertTraining, sac_expert
from remeta.papers.registry import dataset_named, panel_named
from remeta.pipeline import machine
from remeta.pipeline.experts import expert_params
from remeta.pipeline.panels import shape_of
from remeta.pipeline.seeding import stream, torch_stream
from remeta.pipeline.settings.blocks import Profile
from remeta.pipeline.settings.params import PROFILES, Settings, read_yaml
from remeta.report.statistics.paired import t_interval
from remeta.report.text import count, markdown, number, ranged
from remeta.storage import write_text
from remeta.tasks import families

PANEL, DATA = panel_named("lecture_imitation"), dataset_named("hopper")
SHARES = {  # of the expert, by robot and method
    "hopper": {"bc": 1.003, "gail": 0.935, "airl": 0.921},
    "walker2d": {"bc": 0.956, "gail": 0.959, "airl": 0.461},
    "half_cheetah": {"bc": 0.923, "gail": 0.963, "airl": 0.627},
}
RETURNS = {"half_cheetah": 9535.0}  # of SAC, where one is published for this very robot
TASKS = np.zeros((1, 1))  # one, which says nothing
HEAD = ("learner", "ours [95 %]", "published", "of")


def bench_imitators(robot: str, seeds: int | None = None) -> None:
    """Print the comparison and keep it."""
    if robot not in SHARES:
        raise Advice(f"nothing is published of {robot}; choose among {', '.join(SHARES)}.")
    machine.prepare()
    path = PROFILES / "study.yaml"
    profile = Profile.read(read_yaml(path), path.name)
    settings = Settings.load().model_copy(update={"profile": profile})
    text = table(Trial(settings, robot), seeds or len(profile.seeds))
    write_text(Path(f"results/bench-imitators-{robot}.md"), text)
    print(text)


def table(trial: "Trial", seeds: int) -> str:
    """Ours beside what is published, learner by learner."""
    top, published = trial.returns_of(trial.expert), RETURNS.get(trial.robot)
    rows = [("SAC", count(top), count(published) if published else "-", "return, one run each")]
    for method, share in SHARES[trial.robot].items():
        ours = np.array([trial.share(method, seed) for seed in range(seeds)])
        told = ranged(float(ours.mean()), *t_interval(ours))
        rows.append((method.upper(), told, number(share), f"share of the expert, {seeds} seeds"))
    return markdown(HEAD, rows)


@dataclass(frozen=True)
class Trial:
    """A robot, its expert, and who imitates it."""

    settings: Settings
    robot: str

    @cached_property
    def world(self) -> World:
        """Episodes are of one length: a learned reward is not to be told by when one ends."""
        family = families.build(self.robot, ends="fixed")
        return World(family, self.settings.data_size(DATA).horizon)

    @cached_property
    def expert(self) -> MemorylessActor:
        """Its means, as it is once it has learned."""
        steps = self.settings.profile.experts[DATA.name].env_steps
        training = ExpertTraining(
            self.world.family,
            TASKS,
            expert_params(self.settings, DATA),
            self.world.horizon,
            steps,
            torch_stream(0, "bench", self.robot),
            stream(0, "bench", self.robot),
        )
        while training.taken < steps:
            training.step()
        return exactly(sac_expert(training.sac, self.world.family.obs_size, TASKS))

    @cached_property
    def demos(self) -> Demonstrations:
        """All steps but the last of an episode, of which is not told where it led."""
        size = self.settings.data_size(DATA).demos_per_task
        seen = self.rollouts(self.expert, size, "demos")
        act = seen.act.clamp(-1, 1)
        return Demonstrations(
            seen.obs[:, :, :-1], act[:, :, :-1], seen.obs[:, :, 1:], seen.mask[:, :, 1:]
        )

    def share(self, method: str, seed: int) -> float:
        """Of the way from random actions to the expert."""
        low, high = self._scale
        return (self.imitated(method, seed) - low) / (high - low)

    def imitated(self, name: str, seed: int) -> float:
        """The return of who has learned from all demonstrations."""
        run = f"{name}-demos25"
        values, iterations = self.settings.run_values(PANEL, run)
        rng = stream(seed, "bench", self.robot, name)
        practice = Practice(self.world, TASKS, None, 1, 1, rng, self.demos)
        method = methods.build(
            methods.params_of(values, self.settings.place_of(PANEL, run)),
            shape_of(self.settings, PANEL, self.world, run),
            lambda: practice,
            torch_stream(seed, "bench", self.robot, name),
        )
        for _ in range(iterations):
            method.meta_step(practice)
        schedule = Schedule(0, self._episodes, deterministic=True)
        adaptation = methods.adaptation_of(method, schedule)
        rng = self._rng("test")
        place = self.world, adaptation, method.weights, TASKS, schedule, rng
        return float(next(adaptation_curve(*place))[1].mean_return().mean())

    def returns_of(self, actor: MemorylessActor, deterministic: bool = True) -> float:
        rollouts = self.rollouts(actor, self._episodes, "test", deterministic)
        return float(rollouts.mean_return().mean())

    def rollouts(
        self, actor: MemorylessActor, episodes: int, purpose: str, deterministic: bool = True
    ) -> Episodes:
        rng = self._rng(purpose)
        return collect(self.world, TASKS, actor, episodes, rng, deterministic=deterministic)

    @cached_property
    def _scale(self) -> tuple[float, float]:
        size = self.world.act_size

        def randomly(obs: Tensor) -> tuple[Tensor, Tensor]:
            return torch.zeros(*obs.shape[:-1], size), torch.zeros(())

        return self.returns_of(randomly, deterministic=False), self.returns_of(self.expert)

    @property
    def _episodes(self) -> int:
        return self.settings.data_size(DATA).roll_outs

    def _rng(self, purpose: str) -> np.random.Generator:
        """The same starts for all who are tested, and others for demonstrations."""
        return stream(0, "bench", self.robot, purpose)


def exactly(act: Callable[[Tensor], Tensor]) -> MemorylessActor:
    """Who does just this."""
    return lambda obs: (act(obs), torch.tensor(0.0).log())
