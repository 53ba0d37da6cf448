"""Tables of the metrics of today, and of what all metrics make of planted faults."""

import math

import pandas as pd

from gansgmms.workflow.formats import number

DIGITS = 3  # significant ones: FID is 0.02 in one feature space and 200 in another
TITLES = {"fid": "FID", "kid": "KID"}
MEASURES = ("fid", "kid", "precision", "recall", "density", "coverage")


def fidelity_table(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a feature space and model: each measure, and half its interval.

    Args:
        scores: one row a space, model and seed: `space`, `model`, `real`, `samples`,
            `resizer`, each of `MEASURES` with `<measure>_half`, and NDB with bins there.
    """
    rows = []
    for (space, model), of_model in scores.groupby(["space", "model"], sort=False):
        first = of_model.iloc[0]
        about = {"space": space, "model": model}
        sizes = {"real": first.real, "samples": first.samples, "resized": first.resizer}
        rows.append(about | _measures(of_model.mean(numeric_only=True)) | sizes)
    return pd.DataFrame(rows)


def sensitivity_table(
    ndb: pd.DataFrame, fidelity: pd.DataFrame, k: int
) -> pd.DataFrame:
    """One row a fault and strength: NDB and JS at one K, then each measure.

    Args:
        ndb, fidelity: as `metrics.sensitivity.measured` gives them.
    """
    rows = []
    at_k = ndb[ndb.k == k]
    for (_, row), (_, measures) in zip(
        at_k.iterrows(), fidelity.iterrows(), strict=True
    ):
        rows.append(
            {
                "fault": row.fault.replace("_", " "),
                "strength": row.strength,
                "images": row.samples,
                "NDB/K": round(row.ndb_over_k, 3),
                "by chance": _chance(row),
                "NDB corrected": row.ndb_corrected,
                "JS": significant(row.js_unbiased),
                "found from": row.found_from,
            }
            | _measures(measures)
        )
    return pd.DataFrame(rows).astype({"found from": "Int64"})


def with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """Either table as readers see it: half of each interval beside its number."""
    shown = table.astype(object)
    for title in (TITLES.get(name, name) for name in MEASURES):
        pairs = zip(table[title], table[f"{title} +-"], strict=True)
        shown[title] = [with_half(value, half) for value, half in pairs]
    return shown.drop(columns=[name for name in table if name.endswith(" +-")])


def with_half(value: float, half: float) -> str:
    """A number and half of its interval, in the decimals that the latter gives a meaning.

    As is usual for errors: its first digit, or two where that is a 1.
    """
    if half <= 0:
        return f"{number(value, DIGITS)} ± 0"
    first = math.floor(math.log10(half))
    leading = round(half / 10**first, 6)
    decimals = max(0, (1 if leading < 2 else 0) - first)
    return f"{number(value, decimals)} ± {number(half, decimals)}"


def significant(value: float, digits: int = DIGITS) -> float:
    """A number with so many significant digits."""
    return float(f"{value:.{digits}g}")


def _measures(values: pd.Series) -> dict[str, float | str]:
    shown: dict[str, float | str] = {}
    for name in MEASURES:
        title = TITLES.get(name, name)
        shown[title] = significant(values[name])
        shown[f"{title} +-"] = significant(values[f"{name}_half"], 2)
    shown["NDB/K there"] = round(values.ndb_over_k, 3)
    return shown | {"by chance there": _chance(values)}


def _chance(values: pd.Series) -> str:
    return f"{values.low_over_k:.2f} to {values.high_over_k:.2f}"
