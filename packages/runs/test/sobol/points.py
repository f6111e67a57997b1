"""Points of PyTorch's Sobol sequence, whose direction numbers are those of Joe and Kuo, for the tests: python3 points.py > points.json."""
import json

import torch

DIMENSIONS, BITS = 21, 30  # PyTorch's own
INDICES = [0, 1, 2, 3, 5, 10, 100, 1000, 4095, 65535, 1000000]


def point(index):
    engine = torch.quasirandom.SobolEngine(DIMENSIONS, scramble=False)
    if index > 0:
        engine.fast_forward(index)
    numbers = engine.draw(1, dtype=torch.float64)[0]
    return [int(number * 2**BITS) for number in numbers]


print(json.dumps({"bits": BITS, "points": {index: point(index) for index in INDICES}}))
