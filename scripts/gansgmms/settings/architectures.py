"""The settings of each architecture, after merging those of all datasets and of one.

A class a model, a field a line. Where a number is from: "supp." is the paper's
supplementary material, "code" the authors' public code, "draft" the draft on kVAEs; other
names are of the public implementations of the networks that the paper compares with.
"""

# fmt: off
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict

from gansgmms.settings.base import Settings, one, setting

Beta = Annotated[float, one("one beta", ge=0, lt=1)]
Betas = Annotated[tuple[Beta, Beta], one("the two betas of adam")]
Deviation = Annotated[float, one("a standard deviation", gt=0)]
Noise = Annotated[tuple[Deviation, Deviation], one("lowest and highest standard deviation of the noise", paper="code")]
Start = Annotated[Literal["kmeans", "random", "ksubspaces"], one("how the components start", paper="supp. 1.2")]
Starts = Annotated[int, one("starts of the first K-means, of which the best is kept", ge=1, paper="code")]
AnalysisSteps = Annotated[int, one("steps of the factor analyses that components start from, at most", ge=1, paper="code", unit="steps")]
Whiten = Annotated[bool, one("divide pixels by their standard deviation for the first K-means", paper="code")]
Snapshots = Annotated[tuple[Annotated[int, one("one iteration", ge=1)], ...] | None, one("iterations after which the model is kept as it was then; null: as many as snapshots.each says, where the tables of NDB have the model", unique=True)]
Splits = Annotated[tuple[Annotated[int, one("one number of them", ge=0)], ...] | None, one("passes of em, or steps of adam, after which the mixture is kept as it was then; of a hierarchy, numbers of root components that have been split; null: as many as snapshots.each says, where the tables of NDB have the model", unique=True)]
Z = Annotated[int, one("dimensions of z", ge=1, le=100_000)]
Prior = Annotated[Literal["normal", "uniform"], one("the distribution of z, N(0, 1) or U(-1, 1)")]
Width = Annotated[int, one("channels of the layer next to the image", ge=1, le=8192, unit="channels")]
Levels = Annotated[int, one("how often the sides are halved; they stop at 2 pixels", ge=1, le=16)]
Nets = Annotated[Literal["dcgan", "residual"], one("those of DCGAN, or the residual ones", paper="igul222")]
CriticSteps = Annotated[int, one("updates of the critic for one of the generator", ge=1, paper="igul222")]
Penalty = Annotated[float, one("weight of the gradient penalty, lambda", ge=0, paper="igul222")]
Size = Annotated[int, one("the size of a layer", ge=1, le=100_000)]
Weight = Annotated[float, one("one weight", ge=0)]


class MFA(Settings):
    """settings of a mixture of factor analysers"""

    # What is done to a trained mixture: a variant that turns it on is trained no second time.
    afterwards: ClassVar = ("reweighted", "sample_noise")

    components: int = setting("components of the mixture", ge=1, le=1_000_000)
    latent: int = setting("dimensions of a component's latent space; with 0, diagonal Gaussians", ge=0)
    initialisation: Start = "kmeans"
    starts: Starts = 10
    analysis_steps: AnalysisSteps = 1000
    training: Literal["adam", "em"] = setting("adam as in the paper, or em", "adam", paper="supp. 1.2")
    learning_rate: float = setting("step size of adam, as in 1.0e-4", 1e-4, gt=0, paper="supp. 1.2")
    batch: int = setting("images in a step of adam", 256, ge=1, le=1_000_000, paper="supp. 1.2", unit="images")
    iterations: int = setting("steps of adam", 10_000, ge=1, paper="code", unit="steps")
    split_iterations: int = setting("steps of adam for each part that a root component is split into", 5_000, ge=1, paper="code", unit="steps")
    passes: int = setting("passes of em over the data, at most", 60, ge=1, unit="passes")
    tolerance: float = setting("em stops when a pass gains less than this many nats per image", 1e-2, ge=0, unit="nats")
    noise: Noise = (1e-3, 1.0)
    root: int | None = setting("components trained first and then split; null: none", None, ge=1, paper="supp. 1.2")
    part_weights: Literal["root", "shares"] = setting("what the mixing coefficients of the parts of a root component are multiplied by: the root's own, or the share of the images assigned to it", "root", paper="supp. 1.2")
    whiten: Whiten = False
    mirror: bool = setting("mirror the training images at random", False, paper="code")
    reweighted: bool = setting("estimate the mixing coefficients by one E-step after the training", False)
    sample_noise: bool = setting("give samples the diagonal noise", False, paper="code")
    snapshots: Splits = None


