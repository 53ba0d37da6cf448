"""Arrays and tensors by whatever route: the same numbers, or the same refusal."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from gansgmms.data.arrays import as_data
from gansgmms.data.batches import FlatImages, ImageTensor
from gansgmms.data.user_samples import read_samples
from gansgmms.errors import InputError
from gansgmms.metrics.ndb import NDB
from gansgmms.models.mfa import MFA, Settings, fit, initialise
from gansgmms.settings.refusals import ConfigError


def digits(n=600):
    images = np.rint(load_digits().images * (255 / 16)).astype(np.uint8)
    return images[:n, ..., None]


def colours(n=40, size=(4, 6)):
    return np.random.default_rng(0).integers(0, 256, (n, *size, 3), dtype=np.uint8)


def first(x):
    return torch.from_numpy(np.moveaxis(x, -1, 1).copy())


# What an image may look like, of uint8 x (n, h, w, c), and the range it is given in.
FORMS = {
    "uint8": (lambda x: x, None),
    "0 to 1": (lambda x: x / 255, None),
    "float32": (lambda x: np.float32(x) / np.float32(255), None),
    "rounded past a bound": (lambda x: x / 255 + np.where(x == 255, 1e-3, -1e-8), None),
    "-1 to 1": (lambda x: x / 127.5 - 1, (-1, 1)),
    "0 to 255": (lambda x: x.astype(np.float32), (0, 255)),
    "int64": (lambda x: x.astype(int), (0, 255)),
    "uint16": (lambda x: x.astype(np.uint16) * 257, (0, 65535)),
    "tensor": (torch.from_numpy, None),
    "NCHW": (first, None),
    "loader": (lambda x: first(x) / 127.5 - 1, (-1, 1)),
    "gradients": (lambda x: (first(x) / 255).requires_grad_(), None),
    "rows": (lambda x: x.reshape(len(x), -1), None),
}
REFUSED = {
    "int64": (lambda x: x.astype(int), None, "int64"),
    "uint16": (lambda x: x.astype(np.uint16), None, "uint16"),
    "0 to 255": (lambda x: x.astype(float), None, "x / 255"),
    "-1 to 1": (lambda x: x / 127.5 - 1, None, r"\(x \+ 1\) / 2"),
    "a little outside": (lambda x: x / 255 + 0.01, None, "np.clip"),
    "text": (lambda x: x.astype(str), None, "dtype <U"),
    "objects": (lambda x: x.astype(object), None, "object"),
    "truth": (lambda x: x > 99, None, "bool"),
    "0 and 1": (lambda x: x // 128, None, "brighter than 1"),
    "NaN": (lambda x: np.where(x == 0, np.nan, x / 255), None, "NaN"),
    "NCHW": (lambda x: np.moveaxis(x, -1, 1), None, "channels last"),
    "a list": (lambda x: x.tolist(), None, "a list"),
    "wrong range": (lambda x: x, (-1, 1), "outside"),
    "reversed range": (lambda x: x, (1, -1), "range"),
    "no range": (lambda x: x, "pixels", "range"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_the_same_pixels_are_the_same(form):
    x = colours()
    make, bounds = FORMS[form]
    found = as_data(make(x), (4, 6, 3), range=bounds)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, x)


@pytest.mark.parametrize("form", [f for f in FORMS if f != "rows"])
def test_bins_of_any_form_are_those_of_the_pixels(form):
    x = digits(200)
    make, bounds = FORMS[form]
    bins = NDB.fit(x, 6, initialisations=1)
    own = NDB.fit(make(x), 6, initialisations=1, range=bounds)
    np.testing.assert_array_equal(own.anchors, bins.anchors)
    assert own.shape == (8, 8, 1)
    np.testing.assert_array_equal(bins.evaluate(make(x), bounds).counts, bins.counts)
    for data in (FlatImages(make(x), range=bounds), FlatImages(x)):
        np.testing.assert_array_equal(data.images.numpy(), x)


@pytest.mark.parametrize("form", REFUSED)
def test_what_is_no_image_is_refused_by_every_route(form, tmp_path):
    x = colours()
    make, bounds, message = REFUSED[form]
    bins = NDB.fit(x, 3, initialisations=1)
    routes = [
        lambda y: as_data(y, (4, 6, 3), range=bounds),
        lambda y: bins.evaluate(y, bounds),
        lambda y: NDB.fit(y, 3, range=bounds),
        lambda y: FlatImages(y, range=bounds),
    ]
    if bounds is None:
        routes.append(ImageTensor)
    for route in routes:
        with pytest.raises(InputError, match=message):
            route(make(x))
    if bounds is None and form not in ("objects", "a list"):
        np.save(tmp_path / "x.npy", make(x))
        with pytest.raises(InputError, match=message):
            read_samples(tmp_path / "x.npy", (4, 6, 3))


@pytest.mark.parametrize(
    ("high", "low", "taken"),
    [(1 + 0.49 / 255, 0, True), (1, -0.49 / 255, True), (1 + 0.51 / 255, 0, False)],
)
def test_half_a_step_outside_is_rounding(high, low, taken):
    x = np.full((2, 3, 3, 1), 0.5)
    x[0, 0, 0], x[1, 1, 1] = high, low
    if taken:
        found = as_data(x)
        assert found[0, 0, 0] == 255 and found[1, 1, 1] == 0
    else:
        with pytest.raises(InputError, match=r"1\.002.*np\.clip"):
            as_data(x)


def test_points_are_points():
    x = np.random.default_rng(0).normal(size=(300, 5))
    bins = NDB.fit(x, 4, initialisations=1)
    np.testing.assert_array_equal(
        bins.evaluate(torch.from_numpy(x)).counts, bins.counts
    )
    for bad, message in [
        ((255 * x).astype(np.uint8), "reshape"),
        (x.astype(int), "int64"),
        (np.where(x > 2, np.inf, x), "not finite"),
        (x * 1e300, "not finite"),
    ]:
        for route in (bins.evaluate, FlatImages, lambda y: NDB.fit(y, 4)):
            with pytest.raises(InputError, match=message):
                route(bad)
    with pytest.raises(InputError, match="range"):
        bins.evaluate(x, range=(-1, 1))


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "k-means"},
        {"k": 0},
        {"k": 2.5},
        {"k": True},
        {"initialisations": 0},
        {"significance": 5},
        {"reference": -1},
    ],
)
def test_settings_of_bins_are_validated(settings):
    (name,) = settings
    with pytest.raises(InputError, match=f"^{name}: "):
        NDB.fit(digits(100), **({"k": 5} | settings))


# Mixtures


@pytest.fixture(scope="module")
def mixture():
    settings = Settings(components=4, latent=2, training="em", passes=3)
    generator = torch.Generator().manual_seed(0)
    return fit(FlatImages(digits()), settings, generator, initialise)[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_mixture_takes_every_form(mixture, form):
    x = digits(50)
    make, bounds = FORMS[form]
    expected = mixture.log_density(torch.from_numpy(x / 255).float().flatten(1))
    found = mixture.log_prob(make(x), bounds)
    # Of noise down to 1e-3, what is rounded past a bound is far from the mean.
    tolerance = 0.2 if "past" in form else 1e-3
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=0.5)
    assert mixture.responsibilities(make(x), bounds).shape == (50, 4)
    seen = torch.arange(64) < 40
    filled = mixture.conditional(make(x), seen, range=bounds)
    assert filled.shape == mixture.reconstruct(make(x), bounds).shape == (50, 64)


@pytest.mark.parametrize("form", [f for f in REFUSED if f not in ("0 and 1", "NCHW")])
def test_a_mixture_refuses_what_bins_refuse(mixture, form):
    make, bounds, message = REFUSED[form]
    for method in (mixture.log_prob, mixture.component_log_prob, mixture.reconstruct):
        with pytest.raises(InputError, match=message):
            method(make(digits(50)), bounds)


def test_a_mixture_of_points_takes_floats_alone():
    x = np.random.default_rng(0).normal(size=(200, 5))
    settings, seed = (
        Settings(components=3, latent=2, training="em", passes=2),
        torch.Generator().manual_seed(0),
    )
    model = fit(FlatImages(x), settings, seed, initialise)[0]
    assert isinstance(model, MFA)
    torch.testing.assert_close(
        model.log_prob(x), model.log_density(torch.from_numpy(x).float())
    )
    for bad in (np.uint8(x > 0), np.where(x > 2, np.nan, x), x[:, :3]):
        with pytest.raises(InputError):
            model.log_prob(bad)


@pytest.mark.parametrize(
    "settings",
    [
        {"components": 0},
        {"latent": -1},
        {"training": "EM"},
        {"initialisation": "k-means"},
        {"noise": (1.0, 0.1)},
        {"noise": (0.0, 0.1)},
        {"batch": 2.5},
        {"root": 0},
    ],
)
def test_settings_of_a_mixture_are_validated(settings):
    (name,) = settings
    with pytest.raises(ConfigError, match=f"^MFA.{name}.*: found "):
        Settings(**({"components": 3, "latent": 2} | settings))
