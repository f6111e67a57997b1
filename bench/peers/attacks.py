"""PGD and APGD, written from the papers, without random starts: what they find, and how long they take.

Each gives the largest margin loss of all iterates, one number an example: above zero where the network errs.
"""

import math
import sys

import torch
from attacked import load
from serve import serve
from torch.nn import functional


def margin(logits, y):
    """The strongest wrong logit less that of the label."""
    own = y[:, None]
    return logits.scatter(1, own, -math.inf).max(1).values - logits.gather(1, own)[:, 0]


def cross_entropy(logits, y):
    return functional.cross_entropy(logits, y, reduction="none")


LOSSES = {"margin": margin, "crossEntropy": cross_entropy}


def along(values, x):
    """One value an example, shaped to multiply x."""
    return values.reshape(-1, *[1] * (x.dim() - 1))


def l2_size(delta):
    return along(delta.flatten(1).norm(dim=1), delta)


STEEPEST = {"l2": lambda g: g / l2_size(g), "linf": torch.sign}
ONTO_BALL = {
    "l2": lambda delta, eps: delta * (eps / l2_size(delta)).clamp(max=1),
    "linf": lambda delta, eps: delta.clamp(-eps, eps),
}


class Problem:
    """What both attacks do at a point: project, and look around."""

    def __init__(self, network, x, y, norm, eps, box, loss):
        self.network, self.x, self.y, self.eps, self.box = network, x, y, eps, box
        self.start = x
        self.loss, self.onto_ball, self.steepest = loss, ONTO_BALL[norm], STEEPEST[norm]
        self.worst = torch.full(y.shape, -math.inf)

    def project(self, at):
        at = self.x + self.onto_ball(at - self.x, self.eps)
        return at.clamp(*self.box) if self.box else at

    def judge(self, logits):
        self.worst = torch.maximum(self.worst, margin(logits.detach(), self.y))

    def look(self, at):
        """Loss and gradient; the sum over the batch is differentiated, so that examples do not mix."""
        at = at.detach().requires_grad_()
        logits = self.network(at)
        loss = self.loss(logits, self.y)
        (gradient,) = torch.autograd.grad(loss.sum(), at)
        self.judge(logits)
        return loss.detach(), gradient

    def finish(self, at):
        with torch.no_grad():
            self.judge(self.network(at))
        return self.worst


def pgd(problem, steps, step_size):
    """Madry et al. 2018 (arXiv:1706.06083)."""
    at = problem.start
    for _ in range(steps):
        _, gradient = problem.look(at)
        at = problem.project(at + step_size * problem.eps * problem.steepest(gradient))
    return problem.finish(at)


def checkpoints(steps):
    """w_j = ceil(p_j N), with p in percent."""
    found, share, period = [], 22, 22
    while share <= 100:
        found.append(-(-share * steps // 100))
        period = max(period - 3, 6)
        share += period
    return found


def apgd(problem, steps):
    """Croce and Hein 2020 (arXiv:2003.01690), algorithm 1; a checkpoint comes before the step from its point, as in their code."""
    count, ways = len(problem.y), checkpoints(steps)
    at = before = best = problem.start
    eta = torch.full((count,), 2 * problem.eps)
    rises, halved = torch.zeros(count), torch.zeros(count, dtype=torch.bool)
    last = 0
    for step in range(steps):
        loss, gradient = problem.look(at)
        if step == 0:
            best_loss, best_gradient, loss_before, best_before = loss, gradient, loss, loss
        better = loss > best_loss
        best_loss = torch.where(better, loss, best_loss)
        best = torch.where(along(better, at), at, best)
        best_gradient = torch.where(along(better, at), gradient, best_gradient)
        rises += loss > loss_before
        if step in ways:
            halved = (rises < 0.75 * (step - last)) | (~halved & (best_loss == best_before))
            eta = torch.where(halved, eta / 2, eta)
            at = torch.where(along(halved, at), best, at)
            gradient = torch.where(along(halved, at), best_gradient, gradient)
            loss = torch.where(halved, best_loss, loss)
            best_before, rises, last = best_loss, torch.zeros(count), step
        steep = problem.project(at + along(eta, at) * problem.steepest(gradient))
        mixed = at + 0.75 * (steep - at) + 0.25 * (at - before)
        loss_before, before, at = loss, at, steep if step == 0 else problem.project(mixed)
    return problem.finish(at)


ATTACKS = {"pgd": pgd, "apgd": apgd}


def main():
    networks, inputs, labels, cases = load(sys.argv[2])

    def runner(network, attack, norm, eps, loss, options, box=None, **_):
        def run():
            problem = Problem(networks[network], inputs[network], labels[network], norm, eps, box, LOSSES[loss])
            return ATTACKS[attack](problem, **options)

        return run

    serve({case["name"]: runner(**case) for case in cases})


if __name__ == "__main__":
    main()
