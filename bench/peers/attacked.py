"""The networks under attack, with weights and inputs of a file that bench/attack-cases.mjs writes."""

import json

import torch
from tensor_file import read
from torch.nn import functional


def perceptron(params):
    """Dense layers with relu between them; gives a function from inputs to logits."""
    layers = [(params[f"layer{at}.weight"], params[f"layer{at}.bias"]) for at in (1, 2, 3)]

    def apply(x):
        for weight, bias in layers[:-1]:
            x = torch.relu(functional.linear(x, weight, bias))
        return functional.linear(x, *layers[-1])

    return apply


def convolutional(params):
    """Twice convolution, relu and pooling, then a dense layer. Weights come channels last, as tfjs has them."""
    filters = [params[f"conv{at}.weight"].permute(3, 2, 0, 1).contiguous() for at in (1, 2)]
    channels, classes = filters[-1].shape[0], params["dense.weight"].shape[1]
    side = int((params["dense.weight"].shape[0] // channels) ** 0.5)
    dense = params["dense.weight"].reshape(side, side, channels, classes).permute(3, 2, 0, 1).reshape(classes, -1)

    def apply(x):
        for at, weight in enumerate(filters, 1):
            x = functional.max_pool2d(torch.relu(functional.conv2d(x, weight, params[f"conv{at}.bias"], padding=1)), 2)
        return functional.linear(x.flatten(1), dense, params["dense.bias"])

    return apply


NETWORKS = {"mlp": perceptron, "cnn": convolutional}


def load(path):
    """Networks, inputs and labels by the network's name, and the list of cases."""
    tensors, metadata = read(path)
    networks, inputs, labels = {}, {}, {}
    for name, network in NETWORKS.items():
        own = {key[len(name) + 1 :]: value for key, value in tensors.items() if key.startswith(f"{name}/")}
        if not own:
            continue
        x = own.pop("x")
        inputs[name] = x.permute(0, 3, 1, 2).contiguous() if x.dim() == 4 else x
        labels[name] = own.pop("y").long()
        networks[name] = network(own)
    return networks, inputs, labels, json.loads(metadata["cases"])
