"""Clean and adversarial training of a small convolutional network on Fashion-MNIST, written plainly in PyTorch.

Reads the setting of a run of images-cnn (the `setting` of its run.json) from standard input; the argument is the number of threads.
Writes seconds of each phase and counts of right test images as JSON, and progress to standard error.
"""

import copy
import gzip
import json
import sys
import time
from itertools import islice

import torch
from serve import version
from torch import nn
from torch.nn.functional import cross_entropy

FOLDER = "/usr/share/datasets/fashion-mnist"
SIDE, CLASSES = 28, 10
ATTACKED, STEPS, LENGTH = 1000, 40, 0.1  # what robust accuracy is measured by


def read(folder, name, kind, header):
    with gzip.open(f"{folder}/{name}-{kind}-ubyte.gz") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8, offset=header)


def images(folder, name):
    """Pixels in [0, 1], [n, 1, 28, 28], and classes, [n]."""
    pixels, classes = read(folder, name, "images-idx3", 16), read(folder, name, "labels-idx1", 8)
    return pixels.view(-1, 1, SIDE, SIDE) / 255, classes.long()


def padding(side, size, stride):
    """Zeros on each side of an image, and more after it, so that as many windows fit as there are strides in it."""
    windows = -(-side // stride)
    return divmod(max(0, (windows - 1) * stride + size - side), 2)


def cnn(filters, sizes, strides, hidden, **_):
    layers, channels, side = [], 1, SIDE
    for count, size, stride in zip(filters, sizes, strides):
        each, more = padding(side, size, stride)
        if more:
            layers.append(nn.ZeroPad2d((0, more, 0, more)))
        layers += [nn.Conv2d(channels, count, size, stride, padding=each), nn.ReLU()]
        channels, side = count, -(-side // stride)
    layers.append(nn.Flatten())
    widths = [channels * side * side, *hidden]
    for inputs, neurons in zip(widths, hidden):
        layers += [nn.Linear(inputs, neurons), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], CLASSES))


def initialize(network, scale):
    """Normal weights as He et al. draw them, without their gain for rectifiers in the last layer, times a scale."""
    *others, last = [layer for layer in network if hasattr(layer, "weight")]
    for layer in others:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.kaiming_normal_(last.weight, nonlinearity="linear")
    with torch.no_grad():
        for layer in (*others, last):
            layer.weight.mul_(scale)
            layer.bias.zero_()


def batches(count, size):
    """Places of the examples of each batch: shuffled epochs one after another, without a seam."""
    waiting = torch.randperm(count)
    while True:
        if len(waiting) < size:
            waiting = torch.cat((waiting, torch.randperm(count)))
        yield waiting[:size]
        waiting = waiting[size:]


def level(step, steps, rise, hold):
    """The rate as a share of its peak: up, level, and down to zero."""
    corner = hold * steps
    fallen = max(0, (step - corner) / (steps - corner)) if corner < steps else 0
    return (1 - fallen) * min(1, (step + 1) / max(1, int(rise * steps)))


def adamw(network, rate, decay):
    """Adam with decoupled decay, of weights and not of biases."""
    biases = [parameter for parameter in network.parameters() if parameter.dim() == 1]
    weights = [parameter for parameter in network.parameters() if parameter.dim() > 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.999), eps=1e-8)


def train(name, network, x, y, how, attack=None):
    batch = min(how["batch"], len(y))
    steps = max(1, int(how["epochs"] * len(y) / batch + 0.5))
    optimizer = adamw(network, how["rate"], how["decay"])
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: level(step, steps, how["rise"], how["hold"]))
    for step, places in enumerate(islice(batches(len(y), batch), steps), 1):
        inputs, labels = x[places], y[places]
        if attack:
            inputs = attack(network, inputs, labels)
        optimizer.zero_grad(set_to_none=True)
        cross_entropy(network(inputs), labels).backward()
        optimizer.step()
        rate.step()
        if step % 200 == 0:
            tell(f"{name} training, step {step} of {steps}")


def ascent(network, x, y, eps, length):
    """Iterates of PGD in linf on the cross-entropy, from a random point of the ball on, without an end."""
    low, high = (x - eps).clamp(min=0), (x + eps).clamp(max=1)
    at = (x + eps * (2 * torch.rand_like(x) - 1)).clamp(0, 1)
    while True:
        yield at
        at.requires_grad_()
        (gradient,) = torch.autograd.grad(cross_entropy(network(at), y, reduction="sum"), at)
        at = at.detach().add(gradient.sign(), alpha=length * eps).clamp(low, high)


@torch.no_grad()
def right(network, x, y):
    return network(x).argmax(1) == y


def evaluate(network, x, y, eps):
    """How many images are right, and how many of the first stay so at every iterate of PGD; each with their number."""
    clean = torch.cat([right(network, *part) for part in zip(x.split(1000), y.split(1000))])
    x, y, robust = x[:ATTACKED], y[:ATTACKED], clean[:ATTACKED]
    for at in islice(ascent(network, x, y, eps, LENGTH), STEPS + 1):
        robust = robust & right(network, at, y)
    return {"clean": [int(clean.sum()), len(clean)], "robust": [int(robust.sum()), len(robust)]}


def require_known(data, network, norm):
    """Stops where the setting asks for what is not written here."""
    known = {"set": "fashion-mnist", "shift": 0, "flip": False, "pooling": "none", "norm": "none"}
    if norm != "linf" or any({**data, **network}[name] != value for name, value in known.items()):
        sys.exit(f"the first threat must be in linf, and data and network have {known}: this program knows nothing else")


def tell(text):
    print(f"PyTorch: {text}", file=sys.stderr, flush=True)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    setting = json.load(sys.stdin)
    data, adversarial, threat = setting["data"], setting["adversarial"], setting["threats"][0]
    require_known(data, setting["network"], threat["norm"])
    eps, folder = threat["eps"], data["folder"] or FOLDER
    x, y = (part[: data["train"]] for part in images(folder, "train"))
    seconds = {}

    def timed(name, network, how, attack=None):
        start = time.perf_counter()
        train(name, network, x, y, how, attack)
        seconds[name] = time.perf_counter() - start

    def attack(network, x, y):
        """The last iterate."""
        iterates = ascent(network, x, y, eps, adversarial["stepSize"])
        return next(islice(iterates, adversarial["attackSteps"], None))

    clean = cnn(**setting["network"])
    initialize(clean, setting["initialScale"])
    timed("clean", clean, setting["clean"])
    robust = copy.deepcopy(clean)
    timed("adversarial", robust, adversarial, attack)
    test = images(folder, "t10k")
    networks = {name: evaluate(network, *test, eps) for name, network in (("clean", clean), ("robust", robust))}
    print(json.dumps({"version": version(), "seconds": seconds, "networks": networks}))


main()
