"""The kinds of figures: a class says what a figure of its kind may choose.

The kind decides everything but that. `one_bin` is drawn by scripts/plot_one_bin.py, is
captioned by report/one_bin.rst, and is made of what `workflow.inputs` says. A new
figure of a known kind is one entry under `figures` in the configuration.
"""

# fmt: off
import re
from typing import Annotated, ClassVar, Literal, get_args

from gansgmms.settings.base import Settings, one, setting

Role = Annotated[Literal["celeba", "mnist", "svhn", "cifar10", "toy", "modes3", "modes5", "modes9"], one("a role listed under roles")]
Roles = Annotated[list[Role], one("roles listed under roles", min_length=1, unique=True)]
ModelName = Annotated[str, one("a block of models, or a variant of one such as mfa+components=50")]
ModelNames = Annotated[list[ModelName], one("blocks of models, their variants, or the data (train, test)", min_length=1, unique=True)]
Rows = Annotated[int, one("rows of images", ge=1)]
Columns = Annotated[int, one("columns of images", ge=1)]
Components = Annotated[int, one("components shown, evenly by rank of their weight", ge=1)]
Vectors = Annotated[int, one("columns of A shown of each component", ge=1)]
Points = Annotated[int, one("points shown", ge=1)]
Bins = Annotated[int, one("bins shown", ge=1)]
Members = Annotated[int, one("images shown of each bin", ge=1)]
K = Annotated[int, one("one of the numbers in bins.k", ge=2)]
Extent = Annotated[float, one("how far to go each way, in standard deviations", gt=0)]
Iteration = Annotated[int, one("an iteration", ge=0)]


class Target(Settings):
    """a figure or a table"""

    # What it can show: models of one architecture; points of the plane; an animation beside.
    architecture: ClassVar[str] = ""
    of_the_plane: ClassVar[bool] = False
    animated: ClassVar[bool] = False
    # Whether it shows models along their training, which the data have none of.
    of_trainings: ClassVar[bool] = False
    # The name that seeds its random choices, where it has any: figures that share it agree.
    seed: ClassVar[str] = ""


class Figure(Target):
    """one figure"""

    # What its job asks for.
    environment: ClassVar[str] = "plot"
    threads: ClassVar[int] = 1
    mem_mb: ClassVar[int] = 2000

    kind: str = setting("what kind of figure it is")
    paper: str = setting("the figure of the papers that it is made after, as in Fig. 4 of the paper", "")


class Generated(Figure):
    """training images above samples of a model, for each role its own"""

    models: dict[Role, ModelName] = setting("for each role the model that is shown", min_length=1, keys={"enum": list(get_args(get_args(Role)[0])), "description": "a role listed under roles"})
    rows: Rows
    columns: Columns


class Cells(Figure):
    """points of the plane and of a model in the cells of NDB"""

    environment, mem_mb, of_the_plane = "torch", 4000, True

    role: Role
    model: ModelName
    cells: int = setting("bins that the plane is cut into", ge=2)
    points: Points


class TrainingCourse(Figure):
    """scores along the training of a model"""

    mem_mb: ClassVar[int] = 1000

    role: Role
    model: ModelName


class Samples(Figure):
    """random samples of a model"""

    roles: Roles
    model: ModelName
    rows: Rows
    columns: Columns
    after: int = setting("samples left out, those that another figure shows", 0, ge=0)


class Allocation(Figure):
    """the bins that a model fills the most over and under their share"""

    environment, mem_mb, seed = "torch", 4000, "plot_bins"

    role: Role
    model: ModelName
    k: K
    bins: Bins
    members: Members


class ComponentsOf(Figure):
    """means, noise and columns of A of the likeliest components"""

    environment, mem_mb, architecture = "torch", 4000, "mfa"

    roles: Roles
    model: ModelName
    components: Components
    vectors: Vectors
    after: int = setting("leave out the components that a figure of so many shows", 0, ge=0)


class Combinations(Figure):
    """combinations of the two longest columns of A"""

    environment, mem_mb, architecture = "torch", 4000, "mfa"

    roles: Roles
    model: ModelName
    components: Components
    steps: int = setting("images along each of the two columns", ge=2)
    extent: Extent


class Outliers(Figure):
    """test images of the lowest likelihood"""

    architecture: ClassVar[str] = "mfa"

    role: Role
    model: ModelName
    among: int = setting("the images of lowest likelihood from which those shown are drawn", ge=1)
    rows: Rows
    columns: Columns


class Inpainting(Figure):
    """test images in-painted by the model"""

    environment, mem_mb, architecture = "torch", 4000, "mfa"

    role: Role
    model: ModelName
    images: int = setting("test images shown", ge=1)


class Refined(Figure):
    """images of a mixture and what pix2pix makes of them"""

    environment, threads, mem_mb, architecture, seed = "torch", 2, 4000, "pix2pix", "fig8"

    role: Role
    model: ModelName
    rows: Rows
    columns: Columns


