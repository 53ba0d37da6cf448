"""What config.yaml and its overlays may hold: the top of the configuration.

What one key alone can get wrong stands in these classes; what two keys can (k against
samples, root against components, ...) is checked in `configuration`.
"""

# fmt: off
from typing import Annotated, Any, Literal

from pydantic import ConfigDict

from gansgmms.settings.base import Settings, one, setting
from gansgmms.settings.figures import Role
from gansgmms.settings.tables import Claims, Images, Repetition

Bin = Annotated[int, one("one number of bins", ge=2)]
Named = Annotated[str, one("lower-case letters, digits and _, a letter first, 60 at most", pattern="^[a-z][a-z0-9_]{0,59}$")]
Blocks = Annotated[str, one("lower-case letters, digits and _, a letter first, 60 at most; not train or test, which are the data, nor own_..., which are samples of your own", pattern="^(?!own_|(?:train|test)$)[a-z][a-z0-9_]{0,59}$")]
Played = Annotated[str | None, one("name of the dataset that has this role; null leaves the role out")]
Path = Annotated[str, one("path of a file or folder", min_length=1)]
Method = Annotated[Literal["kmeans", "agglomerative"], one("how the reference images are clustered", paper="section 4")]
Significance = Annotated[float, one("level of the test that a bin's proportions differ", gt=0, lt=1, paper="section 2")]
Reference = Annotated[int, one("training images that are binned, at most", ge=2, paper="code", unit="images")]
Dimensions = Annotated[int | None, one("pixels used for clustering and assignment; null: all of them", ge=1, paper="supp. 1.1")]
Whiten = Annotated[bool, one("divide pixels by their standard deviation", paper="supp. 1.1")]
Mirror = Annotated[bool, one("mirror the reference images at random", paper="code")]
Initialisations = Annotated[int, one("starts of k-means, of which the best is kept", ge=1, paper="supp. 1.1")]
Iterations = Annotated[int, one("iterations of k-means, at most", ge=1, paper="code")]


class BinsOfDataset(Settings):
    """overrides of bins for one dataset; k is the same for all"""

    method: Method = setting("how the reference images are clustered", absent=True)
    significance: Significance = setting("level of the test that a bin's proportions differ", absent=True)
    reference: Reference = setting("training images that are binned, at most", absent=True)
    dimensions: Dimensions = setting("pixels used for clustering and assignment; null: all of them", absent=True)
    whiten: Whiten = setting("divide pixels by their standard deviation", absent=True)
    mirror: Mirror = setting("mirror the reference images at random", absent=True)
    initialisations: Initialisations = setting("starts of k-means, of which the best is kept", absent=True)
    iterations: Iterations = setting("iterations of k-means, at most", absent=True)


class Bins(Settings):
    """the bins of NDB"""

    k: list[Bin] = setting("numbers of bins, ascending", min_length=1, paper="Tables 1-3")
    method: Method = "kmeans"
    significance: Significance = 0.05
    reference: Reference = 60_000
    dimensions: Dimensions = None
    whiten: Whiten = False
    mirror: Mirror = False
    initialisations: Initialisations = 10
    iterations: Iterations = 100


class Files(Settings):
    """files of a dataset, by what they hold"""

    images: Path = setting("the images", absent=True)
    partition: Path = setting("which image belongs to which split", absent=True)
    train: Path = setting("the training images", absent=True)
    test: Path = setting("the test images", absent=True)

    model_config = ConfigDict(json_schema_extra={
        "minProperties": 1, "dependentRequired": {"partition": ["images"], "train": ["test"], "test": ["train"]},
    })


class Partitions(Settings):
    """numbers that stand for train and test in the partition file"""

    train: int = setting("number of the training images")
    test: int = setting("number of the test images")


class Counts(Settings):
    """images there must be in each split"""

    train: Images = setting("how many images", absent=True)
    test: Images = setting("how many images", absent=True)


class Dataset(Settings):
    """a dataset of resources/datasets.yaml, or with a reader one's own"""

    bins: BinsOfDataset = setting("overrides of bins for one dataset; k is the same for all", absent=True)
    reader: Literal["images"] = setting("images: a folder or a zip of images, or .npy arrays", absent=True)
    path: str | Files = setting("the images, or {images, partition}, or {train, test}", absent=True)
    shape: tuple[Annotated[int, one("height", ge=1)], Annotated[int, one("width", ge=1)], Annotated[Literal[1, 3], one("channels")]] = setting("height, width and channels (1 or 3)", absent=True)
    crop: list[Annotated[int, one("pixels", ge=0)]] = setting("x, y, width and height of what is cut out of each image, in pixels", absent=True, min_length=4, max_length=4)
    resize: Literal["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"] = setting("filter that shrinks or grows the images to the shape", absent=True)
    test_fraction: float = setting("part of the images held out where nothing else says which", absent=True, gt=0, lt=1)
    partitions: Partitions = setting("numbers that stand for train and test in the partition file", absent=True)
    counts: Counts = setting("images there must be in each split", absent=True)
    title: str = setting("name shown in figures", absent=True, max_length=60)
    licence: str = setting("terms of the images", absent=True)
    source: str = setting("where the images come from", absent=True)

    model_config = ConfigDict(json_schema_extra={"dependentRequired": {
        "reader": ["path", "shape"],
        **{key: ["reader"] for key in ["path", "shape", "crop", "resize", "test_fraction", "partitions", "counts", "title", "licence", "source"]},
    }})


