import type { Batch } from '@advml/core';
import { slice, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { inSlices } from '../../shared/accuracies.ts';
import { freshExamples } from '../examples.ts';
import type { MainSetting } from '../main-setting.ts';
import { phasesOf } from '../training/phases.ts';
import { dataOfAnyMargin, type PaperWorld } from '../world.ts';

/**
 * The examples that a network is judged by: fresh ones, those of the last step of its training, and fresh ones of any margin
 * (the same data with gamma = 0).
 */
export type TestSet = 'fresh' | 'seen' | 'anyMargin';

/** Some examples of a test set, which are attacked in a stage of their own. */
export interface TestSlice {
  /** Name of the slice, such as `fresh-2`. */
  readonly name: string;
  /** The set. */
  readonly set: TestSet;
  /** Indices of the examples in their set. */
  readonly indices: readonly number[];
}

/** Examples of a slice: few enough to share them out, enough to pay for setting up the attack. */
const SLICE = 500;

/**
 * The test sets of a network in slices.
 *
 * @param setting - A complete setting; the slices depend on nothing else.
 * @param of - Which network.
 * @returns The slices.
 */
export function slicesOf(setting: MainSetting, of: 'clean' | 'robust'): readonly TestSlice[] {
  const { examples, curveExamples } = setting.evaluation;
  const { batch } = of === 'clean' ? setting.clean : setting.adversarial;
  const [seen, anyMargin] = [Math.min(curveExamples, batch), curveExamples].map((count) => inSlices(count, count)[0]);
  const fresh = inSlices(examples, SLICE).map(
    (indices, at): TestSlice => ({ name: `fresh-${at + 1}`, set: 'fresh', indices }),
  );
  return [
    ...fresh,
    { name: 'seen', set: 'seen', indices: seen },
    { name: 'any-margin', set: 'anyMargin', indices: anyMargin },
  ];
}

/**
 * The examples of a slice.
 *
 * @param world - The run.
 * @param of - The network that they are for.
 * @param slice - The slice.
 * @returns The examples as inputs x, owned by the caller.
 */
export function examplesOf(world: PaperWorld, of: 'clean' | 'robust', { set, indices }: TestSlice): Batch {
  if (set === 'fresh') return freshExamples(world, indices);
  if (set === 'seen') return seenExamples(world, of, indices.length);
  return dataOfAnyMargin(world).batch(world.root.child('test', 'any margin'), indices);
}

/** The first examples of the last batch that a phase of training saw. */
function seenExamples(world: PaperWorld, of: 'clean' | 'robust', count: number): Batch {
  const { batches, steps } = phasesOf(world)[of];
  const last = batches(steps - 1);
  const x = tidy(() => world.data.toInputs(slice(last.x, 0, count) as Tensor2D));
  const y = slice(last.y, 0, count) as Tensor1D;
  last.x.dispose();
  last.y.dispose();
  return { x, y };
}
