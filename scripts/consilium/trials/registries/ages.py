"""Ages as ClinicalTrials.gov writes them."""

import re

# How many of a unit make a year.
PER_YEAR = {"year": 1.0, "month": 12.0, "week": 52.1775, "day": 365.2425, "hour": 8765.82}
PER_YEAR["minute"] = PER_YEAR["hour"] * 60


def years(text: str | None) -> float | None:
    """Age in years of `18 Years` or `6 Months`; None where no limit is stated.

    Raises:
        ValueError: another text, so that a limit is never lost unseen.
    """
    if text is None or text.strip() in {"", "N/A"}:
        return None
    found = re.fullmatch(
        r"(\d+(?:\.\d+)?) (year|month|week|day|hour|minute)s?", text.strip().lower()
    )
    if not found:
        raise ValueError(f"age {text!r} is no number of years, months, weeks, days, hours, minutes")
    return float(found[1]) / PER_YEAR[found[2]]
