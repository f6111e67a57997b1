"""Measures one case at a time: reads its name from a line, runs it once and writes its milliseconds."""

import os
import sys
import time

import torch


def serve(cases):
    """Writes the version of PyTorch, then answers until the input ends.

    cases -- for each name, a function that does the work once.
    """
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        cases[line.strip()]()
        print(1000 * (time.perf_counter() - start), flush=True)
