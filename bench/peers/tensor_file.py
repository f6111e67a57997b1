"""Reads a safetensors file, by the description of the format; Debian has no package of the reference reader."""

import json
import struct

import torch

DTYPES = {"F32": torch.float32, "I32": torch.int32}


def read(path):
    """Tensors by name, and the file's metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})

    def tensor(dtype, shape, data_offsets):
        begin, end = data_offsets
        return torch.frombuffer(bytearray(data[begin:end]), dtype=DTYPES[dtype]).reshape(shape)

    return {name: tensor(**entry) for name, entry in header.items()}, metadata
