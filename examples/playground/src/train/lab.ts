// The experiment of the first tab without a page: the page's worker runs it, and so may Node, to the same bits.
import { ball, classifier, key, l2, type Params } from '@advml/core';
import { sparseCoding } from '@advml/data';
import { checksum } from '@advml/formats';
import { symmetricTwoLayer } from '@advml/networks';
import { disposeState, fit, type TrainingState } from '@advml/training';
import { dispose, type Tensor2D } from '@tensorflow/tfjs-core';
import { type Accuracies, accuraciesOf } from './accuracies.ts';
import { extended, type Kind, type Leg } from './course.ts';
import { type Neurons, neuronsOf } from './neurons.ts';
import { phase } from './phases.ts';
import { type Attacked, attackOne } from './point.ts';
import { EXAMPLES, type Setting } from './setting.ts';

/** What training has come to. */
export interface Progress {
  /** All that it learned from. */
  readonly course: readonly Leg[];
  /** Its neurons against the features. */
  readonly neurons: Neurons;
  /** CRC-32 of the weights: the same in every browser and in Node where processors round alike. */
  readonly digest: string;
  /** Training steps a second, of the last ones. */
  readonly speed: number;
}

/** One training run, which goes where it is told to. */
export interface Lab {
  /** Trains on, a number of steps; 0 only tells how things stand. */
  advance(kind: Kind, steps: number): Promise<Progress>;
  /** How many test examples are right, withstand the attack, and are proved to withstand every attack. */
  measure(): Promise<Accuracies>;
  /** Attacks one test example within every radius up to 2 tau. */
  attack(example: number): Promise<Attacked>;
  /** Frees the memory of the run. */
  dispose(): void;
}

/** A run at its beginning. */
export function openLab({ seed, dimension, neurons, tau, batch }: Setting): Lab {
  const root = key('playground', seed);
  const data = sparseCoding({ dimension, active: 2, margin: 0.5, key: root.child('data') });
  const network = symmetricTwoLayer({ inputs: dimension, neurons, initialDeviation: 1e-4, initialThreshold: 2.5e-4 });
  const world = { data, network, threat: ball(l2, tau), batch };
  const test = data.batch(root.child('test'), EXAMPLES);
  let course: readonly Leg[] = [];
  let state: TrainingState = { step: 0, params: network.init(root.child('init')), optimizer: {} };

  const train = async (kind: Kind, steps: number): Promise<number> => {
    const isSame = course.at(-1)?.kind === kind;
    const next = extended(course, kind, steps);
    const own = phase(kind, world, root.child('leg', next.length - 1));
    const [begin, from] = [performance.now(), isSame ? state : undefined];
    const after = await fit({ ...own, params: state.params, from, steps: next[next.length - 1].steps });
    disposeState(state);
    [course, state] = [next, after];
    return (1000 * steps) / (performance.now() - begin);
  };
  const model = () => classifier(network, state.params);

  return {
    async advance(kind, steps) {
      const speed = steps > 0 ? await train(kind, steps) : 0;
      const neuronsNow = neuronsOf(data, state.params.weight as Tensor2D);
      return { course, neurons: neuronsNow, digest: digestOf(state.params), speed };
    },
    measure: () => accuraciesOf(model(), test, { threat: world.threat, direction: data.mixture, key: root }),
    attack: (example) => attackOne(model(), test, example, { tau, data, key: root.child('point', example) }),
    dispose() {
      disposeState(state);
      dispose([test.x, test.y]);
    },
  };
}

function digestOf({ weight }: Params): string {
  const { buffer, byteOffset, byteLength } = weight.dataSync() as Float32Array;
  return checksum(new Uint8Array(buffer, byteOffset, byteLength));
}
