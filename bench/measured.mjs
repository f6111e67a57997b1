// One row of a benchmark: ours and its peers, run in turns in one process so that a busy machine slows all alike.

/**
 * Times functions in turns.
 *
 * @param work - `name` of the row; `ours`, a function; `peers`, a list of `{ name, version, run }`; optionally a `note`, a sentence
 * for the table, and `products`, how many multiply-adds its matrix products and convolutions have, as written. A function does the work once, and may return (a promise of) its own milliseconds. A peer's `least` is the ratio
 * below which the benchmark fails; its `times` multiplies its time, for a part of the work that stands for the whole.
 * @param rounds - How often; a figure is a median. There are two more rounds, to warm up, where `rounds` is above 2.
 * @returns A row: `{ name, ours, unit: 'ms', peers: [{ name, version, time, ratio, least }], note, products }`; a ratio is the peer's
 * time over ours.
 */
export async function measured({ name, ours, peers = [], note, products }, rounds = 9) {
  const runs = [{ run: ours }, ...peers];
  const times = runs.map(() => []);
  for (let round = rounds > 2 ? -2 : 0; round < rounds; round++) {
    for (const [at, { run, times: factor = 1 }] of runs.entries()) {
      const time = factor * (await milliseconds(run));
      if (round >= 0) times[at].push(time);
    }
  }
  const [own, ...theirs] = times.map(median);
  return {
    name,
    ours: own,
    unit: 'ms',
    peers: peers.map(({ name, version, least }, at) => ({
      name,
      version,
      least,
      time: theirs[at],
      ratio: theirs[at] / own,
    })),
    note,
    products,
  };
}

/** The time of one run, as it says itself or as measured from outside. */
async function milliseconds(work) {
  const start = performance.now();
  const own = await work();
  return own ?? performance.now() - start;
}

/** The middle of some numbers; the upper of two. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** All numbers added up. */
export const sum = (values) => values.reduce((total, value) => total + value, 0);
