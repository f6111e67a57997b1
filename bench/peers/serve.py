"""Measures one case at a time: reads its name from a line, runs it once and writes its milliseconds."""

import sys
import time

import torch


def serve(cases):
    """Writes the version of PyTorch, then answers until the input ends; the program's argument is the number of threads.

    cases -- for each name, a function that does the work once.
    """
    torch.set_num_threads(int(sys.argv[1]))
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        cases[line.strip()]()
        print(1000 * (time.perf_counter() - start), flush=True)
