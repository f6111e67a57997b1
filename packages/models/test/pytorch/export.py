"""Writes small ONNX files beside this one, with inputs, outputs and input gradients of PyTorch.

    python3 export.py

NAME.onnx is the network; NAME.npz holds `x`, `outputs`, `labels` and `gradient`, which is that of the cross-entropy, summed over
the batch, with respect to `x`. Made with PyTorch 1.13, whose newest opset is 17.
"""
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.onnx import TrainingMode

import models

HERE = os.path.dirname(os.path.abspath(__file__))

# name, network, shape of an input, opset; "apart" keeps batch normalizations that the exporter would put into convolutions
CASES = [
    ("mlp", models.perceptron, (6,), 13, "folded"),
    ("mlp-opset9", models.perceptron, (6,), 9, "folded"),
    ("cnn", models.plain_cnn, (1, 8, 8), 13, "folded"),
    ("cnn-opset9", models.plain_cnn, (1, 8, 8), 9, "apart"),
    ("cnn-opset17", models.plain_cnn, (1, 8, 8), 17, "apart"),
    ("views", models.Views, (2, 6, 6), 11, "folded"),
    ("resnet", models.Residual, (3, 8, 8), 13, "folded"),
    ("resnet-opset17", models.Residual, (3, 8, 8), 17, "apart"),
    ("mobilenet", models.mobile, (3, 8, 8), 13, "folded"),
    ("mobilenet-opset17", models.mobile, (3, 8, 8), 17, "apart"),
    ("transformer", models.Transformer, (1, 8, 8), 13, "folded"),
    ("transformer-opset9", models.Transformer, (1, 8, 8), 9, "folded"),
    ("transformer-opset17", models.Transformer, (1, 8, 8), 17, "folded"),
    ("lstm", models.lstm, (4, 3), 13, "folded"),
    ("lstm-opset9", models.lstm, (4, 3), 9, "folded"),
    ("lstm-bidirectional", models.bidirectional, (4, 3), 14, "folded"),
    ("gru", models.gru, (4, 3), 13, "folded"),
    ("gru-opset17", models.gru, (4, 3), 17, "folded"),
]


def settle(network):
    """Gives batch normalizations a past and layer normalizations a scale, so that none of them is the identity."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.5)
            module.running_var.uniform_(0.5, 2)
        if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.3)
    return network.eval()


def answers(network, shape):
    """Three inputs, what the network says about them, and the gradient of the cross-entropy."""
    x = torch.rand(3, *shape, requires_grad=True)
    labels = torch.tensor([0, 2, 4])
    outputs = network(x)
    F.cross_entropy(outputs, labels, reduction="sum").backward()
    numbers = {"x": x, "outputs": outputs, "labels": labels.int(), "gradient": x.grad}
    return {name: tensor.detach().numpy() for name, tensor in numbers.items()}


def export(name, network, shape, opset, batch_norm):
    torch.onnx.export(
        network,
        torch.rand(2, *shape),
        os.path.join(HERE, f"{name}.onnx"),
        opset_version=opset,
        training=TrainingMode.PRESERVE if batch_norm == "apart" else TrainingMode.EVAL,
        input_names=["input"],
        output_names=["logits"],
        dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
    )


def main():
    for name, make, shape, opset, batch_norm in CASES:
        torch.manual_seed(5)
        network = settle(make())
        np.savez(os.path.join(HERE, f"{name}.npz"), **answers(network, shape))
        export(name, network, shape, opset, batch_norm)


if __name__ == "__main__":
    main()
