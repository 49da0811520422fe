"""The blocks of params.yaml: what is measured (`hp`) and how much of it (`profile`)."""

from typing import Any, Literal

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from remeta.frozen import Frozen


class DataSize(Frozen):
    """How large a data set's task sets, demonstrations and tests are."""

    horizon: PositiveInt
    train_tasks: PositiveInt
    validation_tasks: PositiveInt
    test_tasks: PositiveInt
    demos_per_task: NonNegativeInt  # 0 where nobody demonstrates
    roll_outs: NonNegativeInt  # per task and adaptation step, in validation and test, if any


class ExpertSize(Frozen):
    env_steps: PositiveInt
    quality: float | None  # mean score on the training tasks that teaches; null where an exam says


class ExamSize(Frozen):
    """Of whoever demonstrates a data set, in every one of its tasks."""

    quality: float  # of the data set's measure, without which nobody teaches
    steps: PositiveInt  # of an episode, however long those are that are recorded
    episodes: PositiveInt


class PanelSize(Frozen):
    batch: PositiveInt  # tasks per meta-iteration
    episodes: PositiveInt  # roll-outs per task and meta-iteration
    validate_every: NonNegativeInt  # meta-iterations between held-out points; 0 is never
    runs: dict[str, dict[str, int]]  # iterations and other sizes of each run


class AnalysisSize(Frozen):
    """Of a panel that analyses what others trained."""

    batches: PositiveInt
    batch: PositiveInt  # tasks
    episodes: PositiveInt  # roll-outs per task


class TuningSize(Frozen):
    """How long a method may look for its numbers: the same for every method."""

    candidates: PositiveInt  # drawn from the method's ranges, none twice
    rungs: list[PositiveFloat]  # shares of a run's iterations, after each of which losers stop
    keep: PositiveInt  # one in so many goes on to the next rung


class Profile(Frozen):
    name: str
    seeds: list[NonNegativeInt]
    figures: str
    data: dict[str, DataSize]
    experts: dict[str, ExpertSize]
    exams: dict[str, ExamSize]
    panels: dict[str, PanelSize]
    looks: dict[str, AnalysisSize]
    tuning: TuningSize


Ranges = dict[str, list[float]]  # what an evenly tuned run may choose among, by parameter


class PolicyParams(Frozen):
    hidden: list[PositiveInt]
    min_log_std: float


class OwnNets(Frozen):
    """Of a run whose paper took others than `policy`."""

    hidden: list[PositiveInt]
    activation: Literal["relu", "tanh", "identity"]


class Shown(Frozen):
    """What a run sees of those who demonstrate its tasks."""

    demos: NonNegativeInt  # of every task, the first ones; 0 is all
    every: PositiveInt  # of each, one step in so many


class DataParams(Frozen):
    """Of a data set in which somebody demonstrates."""

    noise: NonNegativeFloat  # std of the expert's actions, as a share of half their range


class Protocol(Frozen):
    """How a start is adapted and scored."""

    steps: NonNegativeInt  # of adaptation
    discount: PositiveFloat
    std: Literal["learned", "one"]  # `one`: reset before the test, as official code does
    rates: dict[str, NonNegativeFloat]  # of the first step; later steps take half


class PanelParams(Frozen):
    modes: NonNegativeInt  # exploration inputs
    may_diverge: list[str]  # runs for which losing their numbers is a result and no mistake
    test: Protocol | None  # none where nothing is held out
    runs: dict[str, dict[str, Any]]  # a method's parameters, and perhaps nets of its own


class Hyper(Frozen):
    tasks_seed: NonNegativeInt
    experts: dict[str, dict[str, Any]]
    data: dict[str, DataParams]
    listed: dict[str, Literal["all_32", "official_24"]]  # by data set: of which list its tasks are
    policy: PolicyParams
    panels: dict[str, PanelParams]
    tuning: dict[str, Ranges]  # by kind of method
    tuning_of: dict[str, dict[str, Ranges]]  # of papers that have their own: by paper and run


class Grid(Frozen):
    train: list[str]
    score: list[str]  # without training: the untrained policy and the expert
