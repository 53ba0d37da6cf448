"""What the trainings of a run take on a GPU: what `plan` is told of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.plan import Job

if TYPE_CHECKING:
    from gansgmms.benchmarks.training_cost import Rates


class TrainingHours:
    """Hours of a training, and whether they are measured; as a text, where from.

    torch, which counts, is imported for the first training on a GPU, if there is one.

    Args:
        cards: files that `make gpu-check` wrote; the first that is there and timed a
            model counts.
    """

    def __init__(self, experiment: Experiment, cards: Sequence[str]):
        self.experiment, self.cards = experiment, cards
        self.rates: Rates | None = None

    def __call__(self, job: Job) -> tuple[float, bool] | None:
        """None for what is no training, and for one whose steps nobody counts."""
        if job.rule != "train_model":
            return None
        from gansgmms.benchmarks.training_cost import Rates, phases

        run = self.experiment
        model, dataset = job.wildcards["model"], job.wildcards["dataset"]
        architecture = run.architecture_of(model)
        self.rates = self.rates or Rates.read(self.cards)
        parts = phases(
            architecture,
            run.settings_of(model, dataset),
            tuple(run.dataset_spec(dataset)["shape"]),
            run.training_images(dataset),
            self.rates.card,
        )
        told = [part.seconds(self.rates) for part in parts]
        if not told:
            return None
        return sum(seconds for seconds, _ in told) / 3600, all(m for _, m in told)

    def __str__(self) -> str:
        if self.rates is None:
            return "No training on a GPU."
        card = self.rates.card
        how = f"measured by make gpu-check, {self.rates.source}"
        if not self.rates.seconds:
            how = "stated; make gpu-check measures them"
        return (
            f"Counted: the steps of a training, times what one takes on a {card.name} at "
            f"{self.rates.share:.0%} of its rates ({card.memory / 1e12:.3g} TB/s, "
            f"{card.bfloat16 / 1e12:.3g} TFLOP/s in bfloat16, {card.float32 / 1e12:.3g} in "
            f"float32), or its host at {card.host * 1e6:.3g} microseconds an operator: "
            f"{how}. EM takes all its passes. Not in it: the starts of mixtures, K-means "
            "and factor analyses, and what is scored along the way."
        )
