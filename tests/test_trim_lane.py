"""trim_lane.sh on real files: whole lanes pass, broken ones are refused by name."""

import gzip
import random
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(
    not (shutil.which("fastp") and shutil.which("igzip")), reason="fastp and igzip are not on PATH"
)


def reads(mate, count, seed=1):
    """FASTQ text of `count` reads of 60 bases; equal seeds give equal names."""
    bases = random.Random(f"{seed}{mate}")
    return "".join(
        f"@read{i}/{mate}\n{''.join(bases.choices('ACGT', k=60))}\n+\n{'I' * 60}\n"
        for i in range(count)
    )


def lane(folder, first=2000, second=2000):
    paths = [folder / f"lane_R{mate}.fastq.gz" for mate in (1, 2)]
    for path, mate, count in zip(paths, (1, 2), (first, second), strict=True):
        with gzip.open(path, "wt") as out:
            out.write(reads(mate, count))
    return paths


def trim(folder, *files):
    out = folder / "out.fastq.gz"
    script, json = ROOT / "scripts/trim_lane.sh", folder / "out.json"
    command = ["bash", script, json, out, "1", "30", "", *files]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    return done, out


def names(path):
    with gzip.open(path, "rt") as handle:
        return [line.split("/")[0] for line in handle if line.startswith("@read")]


def test_mates_come_out_side_by_side(tmp_path):
    done, out = trim(tmp_path, *lane(tmp_path))
    assert done.returncode == 0, done.stderr
    found = names(out)
    assert len(found) == 4000
    assert found[::2] == found[1::2]


def test_single_end_reads_come_out_alone(tmp_path):
    done, out = trim(tmp_path, lane(tmp_path)[0])
    assert done.returncode == 0, done.stderr
    assert len(set(names(out))) == len(names(out)) == 2000


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.999])
def test_a_file_that_ends_early_is_named(tmp_path, kept):
    first, second = lane(tmp_path)
    whole = second.read_bytes()
    second.write_bytes(whole[: int(len(whole) * kept)])
    done, _ = trim(tmp_path, first, second)
    assert done.returncode != 0
    assert f"{second}: the gzip stream is damaged or ends early" in done.stderr


def test_mates_of_different_number_are_refused(tmp_path):
    first, second = lane(tmp_path, second=1500)
    done, _ = trim(tmp_path, first, second)
    assert done.returncode != 0
    assert "different numbers of reads" in done.stderr
    assert str(second) in done.stderr


def test_a_broken_record_is_refused(tmp_path):
    path = tmp_path / "lane_R1.fastq.gz"
    with gzip.open(path, "wt") as out:
        out.write(reads(1, 100) + "@read100/1\nACGT\n+\nIII\n" + reads(1, 100, seed=2))
    done, _ = trim(tmp_path, path)
    assert done.returncode != 0
    assert "fastp could not read every record" in done.stderr
