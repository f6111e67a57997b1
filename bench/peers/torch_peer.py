"""PyTorch on one thread: reads the name of a case from each line, runs it once and writes its milliseconds."""

import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(1)

left, right = torch.randn(1024, 1024), torch.randn(1024, 1024)

BATCH, INPUTS, NEURONS, BIAS, RATE = 512, 1024, 2048, 1.96, 1e-3
x = torch.randn(BATCH, INPUTS)
y = torch.sign(torch.randn(BATCH))
weight = (torch.randn(NEURONS, INPUTS) / INPUTS**0.5).requires_grad_()
bias = torch.tensor(BIAS, requires_grad=True)


def two_layer():
    """One step of gradient descent of the dense network, by autograd."""
    u = x @ weight.T
    scores = (torch.relu(u - bias) - torch.relu(-u - bias)).sum(1)
    torch.nn.functional.softplus(-y * scores).mean().backward()
    with torch.no_grad():
        for parameter in (weight, bias):
            parameter -= RATE * parameter.grad
            parameter.grad = None


cases = {
    "NN": lambda: left @ right,
    "NT": lambda: left @ right.T,
    "TN": lambda: left.T @ right,
    "TT": lambda: left.T @ right.T,
    "two-layer": two_layer,
}

print(torch.__version__, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    cases[line.strip()]()
    print(1000 * (time.perf_counter() - start), flush=True)
