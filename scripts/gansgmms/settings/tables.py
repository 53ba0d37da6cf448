"""The kinds of tables, and the experiments of the ledger of claims."""

# fmt: off
from typing import Annotated, ClassVar, Literal, get_args

from gansgmms.settings.base import Settings, one, setting
from gansgmms.settings.figures import K, ModelName, ModelNames, Role, Roles, Target

Repetition = Annotated[int, one("one repetition", ge=0)]
Images = Annotated[int, one("how many images", ge=1, unit="images")]


class Table(Target):
    """one table"""

    kind: str = setting("what kind of table it is")
    paper: str = setting("the table of the papers that it is made after, as in Table 1 of the paper", "")
    published: str = setting("its rows in resources/published-results.csv", "")


class NDBTable(Table):
    """NDB/K of models on one dataset; its twin <name>_js has the Jensen-Shannon divergence"""

    role: Role
    models: ModelNames
    trivial: list[ModelName] = setting("trivial models, in rows below that are marked so: the papers have none", [], unique=True)


class SharpnessTable(Table):
    """the sharpness of models on one dataset"""

    role: Role
    models: ModelNames


class RecognitionTable(Table):
    """what a classifier sees in the samples of models"""

    role: Role
    models: ModelNames
    classifier: ModelName


class ImportanceTable(Table):
    """the log-likelihood of some datasets under VAEs"""

    architecture: ClassVar[str] = "kvae"

    roles: Roles
    models: ModelNames


Space = Annotated[str, one("pixels, vgg19, vgg19_conv1to3, inception, or a classifier of models")]
Compared = Annotated[int, one("images of each side that are compared in a feature space, at most", ge=100, unit="images")]
Nearest = Annotated[int, one("which nearest neighbour the balls of precision, recall, density and coverage reach", ge=1)]
Fault = Literal["class_dropped", "class_doubled", "mode_swapped", "duplicated", "blurred", "noisy", "shifted", "flattened", "compressed", "quantised"]
Strengths = Annotated[list[Annotated[float, one("one strength", gt=0)]], one("strengths of a fault, ascending; what each means, gansgmms.metrics.faults says", min_length=1, unique=True)]


OtherBins = Annotated[str, one("whiten=true, dimensions=98 (so many pixels, drawn at random), or refit=1 (another start)", pattern="^(whiten=true|(dimensions|refit)=[1-9][0-9]{0,5})$")]


class FidelityTable(Table):
    """FID, KID, precision, recall, density and coverage of models on one dataset"""

    role: Role
    models: ModelNames
    trivial: list[ModelName] = setting("trivial models, in rows below that are marked so", [], unique=True)
    spaces: list[Space] = setting("feature spaces", min_length=1, unique=True)
    k: Annotated[int, one("bins of NDB in each feature space", ge=2)] = 100
    images: Compared = 5000
    neighbours: Nearest = 5


class SensitivityTable(Table):
    """what NDB and the metrics of today make of faults planted in real images"""

    role: Role
    space: Space
    k: K
    images: Compared = 5000
    neighbours: Nearest = 5
    sizes: list[Annotated[int, one("one number of samples", ge=10)]] = setting("numbers of samples of which the power of NDB is measured", min_length=2, unique=True)
    draws: int = setting("samples of each size that are drawn", 500, ge=100)
    faults: dict[Fault, Strengths] = setting("faults that are planted, with their strengths", min_length=1, keys={"enum": list(get_args(Fault)), "description": "a fault of gansgmms.metrics.faults"})


class AblationsTable(Table):
    """NDB/K and likelihood with one thing changed at a time"""

    role: Role
    models: ModelNames
    bins: list[OtherBins] = setting("other ways to make the bins", [], unique=True)
    rescored: list[ModelName] = setting("the rows that are scored in those bins too", [], unique=True)


TABLES: dict[str, type[Table]] = {
    "ndb": NDBTable, "sharpness": SharpnessTable, "recognition": RecognitionTable, "importance": ImportanceTable,
    "fidelity": FidelityTable, "sensitivity": SensitivityTable, "ablations": AblationsTable,
}


