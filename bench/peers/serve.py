"""Measures one case at a time: reads its name from a line, runs it once and writes its milliseconds.

A line `result NAME` runs it too, and writes the tensor that it gives as a JSON list.
"""

import json
import sys
import time

import torch


def version():
    """PyTorch's version; where it multiplies by plain loops, twenty times slower, says so, since a ratio to it says little."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    with open("/proc/self/maps") as maps:
        loaded = maps.read().lower()
    is_fast = any(name in loaded for name in ("openblas", "mkl", "blis"))
    return torch.__version__ if is_fast else f"{torch.__version__} without fast products (Debian: libopenblas0-pthread)"


def serve(cases, version=version):
    """Writes a version, then answers until the input ends; the program's argument is the number of threads.

    cases -- for each name, a function that does the work once.
    version -- gives the version of what does it. Default: of PyTorch.
    """
    torch.set_num_threads(int(sys.argv[1]))
    print(version(), flush=True)
    for line in sys.stdin:
        *wants_result, name = line.split()
        start = time.perf_counter()
        found = cases[name]()
        milliseconds = 1000 * (time.perf_counter() - start)
        print(json.dumps(found.tolist()) if wants_result else milliseconds, flush=True)
