import { ball, exampleKeys, key, l2, type Params } from '@advml/core';
import { cnn, mlp, outputOfLayer } from '@advml/networks';
import {
  alignment,
  bestCosines,
  coefficients,
  decompose,
  decomposeLayers,
  featureMass,
  gradientMaps,
  imagePatches,
  lasso,
  layerRows,
  lottery,
  lotteryWinners,
  matchingPursuit,
  neuron,
  principalComponents,
  rowCosines,
  singularVectors,
  spectrum,
  truncated,
  visualize,
} from '@advml/purification';
import { fill, type Tensor1D, type Tensor2D, type Tensor4D, tanh } from '@tensorflow/tfjs-core';
import { type BackendCase, fresh, labels, numbers, pixels } from './case.ts';

const network = mlp({ inputs: 5, hidden: [4], outputs: 3 });
const image = cnn({ inputs: [5, 5, 1], filters: [3], outputs: 3, norm: 'none', activation: tanh });
const matrix = (seed: number, rows = 7, columns = 5) => numbers(seed, [rows, columns]) as Tensor2D;
const vector = (seed: number, length: number) => numbers(seed, [length]) as Tensor1D;
const weights = (seed: number): Params => network.init(key('weights', seed));

/** Measures of what neurons have learned. */
export const purificationCases: readonly BackendCase[] = [
  { name: 'decompose', run: () => decompose(matrix(1), matrix(2)) },
  { name: 'bestCosines', run: () => bestCosines(matrix(1), matrix(2)) },
  { name: 'rowCosines', run: () => rowCosines(matrix(1), matrix(2)) },
  {
    name: 'decomposeLayers',
    run: () => decomposeLayers({ w: weights(0), wPrime: weights(1), w0: weights(2), control: weights(3) }),
  },
  {
    name: 'features, mixtures, lotteries',
    run: () => {
      const [before, after] = [1, 2].map((seed) => coefficients(matrix(seed), matrix(3, 6)));
      const wStar = vector(4, 6);
      return {
        before,
        mass: featureMass(before, wStar),
        drawn: lottery(before, after),
        won: lotteryWinners(before, after, wStar),
      };
    },
  },
  { name: 'alignment', run: () => alignment(matrix(1), labels(7, 'score'), vector(2, 5)) },
  { name: 'singularVectors', run: () => singularVectors(matrix(1)) },
  { name: 'spectrum', run: async () => spectrum((await singularVectors(matrix(1))).values) },
  { name: 'truncated', run: async () => truncated(await singularVectors(matrix(1)), 2) },
  { name: 'principalComponents', run: () => principalComponents(matrix(1)) },
  {
    name: 'patches of images as sums of atoms',
    run: async () => {
      const options = { size: 2, perImage: 2, key: key('patches'), centered: true };
      const { patches } = imagePatches(pixels(1, [3, 5, 5, 1]) as Tensor4D, options);
      const dictionary = matrix(2, 6, 4);
      return [
        await matchingPursuit(patches, dictionary, { atoms: 3 }),
        await lasso(patches, dictionary, { penalty: 0.2 }),
      ];
    },
  },
  { name: 'rows of layers', run: () => layerRows(image.init(key('weights', 0))) },
  {
    name: 'gradientMaps',
    run: () => gradientMaps(fresh(image), pixels(1, [3, 5, 5, 1]), labels(3, 'logits')),
  },
  {
    name: 'visualize',
    run: () => {
      const [layer, params] = [outputOfLayer(image, 'conv1'), image.init(key('weights', 0))];
      return visualize(
        neuron((x) => layer(params, x), 1),
        fill([2, 5, 5, 1], 0.5),
        { threat: ball(l2, 1, { low: 0, high: 1 }), keys: exampleKeys(key('noise'), 2), steps: 3 },
      );
    },
  },
];
