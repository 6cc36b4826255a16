# Each target works alone, first, and again; the work is in envs/setup.sh and the Snakefile.
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/.venv/bin:$(PATH)

DECIDING := matching tiers logic cohort unchecked board invariants profiles conditions knowledge_content codons sources civic callability

.PHONY: setup multiqc demo test golden screenshots coverage board bench compare mutants lock

setup: ## what a run needs
	@envs/setup.sh

multiqc: setup ## MultiQC, for config key multiqc
	@envs/setup.sh multiqc

demo: setup ## the bundled cases, from reads to reports
	@python scripts/make_demo.py --out demo
	@snakemake --directory demo --profile profiles/local --configfile demo/config/config.yaml; \
	    status=$$?; envs/verdicts.sh demo/results/summary.tsv; exit $$status

test: ## what the tests need, and the tests
	@envs/setup.sh test
	@pytest

golden: demo ## accept what the demo's reports say now
	@python tests/golden.py demo/results

screenshots: demo ## the pictures of docs/images, from the demo's reports
	@envs/setup.sh test
	@PYTHONPATH=scripts python tests/screenshots.py demo/results

coverage: ## how much of what decides is tested: lines and branches, at least 95 %
	@envs/setup.sh test
	@pytest -q --cov=consilium.matching --cov=consilium.knowledge --cov-branch --cov-report=term:skip-covered \
	    --cov-fail-under=95 $(addprefix tests/test_,$(addsuffix .py,$(DECIDING)))

board: ## docs/board.md anew: what a board expects of each case, and what we say
	@python tests/board_table.py

compare: setup ## the matcher on real tables: matches per tier and level, time, memory, the curves of both
	@python tests/bench/compare.py

mutants: ## a thousand small mistakes in the tier and logic modules: which of them tests notice
	@envs/setup.sh test
	@envs/setup.sh mutants
	@tests/mutants/run.sh

bench: setup ## our cost beside that of the tools alone
	@python tests/bench/bench.py

lock: ## new locks of Python packages and of GATK's jars
	@envs/lock.sh
