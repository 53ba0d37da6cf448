"""The models of config.yaml at full width: what is counted, and timed on a card."""

from collections.abc import Iterator

from gansgmms.benchmarks.counting import H100, counted
from gansgmms.benchmarks.steps import step_of

SHAPES: dict[str, tuple[int, ...]] = {
    "celeba": (64, 64, 3),
    "mnist": (28, 28, 1),
    "svhn": (32, 32, 3),
    "cifar10": (32, 32, 3),
    "modes3": (2,),
    "modes5": (2,),
    "modes9": (2,),
    "toy2d": (2,),
}
# Those whose cost the others' stands for, by model and dataset.
FULL = [
    *("dcgan/mnist", "dcgan/celeba", "wgan/mnist", "wgan/celeba", "wgan_gp/celeba"),
    *("wgan_gp/cifar10", "began/celeba", "vae/celeba", "vae_dfc/celeba"),
    *("mfa_pix2pix/celeba", "adversarial_mfa/celeba", "mfa/mnist", "mfa/celeba"),
    *("kvaes/mnist", "kvaes/modes3", "vae_50/modes3", "gan/toy2d", "classifier/mnist"),
]


def settings_of(config: dict, model: str, dataset: str) -> dict:
    """A model's settings for a dataset; of a hierarchical mixture, those of its root."""
    block = config["models"][model]
    settings = block["settings"] | block.get("datasets", {}).get(dataset, {})
    if settings.get("root"):
        settings |= {"components": settings["root"], "root": None}
    return settings


def at_full_width(config: dict) -> dict[str, tuple[str, dict, tuple[int, ...]]]:
    """Architecture, settings and shape of each of `FULL`, by its name."""
    found = {}
    for name in FULL:
        model, dataset = name.split("/")
        architecture = config["models"][model]["architecture"]
        settings = settings_of(config, model, dataset)
        found[name] = (architecture, settings, SHAPES[dataset])
    return found


def costs(config: dict) -> Iterator[dict[str, object]]:
    """A row for each of `FULL`: what a step asks for, and what an H100 needs for it."""
    for name, (architecture, settings, shape) in at_full_width(config).items():
        cost = counted(step_of(architecture, settings, shape, precision="bfloat16"))
        yield {
            "model": name,
            "launches": cost.launches,
            "GB": round(cost.bytes / 1e9, 2),
            "GFLOP": round(cost.flops / 1e9, 1),
            "card, ms": round(1e3 * cost.seconds, 2),
            "host, ms": round(1e3 * cost.launches * H100.host, 2),
        }
