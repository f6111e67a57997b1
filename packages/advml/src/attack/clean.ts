import { cleanAccuracy, clopperPearson, type Proportion } from '@advml/metrics';
import type { Bench } from './bench.ts';

/** How far below its record an accuracy may be without a word. */
const FAR = 0.05;

/** Share of the most frequent label, unless there is only one. */
function majority(labels: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const label of Array.from(labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts.size > 1 ? Math.max(...counts.values()) / labels.length : 0;
}

/** A warning where the model may as well guess, or where nobody could tell by so few examples. */
function atChance({ value, low, trials }: Proportion, classes: number, labels: ArrayLike<number>): string | undefined {
  const guess = Math.max(1 / classes, majority(labels));
  if (low > guess) return undefined;
  if (clopperPearson(trials, trials).low <= guess)
    return `${trials} examples are too few to tell a model from guessing, which is right on ${guess.toFixed(4)} of them`;
  return `accuracy without an attack is ${value.toFixed(4)}, and that of guessing ${guess.toFixed(4)}: wrong layout or normalisation? Look at --layout, --mean and --std, --scale, and whether labels are those of the model; or are these too few examples to tell?`;
}

/** A warning where the model does far worse on these examples than on those of its run. */
function farBelow({ value, high }: Proportion, recorded: Bench['recorded']): string | undefined {
  if (!recorded || high >= recorded.clean - FAR) return undefined;
  const { clean, folder } = recorded;
  return `accuracy without an attack is ${value.toFixed(4)}, where the run in ${folder} measured ${clean.toFixed(4)}: are these examples of its kind? 'advml attack ${folder}' takes its own`;
}

/**
 * Measures a model before it is attacked, and says it first: whoever sees that something is wrong need not wait for the attacks.
 *
 * @param bench - Model and examples.
 * @param signal - Stops it.
 * @param onNote - Told the accuracy, and what may be wrong.
 * @returns The warnings.
 */
export async function sayClean(
  { model, x, y, output, recorded }: Bench,
  signal: AbortSignal | undefined,
  onNote: (note: string) => void,
): Promise<readonly string[]> {
  const clean = await cleanAccuracy(model, { x, y }, { signal });
  const { value, low, high, trials } = clean;
  onNote(
    `accuracy without an attack: ${value.toFixed(4)}  [${low.toFixed(4)}, ${high.toFixed(4)}] on ${trials} examples`,
  );
  const labels = await y.data();
  const warnings = [farBelow(clean, recorded), atChance(clean, output.classes, labels)];
  const said = warnings.filter((warning) => warning !== undefined);
  for (const warning of said) onNote(`warning: ${warning}`);
  return said;
}
