"""The tasks that GMPS' official code trains and tests on, and where the paper's figure 4 tests.

Goals in metres, angles in radians, to the four digits of the code's files.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray


def _rows(numbers: str, width: int) -> Float[ndarray, "task width"]:
    return np.array(numbers.split(), dtype=float).reshape(-1, width)


PUSH_TRAIN = _rows(
    """ 0.0124 0.7361   0.0985 0.7290  -0.0033 0.7870   0.0677 0.7938   0.0975 0.7506
       -0.0763 0.7980   0.0209 0.7614  -0.0530 0.7577   0.0731 0.7505   0.0155 0.7509
       -0.0784 0.7656   0.0414 0.7359   0.0650 0.7790  -0.0875 0.7214  -0.0088 0.7757
        0.0577 0.7329  -0.0351 0.7992   0.0883 0.7482  -0.0536 0.7363  -0.0103 0.7333 """,
    width=2,
)
PUSH_TEST = _rows(
    """-0.0032 0.7448  -0.0483 0.7603  -0.0522 0.7458  -0.0310 0.7376  -0.0446 0.7694
       -0.0020 0.7269  -0.0859 0.7477   0.0564 0.7354  -0.0738 0.7163  -0.0835 0.7177
        0.0450 0.7028   0.0553 0.7729   0.0929 0.7094  -0.0114 0.7623   0.0228 0.7683
       -0.0254 0.7045   0.0160 0.7761  -0.0558 0.7666  -0.0586 0.7977   0.0199 0.7068 """,
    width=2,
)
DOOR_TRAIN = _rows(
    """0.5405 0.7264 0.1771 0.4156 0.3736 0.0399 0.1162 0.4290 0.4912 0.1893
       0.7159 0.1521 0.2532 0.7171 0.6493 0.0815 0.5428 0.9705 0.7105 0.6057 """,
    width=1,
)
DOOR_TEST = _rows(
    """0.0553 0.2260 0.5436 0.7154 0.4516 0.5898 0.0369 0.3479 0.2040 0.8517
       0.1968 0.4014 0.7235 0.6829 0.6055 0.5880 0.3848 0.0723 0.0733 0.8749 """,
    width=1,
)
DOOR_VALIDATION = np.linspace(0, np.pi / 3, 20)[:, None]

# Degrees on the ring. The training goals go from coarse to fine: the first ten are every fourth of
# the forty, as in the code's smaller set; and what is outside of them as figure 4 may have it.
QUARTER_TRAIN = np.concatenate([np.arange(40)[i::4] for i in (0, 2, 1, 3)]) * 90 / 39
QUARTER_BESIDE = np.concatenate([np.arange(-45, 0, 9), np.arange(99, 136, 9)])
QUARTER_BEYOND = np.linspace(90, 180, 11)[1:]
