// What does adversarial training cost, and what does it give? An experiment to start from: change anything, and run it by
//   npx advml run ./experiment.mjs --seeds 3
import { fgm, pgd } from '@advml/attacks';
import { ball, classifier, l2 } from '@advml/core';
import { freshBatches, modelExamples, sparseCoding } from '@advml/data';
import { robustAccuracy } from '@advml/metrics';
import { symmetricTwoLayer } from '@advml/networks';
import { chain, freeze, growBias, sgd } from '@advml/optimizers';
import { intervals } from '@advml/plots';
import { count, defineExperiment, oneOf, positive, withInterval } from '@advml/runs';
import { adversarialObjective, cleanObjective } from '@advml/training';

const dataOf = ({ dimension }, key) => sparseCoding({ dimension, active: 2, margin: 0.5, key: key.child('data') });
const networkOf = ({ dimension, neurons }) =>
  symmetricTwoLayer({ inputs: dimension, neurons, initialDeviation: 1e-4, initialThreshold: 2.5e-4 });

/** What both trainings have in common. */
const training = (name, { settings, key }) => ({
  network: networkOf(settings),
  batches: freshBatches(dataOf(settings, key), key.child(name, 'batches'), 256),
  steps: settings.steps,
});

export default defineExperiment({
  name: 'experiment',
  title: 'What adversarial training costs and gives',
  settings: {
    dimension: count(2).default(128).describe('Inputs of the network and features of the data'),
    neurons: count(2).default(128).describe('Neurons of the hidden layer'),
    steps: count(1).default(300).describe('Steps of each training'),
    eps: positive.default(0.15).describe('Radius of the attack, in training and evaluation (l2, input units)'),
    attackSteps: count(1).default(40).describe('PGD steps of the attack that judges'),
    examples: count(1).default(500).describe('Fresh examples that are attacked'),
  },
  presets: { default: {}, smoke: { dimension: 32, neurons: 32, steps: 40, attackSteps: 5, examples: 100 } },
  caveats: { smoke: 'The preset smoke is too small for verdicts: it shows that all works.' },
  stages: {
    clean: {
      train: (input) => ({
        ...training('clean', input),
        objective: cleanObjective(),
        optimizer: chain(
          sgd({ rate: 0.016 * input.settings.dimension }),
          growBias({ bias: 'bias', weight: 'weight', ratio: 0.055, final: 0.05 }),
        ),
      }),
    },
    robust: {
      train: async (input) => ({
        ...training('robust', input),
        objective: adversarialObjective({ attack: fgm({ threat: ball(l2, input.settings.eps) }) }),
        optimizer: chain(sgd({ rate: 0.008 * input.settings.dimension }), freeze(['bias'])),
        start: await input.kept.weights('clean'),
      }),
    },
    accuracy: {
      measure: async ({ settings, key, kept, onProgress, signal }) => {
        const batch = dataOf(settings, key).batch(key.child('test'), settings.examples);
        const attack = pgd({ threat: ball(l2, settings.eps), steps: settings.attackSteps });
        const found = { attack: attack.label };
        for (const [at, name] of ['clean', 'robust'].entries()) {
          const model = classifier(networkOf(settings), await kept.weights(name));
          const { clean, accuracy } = await robustAccuracy(model, batch, attack, { key: key.child('attack'), signal });
          found[name] = { clean, robust: accuracy };
          onProgress(at + 1, 2);
        }
        batch.x.dispose();
        batch.y.dispose();
        return found;
      },
    },
  },
  // What `advml attack RUN_FOLDER ./experiment.mjs --of robust` attacks.
  subject: (settings, key, of) => ({
    name: oneOf(of, ['clean', 'robust']),
    network: networkOf(settings),
    examples: modelExamples(dataOf(settings, key), key.child('test'), 100_000),
    threats: [ball(l2, settings.eps)],
  }),
  circumstances: ({ eps }) => ({ threat: `eps = ${eps} (l2)`, examples: 'gamma = 0.5', detail: { eps } }),
  claims: [
    {
      id: 'gives',
      statement: 'Adversarial training makes the network robust.',
      quantity: 'robust accuracy after adversarial training',
      bar: '> 0.7',
      find: ({ accuracy: { robust, attack } }) => ({
        ...withInterval(robust.robust),
        holds: robust.robust.value > 0.7,
        attack,
      }),
    },
  ],
  tables: ({ accuracy }) => [
    {
      name: 'accuracies',
      title: 'Accuracies',
      note: accuracy.attack,
      columns: ['network', 'clean accuracy', 'robust accuracy'],
      rows: ['clean', 'robust'].map((name) => [name, accuracy[name].clean, accuracy[name].robust]),
    },
  ],
  figures: (seeds, { eps }) => {
    const rows = seeds.flatMap(({ seed, measures: { accuracy } }) =>
      ['clean', 'robust'].map((name) => ({ label: `${name} training, seed ${seed}`, ...accuracy[name].robust })),
    );
    const caption = `Share of examples that the attack leaves right at eps = ${eps} (l2), with 95% intervals over examples.`;
    const figure = { title: 'Robust accuracy', caption, rows, xLabel: 'robust accuracy (share)', domain: [0, 1] };
    return [{ name: 'robust-accuracy', draw: (options) => intervals(figure, options) }];
  },
});
