"""Reads and writes state dicts as safetensors files, in both directions.

    python3 state_dict.py EXAMPLES

digits.safetensors and EXAMPLES come from train.ts. The network is evaluated here, trained on here, and written as
digits-tuned.safetensors. The other files hold random weights of modules that are built in other ways. NAME.npz has what PyTorch says
about them: inputs `x`, `logits`, and where it is the digits, `accuracy` on the 300.
"""
import json
import os
import struct
import sys
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
DTYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def load_file(path):
    """Does what load_file of safetensors.torch does."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = bytearray(data[8 + length :])
    return {
        name: torch.frombuffer(body[slice(*entry["data_offsets"])], dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }


def save_file(tensors, path):
    """Does what save_file of safetensors.torch does."""
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        tensor = tensor.detach().contiguous()
        chunk = tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.dim() else tensor.numpy().tobytes()
        header[name] = {
            "dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(chunk)],
        }
        body += chunk
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def digits_module():
    """The module with the names of the network."""
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 8, 5, padding="same", bias=False), norm1=nn.BatchNorm2d(8), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(8, 12, 3, padding="same", bias=False), norm2=nn.BatchNorm2d(12), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(), dense1=nn.Linear(48, 24), relu3=nn.ReLU(), dense2=nn.Linear(24, 10),
    ))


def colours_module():
    """Numbers in place of names, and biases before the normalizations."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 5, 3, padding=1), nn.BatchNorm2d(5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(20, 7), nn.ReLU(), nn.Linear(7, 4),
    )


class Block(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        stride = 1 if channels == filters else 2
        self.body = nn.Sequential(OrderedDict(
            conv1=nn.Conv2d(channels, filters, 3, stride, 1, bias=False), norm1=nn.BatchNorm2d(filters), relu=nn.ReLU(),
            conv2=nn.Conv2d(filters, filters, 3, 1, 1, bias=False), norm2=nn.BatchNorm2d(filters),
        ))
        shortcut = dict(conv=nn.Conv2d(channels, filters, 1, stride, bias=False), norm=nn.BatchNorm2d(filters))
        self.shortcut = nn.Sequential(OrderedDict(shortcut if stride > 1 else {}))

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x))


def residual_module():
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(2, 4, 3, padding=1, bias=False), norm1=nn.BatchNorm2d(4), relu1=nn.ReLU(),
        block1=Block(4, 4), block2=Block(4, 6), pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), dense=nn.Linear(6, 3),
    ))


def settled(module):
    """Evaluation mode, after batch normalizations were given a past."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.5)
            part.running_var.uniform_(0.5, 2)
            part.weight.data.uniform_(0.5, 1.5)
            part.bias.data.normal_(0, 0.3)
    return module.eval()


def answer(name, module, x, **more):
    """Writes what a module says about images [n, channels, height, width]; the file has them [n, height, width, channels]."""
    numbers = {"x": x.permute(0, 2, 3, 1), "logits": module(x).detach(), **more}
    np.savez(os.path.join(HERE, f"{name}.npz"), **{key: np.ascontiguousarray(value) for key, value in numbers.items()})


def random_case(name, module, shape, halved=None):
    settled(module)
    state = module.state_dict()
    if halved:
        state = {key: tensor.to(halved[key]) for key, tensor in state.items()}
        module.load_state_dict({key: tensor.float() for key, tensor in state.items()})
    save_file(state, os.path.join(HERE, f"{name}.safetensors"))
    answer(name, module, torch.randn(4, *shape))


def digits_case(examples):
    x, y, train_x, train_y = (examples[key] for key in ("x", "y", "trainX", "trainY"))
    x, train_x = x.permute(0, 3, 1, 2), train_x.permute(0, 3, 1, 2)
    module = digits_module()
    module.load_state_dict(load_file(os.path.join(HERE, "digits.safetensors")))

    def report(name):
        module.eval()
        accuracy = (module(x).argmax(1) == y).double().mean()
        print(name, "accuracy", float(accuracy))
        answer(name, module, x[:8], accuracy=accuracy)

    report("digits")
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9)
    module.train()
    for order in torch.randperm(3 * len(train_x)).remainder(len(train_x)).split(64):
        optimizer.zero_grad()
        F.cross_entropy(module(train_x[order]), train_y[order].long()).backward()
        optimizer.step()
    save_file(module.state_dict(), os.path.join(HERE, "digits-tuned.safetensors"))
    report("digits-tuned")


def main(examples):
    torch.manual_seed(3)
    torch.set_num_threads(1)
    digits_case(load_file(examples))
    random_case("numbered", colours_module(), (3, 8, 8))
    random_case("residual", residual_module(), (2, 8, 8))
    types = {
        "1.weight": torch.float16, "1.bias": torch.bfloat16, "3.weight": torch.float64, "3.bias": torch.float32,
    }
    random_case("types", nn.Sequential(nn.Flatten(), nn.Linear(24, 5), nn.ReLU(), nn.Linear(5, 3)), (2, 3, 4), types)


if __name__ == "__main__":
    main(sys.argv[1])
