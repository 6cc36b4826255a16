"""Installation: what is missing is named, a failure is one line, what is done stays done."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pysam
import pytest

from builders import sequence, write_genome

ROOT = Path(__file__).parents[1]
WRAPPERS = ROOT / ".tools" / "bin"

# A tool of our list, as far as setup asks it: it prints its version.
VERSIONS = {
    "bwa": "0.7.17",
    "minimap2": "2.24",
    "samtools": "1.16.1",
    "bcftools": "1.16",
    "tabix": "1.16",
    "freebayes": "1.3.6",
    "fastp": "0.23.2",
    "igzip": "2.30.0",
    "mosdepth": "0.3.3",
    "snpEff": "5.1",
    "java": "17.0.1",
    "mvn": "3.8.7",
}
SYSTEM = "awk basename bash cat cut date df dirname env grep head ldconfig ln ls mkdir mktemp mount"
SYSTEM += " mv readlink rm sed sha256sum sort tail tr diff chmod cp tar gzip unshare"
# Stands for Maven: gives the jars of $JARS, or ends as Maven does without a network.
MAVEN = r"""#!/bin/bash
[ "$1" != --version ] || { echo "Apache Maven 3.8.7"; exit; }
[ -d "$JARS" ] || { echo "[ERROR] Could not transfer artifact a:b:jar:1 from/to central"; exit 1; }
for word; do case $word in -DoutputDirectory=*) cp -r "$JARS" "${word#*=}" ;; esac; done
"""


def write_command(folder: Path, name: str, text: str) -> None:
    (folder / name).unlink(missing_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


class Machine:
    """A machine with tools of its own, no root and no sudo, and a clone of the project."""

    def __init__(self, folder: Path):
        self.bin, self.project = folder / "bin", folder / "project"
        self.bin.mkdir()
        for name in SYSTEM.split():
            if found := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
                (self.bin / name).symlink_to(found)
        (self.bin / "python3").symlink_to(
            shutil.which("python3", path="/usr/bin:" + os.environ["PATH"])
        )
        write_command(self.bin, "id", "#!/bin/bash\necho 1000\n")
        for name, version in VERSIONS.items():
            write_command(self.bin, name, f"#!/bin/bash\necho {name} {version}\n")
        shutil.copytree(ROOT / "envs", self.project / "envs")
        self.variables = {"PATH": str(self.bin), "HOME": str(folder), "PIP_RETRIES": "0"}

    def setup(self, *words: str, before: str = "") -> tuple[int, list[str]]:
        """Exit code, and the lines that a person sees beside those of progress."""
        script = f"{before}exec envs/setup.sh {' '.join(words)}"
        command = ["unshare", "--mount", "bash", "-c", script] if before else ["bash", "-c", script]
        result = subprocess.run(
            command,
            cwd=self.project,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        lines = (result.stdout + result.stderr).splitlines()
        return result.returncode, [line for line in lines if not line.endswith(" ...")]

    def skip_python(self) -> None:
        """As if the Python packages and igv.js had been installed before."""
        venv = self.project / ".venv" / "bin"
        venv.mkdir(parents=True)
        write_command(venv, "pip", f"#!{venv}/python3\n")
        write_command(venv, "python3", "#!/bin/bash\n")
        done = self.project / ".tools" / "done"
        done.mkdir(parents=True)
        for name, lock in (("python", "requirements.txt"), ("igv", "igv.txt")):
            digest = subprocess.check_output(
                f"sha256sum < envs/{lock} | sha256sum", shell=True, cwd=ROOT
            )
            (done / name).write_bytes(digest)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_what_is_missing_or_too_old_is_named_in_one_line(machine):
    (machine.bin / "samtools").unlink()
    write_command(machine.bin, "minimap2", "#!/bin/bash\necho 2.9-r720\n")
    code, lines = machine.setup()
    assert code == 1
    assert lines == [
        "setup: no root, no sudo: put these on PATH or load their modules: "
        "minimap2 >= 2.24 (found: 2.9; Debian package: minimap2), "
        "samtools >= 1.16 (found: none; Debian package: samtools)"
    ]


def test_a_failed_download_of_python_packages_is_one_line(machine):
    machine.variables |= {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    code, lines = machine.setup()
    assert code == 1 and len(lines) == 1
    assert lines[0].startswith("setup: python: a download failed: check the network")
    assert "run the same command again" in lines[0]


def test_a_full_disk_is_one_line(machine):
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    (machine.project / ".venv").mkdir()
    code, lines = machine.setup(before="mount -t tmpfs -o size=4m tmpfs .venv && ")
    assert code == 1 and len(lines) == 1
    assert lines[0].startswith("setup: venv: the disk is full (")
    assert "free some, then run the same command again" in lines[0]


def test_jars_are_checked_and_the_next_run_goes_on(machine, tmp_path):
    machine.skip_python()
    write_command(machine.bin, "mvn", MAVEN)
    lock = machine.project / "envs" / "gatk" / "jars.sha256"
    lock.write_text(f"{sha256(b'right').hexdigest()}  a.jar\n")
    write_command(machine.project / "envs" / "gatk", "archive.sh", "#!/bin/bash\n")
    lib = machine.project / ".tools" / "gatk" / "lib"
    jars = tmp_path / "jars"
    machine.variables["JARS"] = str(jars)

    code, lines = machine.setup()
    assert code == 1 and len(lines) == 1
    assert lines[0].startswith("setup: gatk: a download failed: ")

    jars.mkdir()
    (jars / "a.jar").write_bytes(b"wrong")
    code, lines = machine.setup()
    assert code == 1 and len(lines) == 1
    assert lines[0].startswith("setup: gatk: a download is not what is locked: ")
    assert not lib.exists()

    (jars / "a.jar").write_bytes(b"right")
    (jars / "b.jar").write_bytes(b"not in the lock")
    assert machine.setup()[0] == 1
    assert not lib.exists()

    (jars / "b.jar").unlink()
    assert machine.setup() == (0, [])
    assert [jar.name for jar in lib.iterdir()] == ["a.jar"]
    assert (machine.project / ".tools" / "bin" / "gatk").is_symlink()

    shutil.rmtree(jars)  # the network may go now: nothing is fetched again
    assert machine.setup() == (0, [])


def test_without_maven_the_site_s_own_gatk_will_do(machine):
    machine.skip_python()
    (machine.bin / "mvn").unlink()
    code, lines = machine.setup()
    assert code == 1
    assert lines == [
        "setup: no root, no sudo: put gatk >= 4.6 on PATH, or, to have it fetched, "
        "mvn >= 3.6 (found: none; Debian package: maven)"
    ]
    write_command(machine.bin, "gatk", "#!/bin/bash\n")
    assert machine.setup() == (0, [])


def test_tools_that_only_tests_need_do_not_stop_setup(machine):
    machine.skip_python()
    write_command(machine.bin, "gatk", "#!/bin/bash\n")
    (machine.bin / "mvn").unlink()
    digest = subprocess.check_output(
        "sha256sum < envs/requirements-dev.txt | sha256sum", shell=True, cwd=ROOT
    )
    (machine.project / ".tools" / "done" / "python-test").write_bytes(digest)
    lines = (machine.project / "envs" / "debian.txt").read_text()
    (machine.project / "envs" / "debian.txt").write_text(
        lines + "nothing test 1.0 no-such-tool -V\n"
    )
    code, lines = machine.setup("test")
    assert code == 0
    assert "no-such-tool >= 1.0 (found: none; Debian package: nothing)" in lines[-1]


needs_tools = pytest.mark.skipif(not (WRAPPERS / "gatk").exists(), reason="needs make setup")


def heap(command: list[str], **variables: str) -> int:
    """The largest heap of the JVM that a wrapper starts, in MiB."""
    result = subprocess.run(
        command, env=os.environ | variables, capture_output=True, text=True, check=True
    )
    flag = next(word for word in result.stdout.split() if word.startswith("-XX:MaxHeapSize="))
    return int(flag.split("=")[1]) >> 20


@needs_tools
def test_gatk_takes_memory_as_bioconda_s_does():
    gatk = str(WRAPPERS / "gatk")
    show = "-XX:+PrintCommandLineFlags"
    assert heap([gatk, "--java-options", f"-Xmx300m {show}", "Mutect2", "--version"]) == 300
    assert heap([gatk, f"--java-options=-Xmx301m {show}", "Mutect2", "--version"]) == 301
    assert heap([gatk, "--java-options", show, "Mutect2", "--version"], GATK_MEM_MB="302") == 302


@needs_tools
def test_gatk_passes_on_paths_with_blanks_and_its_exit_code(tmp_path):
    gatk = str(WRAPPERS / "gatk")
    odd = tmp_path / "a b.fa"
    write_genome(odd, chr1=sequence(100))
    out = tmp_path / "c d.dict"
    subprocess.run(
        [gatk, "CreateSequenceDictionary", "-R", odd, "-O", out], check=True, capture_output=True
    )
    assert "SN:chr1\tLN:100" in out.read_text()
    failed = subprocess.run([gatk, "Mutect2", "--no-such-option"], capture_output=True, check=False)
    assert failed.returncode != 0


@needs_tools
def test_snpeff_takes_memory_as_bioconda_s_does_and_adds_nothing_to_its_output():
    snpeff = str(WRAPPERS / "snpEff")
    assert heap([snpeff, "-Xmx300m", "-XX:+PrintCommandLineFlags", "-version"]) == 300
    out = subprocess.run([snpeff, "-version"], capture_output=True, text=True, check=True).stdout
    assert out.startswith("SnpEff\t5.") and len(out.splitlines()) == 1


@needs_tools
def test_mosdepth_opens_a_bam_without_a_system_wide_libhts(tmp_path):
    bam = str(tmp_path / "x.bam")
    header = {"HD": {"SO": "coordinate"}, "SQ": [{"SN": "chr1", "LN": 100}]}
    with pysam.AlignmentFile(bam, "wb", header=header) as out:
        read = pysam.AlignedSegment(out.header)
        read.query_name, read.query_sequence, read.cigarstring = "r", "ACGT", "4M"
        read.reference_id, read.reference_start, read.mapping_quality = 0, 10, 60
        out.write(read)
    pysam.index(bam)
    subprocess.run([WRAPPERS / "mosdepth", tmp_path / "x", bam], check=True, capture_output=True)
    assert "chr1\t100\t4\t" in (tmp_path / "x.mosdepth.summary.txt").read_text()
    assert (ROOT / ".tools" / "lib" / "libhts.so").resolve().exists()


def test_verdicts_are_printed_a_case_at_a_time(tmp_path):
    summary = tmp_path / "summary.tsv"
    summary.write_text(
        "case\tverdict\treasons\ttop_finding\treport\n"
        "A\tRELEASE\t\tI-A act: osimertinib\tA/report.html\n"
        "B\tFAIL\tdepth 12 < 50\tnone may be used\tB/report.html\n"
    )
    result = subprocess.run(
        [ROOT / "envs" / "verdicts.sh", summary], capture_output=True, text=True, check=True
    )
    assert result.stdout.split("\n\n") == [
        f"\nA  RELEASE  I-A act: osimertinib\n    {tmp_path}/A/report.html",
        f"B  FAIL  none may be used\n    because depth 12 < 50\n    {tmp_path}/B/report.html\n",
    ]
    missing = subprocess.run(
        [ROOT / "envs" / "verdicts.sh", tmp_path / "none.tsv"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert missing.returncode == 1 and "was not written" in missing.stderr
