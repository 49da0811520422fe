"""What a step of meta-learning costs: MAML's outer step in two forms, MRI's, MAME's, ProMP's."""

from collections.abc import Callable
from functools import partial
from typing import Any

from remeta.bench import naive
from remeta.bench.entry import Entry, Target, compared, over
from remeta.bench.ground import Ground
from remeta.bench.timing import alternate
from remeta.core.adam import adam_step
from remeta.core.batching import mean_gradient
from remeta.core.episodes import Batch, Demos
from remeta.core.returns import with_advantages
from remeta.core.weights import module_weights

THIN = 5  # every fifth step in the curvature, as usual here


def trust_region(ground: Ground, rounds: int) -> list[Entry]:
    """Whole meta-iterations, both samplings too; all sides see the same roll-outs."""
    sides = {
        "full": partial(our_step, ground, 1),
        "thin": partial(our_step, ground, THIN),
        "naive": partial(naive_step, ground),
    }
    seconds, sizes = alternate(sides, rounds), ground.sizes
    data = f"MAML-TRPO meta-iteration, {sizes.tasks} x {sizes.episodes} x {sizes.horizon}"

    def line(name: str, side: str, how: str, target: Target) -> Entry:
        what = f"{data}, {how} in the curvature, against jvp(grad(KL)); ratio: times as fast"
        ratios = over(seconds["naive"], seconds[side])
        return compared(name, what, "s", seconds[side], seconds["naive"], ratios, target)

    return [
        line("trust_region_seconds", "full", "all steps", Target("ours", "<=", 3.5)),
        line("trust_region", "full", "all steps", Target("ratio", ">=", 3)),
        line("trust_region_thin", "thin", f"every {THIN}th step", Target("ratio", ">=", 6)),
    ]


def our_step(ground: Ground, every: int) -> None:
    method = ground.method("maml", curvature_subsample=every)
    method.meta_step(ground.practice())


def naive_step(ground: Ground) -> None:
    with naive.default_products():
        naive.meta_step(ground.method("maml", curvature_subsample=1), ground.practice())


def imitation_step(ground: Ground, rounds: int) -> Entry:
    samples = ground.sizes.tasks * ground.sizes.episodes * ground.sizes.horizon
    what = (
        f"MRI's imitation step, {samples:,} samples + {samples:,} of demonstrations, against "
        f"MAML's meta-gradient, {samples:,} before + {samples:,} after"
    )
    return _beside("imitation_step", what, gradient_sides(ground), rounds, 2)


def exploring(ground: Ground, rounds: int) -> Entry:
    """MAME beside the two samplings without which there is nothing to learn from."""
    sides = {"mame": partial(_meta_step, ground, "mame"), "sampling": sampling_of(ground)}
    what = f"MAME's meta-iteration on {_size(ground)}, against its sampling alone"
    return _beside(f"mame_{ground.world.family.name}", what, sides, rounds, 1.5)


def sampling_of(ground: Ground) -> Callable[[], None]:
    """Both samplings of MAME's meta-iteration, by policies that are already adapted."""
    mame, first = ground.method("mame"), ground.practice()
    mu = module_weights(mame.weights, "explore")
    indices = first.draw_tasks()
    rollouts = first.rollouts(mame.policy.explore.actor(mu), indices)
    adapted = mame.adapted(mame.weights, mame.inner.exploration_batch(rollouts))

    def sample() -> None:
        practice = ground.practice()
        practice.rollouts(mame.policy.explore.actor(mu), indices)
        practice.rollouts(mame.policy.actor(adapted), indices, adapted=True)

    return sample


def proximal(ground: Ground, rounds: int) -> Entry:
    """ProMP's several outer steps beside MAML's one, both with their own nets."""
    sides = {
        "promp": partial(_meta_step, ground, "promp"),
        "maml": partial(_meta_step, ground, "maml-vpg", curvature_subsample=1),
    }
    what = f"ProMP's meta-iteration on {_size(ground)}, against MAML-VPG's"
    return _beside(f"promp_{ground.world.family.name}", what, sides, rounds, 3)


def _beside(name: str, what: str, sides: dict[str, Callable], rounds: int, most: float) -> Entry:
    """Ours first; it may take so many times as long as the other."""
    ours, other = alternate(sides, rounds).values()
    described, target = f"{what}; ratio: times as long", Target("ratio", "<=", most)
    return compared(name, described, "s", ours, other, over(ours, other), target)


def _size(ground: Ground) -> str:
    sizes = ground.sizes
    return f"{ground.world.family.name}, {sizes.tasks} x {sizes.episodes} x {sizes.horizon}"


def _meta_step(ground: Ground, run: str, **sizes: Any) -> None:
    ground.method(run, **sizes).meta_step(ground.practice())


def gradient_sides(ground: Ground) -> dict[str, Callable]:
    """Roll-outs are drawn once; MRI takes those of the adapted for demonstrations."""
    mri, maml = (
        ground.method("mri", imitation_steps=1, demo_samples=0),
        ground.method("maml", curvature_subsample=1),
    )
    support, query = batches(ground)
    demos = Demos(obs=query.obs.flatten(1, 2), act=query.act.flatten(1, 2))

    def imitate() -> None:
        gradient, _ = mean_gradient(
            mri.outer_loss, mri.weights, (support, demos), mri.params.task_chunk
        )
        adam_step(mri.weights, gradient, mri.moments, mri.params.outer_rate)

    def differentiate() -> None:
        mean_gradient(maml.ascent.loss, maml.weights, (support, query), maml.params.task_chunk)

    return {"mri": imitate, "maml": differentiate}


def batches(ground: Ground) -> tuple[Batch, Batch]:
    """Before and after MAML's update."""
    maml, practice = ground.method("maml", curvature_subsample=1), ground.practice()
    indices, discount = practice.draw_tasks(), maml.params.discount
    support = with_advantages(practice.rollouts(maml.policy.actor(maml.weights), indices), discount)
    adapted = maml.policy.actor(maml.adapted(maml.weights, support))
    after = practice.rollouts(adapted, indices, adapted=True)
    return support, with_advantages(after, discount)
