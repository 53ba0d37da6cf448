"""The rehearsal has every kind of job, and the rules ask for what it found."""

from gansgmms.benchmarks.rehearsal import TARGETS
from gansgmms.workflow.needs import Needs
from gansgmms.workflow.plan import jobs_in
from tests.unit.workflow.test_experiment import experiment

CONFIG = "config/rehearsal.yaml"
# What reads files of samples and mixtures as others do, and what sees no image.
LEFT_OUT = {
    "compare_clusterings",  # as evaluate_samples
    "measure_reconstruction",  # as find_neighbours, of smaller mixtures
    "measure_scaling",
    "check_theorems",
}


def test_every_kind_of_job_is_rehearsed_and_asks_for_what_it_needs(workflow):
    everything = workflow.jobs("--configfile", CONFIG)
    targets = [f"results/rehearsal/{target}" for target in TARGETS]
    said = workflow.run("--dry-run", "--configfile", CONFIG, "--", *targets).stdout
    rehearsed = jobs_in(said)
    full = experiment()
    shown = full.entries.keys() | {"all", "claims", "overview", "likelihood"}
    kinds = everything.keys() - shown - {"statistics"}
    kinds = {kind for kind in kinds if not kind.endswith(("_js", "_animated"))}
    assert kinds - {job.rule for job in rehearsed} == LEFT_OUT

    needs, ways = Needs(full), {}
    for job in rehearsed:
        model = job.wildcards.get("model")
        ways.setdefault((job.rule, model), job.number("mem_mb"))
    assert ways["train_model", "codebook"] == needs.training_memory(
        "codebook", "celeba"
    )
    assert ways["sample_model", "mfa"] == needs.sampling_memory("mfa", "celeba")
    assert ways["fit_bins", None] == needs.bins_memory("celeba")
    assert ways["evaluate_likelihood", "mfa"] == needs.likelihood_memory(
        "mfa", "celeba"
    )
