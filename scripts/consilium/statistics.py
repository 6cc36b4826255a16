"""The few binomial sums that decisions rest on.

Plain sums of few terms: tests hold them against scipy.stats, whose import would cost each short
job more than its work.
"""

from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p, sqrt
from statistics import NormalDist

LEVEL = 0.95
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a fraction (Wilson score, without continuity correction); 0..1 of none."""
    if not total:
        return 0.0, 1.0
    share, spread = hits / total, Z * Z / total
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / total + spread / (4 * total))
    low = (middle - half) / (1 + spread) if hits else 0.0
    high = (middle + half) / (1 + spread) if hits < total else 1.0
    return low, high


@lru_cache(maxsize=4096)
def power(depth: int, fraction: float, fewest: int) -> float:
    """Probability of at least `fewest` reads of an allele with this fraction at this depth."""
    if depth < fewest or not 0 < fraction < 1:
        return float(fewest <= 0 or (depth >= fewest and fraction >= 1))
    # By logarithms: at depths of thousands the coefficients are beyond any float.
    shown, hidden, ways = log(fraction), log1p(-fraction), lgamma(depth + 1)
    missed = fsum(
        exp(ways - lgamma(k + 1) - lgamma(depth - k + 1) + k * shown + (depth - k) * hidden)
        for k in range(fewest)
    )
    return max(0.0, 1 - missed)


@lru_cache(maxsize=256)
def required_depth(fraction: float, fewest: int, level: float) -> int:
    """Smallest depth at which `power` reaches `level`.

    Raises:
        ValueError: no depth suffices, because the fraction is 0.
    """
    if fraction <= 0:
        raise ValueError("no depth shows an allele that is not there")
    low, high = fewest, fewest
    while power(high, fraction, fewest) < level:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if power(middle, fraction, fewest) >= level:
            high = middle
        else:
            low = middle + 1
    return low


@lru_cache(maxsize=4096)
def excluded_fraction(depth: int, fewest: int, level: float) -> float | None:
    """Smallest allele fraction that this depth would have shown; None where none would."""
    if power(depth, 1.0, fewest) < level:
        return None
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if power(depth, middle, fewest) >= level:
            high = middle
        else:
            low = middle
    return round(high, 6)