class Halves(Settings):
    """NDB of one random half of the training images against the other"""

    roles: Roles
    repetitions: int = setting("how often the images are cut in two", ge=1)
    initialisations: int = setting("starts of k-means, of which the best is kept", ge=1)


class Clusterings(Settings):
    """the rows of the tables in bins made another way, or again"""

    roles: Roles
    k: list[Annotated[int, one("one number of bins", ge=2)]] | None = setting("numbers of bins, of those in bins.k; null: all of them", None, min_length=1, unique=True)
    refits: int = setting("how often the bins are made again with another seed", ge=0)


class Repeats(Settings):
    """a model trained again with other seeds"""

    roles: Roles
    model: ModelName
    seeds: list[Repetition] = setting("seeds beside those of the tables", min_length=1, unique=True)


class Initialisations(Settings):
    """a mixture started in other ways"""

    architecture: ClassVar[str] = "mfa"

    roles: Roles
    model: ModelName
    starts: list[Annotated[Literal["ksubspaces", "random"], one("one way to start")]] = setting("the other ways to start", min_length=1, unique=True)
    converged: ModelName | None = setting("the same mixture, trained by EM until it has converged; null: the budget alone is tested", None)


class Invariance(Settings):
    """the sharpness of real images, scaled and shifted"""

    roles: Roles
    images: Images
    scales: list[Annotated[float, one("a scale", gt=0)]] = setting("what pixels are multiplied by", min_length=1)
    shifts: list[Annotated[float, one("a shift")]] = setting("what is then added to pixels in [0, 1]", min_length=1)


class Reconstruction(Settings):
    """test images reconstructed by the models of the figure of a growing number of components"""

    images: Images


class Scaling(Settings):
    """time and memory of the likelihood of a random mixture"""

    dimensions: list[Annotated[int, one("one number of pixels", ge=2)]] = setting("numbers of pixels, ascending", min_length=2)
    images: Images
    components: int = setting("components of the mixture", ge=1)
    latent: int = setting("dimensions of a component's latent space", ge=1)


class Neighbours(Settings):
    """nearest training images of a mixture's samples and of test images that it reconstructs"""

    roles: Roles
    model: ModelName
    control: ModelName | None = setting("a mixture that overfits, whose samples are copies", None)
    images: Images


class Groups(Settings):
    """what the images have in common that share a component, a bin or a VAE"""

    roles: Roles
    model: ModelName
    vaes: ModelName | None = setting("a mixture of VAEs, on the dataset of the figure of its shares", None)


class Outliers(Settings):
    """the likelihood of test images, and of the same ones altered"""

    roles: Roles
    model: ModelName
    images: Images


class Inpainting(Settings):
    """the error of what a mixture fills in"""

    roles: Roles
    model: ModelName
    images: Images


class Theorems(Settings):
    """the draft's statements, tried on random distributions"""

    trials: int = setting("random cases of each statement", ge=1)


class Extra(Settings):
    """more VAEs than modes"""

    roles: Roles
    model: ModelName
    components: int = setting("VAEs", ge=2)


class Unnormalised(Settings):
    """the competition without the normalisation Z"""

    roles: Roles
    model: ModelName


class Claims(Settings):
    """experiments of the ledger of claims; null leaves one out"""

    halves: Halves | None = setting("claim c02", absent=True)
    clusterings: Clusterings | None = setting("claims c04 and c05", absent=True)
    repeats: Repeats | None = setting("claim c05", absent=True)
    initialisations: Initialisations | None = setting("claim c06", absent=True)
    invariance: Invariance | None = setting("claim c11", absent=True)
    reconstruction: Reconstruction | None = setting("claim c16", absent=True)
    scaling: Scaling | None = setting("claim c17", absent=True)
    neighbours: Neighbours | None = setting("claim c18", absent=True)
    groups: Groups | None = setting("claims c20, c21, k05 and k10", absent=True)
    outliers: Outliers | None = setting("claim c22", absent=True)
    inpainting: Inpainting | None = setting("claim c23", absent=True)
    theorems: Theorems | None = setting("claim k07", absent=True)
    extra: Extra | None = setting("claim k08", absent=True)
    unnormalised: Unnormalised | None = setting("claim k11", absent=True)
