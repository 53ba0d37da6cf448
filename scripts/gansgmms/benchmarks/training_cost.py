"""What a training takes on a GPU: how many steps, and what each asks of the card.

Known before anything ran: a step is counted (`counting`), and takes what a card needs for
it at a share of its rates, or what the host needs to launch it. Where `make gpu-check` timed
the same step on a card, that is taken, and for the others the card's rates as found there.
Not in it: the start of a mixture, samples along the way, and the densities between the
iterations of a competition.
"""

import functools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import torch

from gansgmms.benchmarks.counting import H100, Card, Cost, counted
from gansgmms.benchmarks.steps import NETWORKS, mixture, step_of
from gansgmms.models.mfa.training import Moments, add_block
from gansgmms.settings.architectures import ARCHITECTURES, TRIVIAL

# Of what a card could do, what a training reaches where nothing was measured: assumed.
SHARE = 0.5
TIMED = {"step", "ms"}  # what a row of a step that was timed has, among others
HALF = 50  # percent of a step's time that kernels ran: below it, the card waited
BLOCK = 4096  # vectors of the E-step that is counted
# Settings that say how many steps there are, or where they begin, but not what one asks for.
HOW_OFTEN = {"iterations", "snapshots", "pretraining", "epochs", "classifier_batches"}
OF_MIXTURES = {"components", "latent", "batch"}  # what a step of theirs depends on


@dataclass(frozen=True)
class Rates:
    """What is known of a card, and from which file.

    seconds: of a step that was timed there, by its key.
    """

    card: Card = H100
    share: float = SHARE
    seconds: dict[str, float] = field(default_factory=dict)
    source: str = ""

    @classmethod
    def read(cls, paths: Sequence[str | Path]) -> "Rates":
        """Those of the first file in which `make gpu-check` timed something, or stated ones."""
        for path in filter(Path.is_file, map(Path, paths)):
            found = json.loads(path.read_text("utf-8"))
            if not (rows := [row for row in found["rows"] if row.keys() >= TIMED]):
                continue
            timed = {row["step"]: row["ms"] / 1e3 for row in rows}
            # Steps for which the card waited tell what an operator takes its host, the
            # others what they reach of the card's rates.
            waited = [row for row in rows if row["busy (%)"] in range(HALF)]
            worked = [row["roofline (%)"] / 100 for row in rows if row not in waited]
            hosts = [row["ms"] / 1e3 / row["launches"] for row in waited]
            card = Card(**found["card"])
            return cls(
                replace(card, host=median(hosts or [card.host])),
                median(worked or [SHARE]),
                timed,
                f"{path.parent.name}/{path.name}",
            )
        return cls()


@dataclass(frozen=True)
class Phase:
    """So many equal steps, what each asks for, and the name under which it was timed."""

    times: float
    cost: Cost
    key: str = ""

    def seconds(self, rates: Rates) -> tuple[float, bool]:
        """In all, and whether they are measured."""
        if self.key in rates.seconds:
            return self.times * rates.seconds[self.key], True
        launched = self.cost.launches * rates.card.host
        return self.times * max(self.cost.seconds / rates.share, launched), False


def key(architecture: str, settings: dict, shape: tuple[int, ...]) -> str:
    """What two steps have in common that ask for the same."""
    own = ARCHITECTURES[architecture](**settings).model_dump(mode="json")
    wanted = OF_MIXTURES if architecture == "mfa" else own.keys() - HOW_OFTEN
    return json.dumps(
        [architecture, {name: own[name] for name in wanted}, shape], sort_keys=True
    )


def phases(
    architecture: str, settings: dict, shape: tuple[int, ...], n: int, card: Card = H100
) -> list[Phase]:
    """The steps of a training on n images of a shape; none where nobody counts them.

    Args:
        settings: the model's, complete.
    """
    if architecture in NETWORKS:
        return [_steps(settings["iterations"], architecture, settings, shape, card)]
    if architecture == "mfa":
        return list(_mixture(settings, shape, n, card))
    if architecture == "kvae":
        return list(_vaes(settings, shape, n, card))
    if architecture in TRIVIAL:
        flops = _operations(architecture, settings, math.prod(shape), n)
        return [Phase(1, Cost(0, 0, flops, flops / card.float32))]
    return []


def _steps(
    times: float, architecture: str, settings: dict, shape: tuple, card: Card
) -> Phase:
    name = key(architecture, settings, shape)
    return Phase(times, _counted(name, card), name)


@functools.cache
def _counted(name: str, card: Card) -> Cost:
    architecture, settings, shape = json.loads(name)
    if architecture == "kvae":
        settings["pretraining"] = settings["iterations"] = 1
    step = step_of(architecture, settings, tuple(shape), precision="bfloat16")
    return counted(step, card)


def _mixture(settings: dict, shape: tuple, n: int, card: Card) -> Iterator[Phase]:
    """Of a mixture, or of its root and then of each part, of equal shares."""
    s = settings

    def train(k: int, images: float, steps: int, times: int) -> Phase:
        if s["training"] == "em":
            block = min(BLOCK, math.ceil(images))
            cost = _block(k, s["latent"], math.prod(shape), block, card)
            return Phase(times * s["passes"] * images / block, cost)
        own = {**s, "components": k, "root": None}
        return _steps(times * steps, "mfa", own, shape, card)

    root = s["root"]
    yield train(root or s["components"], n, s["iterations"], 1)
    if root:
        share = math.ceil(s["components"] / root)
        yield train(share, n / root, s["split_iterations"], root)


class EMBlock:
    """The E-step of n vectors: of these, a pass of EM is made."""

    def __init__(self, k: int, l: int, d: int, n: int):
        self.mixture = mixture(k, d, l, (d,)).requires_grad_(False)
        self.x = torch.zeros(n, d)

    def __call__(self) -> None:
        moments, projection = Moments.zeros(self.mixture), self.mixture.projection()
        add_block(self.mixture, self.x, projection, moments)


@functools.cache
def _block(k: int, l: int, d: int, n: int, card: Card) -> Cost:
    return counted(EMBlock(k, l, d, n), card)


def _vaes(settings: dict, shape: tuple, n: int, card: Card) -> Iterator[Phase]:
    """Of K VAEs: all that a competition makes, and those of its classifiers."""
    s = settings
    points = s["components"] * s["batch"]
    steps = math.ceil(s["pretraining"] * n / points)
    if s["split"] != "competition":
        yield _steps(steps, "kvae", s, shape, card)
        return
    steps += s["iterations"] * math.ceil(s["epochs"] * n / points)
    alone = _steps(steps, "kvae", {**s, "split": "everything"}, shape, card)
    both = _steps(s["iterations"] * s["classifier_batches"], "kvae", s, shape, card)
    yield alone
    own = {
        name: value - getattr(alone.cost, name)
        for name, value in vars(both.cost).items()
    }
    yield Phase(both.times, Cost(**own))


def _operations(architecture: str, settings: dict, d: int, n: int) -> int:
    """Of models without steps: what K-means, or a Gaussian in d dimensions, multiplies."""
    if architecture == "codebook":
        n = min(n, settings["reference"] or n)
        rounds = settings["initialisations"] * settings["iterations"]
        return 2 * n * d * settings["components"] * rounds
    full = architecture == "gaussian" and settings["covariance"] == "full"
    return 2 * n * d**2 + d**3 // 3 if full else 0
