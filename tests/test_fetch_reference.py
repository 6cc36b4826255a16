"""Reference files over a real HTTP server that knows ranges, breaks off and changes its files."""

import gzip
import os
import subprocess
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from builders import sequence, write_genome
from consilium.download import DownloadError, download
from fetch_reference import FetchError, Settings, main
from local_server import serving

TOOLS = Path(__file__).parents[1] / ".tools" / "bin"


@dataclass
class Site:
    """What a server has, does and was asked."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    break_after: list[int] = field(default_factory=list)  # bytes sent before each break
    refusals: list[int] = field(default_factory=list)  # status of the first answers
    tags: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"{self.address}/{name}"


class Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, *args):
        pass

    def do_GET(self):
        site, name, asked = self.site, self.path.lstrip("/"), self.headers["Range"]
        site.asked.append((name, asked))
        if site.refusals:
            return self.send_error(site.refusals.pop(0))
        if name not in site.files:
            return self.send_error(404)
        whole = site.files[name]
        tag = f'"{sha256(whole).hexdigest()[:8]}"'
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if self.headers["If-Range"] not in {None, tag}:
            start = 0
        if start >= len(whole):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(whole)}")
            return self.end_headers()
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        if site.tags:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(whole) - start))
        self.end_headers()
        end = start + site.break_after.pop(0) if site.break_after else len(whole)
        self.wfile.write(whole[start:end])


@pytest.fixture
def site():
    site = Site()
    with serving(Handler, site=site) as site.address:
        yield site


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def fetch(*resources: dict, aligner: str = "bwa") -> None:
    plain = {"sha256": None, "index": "none"}
    main(Settings(tries=3, timeout=5, resources=[plain | r for r in resources]), aligner)


def test_an_interrupted_download_goes_on_where_it_ended(site):
    site.files["x"] = os.urandom(3_000_000)
    site.break_after = [2_000_000]
    download(site.url("x"), Path("x.part"), tries=2, timeout=5, pause=0)
    assert Path("x.part").read_bytes() == site.files["x"]
    assert site.asked == [("x", None), ("x", "bytes=2000000-")]


def test_the_next_run_goes_on_where_the_last_one_ended(site):
    site.files["x"] = os.urandom(50_000)
    site.break_after = [20_000, 10_000]
    with pytest.raises(DownloadError, match="ended after 20000 of 50000 bytes; 1 tries"):
        download(site.url("x"), Path("x.part"), tries=1, timeout=5)
    download(site.url("x"), Path("x.part"), tries=2, timeout=5, pause=0)
    assert Path("x.part").read_bytes() == site.files["x"]
    assert [asked for _, asked in site.asked] == [None, "bytes=20000-", "bytes=30000-"]


def test_a_file_that_changed_in_between_is_fetched_whole(site):
    site.files["x"] = b"old" * 10_000
    site.break_after = [20_000]
    with pytest.raises(DownloadError):
        download(site.url("x"), Path("x.part"), tries=1, timeout=5)
    site.files["x"] = b"new" * 10_000
    download(site.url("x"), Path("x.part"), tries=1, timeout=5)
    assert Path("x.part").read_bytes() == b"new" * 10_000


def test_without_a_version_to_quote_a_broken_file_is_fetched_whole(site):
    site.files["x"], site.tags, site.break_after = os.urandom(9_000), False, [5_000]
    download(site.url("x"), Path("x.part"), tries=2, timeout=5, pause=0)
    assert Path("x.part").read_bytes() == site.files["x"]
    assert [asked for _, asked in site.asked] == [None, None]


def test_a_file_that_was_already_whole_is_kept(site):
    site.files["x"] = b"whole"
    Path("x.part").write_bytes(b"whole")
    Path("x.part.version").write_text(f'"{sha256(b"whole").hexdigest()[:8]}"')
    download(site.url("x"), Path("x.part"), tries=1, timeout=5)
    assert Path("x.part").read_bytes() == b"whole"


def test_a_busy_server_is_asked_again_and_a_missing_file_is_not(site):
    site.files["x"], site.refusals = b"x", [503, 429]
    download(site.url("x"), Path("x.part"), tries=3, timeout=5, pause=0)
    assert len(site.asked) == 3
    with pytest.raises(DownloadError, match="/y: 404 Not Found"):
        download(site.url("y"), Path("y.part"), tries=3, timeout=5, pause=0)
    assert len(site.asked) == 4


def test_a_wrong_checksum_leaves_no_file_and_does_not_stop_the_others(site):
    site.files |= {"bad": b"bad", "good": b"good"}
    expected = sha256(b"something else").hexdigest()
    with pytest.raises(FetchError) as error:
        fetch(
            {"file": "r/bad", "url": site.url("bad"), "sha256": expected},
            {"file": "r/missing", "url": site.url("missing")},
            {"file": "r/good", "url": site.url("good"), "sha256": sha256(b"good").hexdigest()},
        )
    first, second = str(error.value).splitlines()
    assert f"sha256 is {sha256(b'bad').hexdigest()}, not {expected}" in first
    assert second.startswith("r/missing: ") and second.endswith("404 Not Found")
    assert sorted(p.name for p in Path("r").iterdir()) == ["fetched.sha256", "good"]


def test_a_checksum_is_recorded_and_held_to(site):
    site.files["x"] = b"first"
    fetch({"file": "r/x", "url": site.url("x")})
    check = subprocess.run(["sha256sum", "--check", "fetched.sha256"], cwd="r", check=True)
    assert check.returncode == 0
    fetch({"file": "r/x", "url": site.url("x")})
    assert len(site.asked) == 1, "what is there is not fetched again"
    Path("r/x").write_bytes(b"spoiled")
    with pytest.raises(FetchError, match="remove the file to fetch it again"):
        fetch({"file": "r/x", "url": site.url("x")})
    Path("r/x").unlink()
    site.files["x"] = b"replaced at its source"
    with pytest.raises(FetchError, match=r"or its line in r/fetched\.sha256"):
        fetch({"file": "r/x", "url": site.url("x")})
    Path("r/fetched.sha256").unlink()
    fetch({"file": "r/x", "url": site.url("x")})
    assert Path("r/x").read_bytes() == b"replaced at its source"


@pytest.mark.parametrize(
    ("aligner", "made"),
    [("bwa", "genome.fa.bwt"), ("minimap2", "genome.fa.mmi")],
)
def test_a_genome_is_unpacked_and_indexed_once(site, tmp_path, aligner, made):
    genome = write_genome(tmp_path / "source.fa", chr1=sequence(4_000), chr2=sequence(3_000, 2))
    site.files["g.fa.gz"] = gzip.compress(genome.read_bytes())
    resource = {"file": "r/genome.fa", "url": site.url("g.fa.gz"), "index": "genome"}
    fetch(resource, aligner=aligner)
    assert Path("r/genome.fa").read_bytes() == genome.read_bytes()
    lines = Path("r/genome.fa.fai").read_text().splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["chr1", "4000"], ["chr2", "3000"]]
    assert Path("r/genome.dict").read_text().count("@SQ") == 2
    before = Path("r", made).stat().st_mtime_ns
    fetch(resource, aligner=aligner)
    assert Path("r", made).stat().st_mtime_ns == before
    assert len(site.asked) == 1
    assert not list(Path("r").glob(".index.*")) + list(Path("r").glob("*.part*"))


def test_a_vcf_is_indexed_and_a_broken_one_is_named(site):
    vcf = b"##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    packed = subprocess.run(["bgzip"], input=vcf, capture_output=True, check=True).stdout
    site.files |= {"v.vcf.gz": packed, "broken.vcf.gz": gzip.compress(vcf)}
    fetch({"file": "r/v.vcf.gz", "url": site.url("v.vcf.gz"), "index": "vcf"})
    assert Path("r/v.vcf.gz.tbi").stat().st_size > 0
    with pytest.raises(FetchError, match=r"r/broken.vcf.gz: .*bcftools failed"):
        fetch({"file": "r/broken.vcf.gz", "url": site.url("broken.vcf.gz"), "index": "vcf"})
    assert not Path("r/broken.vcf.gz.tbi").exists()


def test_a_truncated_gzip_is_no_genome(site):
    site.files["g.fa.gz"] = gzip.compress(b">c\n" + b"ACGT" * 1000)[:-20]
    with pytest.raises(FetchError, match=r"r/genome\.fa: Compressed file ended"):
        fetch({"file": "r/genome.fa", "url": site.url("g.fa.gz"), "index": "genome"})
    assert not Path("r/genome.fa").exists()


def test_the_rule_runs_as_a_target_of_its_own(site, tmp_path):
    """With the shipped rule file and script, in a workflow that has nothing else."""
    root = Path(__file__).parents[1]
    site.files["x"] = b"content"
    resources = [{"file": "r/x", "url": site.url("x"), "sha256": None, "index": "none"}]
    settings = {"tries": 1, "timeout": 5, "resources": resources}
    Path("Snakefile").write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(root / 'scripts')!r})\n"
        f"config.update({ {'fetch': settings, 'aligner': 'bwa'}!r})\nCODE, GENOME_MB = 'code', 1\n"
        f"include: {str(root / 'rules' / 'setup.smk')!r}\n"
    )
    command = [sys.executable, "-m", "snakemake", "-c1", "fetch_reference"]
    for _ in range(2):  # the second run checks again and fetches nothing
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        assert "1 of 1 steps" in result.stderr
    assert Path("r/x").read_bytes() == b"content"
    assert len(site.asked) == 1
