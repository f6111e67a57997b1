"""A training step of a perceptron, and of a small convolutional network."""

import torch
from serve import serve
from torch import nn

RATE = 0.01

torch.manual_seed(1)


def trainer(network, x):
    """Steps of gradient descent on random labels, by autograd."""
    y = torch.randint(10, (x.shape[0],))

    def step():
        nn.functional.cross_entropy(network(x), y).backward()
        with torch.no_grad():
            for parameter in network.parameters():
                parameter -= RATE * parameter.grad
                parameter.grad = None

    return step


def hidden(inputs, outputs):
    return [nn.Linear(inputs, outputs), nn.ReLU()]


def convolution(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]


perceptron = nn.Sequential(*hidden(784, 256), *hidden(256, 256), nn.Linear(256, 10))
convolutional = nn.Sequential(*convolution(1, 16), *convolution(16, 32), nn.Flatten(), nn.Linear(7 * 7 * 32, 10))

serve(
    {
        "mlp": trainer(perceptron, torch.randn(128, 784)),
        "cnn": trainer(convolutional, torch.randn(64, 1, 28, 28)),
    }
)
