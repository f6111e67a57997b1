"""Measures one case at a time: reads its name from a line, runs it once and writes its milliseconds.

A line `result NAME` runs it too, and writes the tensor that it gives as a JSON list.
"""

import json
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
        *wants_result, name = line.split()
        start = time.perf_counter()
        found = cases[name]()
        milliseconds = 1000 * (time.perf_counter() - start)
        print(json.dumps(found.tolist()) if wants_result else milliseconds, flush=True)
