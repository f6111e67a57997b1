import type { Attack, Batch, Battery, Classifier } from '@advml/core';
import { type AttackedOptions, clopperPearson, type Proportion, robustAccuracy } from '@advml/metrics';
import { owning } from '@advml/runs';
import { slice, type Tensor1D } from '@tensorflow/tfjs-core';
import { LOOKED_AT, lookForMasking, type Masking } from './masking.ts';

/** Accuracies of one network on the same examples as others. */
export interface Accuracies {
  /** Share that is classified correctly. */
  readonly clean: Proportion;
  /** Share that the attack does not break. */
  readonly robust: Proportion;
  /** The attack. */
  readonly attack: string;
  /** Signs that the network hides its gradient from the attack; runs of earlier versions have none. */
  readonly masking?: Masking;
  /** Whether each example withstands, 1 or 0, in the order of the examples; runs of earlier versions have none. */
  readonly withstood?: string;
}

/**
 * How a network fares without an attacker, and under one attack.
 *
 * @param model - The network.
 * @param batch - The examples; only read.
 * @param attack - The attack.
 * @param options - Its key, and how to run it.
 * @returns Plain numbers.
 */
export async function accuraciesUnder(
  model: Classifier,
  batch: Batch,
  attack: Attack,
  options: AttackedOptions,
): Promise<Accuracies & Required<Pick<Accuracies, 'withstood'>>> {
  const { clean, accuracy, attack: label, robust } = await robustAccuracy(model, batch, attack, options);
  return { clean, robust: accuracy, attack: label, withstood: robust.map(Number).join('') };
}

/**
 * How a network fares without an attacker and under one attack, and whether the attack can be believed.
 *
 * @param model - The network.
 * @param batch - The examples; only read. Signs of a masked gradient are looked for on the first of them.
 * @param attack - The attack.
 * @param members - The attacks that it is made of, and their kinds.
 * @param options - Its key, and how to run it.
 * @returns Plain data.
 */
export async function believedUnder(
  model: Classifier,
  batch: Batch,
  attack: Attack,
  members: Battery,
  options: Omit<AttackedOptions, 'indices'>,
): Promise<Required<Accuracies>> {
  const accuracies = await accuraciesUnder(model, batch, attack, options);
  const { onProgress: _, key, ...quietly } = options;
  return owning(async (own) => {
    const few = own(firstOf(batch, LOOKED_AT));
    const looking = { key: key.child('masking'), ...quietly };
    return { ...accuracies, masking: await lookForMasking(model, few, attack.threat, members, looking) };
  });
}

function firstOf({ x, y }: Batch, most: number): Batch {
  const count = Math.min(most, x.shape[0]);
  return { x: slice(x, 0, count), y: slice(y, 0, count) as Tensor1D };
}

/** How many examples of a slice an attack does not break; slices of a set are attacked in stages of their own. */
export interface AttackedSlice {
  /** The attack. */
  readonly attack: string;
  /** Examples that it does not break. */
  readonly robust: number;
  /** Examples of the slice. */
  readonly examples: number;
}

/**
 * The indices of a set in slices.
 *
 * @param examples - Size of the set.
 * @param most - Examples of a slice at most: few enough to share them out, enough to pay for setting up the attack.
 * @returns Indices of each slice, in order.
 */
export function inSlices(examples: number, most: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(examples / most) }, (_, number) =>
    Array.from({ length: Math.min(most, examples - number * most) }, (_, at) => number * most + at),
  );
}

/**
 * Attacks a slice of a set.
 *
 * @param model - The network.
 * @param batch - The examples of the slice; only read.
 * @param attack - The attack.
 * @param options - The key of the set, the indices of the examples in it, and how to run.
 * @returns Plain numbers.
 */
export async function attackSlice(
  model: Classifier,
  batch: Batch,
  attack: Attack,
  options: AttackedOptions & Required<Pick<AttackedOptions, 'indices'>>,
): Promise<AttackedSlice> {
  const { robust, attack: label } = await accuraciesUnder(model, batch, attack, options);
  return { attack: label, robust: robust.successes, examples: robust.trials };
}

/**
 * What the slices of a set add up to.
 *
 * @param slices - All slices.
 * @returns The share that is not broken.
 */
export function joinSlices(slices: readonly AttackedSlice[]): Proportion {
  const total = (of: 'robust' | 'examples') => slices.reduce((sum, each) => sum + each[of], 0);
  return clopperPearson(total('robust'), total('examples'));
}
