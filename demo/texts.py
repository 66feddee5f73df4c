"""Stars and the words that fit them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo.arrays import choose, take


def stars(rng: np.random.Generator, is_bad: np.ndarray) -> np.ndarray:
    """Ratings from 1 to 5; worse after a bad experience."""
    count = len(is_bad)
    good = choose(rng, [0.02, 0.03, 0.08, 0.25, 0.62], count)
    bad = choose(rng, [0.30, 0.22, 0.22, 0.16, 0.10], count)
    return np.where(is_bad, bad, good) + 1


def pick_text(pools: list[pa.Array], group: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Pick a text from the pool of each row's group."""
    sizes = np.array([len(pool) for pool in pools])
    starts = np.cumsum(sizes) - sizes
    position = starts[group] + (rng.random(len(group)) * sizes[group]).astype(np.int64)
    return take(pa.concat_arrays(pools), position)
