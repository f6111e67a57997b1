// Your own experiment on the engine of runs: does a wider network withstand more after plain training?
//   npx advml run ./compose-an-experiment.ts --seeds 3
import { pgd } from '@advml/attacks';
import { ball, classifier, type Key, l2 } from '@advml/core';
import { freshBatches, sparseCoding } from '@advml/data';
import { type RobustAccuracy, robustAccuracy } from '@advml/metrics';
import { mlp } from '@advml/networks';
import { adamw } from '@advml/optimizers';
import { intervals } from '@advml/plots';
import { count, defineExperiment, positive, type StageInput, withInterval } from '@advml/runs';
import { cleanObjective } from '@advml/training';

const settings = {
  narrow: count(1).default(16).describe('Neurons of the narrow network'),
  wide: count(1).default(256).describe('Neurons of the wide network'),
  steps: count(1).default(500).describe('Steps of training'),
  eps: positive.default(0.2).describe('Radius of the attack (l2, input units)'),
  attackSteps: count(1).default(30).describe('Steps of PGD'),
  examples: count(1).default(500).describe('Fresh examples that are attacked'),
};

const dataOf = (key: Key) => sparseCoding({ dimension: 128, active: 3, margin: 0.3, key: key.child('data') });
const networkOf = (width: number) => mlp({ inputs: 128, hidden: [width], outputs: 'score' });

/** Trains a network of a width; both widths see the same batches. */
const trainOf = (width: 'narrow' | 'wide') => ({
  needs: [],
  train: ({ settings, key }: StageInput<Readonly<Record<'narrow' | 'wide' | 'steps', number>>>) => ({
    network: networkOf(settings[width]),
    objective: cleanObjective(),
    optimizer: adamw({ rate: 0.003, weightDecay: 1e-4 }),
    batches: freshBatches(dataOf(key), key.child('batches'), 128),
    steps: settings.steps,
  }),
});

const NETWORKS = ['narrow', 'wide'] as const;
type Robustness = Readonly<Record<(typeof NETWORKS)[number], Pick<RobustAccuracy, 'accuracy' | 'attack'>>>;

export default defineExperiment({
  name: 'width',
  title: 'Width and robustness',
  settings,
  presets: { default: {}, smoke: { narrow: 4, wide: 16, steps: 40, attackSteps: 5, examples: 100 } },
  stages: {
    narrow: trainOf('narrow'),
    wide: trainOf('wide'),
    robustness: {
      async measure({ settings, key, kept, signal }): Promise<Robustness> {
        const attack = pgd({ threat: ball(l2, settings.eps), steps: settings.attackSteps, restarts: 2 });
        const batch = dataOf(key).batch(key.child('test'), settings.examples);
        const robust = async (width: keyof Robustness) => {
          const model = classifier(networkOf(settings[width]), await kept.weights(width));
          return robustAccuracy(model, batch, attack, { key: key.child('attack'), signal });
        };
        try {
          const { accuracy, attack: label } = await robust('narrow');
          return {
            narrow: { accuracy, attack: label },
            wide: { accuracy: (await robust('wide')).accuracy, attack: label },
          };
        } finally {
          batch.x.dispose();
          batch.y.dispose();
        }
      },
    },
  },
  circumstances: ({ eps }) => ({ threat: `eps = ${eps} (l2)`, examples: 'gamma = 0.3', detail: { eps } }),
  claims: [
    {
      id: 'width',
      statement: 'Width alone makes no network robust that is trained plainly.',
      quantity: 'robust accuracy of the wide network',
      bar: '< 0.5',
      find: ({ robustness: { wide } }) => ({
        ...withInterval(wide.accuracy),
        holds: wide.accuracy.value < 0.5,
        attack: wide.attack,
      }),
    },
  ],
  figures: (seeds) => {
    const rows = seeds.flatMap(({ seed, measures: { robustness } }) =>
      NETWORKS.map((width) => ({ label: `${width}, seed ${seed}`, ...robustness[width].accuracy })),
    );
    const figure = { title: 'Width and robustness', rows, xLabel: 'robust accuracy (share)', domain: [0, 1] as const };
    return [{ name: 'width', draw: (options) => intervals(figure, options) }];
  },
});
