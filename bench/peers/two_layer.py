"""A training step of the symmetric two-layer network."""

import torch
from serve import serve

BATCH, INPUTS, NEURONS, BIAS, RATE = 512, 1024, 2048, 1.96, 1e-3

torch.manual_seed(1)
x = torch.randn(BATCH, INPUTS)
y = torch.sign(torch.randn(BATCH))
weight = (torch.randn(NEURONS, INPUTS) / INPUTS**0.5).requires_grad_()
bias = torch.tensor(BIAS, requires_grad=True)


def step():
    """One step of gradient descent of the dense network, by autograd."""
    u = x @ weight.T
    scores = (torch.relu(u - bias) - torch.relu(-u - bias)).sum(1)
    torch.nn.functional.softplus(-y * scores).mean().backward()
    with torch.no_grad():
        for parameter in (weight, bias):
            parameter -= RATE * parameter.grad
            parameter.grad = None


serve({"step": step})
