// How the cost of attacks and certificates grows with the size of what they are given.
import { apgd, pgd } from '@advml/attacks';
import { crown, intervalBound, jointBound } from '@advml/certify';
import { ball, classifier, disposeParams, key, l2, linf } from '@advml/core';
import { logLogFit } from '@advml/metrics';
import { mlp, symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { argMax, randomNormal, sign, tidy } from '@tensorflow/tfjs-core';
import { number } from './document.mjs';
import { measured } from './measured.mjs';

export const title = 'How attacks and certificates grow';
export const about = `Times at several sizes of one thing, all else as it is, and the exponent p of a time proportional to size^p, fitted by least squares on
logarithms. Perceptrons 784-n-...-n-10 with their initial weights; where nothing else is said n = 256 in two hidden layers, 64 examples, 20 steps. Attacks
in l2 without random starts, no example left alone; certificates in linf of radius 0.001. The joint bound is that of the two-layer network with d = m,
its decomposition included. What does not grow presses an exponent down: memory, calls, and the first layer, whose 784 inputs stay.`;

const threats = { l2: ball(l2, 0.1), linf: ball(linf, 0.001) };
const attackOf = (make) => (size) => {
  const attack = make({ threat: threats.l2, steps: size.steps, start: 'none', earlyStop: false });
  return (model, x, y) => attack(model, x, y, { key: key('growth', 1) }).x.dispose();
};

/** What grows, to what sizes; and how a call at a size is made. */
const growths = [
  ...Object.entries({ PGD: attackOf(pgd), APGD: attackOf(apgd) }).flatMap(([name, make]) => [
    { name, of: 'examples', sizes: [32, 64, 128, 256, 512], prepare: onPerceptron(make) },
    { name, of: 'width', sizes: [128, 256, 512, 1024], prepare: onPerceptron(make) },
    { name, of: 'depth', sizes: [1, 2, 4, 8], prepare: onPerceptron(make) },
    { name, of: 'steps', sizes: [5, 10, 20, 40, 80], prepare: onPerceptron(make) },
  ]),
  ...Object.entries({
    Intervals: () => intervalBound({ threat: threats.linf }),
    CROWN: () => crown({ threat: threats.linf }),
  }).flatMap(([name, make]) => [
    { name, of: 'examples', sizes: [2, 4, 8, 16], prepare: onPerceptron(make) },
    { name, of: 'width', sizes: [32, 64, 128, 256], prepare: onPerceptron(make, { examples: 4 }) },
    { name, of: 'depth', sizes: [1, 2, 4, 8], prepare: onPerceptron(make, { examples: 4, width: 64 }) },
  ]),
  { name: 'Joint bound', of: 'd', sizes: [128, 256, 512, 1024], prepare: onTwoLayers },
];

export async function* rows({ progress }) {
  await useWasm();
  for (const { name, of, sizes, prepare } of growths) {
    const times = [];
    for (const size of sizes) {
      progress(`${name}, ${of} ${size}`);
      const { run, end } = prepare({ [of]: size });
      times.push((await measured({ name, ours: run }, 3)).ours);
      end();
    }
    const { slope, low, high } = logLogFit(times.map((y, at) => ({ x: sizes[at], y })));
    const points = times.map((time, at) => `${sizes[at]}: ${number(time)} ms`).join(', ');
    const note = `95% interval [${number(low)}, ${number(high)}]; ${points}`;
    yield { name: `${name}, exponent of the ${of}`, ours: slope, unit: '', peers: [], note };
  }
}

/** A call of an attack or a certifier on a perceptron. */
function onPerceptron(make, usual = {}) {
  return (changed) => {
    const size = { examples: 64, width: 256, depth: 2, steps: 20, ...usual, ...changed };
    const network = mlp({ inputs: 784, hidden: Array(size.depth).fill(size.width), outputs: 10 });
    const params = network.init(key('growth', 0));
    const model = classifier(network, params);
    const x = randomNormal([size.examples, 784], 0, 1, 'float32', 7);
    const y = tidy(() => argMax(model(x), 1));
    const call = make(size);
    return {
      run: async () => void (await call(model, x, y)),
      end: () => disposeParams(params, { x, y }),
    };
  };
}

/** A certificate of a two-layer network whose neurons have one feature each and a little of all others. */
function onTwoLayers({ d }) {
  const network = symmetricTwoLayer({ inputs: d, neurons: d, initialDeviation: 0.008, initialThreshold: 0.15 });
  const params = network.init(key('growth', 2));
  const x = randomNormal([64, d], 0, d ** -0.5, 'float32', 7);
  const y = tidy(() => sign(randomNormal([64], 0, 1, 'float32', 8)));
  const certify = jointBound({ threat: threats.l2, steps: 12, parts: 1 });
  return {
    run: async () => {
      const own = { ...params, weight: params.weight.clone() }; // a tensor's decomposition is made once
      await certify(classifier(network, own), x, y);
      own.weight.dispose();
    },
    end: () => disposeParams(params, { x, y }),
  };
}
