"""Trains a perceptron on Fashion-MNIST twice, plainly and then from there against an attacker, and writes its weights beside this file.

    python3 train.py FOLDER    # with train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz

start.npz, before.npz and after.npz are state dicts in half precision, for purification-from-pytorch.ts. Made with PyTorch 1.13.
"""
import gzip
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


def read(name, offset):
    with gzip.open(os.path.join(sys.argv[1], name)) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def perturbed(model, x, y, eps, steps):
    """Examples that PGD in l2 has moved by at most eps."""
    delta = torch.zeros_like(x)
    for _ in range(steps):
        delta.requires_grad_(True)
        (gradient,) = torch.autograd.grad(F.cross_entropy(model(x + delta), y), delta)
        delta = (delta + 2 * eps / steps * F.normalize(gradient)).detach()
        delta = delta * (eps / delta.norm(dim=1, keepdim=True).clamp(min=eps))
    return x + delta


def train(model, x, y, eps, steps, batch=128, rate=0.002):
    optimizer = torch.optim.Adam(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps)
    for _ in range(steps):
        rows = torch.randint(len(x), (batch,))
        images = perturbed(model, x[rows], y[rows], eps, 2) if eps else x[rows]
        optimizer.zero_grad()
        F.cross_entropy(model(images), y[rows]).backward()
        optimizer.step()
        schedule.step()


def save(model, name):
    tensors = {key: value.numpy().astype(np.float16) for key, value in model.state_dict().items()}
    np.savez(os.path.join(HERE, name), **tensors)


torch.manual_seed(0)
images = torch.tensor(read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784) / np.float32(255))
labels = torch.tensor(read("train-labels-idx1-ubyte.gz", 8).astype(np.int64))
x, y, test, truth = images[:-1000], labels[:-1000], images[-1000:], labels[-1000:]
model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))

save(model, "start.npz")
for name, eps in [("before.npz", 0), ("after.npz", 1)]:
    train(model, x, y, eps, steps=1500)
    save(model, name)
    right = [(model(perturbed(model, test, truth, radius, 20)).argmax(1) == truth).float().mean() for radius in (1e-9, 0.5, 1)]
    print(name, *(f"{float(share):.3f}" for share in right))
