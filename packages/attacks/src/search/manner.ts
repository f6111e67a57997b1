import { type Loss, margin } from '@advml/core';
import type { Start } from './start.ts';

/** What an ascent may be told beside its steps. */
export interface Manner {
  readonly loss?: Loss;
  readonly stepSize?: number;
  readonly start?: Start | 'first-at-x-then-random';
  readonly gradientModel?: unknown;
  readonly earlyStop?: boolean;
}

const STARTS = {
  none: 'no random start',
  random: 'random start',
  'first-at-x-then-random': 'first from the inputs',
} as const;

/**
 * How an ascent differs from what it does by default, so that labels tell ascents with different results apart.
 *
 * @param options - The attack's own.
 * @param usual - Its start by default.
 * @returns Words such as `crossEntropy` and `no random start`, most often none.
 */
export function manner(
  { loss = margin, stepSize, start, gradientModel, earlyStop = true }: Manner,
  usual: 'none' | 'random',
): readonly string[] {
  const words: string[] = [];
  if (loss !== margin) words.push(loss.name || 'loss of its own');
  if (stepSize !== undefined) words.push(`step size ${stepSize}`);
  if (typeof start === 'function') words.push('chosen start');
  else if (start !== undefined && start !== usual) words.push(STARTS[start]);
  if (gradientModel) words.push('gradients of another model');
  if (!earlyStop) words.push('no early stop');
  return words;
}
