import type { Proportion } from '@advml/metrics';
import type { Smoothed } from './smooth-bench.ts';

const share = ({ value, low, high }: Proportion): string =>
  `${value.toFixed(4)}  [${low.toFixed(4)}, ${high.toFixed(4)}]`;

/**
 * What randomized smoothing found as a table of text.
 *
 * @param found - What it found.
 * @returns Lines of text, each ended.
 */
export function smoothedTable({ threat, smoothing, clean, abstained, curve }: Smoothed): string {
  return [
    `${threat}: ${smoothing}, shares with their intervals`,
    `the smoothed classifier gives the label  ${share(clean)}`,
    `it abstains                              ${share(abstained)}`,
    'certified by radius',
    ...curve.map(({ eps, certified }) => `  eps ${eps}: ${share(certified)}`),
    '',
  ].join('\n');
}
