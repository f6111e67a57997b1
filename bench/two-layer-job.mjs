// The training step of two-layer.bench.mjs as each thread makes it; batches are drawn once, as in the other rows.
import { key } from '@advml/core';
import { symmetricTwoLayer } from '@advml/networks';
import { cleanObjective } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { randomNormal, sign, tidy } from '@tensorflow/tfjs-core';

export default async ({ batch, inputs, neurons }) => {
  await useWasm();
  const drawn = new Map();
  const draw = (shard, size) => {
    if (!drawn.has(shard)) drawn.set(shard, [randomNormal([size, inputs]), tidy(() => sign(randomNormal([size])))]);
    return drawn.get(shard);
  };
  return {
    network: symmetricTwoLayer({ inputs, neurons, initialDeviation: inputs ** -0.5 }),
    objective: cleanObjective(),
    key: key('bench', 0),
    batches: (_step, shard, shards) => {
      const [x, y] = draw(shard, batch / shards);
      return { x: x.clone(), y: y.clone() };
    },
  };
};
