"""Count what became of mutants: `python score.py RESULTS LEAST`, LEAST in per cent."""

import sys
from collections import Counter, defaultdict
from pathlib import Path

KILLED = {"killed", "timeout", "segfault", "caught by type check"}


def main(results: str, least: float) -> int:
    """Print the share per module and the survivors; 1 where fewer than `least` % were killed."""
    lines = (line.split(": ") for line in Path(results).read_text().splitlines() if ": " in line)
    found = [(name.strip(), state.strip()) for name, state in lines]
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for name, state in found:
        counts[name.rpartition(".")[0]][state in KILLED] += 1
    for module, count in sorted(counts.items()):
        share = 100 * count[True] / count.total()
        print(f"{module:40} {count.total():5} mutants, {share:5.1f} % killed")
    total = sum(counts.values(), Counter[bool]())
    share = 100 * total[True] / max(total.total(), 1)
    print(
        f"{'all':40} {total.total():5} mutants, {share:5.1f} % killed; at least {least:g} % wanted"
    )
    print("\n".join(f"{state}: {name}" for name, state in found if state not in KILLED))
    return 0 if share >= least else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
