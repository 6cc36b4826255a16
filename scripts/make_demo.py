"""Make the synthetic demo cases, or with --bench one deep case to measure speed with."""

import argparse
from pathlib import Path

from consilium.demo.build import make_bench, make_demo


def main() -> None:
    """Make what the command line asks for, unless it is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to make")
    parser.add_argument("--pairs-scale", type=float, default=1.0, help="depth of the demo, times")
    parser.add_argument("--bench", action="store_true", help="one deep case instead of the demo")
    parser.add_argument("--pairs", type=int, default=2_000_000, help="pairs of the deep case")
    given = parser.parse_args()
    try:
        if given.bench:
            made = make_bench(given.out, given.pairs)
        else:
            made = make_demo(given.out, given.pairs_scale)
    except OSError as error:
        parser.exit(1, f"{given.out} cannot be made: {error}. Mend this and run it again.\n")
    parser.exit(message=f"{given.out}: {'made' if made else 'is up to date'}\n")


if __name__ == "__main__":
    main()