class Network(Settings):
    """settings of a network in the training loop"""

    iterations: int = setting("updates of the generator, or of the one network there is", ge=1, unit="steps")
    batch: int = setting("images that a network sees at once", 64, ge=1, le=1_000_000, unit="images")
    learning_rate: float = setting("step size, as in 1.0e-4", gt=0)
    betas: Betas = (0.5, 0.999)
    snapshots: Snapshots = None


class DCGAN(Network):
    """settings of a DCGAN"""

    latent: Z = 100
    prior: Prior = "uniform"
    nets: Literal["convolutional", "mlp"] = setting("convolutional for images, mlp for points", "convolutional")
    width: Width
    levels: Levels = 4
    generator_steps: int = setting("updates of the generator for one of the discriminator", 1, ge=1, paper="soumith; carpedm20 takes 2")


class WGAN(Network):
    """settings of a WGAN or WGAN-GP"""

    betas: Betas = (0.5, 0.9)
    latent: Z = 128
    prior: Prior = "normal"
    nets: Nets = "dcgan"
    constraint: Literal["clip", "penalty"] = setting("clip: WGAN, by RMSProp; penalty: WGAN-GP, by Adam")
    width: Width
    levels: Levels = 3
    critic_steps: CriticSteps = 5
    clip: float = setting("bound of the critic's weights", 0.01, gt=0, paper="igul222")
    penalty: Penalty = 10.0
    warm_up: bool = setting("100 critic steps in the first 25 iterations and every 500th", False)


class AdversarialMFA(Network):
    """settings of a mixture trained against a critic"""

    constraint: ClassVar = "penalty"  # of the critic, as in WGAN-GP

    betas: Betas = (0.5, 0.9)
    components: int = setting("components of the mixture", ge=1, le=1_000_000)
    factors: int = setting("dimensions of a component's latent space", ge=1)
    initialisation: Start = "kmeans"
    starts: Starts = 10
    analysis_steps: AnalysisSteps = 1000
    noise: Noise = (1e-3, 1.0)
    whiten: Whiten = False
    nets: Nets = "dcgan"
    width: Width
    levels: Levels = 3
    critic_steps: CriticSteps = 5
    penalty: Penalty = 10.0


class BEGAN(Network):
    """settings of a BEGAN"""

    batch: int = setting("images that a network sees at once", 16, ge=1, le=1_000_000, unit="images", paper="BEGAN")
    betas: Betas = (0.9, 0.999)
    latent: Z = 64
    width: Width
    smallest: int = setting("side in pixels from which the decoder grows", 8, ge=1, unit="pixels")
    diversity: float = setting("gamma, the loss of samples over that of images at equilibrium", 0.5, ge=0, le=1, paper="carpedm20")
    gain: float = setting("lambda_k, by which k is adapted", 1e-3, gt=0, paper="BEGAN")
    halve_every: int = setting("iterations after which the learning rate is halved", 100_000, ge=1, paper="carpedm20", unit="steps")
    lowest_rate: float = setting("the learning rate is never halved below this", 2e-5, gt=0, paper="carpedm20")


class VAE(Network):
    """settings of a VAE or VAE-DFC"""

    latent: Z = 100
    width: Width
    levels: Levels = 4
    reconstruction: Literal["pixels", "features"] = setting("what images are compared by", "pixels")
    features: str | None = setting("a network of resources/networks.yaml, or a classifier here", None)
    kl: float = setting("weight of the divergence from the prior", 1.0, ge=0)
    weights: tuple[Weight, ...] = setting("of the squared distance of pixels (one), or of features (three)", (1.0,), min_length=1, max_length=3)

    model_config = ConfigDict(json_schema_extra={
        "if": {"properties": {"reconstruction": {"const": "features"}}, "required": ["reconstruction"]},
        "then": {"required": ["features"]},
    })


class Pix2Pix(Network):
    """settings of pix2pix on a mixture's reconstructions"""

    batch: int = setting("images that a network sees at once", 1, ge=1, le=1_000_000, unit="images", paper="phillipi")
    mixture: str = setting("the mixture whose reconstructions are made sharp")
    width: Width
    pixels: float = setting("weight of the L1 distance of pixels", 100.0, ge=0, paper="phillipi")
    dropout: float = setting("share of the values left out in the first layers on the way up", 0.5, ge=0, lt=1, paper="phillipi")


