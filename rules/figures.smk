"""Figures: one rule for each entry under `figures` in the configuration.

in:   what the figure's kind is drawn from (gansgmms/workflow/shown.py): images, bins,
      models, samples and scores of the datasets that it shows
out:  figures/<name>.png and .pdf; .gif, where the kind is animated

The kind names the script and the caption: one_bin is scripts/plot_one_bin.py and
report/one_bin.rst, and what it may choose stands in gansgmms/settings/figures.py.
"""

from gansgmms.workflow.shown import Shown

for name in config["figures"]:
    shown = Shown(EXPERIMENT, name)

    rule:
        """One figure; `make targets` says what each shows."""
        name:
            name
        input:
            unpack(of(shown.inputs)),
        output:
            **figure_files(name),
        log:
            f"<logs>/{name}.log",
        benchmark:
            f"<benchmarks>/{name}.tsv"
        conda:
            f"../envs/{shown.kind.environment}.yaml"
        threads: at_most(shown.kind.threads)
        resources:
            mem_mb=shown.kind.mem_mb,
            runtime=10,
        params:
            **shown.params(),
        script:
            "../scripts/plot_{params.kind}.py"

    describe(name)
    # Snakemake packs for a pod what this says, and there no parameter is known.
    rule_of(name).script = f"../scripts/plot_{shown.entry['kind']}.py"
