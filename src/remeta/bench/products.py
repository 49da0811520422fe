"""What SMILe's loop costs beside the matrix products that it cannot do without."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from remeta.bench.entry import Entry, Target, compared, over
from remeta.bench.ground import Ground
from remeta.bench.timing import alternate
from remeta.core.episodes import Demonstrations

RUN, MOST = "smile-64_20", 1.4
DEMOS, EVERY = 8, 20  # of each task, and one step in so many
ROWS: Any = {"batch": 128, "discriminator_batch": 128}  # of each task, as in the paper's runs
ATEN = torch.ops.aten
KINDS = (ATEN.mm.default, ATEN.addmm.default, ATEN.bmm.default, ATEN.baddbmm.default)


class Products(TorchDispatchMode):
    """Remembers every matrix product that is asked for, backward passes among them."""

    def __init__(self):
        super().__init__()
        self.calls: list[Callable[[], Any]] = []

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        call = partial(func, *args, **(kwargs or {}))
        if func in KINDS:
            self.calls.append(call)
        return call()

    @torch.no_grad()
    def again(self) -> None:
        """The same products of the same matrices, and nothing else."""
        for call in self.calls:
            call()


def imitating(ground: Ground, rounds: int) -> Entry:
    """A step of discriminator and encoder and one of SAC, on all tasks at once."""
    update, products = loop(ground), Products()
    with products:
        update()
    ours, bare = alternate({"loop": update, "products": products.again}, rounds).values()
    what = (
        f"SMILe's loop on {ground.world.family.name}, {ground.sizes.tasks} tasks, against its "
        f"{len(products.calls)} matrix products alone; ratio: times as long"
    )
    target = Target("ratio", "<=", MOST)
    return compared("smile_loop", what, "s", ours, bare, over(ours, bare), target)


def loop(ground: Ground) -> Callable[[], Any]:
    """With a replay and demonstrations whose numbers nobody made: they cost what others cost."""
    method, practice, rng = ground.method(RUN, **ROWS), ground.practice(), ground.rng()
    world, tasks, horizon = ground.world, ground.sizes.tasks, ground.sizes.horizon
    sizes = {"obs": world.obs_size, "act": world.act_size, "next_obs": world.obs_size}
    shape = tasks, DEMOS, horizon // EVERY
    shown = {name: torch.from_numpy(_numbers(rng, *shape, of)) for name, of in sizes.items()}
    practice.shown = Demonstrations(**shown, mask=torch.ones(shape))
    method.watcher.fit(practice)
    for _ in range(horizon):
        steps = {name: _numbers(rng, tasks, of) for name, of in sizes.items()}
        method.replay.record(steps | {"indices": np.arange(tasks)})
    return partial(method.update, practice)


def _numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape, dtype=np.float32)
