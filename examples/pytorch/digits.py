"""Trains a small convolutional network on handwritten digits and writes it beside this file as ONNX, for attack-onnx.ts.

    python3 digits.py FOLDER    # with x.npy [1797, 8, 8, 1] and y.npy [1797]: digits() of @advml/data, by encodeNpy of @advml/formats

The first 200 digits are left out. Made with PyTorch 1.13.
"""
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
TEST, STEPS, BATCH, RATE = 200, 600, 64, 0.01

torch.manual_seed(0)
x, y = (np.load(os.path.join(sys.argv[1], name)) for name in ("x.npy", "y.npy"))
x, y = torch.tensor(x.transpose(0, 3, 1, 2).copy()), torch.tensor(y.astype(np.int64))
model = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10)
)
optimizer = torch.optim.Adam(model.parameters(), RATE)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS)
for _ in range(STEPS):
    rows = TEST + torch.randint(len(x) - TEST, (BATCH,))
    optimizer.zero_grad()
    F.cross_entropy(model(x[rows]), y[rows]).backward()
    optimizer.step()
    schedule.step()
model.eval()
print("accuracy on the digits left out:", (model(x[:TEST]).argmax(1) == y[:TEST]).float().mean().item())
names = {"input_names": ["x"], "output_names": ["logits"], "dynamic_axes": {"x": {0: "batch"}, "logits": {0: "batch"}}}
torch.onnx.export(model, x[:1], os.path.join(HERE, "digits.onnx"), opset_version=13, **names)
