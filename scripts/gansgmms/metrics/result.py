"""How samples compare with a reference, bin by bin (section 2, supplementary 1.1)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gansgmms.metrics.statistics import jensen_shannon, summary, two_sample_test


@dataclass(repr=False)
class Result:
    """How one set of samples compares with the reference, bin by bin.

    reference_counts, counts: (k,) images in each bin. reference_proportion, proportion,
    standard_error, z, p: (k,) float64; different: (k,) bool. ndb: their number. js:
    Jensen-Shannon divergence of the two sets of proportions, in nats.
    """

    reference_counts: np.ndarray
    counts: np.ndarray
    reference_proportion: np.ndarray
    proportion: np.ndarray
    standard_error: np.ndarray
    z: np.ndarray
    p: np.ndarray
    different: np.ndarray
    js: float
    significance: float = 0.05

    def __repr__(self) -> str:
        n, k = self.counts.sum(), len(self.different)
        return f"Result(NDB/K {self.ndb_over_k:.3f}, k={k}, JS {self.js:.4f}, of {n:,})"

    @property
    def ndb(self) -> int:
        return int(self.different.sum())

    @property
    def ndb_over_k(self) -> float:
        """0.05 is expected of two samples of one distribution; lower is better."""
        return self.ndb / len(self.different)

    def columns(self) -> dict[str, np.ndarray | int]:
        """The test of each bin as columns of a table, one row a bin."""
        k = len(self.different)
        return {
            "k": k,
            "bin": np.arange(k),
            "reference_count": self.reference_counts,
            "count": self.counts,
            "reference_proportion": self.reference_proportion,
            "proportion": self.proportion,
            "standard_error": self.standard_error,
            "z": self.z,
            "p": self.p,
            "different": self.different,
        }

    def summary(self, **options) -> dict[str, float]:
        """NDB and JS with what chance has to do with them: `statistics.summary`."""
        return summary(self.reference_counts, self.counts, self.significance, **options)

    def plot(self, label: str = "samples"):
        """The proportions of the bins as a matplotlib figure (supp. Fig. 6)."""
        from gansgmms.plots.proportions import draw_proportions

        return draw_proportions(
            [pd.DataFrame(self.columns())], ["own_samples"], [label]
        )


def compare(
    reference_counts: np.ndarray, counts: np.ndarray, significance: float = 0.05
) -> Result:
    """The two-sample test of each bin (section 2), and the divergence.

    A bin is different where the two-tailed p is below `significance`. A bin that is
    empty in both samples is not different.

    Args:
        reference_counts, counts: (k,) how many images of each sample fell in each bin.
    """
    test = two_sample_test(reference_counts, counts)
    return Result(
        reference_counts=reference_counts,
        counts=counts,
        **test._asdict(),
        different=test.p < significance,
        js=float(jensen_shannon(test.reference_proportion, test.proportion)),
        significance=significance,
    )
