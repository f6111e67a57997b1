"""DeepFool and the attack of Carlini and Wagner, written from the papers: how far the closest adversarial example is.

Each gives one distance an example, infinite where nothing was found.
"""

import math
import sys

import torch
from attacked import load
from serve import serve

SIZES = {"l2": lambda d: d.flatten(1).norm(dim=1), "linf": lambda d: d.flatten(1).abs().max(1).values}
DUALS = {"l2": SIZES["l2"], "linf": lambda g: g.flatten(1).abs().sum(1)}
STEEPEST = {"l2": lambda g: g / along(SIZES["l2"](g), g), "linf": torch.sign}


def along(values, x):
    """One value an example, shaped to multiply x."""
    return values.reshape(-1, *[1] * (x.dim() - 1))


def leads(logits, y):
    """By how much each class leads the label, [batch, classes]; zero for the label itself."""
    return logits - logits.gather(1, y[:, None])


def margin(logits, y):
    """The strongest wrong logit less that of the label."""
    return leads(logits, y).scatter(1, y[:, None], -math.inf).max(1).values


def nearest(network, x, y, norm):
    """The boundary nearest to x of the network made linear there: how far x is past it, and the gradient of that."""
    x = x.detach().requires_grad_()
    ahead = leads(network(x), y)
    gradients = [torch.autograd.grad(column.sum(), x, retain_graph=True)[0] for column in ahead.T]
    slopes = torch.stack([DUALS[norm](gradient) for gradient in gradients], 1)
    own = torch.arange(len(y))
    away = (ahead.detach().abs() / slopes).scatter(1, y[:, None], math.inf)
    chosen = away.argmin(1)
    return ahead.detach()[own, chosen], torch.stack(gradients, 1)[own, chosen]


def deep_fool(network, x, y, norm, steps, overshoot, box=None):
    """Moosavi-Dezfooli, Fawzi, Frossard 2015 (arXiv:1511.04599), algorithm 2, for all examples at once."""
    total = torch.zeros_like(x)
    for _ in range(steps):
        at = x + (1 + overshoot) * total
        gap, gradient = nearest(network, at, y, norm)
        with torch.no_grad():
            right = margin(network(at), y) < 0
        step = along(gap.abs() / DUALS[norm](gradient), x) * STEEPEST[norm](gradient)
        total = torch.where(along(right, x), total + step, total)
    at = x + (1 + overshoot) * total
    with torch.no_grad():
        wrong = margin(network(at), y) >= 0
        already = margin(network(x), y) >= 0
    distance = torch.where(wrong, SIZES[norm](at - x), math.inf)
    return torch.where(already, torch.zeros(len(y)), distance)


def onto_boundary(x, gap, gradient, box):
    """The smallest step in l2 inside the box on which the linear gap rises to zero, by bisection of its dual variable."""
    low, high = box
    gradient, room = gradient.double(), torch.where(gradient > 0, high - x, x - low).double()
    step = lambda time: torch.minimum(along(time, x) * gradient.abs(), room) * gradient.sign()
    least, most = torch.zeros(len(x)).double(), torch.full((len(x),), 1e6).double()
    for _ in range(100):
        time = (least + most) / 2
        enough = (gradient * step(time)).flatten(1).sum(1) >= -gap
        least, most = torch.where(enough, least, time), torch.where(enough, time, most)
    return step(most).float()


def carlini_wagner(network, x, y, norm, steps, descents, rate, box, units):
    """Carlini and Wagner 2016 (arXiv:1608.04644), section V, for all examples at once.

    units -- "paper": weights in the unit of the logits, from 1e-3; descents start at the input; tanh bends the box. "own":
    weights in each example's own unit, from 1; descents start at the nearest boundary of the linear network; tanh bends
    each entry's way to its bound.
    """
    low, high = box
    half, count = (high - low) / 2, len(y)
    start, length, slope, weight = x, torch.ones(count), torch.ones(count), torch.full((count,), 1e-3)
    pace = torch.full((count,), rate)
    shortest, farthest = 1e-30, math.atanh(1 - 1e-6)  # as ours: where coordinates end
    down, up = (x - low).clamp(min=shortest), (high - x).clamp(min=shortest)

    def room(way):
        return torch.where(way > 0, up, down)

    def coordinates(delta):
        if units == "paper":
            return torch.atanh((1 - 1e-6) * (x + delta - (high + low) / 2) / half)
        return room(delta) * torch.atanh(delta / room(delta)).clamp(-farthest, farthest)

    def perturbation(w):
        return (torch.tanh(w) + 1) * half + low - x if units == "paper" else room(w) * torch.tanh(w / room(w))

    if units == "own":
        gap, gradient = nearest(network, x, y, norm)
        step = onto_boundary(x, gap, gradient, box)
        start, length, slope, weight = x + step, SIZES["l2"](step), SIZES["l2"](gradient), torch.ones(count)
        pace = rate * length.clamp(max=half)
    with torch.no_grad():
        already = margin(network(x), y) >= 0
    best = torch.full((count,), math.inf)
    least, most = torch.zeros(count), torch.full((count,), math.inf)
    check = math.ceil(steps / 10)
    for _ in range(descents):
        w = coordinates(start - x)
        mean, squares = torch.zeros_like(w), torch.zeros_like(w)
        active, met = torch.ones(count, dtype=torch.bool), torch.zeros(count, dtype=torch.bool)
        before = torch.full((count,), math.inf)
        for t in range(1, steps + 1):
            w = w.detach().requires_grad_()
            delta = perturbation(w)
            ahead = margin(network(x + delta), y)
            size = SIZES["l2"](delta)
            objective = length * ((size / length) ** 2 + weight / (slope * length) * (-ahead).clamp(min=0))
            (gradient,) = torch.autograd.grad(objective.sum(), w)
            with torch.no_grad():
                wrong = active & (ahead >= 0)
                best = torch.where(wrong & (size < best), size, best)
                met |= wrong & (units == "paper" or t > check)
                mean, squares = 0.9 * mean + 0.1 * gradient, 0.999 * squares + 0.001 * gradient**2
                spread = (squares / (1 - 0.999**t)).sqrt() + 1e-8
                w = w - along(pace / (1 - 0.9**t), w) * mean / spread
                if units == "own":
                    w = torch.maximum(torch.minimum(w, farthest * up), -farthest * down)
                if t % check == 0:
                    active &= objective / length < (1 - 1e-4) * before
                    before = objective / length
        most, least = torch.where(met, weight, most), torch.where(met, least, weight)
        weight = torch.where(most < math.inf, (least + most) / 2, 10 * weight)
    return torch.where(already, torch.zeros(count), best).detach()


ATTACKS = {"deepFool": deep_fool, "carliniWagner": carlini_wagner}
networks, inputs, labels, cases = load(sys.argv[2])


def runner(network, attack, norm, options, box=None, **_):
    return lambda: ATTACKS[attack](networks[network], inputs[network], labels[network], norm, box=box, **options)


serve({case["name"]: runner(**case) for case in cases})
