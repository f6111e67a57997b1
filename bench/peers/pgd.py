"""Projected gradient descent of 20 steps in l2 on the symmetric two-layer network, dense, by autograd."""

import torch
from serve import serve
from torch.nn.functional import softshrink

BATCH, INPUTS, NEURONS, BIAS, EPS, STEPS, LENGTH = 512, 1024, 2048, 1.96, 2.0, 20, 0.25

torch.manual_seed(1)
x = torch.randn(BATCH, INPUTS)
y = torch.sign(torch.randn(BATCH))
weight = torch.randn(NEURONS, INPUTS) / INPUTS**0.5  # no gradient: autograd makes no graph for it


def margins(delta):
    """y f(x + delta); softshrink(u, b) is relu(u - b) - relu(-u - b)."""
    return y * softshrink((x + delta) @ weight.T, BIAS).sum(1)


def step(delta, gradient):
    delta = delta - LENGTH * gradient / gradient.norm(dim=1, keepdim=True)
    return delta * (EPS / delta.norm(dim=1, keepdim=True)).clamp(max=1)


def last():
    """The last iterate."""
    delta = torch.zeros_like(x)
    for _ in range(STEPS):
        delta.requires_grad_()
        (gradient,) = torch.autograd.grad(margins(delta).sum(), delta)
        delta = step(delta.detach(), gradient)
    return delta


def worst():
    """The iterate of the smallest margin, of each example."""
    delta = torch.zeros_like(x)
    best, least = delta, torch.full((BATCH,), torch.inf)
    for at in range(STEPS + 1):
        delta.requires_grad_(at < STEPS)
        values = margins(delta)
        worse = values.detach() < least
        least = torch.where(worse, values.detach(), least)
        best = torch.where(worse[:, None], delta.detach(), best)
        if at < STEPS:
            (gradient,) = torch.autograd.grad(values.sum(), delta)
            delta = step(delta.detach(), gradient)
    return best


serve({"last": last, "worst": worst})
