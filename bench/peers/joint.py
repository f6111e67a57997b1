"""The joint bound of the symmetric two-layer network in l2, in numpy: the same mathematics and the same numbers of evaluations.

It reads the weights, inputs and labels from a file of single-precision numbers, [m, d], [n, d] and [n] one after another.
"""

import sys

import numpy as np
from serve import serve

BIAS, RADIUS, STEPS = 0.15, 0.1, 40
CURVATURES = (0.25, 0.5, 0.7, 1, 1.4, 2, 4)

path, neurons, inputs, count = sys.argv[2], *map(int, sys.argv[3:6])
numbers = np.fromfile(path, "<f4")
weight = numbers[: neurons * inputs].reshape(neurons, inputs).astype(np.float64)
x = numbers[neurons * inputs :][: count * inputs].reshape(count, inputs).astype(np.float64)
y = numbers[-count:].astype(np.float64)


def decompose():
    """Eigenvalues of W^T W and W in their basis."""
    values, basis = np.linalg.eigh(weight.T @ weight)
    return np.maximum(values, 0), weight @ basis


def height(u):
    return np.maximum(u - BIAS, 0) - np.maximum(-u - BIAS, 0)


def minima(u, g, curvature, reach):
    """Least a(u + v) - g v + curvature v^2 / 2 of each neuron, summed, and where it is."""
    bend = curvature[:, None]
    least, at = np.full(u.shape, np.inf), np.zeros(u.shape)
    pieces = (
        (-reach, np.minimum(-BIAS - u, reach), 1.0),
        (np.maximum(-BIAS - u, -reach), np.minimum(BIAS - u, reach), 0.0),
        (np.maximum(BIAS - u, -reach), reach, 1.0),
    )
    for low, high, slope in pieces:
        v = np.clip((g - slope) / bend, low, np.maximum(high, low))
        value = np.where(low <= high, height(u + v) - g * v + bend / 2 * v * v, np.inf)
        better = value < least
        least, at = np.where(better, value, least), np.where(better, v, at)
    return least.sum(1), at


def trust_region(h, curvature, values):
    """The best bound over mu, by bisection, and its point."""
    bent = curvature[:, None] * values
    floor = curvature * values[-1]
    low, high = floor * (1 + 1e-9), floor + np.sqrt((h * h).sum(1)) / RADIUS + 1e-9
    for _ in range(40):
        middle = (low + high) / 2
        outside = (h * h / (middle[:, None] - bent) ** 2).sum(1) > RADIUS * RADIUS
        low, high = np.where(outside, middle, low), np.where(outside, high, middle)
    gap = high[:, None] - bent
    return -0.5 * (h * h / gap).sum(1) - 0.5 * high * RADIUS * RADIUS, -h / gap


values, turned = decompose()
single = turned.astype(np.float32)


def certify():
    """Which examples are certified, 1 or 0."""
    reach = RADIUS * np.linalg.norm(weight, axis=1)
    u = y[:, None] * (x @ weight.T)
    clean = height(u).sum(1)
    g = (np.abs(u) > BIAS).astype(np.float64)
    h = (g.astype(np.float32) @ single).astype(np.float64)
    best, curvature = np.full(count, -np.inf), np.ones(count)
    for share in CURVATURES:
        own = np.full(count, share / BIAS)
        value = minima(u, g, own, reach)[0] + trust_region(h, own, values)[0]
        best, curvature = np.maximum(best, value), np.where(value > best, own, curvature)
    reached = clean.copy()
    rest = np.flatnonzero((best <= 0) & (reached > 0))
    for _ in range(STEPS):
        if len(rest) == 0:
            break
        h = (g[rest].astype(np.float32) @ single).astype(np.float64)
        sums, own = minima(u[rest], g[rest], curvature[rest], reach)
        bound, point = trust_region(h, curvature[rest], values)
        joint = (point.astype(np.float32) @ single.T).astype(np.float64)
        value = sums + bound
        best[rest] = np.maximum(best[rest], value)
        reached[rest] = np.minimum(reached[rest], height(u[rest] + joint).sum(1))
        off, bend = joint - own, 0.5 * ((own * own).sum(1) - (joint * joint).sum(1))
        pace = 0.25 / BIAS**2
        gain = np.maximum(np.minimum(reached[rest], 0.25 * clean[rest]) - value, 0.005 * clean[rest])
        step = 0.7 * gain / ((off * off).sum(1) + pace * bend * bend)
        g[rest] += step[:, None] * off
        curvature[rest] = np.maximum(curvature[rest] + pace * step * bend, 0.03 / BIAS)
        rest = rest[(best[rest] <= 0) & (reached[rest] > 0)]
    return (best > 0).astype(np.float64)


serve({"decompose": lambda: decompose()[0], "certify": certify}, version=lambda: np.__version__)
