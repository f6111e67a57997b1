"""The standard battery in l-infinity on images, each attack and target on the examples that withstood those before: APGD on the
cross-entropy, APGD on the targeted DLR loss, targeted FAB, Square. Written from the papers.

Gives one number an example: 1 where the network errs, -1 where it stands.
"""

import math
import sys

import torch
from attacked import load
from attacks import Problem, along, apgd, cross_entropy, margin
from serve import serve


def targeted_dlr(targets):
    """Croce and Hein 2020 (arXiv:2003.01690), equation 7."""

    def loss(logits, y):
        rows = torch.arange(len(y))
        ranked = logits.sort(1, descending=True).values
        scale = ranked[:, 0] - (ranked[:, 2] + ranked[:, 3]) / 2 + 1e-12
        return (logits[rows, targets] - logits[rows, y]) / scale

    return loss


def ascent(network, x, y, eps, box, loss, steps):
    """Where APGD from a random start errs."""
    problem = Problem(network, x, y, "linf", eps, box, loss)
    problem.start = problem.project(x + eps * (2 * torch.rand_like(x) - 1))
    return apgd(problem, steps) >= 0


def reach(gradient, rise, room):
    """The smallest step in l-infinity inside the box by which a linear function rises so much, or as far as the box lets it."""
    size, room, rise = gradient.flatten(1).abs(), room.flatten(1), rise[:, None]
    order = room.argsort(1)
    rooms, slopes = room.gather(1, order), size.gather(1, order)
    spent = (slopes * rooms).cumsum(1)
    free = slopes.sum(1, keepdim=True) - slopes.cumsum(1)
    at = (spent + rooms * free < rise).sum(1, keepdim=True)  # entries that end at their bound
    padded = lambda values, first: torch.cat([first, values], 1).gather(1, at)
    zero = torch.zeros_like(rise)
    length = (rise - padded(spent, zero)) / padded(free, slopes.sum(1, keepdim=True)).clamp(min=1e-30)
    step = torch.minimum(torch.where(at < room.shape[1], length, room.max(1, keepdim=True).values), room)
    return step.reshape(gradient.shape) * gradient.sign()


def fab(network, x, y, targets, eps, box, steps):
    """Croce and Hein 2019 (arXiv:1907.02044) towards one class, from the input; says where an error is within eps."""
    low, high = box
    rows, at = torch.arange(len(y)), x
    closest = torch.full(y.shape, math.inf)

    def towards(point, gradient, rise):
        """A step that makes the function rise so much, or fall where that is negative."""
        gradient = gradient * along(rise.sign(), x)
        return reach(gradient, rise.abs(), torch.where(gradient > 0, high - point, point - low))

    for _ in range(steps):
        point = at.detach().requires_grad_()
        logits = network(point)
        gap = logits[rows, targets] - logits[rows, y]
        (gradient,) = torch.autograd.grad(gap.sum(), point)
        gap = gap.detach()
        own = towards(at, gradient, -gap)
        back = towards(x, gradient, -gap - (gradient * (x - at)).flatten(1).sum(1))
        sizes = [step.flatten(1).abs().max(1).values for step in (own, back)]
        bias = along((sizes[0] / (sizes[0] + sizes[1]).clamp(min=1e-30)).clamp(max=0.1), x)
        at = ((1 - bias) * (at + 1.05 * own) + bias * (x + 1.05 * back)).clamp(low, high)
        with torch.no_grad():
            wrong = margin(network(at), y) >= 0
        closest = torch.where(wrong, torch.minimum(closest, (at - x).flatten(1).abs().max(1).values), closest)
        at = torch.where(along(wrong, x), x + 0.9 * (at - x), at)
    return closest <= eps


def share(step):
    """Of the pixels in a window; Andriushchenko et al. 2019, with AutoAttack's first share of 0.8."""
    return 0.8 / 2 ** sum(step > last for last in (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000))


def square(network, x, y, eps, box, queries):
    """Andriushchenko et al. 2019 (arXiv:1912.00049), in l-infinity; examples that err are not asked again."""
    count, channels, height, width = x.shape
    signs = lambda *shape: 2.0 * torch.randint(0, 2, shape) - 1
    best = (x + eps * signs(count, channels, 1, width)).clamp(*box)
    reached = margin(network(best), y)
    for step in range(1, queries):
        rows = (reached < 0).nonzero()[:, 0]
        if len(rows) == 0:
            break
        side = max(min(round(math.sqrt(share(step) * height * width)), height - 1), 1)
        top, left = (int(torch.randint(0, whole - side + 1, ())) for whole in (height, width))
        window = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
        at, own = best[rows], x[rows]
        at[window] = own[window] + eps * signs(len(rows), channels, 1, 1)
        at = at.clamp(*box)
        found = margin(network(at), y[rows])
        better = found > reached[rows]
        best[rows[better]], reached[rows[better]] = at[better], found[better]
    return reached >= 0


def battery(network, x, y, eps, box, steps, queries, targets):
    torch.manual_seed(0)
    with torch.no_grad():
        logits = network(x)
    fooled = margin(logits, y) >= 0
    wrong = logits.scatter(1, y[:, None], -math.inf).argsort(1, descending=True)  # strongest first

    def on_survivors(attack):
        rows = (~fooled).nonzero()[:, 0]
        if len(rows) > 0:
            fooled[rows] = attack(rows, x[rows], y[rows])

    on_survivors(lambda rows, *own: ascent(network, *own, eps, box, cross_entropy, steps))
    for rank in range(targets):
        loss = lambda rows: targeted_dlr(wrong[rows, rank])
        on_survivors(lambda rows, *own: ascent(network, *own, eps, box, loss(rows), steps))
    for rank in range(targets):
        on_survivors(lambda rows, *own: fab(network, *own, wrong[rows, rank], eps, box, steps))
    with torch.no_grad():
        on_survivors(lambda rows, *own: square(network, *own, eps, box, queries))
    return 2.0 * fooled - 1


networks, inputs, labels, cases = load(sys.argv[2])


def runner(network, eps, box, options, **_):
    return lambda: battery(networks[network], inputs[network], labels[network], eps, box, **options)


serve({case["name"]: runner(**case) for case in cases})
