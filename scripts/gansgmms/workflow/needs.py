"""What jobs ask for that grows with data and models: megabytes, and minutes.

The factors are of jobs at full size (`make rehearsal`, docs/clusters.md). Memory is the
host's, of a job without a GPU: one that has one holds no more there.
"""

from gansgmms.workflow.evidence import compared_mixtures
from gansgmms.workflow.experiment import Experiment

SPARE = 1.25  # of what was measured
READING = 4000  # megabytes: what reads and writes images, some at a time
LIBRARIES = 6000  # megabytes: torch with a GPU's libraries, a network and its gradients

# How often a training holds its images, of one byte a value: in their file, copied, in
# another order; as floats, which are four. Others do three times.
HELD = {"mfa": 6, "adversarial_mfa": 7, "pix2pix": 7, "gaussian": 2, "codebook": 19}
# How often a mixture's file is held at the end of a hierarchy: parts, the mixture of them,
# and what is written; by what sees images through it; in float64, a part at a time.
TRAINED, SEEING, SCORING = 3, 4, 1.25
BINNED = 9  # How often bins hold their images: chosen, as floats, and those divided.

SPEED = 5e10  # operations a second in float64, on two cores


def megabytes(size: float) -> int:
    """Whole megabytes of a number of bytes, at least one."""
    return max(1, round(size / 1e6))


class Needs:
    """What the jobs of an experiment ask for."""

    def __init__(self, experiment: Experiment):
        self.experiment = experiment

    def native_memory(self, dataset: str) -> int:
        """Of preparing images at pix2pix's size, which are read with the test images."""
        e = self.experiment
        others = e.dataset_bytes(dataset) / self._train_bytes(dataset)
        return READING + megabytes(SPARE * others * e.native_bytes(dataset))

    def bins_memory(self, dataset: str) -> int:
        """Of bins of as many training images as the configuration says."""
        images = self._train_bytes(dataset)
        most = self.experiment.bins_settings(dataset)["reference"]
        binned = min(most * self.experiment.image_bytes(dataset), images)
        return _memory(images + BINNED * binned)

    def halves_memory(self, dataset: str) -> int:
        """Of bins of a half of the training images, beside copies of both halves."""
        return _memory((1 + 1 + BINNED / 2) * self._train_bytes(dataset))

    def training_memory(self, model: str, dataset: str) -> int:
        """Of a training: images, the mixture as it ends, a Gaussian's covariance."""
        e, kind = self.experiment, self.experiment.architecture_of(model)
        held = HELD.get(kind, 3) * self._train_bytes(dataset)
        held += TRAINED * e.mixture_bytes(model, dataset)
        if kind == "gaussian":  # sums, covariance and factor in float64
            held += 4 * 8 * e.image_bytes(dataset) ** 2
        return _memory(held)

    def training_disk(self, model: str, dataset: str) -> int:
        """Of a training: with the state, which holds an optimiser's two moments too, or
        all parts, and with each snapshot, there and handed over.
        """
        files = 4 + 2 * len(self.experiment.snapshots_of(model, dataset))
        return 2000 + files * megabytes(self.experiment.mixture_bytes(model, dataset))

    def sampling_memory(self, model: str, dataset: str) -> int:
        """Of what draws a model's samples."""
        e = self.experiment
        return _memory(e.mixture_bytes(model, dataset) + 8 * e.samples_bytes(dataset))

    def likelihood_memory(self, model: str, dataset: str) -> int:
        """Of what scores images by a mixture."""
        mixture = SCORING * self.experiment.mixture_bytes(model, dataset)
        return _memory(2 * self._train_bytes(dataset) + mixture)

    def likelihood_minutes(self, model: str, dataset: str) -> int:
        """Of the same: a product and a sum for each image and number of the mixture."""
        e = self.experiment
        images = e.dataset_bytes(dataset) / e.image_bytes(dataset)
        operations = 2 * images * e.mixture_bytes(model, dataset) / 4
        return 30 + round(SPARE * operations / SPEED / 60)

    def neighbours_memory(self, dataset: str) -> int:
        """Of what sees test images through each of the mixtures that are compared."""
        e = self.experiment
        models = compared_mixtures(e, dataset)
        largest = max(e.mixture_bytes(model, dataset) for model in models)
        return _memory(2 * self._train_bytes(dataset) + SEEING * largest)

    def _train_bytes(self, dataset: str) -> int:
        e = self.experiment
        return e.training_images(dataset) * e.image_bytes(dataset)


def _memory(held: float) -> int:
    return LIBRARIES + megabytes(SPARE * held)
