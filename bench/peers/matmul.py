"""Products of two 1024 x 1024 matrices, each operand as it is (N) or transposed (T)."""

import torch
from serve import serve

torch.manual_seed(1)
left, right = torch.randn(1024, 1024), torch.randn(1024, 1024)

serve(
    {
        "NN": lambda: left @ right,
        "NT": lambda: left @ right.T,
        "TN": lambda: left.T @ right,
        "TT": lambda: left.T @ right.T,
    }
)
