"""Where the files of a run are: results/<run>/<dataset>/<stage>/<model>/..."""

from collections.abc import Callable

from gansgmms.data.native import native_spec
from gansgmms.workflow.described import Described


class Layout(Described):
    """The path of each file of a run, below the folder of the workflow."""

    def images(self, dataset: str, split: str) -> str:
        """A split of a dataset."""
        return f"{self.out}/{dataset}/images/{split}.arrow"

    def native_crops(self, dataset: str) -> dict[str, str]:
        """The training images at pix2pix's size, where the archive has them so large."""
        if native_spec(self.dataset_spec(dataset)) is None:
            return {}
        return {"native": f"{self.out}/{dataset}/images/native.arrow"}

    def bins(self, dataset: str, k: int, changed: str = "") -> str:
        """The k bins of a dataset, or with `+whiten=true` and the like others."""
        method = self.bins_settings(dataset)["method"]
        return f"{self.out}/{dataset}/bins/{method}{k}{changed}.safetensors"

    def all_bins(self, dataset: str) -> list[str]:
        """The bins of a dataset at every K."""
        return [self.bins(dataset, k) for k in self.config["bins"]["k"]]

    def _training(self, dataset: str, model: str, seed: int | str | None) -> str:
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/models/{model}/seed{seed}"

    def model(self, dataset: str, model: str, seed: int | str | None = None) -> str:
        """The weights of a model; of the first repetition, unless `seed` says which."""
        return f"{self._training(dataset, model, seed)}/model.safetensors"

    def history(self, dataset: str, model: str, seed: int | None = None) -> str:
        """The learning curve of a model."""
        return f"{self._training(dataset, model, seed)}/history.parquet"

    def samples(self, dataset: str, source: str, seed: int | None = None) -> str:
        """Images of a model, or of a split."""
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/samples/{source}/seed{seed}.arrow"

    def score(self, dataset: str, source: str, kind: str, seed: int | None = None):
        """One kind of score: ndb, proportions, sharpness, likelihood, ..."""
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/scores/{source}/seed{seed}/{kind}.parquet"

    def scores_of(self, kind: str) -> Callable[[str, str], str]:
        """`score` of one kind, as a function of dataset and source."""
        return lambda dataset, source: self.score(dataset, source, kind)

    def features(self, dataset: str, space: str, source: str, seed: int | None = None):
        """Features of a file of samples in one space."""
        seed = self.seeds[0] if seed is None else seed
        return f"{self.out}/{dataset}/features/{space}/{source}/seed{seed}.safetensors"

    def planted(self, dataset: str, what: str) -> str:
        """What planted faults do to one kind of score: ndb, fidelity, power."""
        return f"{self.out}/{dataset}/sensitivity/{what}.parquet"

    # --- Networks that judge images ---

    def network_file(self, name: str, dataset: str) -> str:
        """A network that judges images: one of the registry's, or a model here."""
        if name in self.networks:
            return (
                f"{self.raw}/{name}/{self.networks[name]['files']['weights']['name']}"
            )
        return self.model(dataset, name)

    def network_sha256(self, name: str) -> str | None:
        """The checksum of a network of the registry; None of a model here."""
        files = self.networks.get(name, {}).get("files", {})
        return files["weights"]["sha256"] if files else None

    def space_kind(self, space: str) -> str:
        """Which of `models.feature_spaces.SPACES` a space of the configuration is."""
        if space in ("pixels", "inception"):
            return space
        return "vgg19" if space in self.networks else "classifier"

    def weights_of(self, space: str, dataset: str) -> list[str]:
        """The weights behind a feature space; none behind that of pixels."""
        if space == "pixels":
            return []
        return [self.network_file(space, dataset)]
