"""What every test stands on: shapes checked at run time, one thread, seeds that are passed."""

import os

import numpy as np
import pytest
import torch
from jaxtyping import install_import_hook

# Only a class that beartype decorates as a whole knows its `Self`; jaxtyping goes by the method.
CHECKED = (
    "beartype.beartype(conf=beartype.BeartypeConf(hint_overrides="
    "beartype.BeartypeHintOverrides({beartype.typing.Self: object})))"
)

os.environ.setdefault("REMETA_THREADS", "1")
torch.set_num_threads(1)
install_import_hook("remeta.core", CHECKED)  # before anything imports remeta


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that say they are LONG begin first: none keeps one worker when the others are done."""
    items.sort(key=lambda item: not getattr(getattr(item, "module", None), "LONG", False))


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