class Classifier(Network):
    """settings of a classifier of the dataset's labels"""

    batch: int = setting("images that a network sees at once", 128, ge=1, le=1_000_000, unit="images")
    betas: Betas = (0.9, 0.999)
    width: Width


class KVAE(Settings):
    """settings of K VAEs"""

    components: int = setting("VAEs, K", ge=1, le=1_000_000)
    latent: int = setting("dimensions of the latent space", ge=1)
    split: Literal["competition", "bootstrap", "parts", "everything"] = setting("which points a VAE is trained on: those it wins, as many as there are drawn with replacement, an equal part at random, or all", "competition")
    hidden: tuple[Size, ...] = setting("units of the layers of the networks for points", (500, 500), min_length=1, paper="draft 8.1")
    filters: tuple[Size, ...] = setting("filters of the encoder's layers for images; the decoder has them in reverse", (8, 16, 32, 64), min_length=1, paper="draft 8.2")
    classifier_filters: tuple[Size, ...] = setting("filters of the classifier's layers for images", (64, 128, 256), min_length=1, paper="draft 8.2")
    learning_rate: float = setting("step size of adam, as in 5.0e-3", 0.005, gt=0, paper="draft 8.1")
    beta: float = setting("decay of adam's mean gradient", 0.5, ge=0, lt=1, paper="draft 8.1")
    batch: int = setting("points in a step, of each VAE", 32, ge=2, le=1_000_000, paper="draft 8.1", unit="points")
    pretraining: float = setting("epochs before the competition, or in all where there is none", ge=0, unit="epochs")
    pretrained_on: Literal["everything", "parts"] = setting("what a VAE is trained on before the competition: all points, or an equal part at random", "everything", paper="draft 8.1")
    iterations: int = setting("iterations of the competition", 100, ge=0, paper="draft 8.1")
    epochs: float = setting("epochs in each iteration", 10, gt=0, paper="draft 8.1", unit="epochs")
    classifier_batches: int = setting("steps of the classifiers in each iteration", 4000, ge=1, paper="draft 8.1", unit="steps")
    fresh_classifier: bool = setting("start the classifiers anew in each iteration", True, paper="draft 8.2")
    normalise: bool = setting("divide a VAE's densities of the training points by their sum, Z", True, paper="draft 3")
    noise: Noise = (1e-3, 1.0)
    sample_noise: bool = setting("give samples the decoder's noise", True, paper="draft 6")
    snapshots: tuple[Annotated[int, one("an iteration; 0 is before the first", ge=0)], ...] = setting("iterations after which the decoders are kept", (), unique=True)

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Units and filters of the networks."""
        return {name: list(getattr(self, name)) for name in ("hidden", "filters", "classifier_filters")}


class Codebook(Settings):
    """settings of K-means centres, drawn by the share of the images in their cell"""

    components: int = setting("centres", 256, ge=1, le=1_000_000)
    initialisations: int = setting("starts of k-means, of which the best is kept", 1, ge=1)
    iterations: int = setting("iterations of k-means, at most", 100, ge=1)
    reference: int | None = setting("images that are clustered, at random; null: all of them", None, ge=1, unit="images")


class Memorised(Settings):
    """settings of training images, drawn with replacement"""

    images: int | None = setting("images that are memorised; null: all of them", 2000, ge=1, unit="images")


class Gaussian(Settings):
    """settings of one Gaussian"""

    covariance: Literal["full", "diagonal"] = setting("of the images, or its diagonal", "full")
    least_noise: float = setting("least standard deviation of a pixel, without which a constant one has no density", 1e-3, gt=0)


ARCHITECTURES: dict[str, type[Settings]] = {
    "mfa": MFA, "dcgan": DCGAN, "wgan": WGAN, "adversarial_mfa": AdversarialMFA, "began": BEGAN,
    "vae": VAE, "pix2pix": Pix2Pix, "classifier": Classifier, "kvae": KVAE,
    "codebook": Codebook, "memorised": Memorised, "gaussian": Gaussian,
}
TRIVIAL = ("codebook", "memorised", "gaussian")  # what no model should need to beat
