"""Drawings in the plane, against what they stand for."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gansgmms.plots import plane

BOX = np.array([[-1.0, 1.0], [-1.0, 1.0]])


@pytest.mark.parametrize("k", [2, 3, 10, 30])
def test_edges_lie_between_the_two_nearest_centres(k):
    centres = np.random.default_rng(k).uniform(-1, 1, (k, 2))
    segments = plane.edges(centres, BOX)
    inside = 0
    for start, end in segments:
        points = start + np.linspace(0, 1, 400)[:, None] * (end - start)
        points = points[(np.abs(points) <= 1).all(1)]
        inside += len(points)
        if len(points):
            nearest = np.sort(cdist(points, centres), axis=1)
            np.testing.assert_allclose(nearest[:, 0], nearest[:, 1], atol=1e-6)
    assert inside


def test_every_border_between_two_cells_is_an_edge():
    centres = np.random.default_rng(0).uniform(-1, 1, (12, 2))
    x = np.linspace(-1, 1, 400)
    line = np.stack([x, np.full_like(x, 0.1)], axis=1)
    cell = cdist(line, centres).argmin(1)
    crossings = x[:-1][np.diff(cell) != 0]
    found = []
    for (x0, y0), (x1, y1) in plane.edges(centres, BOX):
        if (y0 - 0.1) * (y1 - 0.1) < 0:
            found.append(x0 + (0.1 - y0) / (y1 - y0) * (x1 - x0))
    found = sorted(c for c in found if -1 < c < 1)
    np.testing.assert_allclose(found, crossings, atol=2 / 399)


def test_limits_hold_nearly_everything_in_a_square():
    points = np.random.default_rng(0).normal(size=(10_000, 2)) * [1, 3] + [5, 0]
    box = plane.limits(points, points + 1)
    assert np.ptp(box, axis=1) == pytest.approx([np.ptp(box[0])] * 2)
    inside = ((points > box[:, 0]) & (points < box[:, 1])).all(1)
    assert inside.mean() > 0.998


def test_an_ellipse_is_where_the_gaussian_is_so_many_deviations_away():
    covariance = np.array([[2.0, 0.6], [0.6, 0.5]])
    drawn = plane.ellipse(np.array([1.0, -1.0]), covariance, 2.0).patch()
    outline = drawn.get_patch_transform().transform(drawn.get_path().vertices)
    # A patch's path is of Bezier curves; its on-curve points are every third.
    centred = outline[:-1:3] - [1, -1]
    distance = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(covariance), centred)
    np.testing.assert_allclose(np.sqrt(distance), 2, rtol=1e-3)


def test_a_piece_is_the_likeliest_factor_analyser():
    """Against gradient-free search around it: no other has a higher likelihood."""
    points = np.random.default_rng(1).normal(size=(500, 2)) @ [[2, 1], [0.1, 0.4]]
    piece = plane.Piece.fit(points)

    def log_likelihood(mean, covariance):
        centred = points - mean
        inner = np.einsum("ni,ij,nj->n", centred, np.linalg.inv(covariance), centred)
        return -0.5 * (inner + np.log(np.linalg.det(covariance))).sum()

    best = log_likelihood(piece.mean, piece.covariance())
    random = np.random.default_rng(2)
    for _ in range(200):
        column = piece.column + 0.05 * random.normal(size=2)
        variance = piece.variance * np.exp(0.1 * random.normal())
        other = piece._replace(column=column, variance=variance)
        mean = piece.mean + 0.02 * random.normal(size=2)
        assert log_likelihood(mean, other.covariance()) < best


def test_a_reconstruction_is_on_the_line_and_nearer_to_the_mean():
    piece = plane.Piece(np.array([1.0, 2.0]), np.array([2.0, 0.0]), 1.0)
    result = piece.reconstruct(np.array([[1.0, 5.0], [6.0, 2.0]]))
    # E[z | x] = a (x - mu) / (a a + variance) = 2 * 5 / 5, then a z + mu.
    np.testing.assert_allclose(result, [[1, 2], [5, 2]])


def test_the_manifold_is_one_curve():
    points = plane.manifold(np.linspace(0, 1, 3001))
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    np.testing.assert_allclose(steps, np.pi / 1000, rtol=1e-4)
