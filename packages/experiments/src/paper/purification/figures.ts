import {
  featureMatrix,
  histograms,
  robustnessCurves,
  scatter,
  type TrainingRecord,
  trainingCurves,
} from '@advml/plots';
import type { Figure, MetricRecord, RunStore, SeedRun } from '@advml/runs';
import { keptLog, keptMeasure } from '@advml/runs';
import type { MainSetting } from '../main-setting.ts';
import type { PerNetwork } from '../networks.ts';
import type { PaperMeasures } from './measures.ts';

/** What `measures/neurons.json` holds. */
type FeaturesAndPictures = Pick<PaperMeasures, 'features' | 'pictures'>;

const NAMES: PerNetwork<string> = {
  init: 'w0, at initialization',
  clean: 'w, clean training',
  robust: "w', adversarial training",
};

async function curves(store: RunStore, { tau, evaluation }: MainSetting, subtitle: string): Promise<Figure> {
  const networks = ['init', 'clean', 'robust'] as const;
  const measured = await Promise.all(
    networks.map((name) => keptMeasure<PaperMeasures['curves']['init']>(store, `curve-${name}`)),
  );
  const series = measured.map(({ points }, at) => ({ label: NAMES[networks[at]], points }));
  const title = 'Robust accuracy against the size of the attack';
  const caption = `Share of examples that stay correctly classified when an attacker may move the input by a given distance, for the network at initialization, after clean and after adversarial training (${evaluation.curveExamples} fresh examples, 95% intervals; attack: ${measured[1].attack}). Claims C2 and C3 are read off at tau.`;
  return {
    name: 'robustness',
    draw: (options) => robustnessCurves({ series, norm: 'l2', tau, title, subtitle, caption }, options),
  };
}

const PHASES = ['clean', 'adversarial'];

const PANELS = [
  { label: 'loss (nats)', series: ['loss'] },
  { label: 'batch accuracy (%)', series: ['accuracy'], scale: 'percent' },
  { label: 'mass on mixture (%)', series: ['mixtureMass'], scale: 'percent' },
  { label: 'mean |cos(w, w0)|', series: ['meanCosineWithInit'] },
] as const;

const recordsOf = ({ phase, step, ...numbers }: MetricRecord): TrainingRecord[] =>
  Object.entries(numbers).map(([series, value]) => ({ phase, step, series, value: Number(value) }));

async function training(store: RunStore, subtitle: string): Promise<Figure> {
  const logs = await Promise.all(PHASES.map((phase) => keptLog(store, phase)));
  const records = logs.flat().flatMap(recordsOf);
  const title = 'Clean training, then adversarial training';
  const caption =
    'Loss and accuracy on the batch of each step (in the adversarial phase on attacked inputs), the share of the squared weights that lies along the dense mixture, and the mean cosine of weights with their initialization; each phase begins with its weights at step 0. By claim C6 clean training brings the mixture and adversarial training removes it.';
  return {
    name: 'training',
    draw: (options) => trainingCurves({ records, panels: PANELS, title, subtitle, caption }, options),
  };
}

async function matrices(store: RunStore, subtitle: string): Promise<Figure> {
  const { neurons, features, panels } = (await keptMeasure<FeaturesAndPictures>(store, 'neurons')).pictures;
  const title = 'What neurons carry: neurons against features';
  const caption =
    "Coefficients of some neurons (rows) over some features (columns; each neuron's own top feature is on the diagonal), at initialization, after clean and after adversarial training. Every neuron is divided by its length, every feature has the sign of its label weight. A dense mixture, a little of every feature, shows as a background of one colour; by claim C6 it is there after clean training and gone after adversarial training, while the features stay.";
  return {
    name: 'features',
    draw: (options) =>
      featureMatrix(
        {
          panels: panels.map(({ label, values }) => ({
            label: NAMES[label as keyof typeof NAMES],
            rows: neurons.length,
            columns: features.length,
            values,
          })),
          rowLabel: 'neuron',
          columnLabel: 'feature',
          valueLabel: 'coefficient, as a share of the neuron',
          scale: 'sqrt',
          title,
          subtitle,
          caption,
        },
        options,
      ),
  };
}

async function cosines(store: RunStore, subtitle: string): Promise<readonly Figure[]> {
  const { histogram, random } = (await keptMeasure<FeaturesAndPictures>(store, 'neurons')).features;
  return [
    {
      name: 'cosines-purification',
      draw: (options) =>
        histograms(
          {
            series: [{ label: "cos(w, w')", values: histogram.cleanRobust }],
            marks: [{ value: Math.SQRT1_2, label: 'bar 0.707' }],
            xLabel: 'cosine',
            countLabel: 'neurons',
            title: 'Cosine between a neuron before and after adversarial training',
            subtitle,
            caption:
              "If w = beta w' + v with |beta w'| > |v|, the cosine of w and w' exceeds 0.707: adversarial training kept most of what the neuron was (claim C5).",
          },
          options,
        ),
    },
    {
      name: 'cosines-init',
      draw: (options) =>
        histograms(
          {
            series: [
              { label: '|cos(w, w0)|', values: histogram.cleanInit.map(Math.abs) },
              { label: "|cos(w', w0)|", values: histogram.robustInit.map(Math.abs) },
            ],
            marks: [
              { value: random.mean, label: 'random vectors' },
              { value: random.quantile, label: 'largest of as many' },
            ],
            xLabel: 'absolute cosine',
            countLabel: 'neurons',
            title: 'Cosine between a neuron and its initialization',
            subtitle,
            caption:
              'Random vectors of this dimension have a mean absolute cosine at the first mark, and the largest of as many stays below the second with a chance of 99.9%. By claim C4 training, clean or adversarial, leaves little more than that of the initial direction.',
          },
          options,
        ),
    },
  ];
}

async function perturbations(store: RunStore, subtitle: string): Promise<Figure> {
  const clean = await keptMeasure<PaperMeasures['perturbations']['clean']>(store, 'perturbations-clean');
  const robust = await keptMeasure<PaperMeasures['perturbations']['robust']>(store, 'perturbations-robust');
  const title = 'What the attacker adds, feature by feature';
  const points = (example: readonly number[]) => example.map((y, x) => ({ x, y }));
  const caption = `One perturbation found by PGD against each network, in the coordinates of the features. The dense mixture would be 1 everywhere. Mean cosine of such perturbations with the mixture: ${clean.meanCosine.toFixed(2)} against w, ${robust.meanCosine.toFixed(2)} against w' (claim C7).`;
  return {
    name: 'perturbation',
    draw: (options) =>
      scatter(
        {
          series: [
            { label: "against w'", points: points(robust.example) },
            { label: 'against w', points: points(clean.example) },
          ],
          xLabel: 'feature',
          yLabel: 'coordinate (dense mixture = 1)',
          title,
          subtitle,
          caption,
        },
        options,
      ),
  };
}

/**
 * The pictures of one seed.
 *
 * @param seed - A finished seed.
 * @param setting - A complete setting.
 * @returns Robustness curves, feature matrices, cosines, a perturbation and training curves.
 * @throws InputError if the run is not finished.
 */
export async function purificationFigures({ store, seed }: SeedRun, setting: MainSetting): Promise<readonly Figure[]> {
  const { data, network, tau } = setting;
  const subtitle = `d ${data.dimension}, m ${network.neurons}, k ${data.active}, gamma ${data.margin}, tau ${tau} (l2), seed ${seed}`;
  return [
    await curves(store, setting, subtitle),
    await matrices(store, subtitle),
    ...(await cosines(store, subtitle)),
    await perturbations(store, subtitle),
    await training(store, subtitle),
  ];
}