class OneComponent(Figure):
    """samples of one component, what pix2pix makes of them, and its training images"""

    environment, threads, mem_mb, architecture, seed = "torch", 2, 4000, "pix2pix", "s19"

    role: Role
    model: ModelName
    rows: Rows
    columns: Columns


class Walk(Figure):
    """a walk along z inside components, and what pix2pix makes of it"""

    environment, threads, mem_mb, architecture, animated = "torch", 2, 4000, "pix2pix", True

    role: Role
    model: ModelName
    components: Components
    vectors: Vectors
    frames: int = setting("frames of the animation for each column of A", ge=4)
    columns: Columns
    extent: Extent


class BinsOf(Figure):
    """bins of NDB and some of their members"""

    environment, mem_mb, seed = "torch", 4000, "plot_bins"

    role: Role
    k: K
    which: Literal["largest", "smallest", "both"] = setting("which bins are shown", "both")
    bins: Bins
    members: Members


class ProportionPairs(Figure):
    """proportions of the bins, two models a plot"""

    role: Role
    k: K
    pairs: list[ModelNames] = setting("models of each plot, best in pairs", min_length=1)


class Proportions(Figure):
    """proportions of the bins at every K"""

    role: Role
    models: ModelNames


class OneBin(Figure):
    """one bin's images, from training and test data and from a model"""

    environment, mem_mb, seed = "torch", 4000, "plot_bins"

    role: Role
    model: ModelName
    k: K
    which: Literal["over", "under"] = setting("over or under its share of the reference")
    rank: int = setting("1 for the bin of the most extreme z, 2 for the next", ge=1)
    rows: Rows
    columns: Columns


class ComponentsSweep(Figure):
    """likelihood and reconstructions as the components grow in number"""

    environment, mem_mb, architecture = "torch", 4000, "mfa"

    role: Role
    model: ModelName
    components: list[Annotated[int, one("one number of components", ge=1)]] = setting("numbers of components, ascending; each is trained", min_length=1)


class PlaneModels(Figure):
    """what a generator and a mixture learn of points of the plane"""

    environment, mem_mb, architecture, of_the_plane = "torch", 4000, "mfa", True

    role: Role
    generator: ModelName
    model: ModelName
    lines: int = setting("lines of the latent grid", ge=2)
    extent: Extent
    points: Points


class Pairing(Figure):
    """how pix2pix brings images of a mixture to the manifold of the data: a drawing"""

    mem_mb: ClassVar[int] = 1000

    components: Components
    points: Points


class Pipeline(Figure):
    """how VAEs compete: a drawing, there when any of its roles is"""

    mem_mb: ClassVar[int] = 1000

    roles: Roles
    components: int = setting("VAEs drawn", ge=2, le=4)


class Bridges(Figure):
    """samples of VAEs that lie where no data are"""

    mem_mb: ClassVar[int] = 1000

    role: Role
    models: ModelNames
    points: Points


class Competition(Figure):
    """samples of each VAE after some iterations, and after the last"""

    environment, architecture, seed = "torch", "kvae", "plot_competition"

    role: Role
    model: ModelName
    iterations: list[Iteration] = setting("iterations shown before the last, among the model's snapshots", unique=True)
    points: Points


class Shares(Figure):
    """how many points of each class each VAE has won"""

    mem_mb, architecture = 1000, "kvae"

    role: Role
    model: ModelName


class Experts(Figure):
    """samples of each VAE"""

    environment, architecture, seed = "torch", "kvae", "plot_experts"

    role: Role
    model: ModelName
    columns: Columns


class PlantedFaults(Figure):
    """what each metric makes of each planted fault, and the power of NDB"""

    role: Role
    fault: str = setting("the fault whose power curve is drawn, among those of the table sensitivity")


class RankCorrelations(Figure):
    """whether the metrics put the rows of the table fidelity in the same order"""

    role: Role


class AllModels(Figure):
    """samples of every model of the tables of NDB, a row each, below the data"""

    roles: Roles
    columns: Columns
    k: K


class PaperAndOurs(Figure):
    """NDB/K of every model, the paper's and ours, with what chance would give"""

    roles: Roles


class NDBAndSharpness(Figure):
    """NDB/K against sharpness, the paper's and ours"""

    role: Role
    k: K


class NDBAndMinutes(Figure):
    """NDB/K of models against the minutes that they were trained for"""

    of_trainings: ClassVar[bool] = True

    role: Role
    models: ModelNames
    k: K


class Nearest(Figure):
    """samples of models above the training images nearest to them"""

    environment, mem_mb, seed = "torch", 12000, "plot_nearest"

    role: Role
    models: ModelNames
    columns: Columns


def _kind(figure: type[Figure]) -> str:
    """The name of a kind: OneBin is one_bin, NDBCourse ndb_course, BinsOf is bins."""
    words = re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", figure.__name__).lower()
    return words.removesuffix("_of")


KINDS: dict[str, type[Figure]] = {_kind(figure): figure for figure in Figure.__subclasses__()}
