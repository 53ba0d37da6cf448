"""Drawings in the plane, against what they stand for."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
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


def test_a_grid_of_two_latent_variables_is_decoded_line_by_line():
    lines = plane.latent_lines(lambda z: 10 * z, lines=3, extent=2.0, steps=5)
    assert len(lines) == 3
    for first, line in zip((-20, 0, 20), lines, strict=True):
        np.testing.assert_allclose(line[:, 0], first)
        np.testing.assert_allclose(line[:, 1], [-20, -10, 0, 10, 20])


def test_pairs_too_near_for_an_arrow_have_none():
    axis = Figure().subplots()
    a = np.array([[0.0, 0.0], [1.0, 1.0]])
    b = np.array([[0.0, 0.05], [1.0, 2.0]])
    plane.draw_pairs(axis, a, b, shortest=0.1)
    (arrow,) = axis.texts  # an annotation without a text
    assert arrow.xyann == (1.0, 1.0) and arrow.xy == (1.0, 2.0)
    assert [line.get_xydata().tolist() for line in axis.lines] == [
        a.tolist(),
        b.tolist(),
    ]


def test_an_analyser_reaches_two_deviations_along_its_columns():
    axis = Figure().subplots()
    mean, columns = np.array([1.0, 2.0]), np.array([[0.5, 0.0], [0.0, 3.0]])
    plane.draw_analyser(axis, mean, columns, columns.T @ columns, "red", alpha=0.5)
    ends = [line.get_xydata().tolist() for line in axis.lines]
    assert ends == [[[0, 2], [2, 2]], [[1, -4], [1, 8]]]
    (area,) = axis.patches
    assert sorted([area.width, area.height]) == pytest.approx([2.0, 12.0])


def test_cells_are_numbered_at_their_centres():
    axis = Figure().subplots()
    centres = np.array([[-0.5, 0.0], [0.5, 0.0]])
    scale = np.array([2.0, 1.0])
    bins = SimpleNamespace(anchors=centres / scale, centres=centres, scale=scale)
    plane.draw_cells(axis, bins, BOX)
    numbers = {text.get_text(): text.get_position() for text in axis.texts}
    assert numbers == {"0": (-0.5, 0.0), "1": (0.5, 0.0)}
    (segments,) = [c.get_segments() for c in axis.collections]
    np.testing.assert_allclose(segments[0][:, 0], 0, atol=1e-9)
