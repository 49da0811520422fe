"""Threads and arithmetic of this process, set in one place."""

import torch

from remeta.tasks.sim import usable_threads

TOLERANCE = 1e-5


def prepare() -> dict[str, float]:
    """Set thread count and matrix precision; return what was chosen and how exact it is.

    `medium` lets float32 products use faster kernels. On processors without bf16 matrix units
    they stay exact to rounding; where they do not, the exact kernels are taken instead.
    """
    torch.set_num_threads(usable_threads())
    torch.set_float32_matmul_precision("medium")
    error = product_error()
    if error > TOLERANCE:
        torch.set_float32_matmul_precision("highest")
        error = product_error()
    return {"threads": float(torch.get_num_threads()), "matmul_error": error}


def product_error() -> float:
    """Relative error of a float32 product against float64."""
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(256, 256, generator=generator) for _ in range(2))
    exact = a.double() @ b.double()
    return float(((a @ b).double() - exact).norm() / exact.norm())