class Model(Settings):
    """one model"""

    label: str = setting("name shown in tables and figures", min_length=1, max_length=60)
    architecture: str = setting("the file in scripts/gansgmms/models that builds the model", pattern="^[a-z][a-z0-9_]*$", max_length=60)
    seeds: list[Repetition] | None = setting("repetitions of this model; null for those of all", None, min_length=1, unique=True)
    settings: dict[str, Any] = setting("settings on every dataset")
    datasets: dict[Named, dict[str, Any]] = setting("settings overridden for one dataset", {})


class Sharpness(Settings):
    """how the sharpness of images is measured"""

    images: int = setting("images that are measured", 2000, ge=1, paper="supp. 1.4", unit="images")
    sigma: float = setting("width of the smoothing, in pixels", 1.0, gt=0, unit="pixels")


class Snapshots(Settings):
    """what is measured along a training"""

    each: int = setting("models that are kept along each training of the tables of NDB; a model's own snapshots go before", 5, ge=0, le=100)
    samples: int | None = setting("images that each of them generates; null: samples", None, ge=1, unit="images")
    k: list[Bin] | None = setting("some of the numbers in bins.k; null: all of them", None, min_length=1, paper="Fig. 3")
    network: str = setting("the network of the Inception Score; inception, or a classifier here", "inception")


class Statistics(Settings):
    """how chance is simulated, and intervals with it"""

    draws: int = setting("pairs of samples that are simulated", 1000, ge=100)
    coverage: float = setting("of the intervals", 0.95, gt=0, lt=1)


class Importance(Settings):
    """how the likelihood of VAEs is estimated"""

    samples: list[Annotated[int, one("one number of samples", ge=1)]] = setting("numbers of samples of z for each point, ascending", [1, 10, 100], min_length=1)
    points: int = setting("points of each split that are measured, at most", 5000, ge=2, unit="points")


class Own(Settings):
    """samples of your own that the target own scores"""

    role: Role
    samples: str = setting("a folder or .zip of images, .npy, .npz, .parquet, .arrow or .safetensors", min_length=1)
    label: str = setting("name shown in the table and figure, by default the file's", absent=True, min_length=1, max_length=60)


class RolesPlayed(Settings):
    """which dataset has which role in the figures and tables"""

    celeba: Played = None
    mnist: Played = None
    svhn: Played = None
    cifar10: Played = None
    toy: Played = None
    modes3: Played = None
    modes5: Played = None
    modes9: Played = None


class Configuration(Settings):
    """the configuration of the workflow"""

    model_config = ConfigDict(regex_engine="python-re")  # the names of models look ahead

    run: str = setting("results go to results/<run>/", pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)
    seed: int = setting("every job derives its own seed from this, its rule and its wildcards", 2018, ge=0, le=2**63 - 1)
    seeds: list[Repetition] = setting("repetitions; each model is trained and sampled once per entry", [0], min_length=1, unique=True)
    device: Literal["auto", "cpu", "cuda"] = setting("auto takes a GPU where there is one; with cuda, no GPU is an error", "auto")
    threads: int | None = setting("of one job at most; null for as many as its rule can use", None, ge=1)
    precision: Literal["auto", "float32", "bfloat16"] = setting("of networks in training; auto takes bfloat16 on a GPU that has it", "auto")
    checkpoint_minutes: float = setting("minutes of training between two saved states", 2, ge=0, unit="minutes")
    downloads: str = setting("folder of the raw files, shared by all runs", "data", min_length=1)
    mirror: str | None = setting("folder looked into before the network", None, min_length=1)
    roles: RolesPlayed = setting("which dataset has which role in the figures and tables", {})
    samples: int = setting("images a model generates to be scored", 20_000, ge=1, paper="section 4", unit="images")
    sharpness: Sharpness = setting("how the sharpness of images is measured", {})
    leave_out: list[Annotated[str, one("the name of a figure or table")]] = setting("figures and tables that are made only where their name asks for them", [], unique=True)
    snapshots: Snapshots = setting("what is measured along a training", {})
    statistics: Statistics = setting("how chance is simulated, and intervals with it", {})
    own: Own = setting("samples of your own that the target own scores", absent=True)
    importance: Importance = setting("how the likelihood of VAEs is estimated", {})
    bins: Bins = setting("the bins of NDB")
    datasets: dict[Named, Dataset] = setting("what the experiments choose for each dataset", {})
    models: dict[Blocks, Model] = setting("one block a model")
    tables: dict[Named, dict[str, Any]] = setting("rows of each table", {})
    figures: dict[Named, dict[str, Any]] = setting("what each figure shows", {})
    claims: Claims = setting("experiments of the ledger of claims; null leaves one out", {})
