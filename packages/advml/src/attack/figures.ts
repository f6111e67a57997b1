import type { Evaluation } from '@advml/metrics';
import { certifiedCurves, histograms, robustnessCurves } from '@advml/plots';
import type { Smoothed } from './smooth-bench.ts';

/** Norm and radius of the attack. */
export interface Radius {
  readonly norm: string;
  readonly eps: number;
}

/**
 * Accuracy against radius, for the worst case and for each attack alone.
 *
 * @param found - The evaluation, with the curve of each attack.
 * @param radius - Norm and radius of the attack.
 * @returns The figure as SVG text.
 */
export function curvesFigure({ curve, attacks, clean }: Evaluation, { norm, eps }: Radius): string {
  const series = [
    { label: 'worst case of each example', points: curve },
    ...attacks.filter((own) => own.curve.length > 0).map((own) => ({ label: own.attack, points: own.curve })),
  ];
  const caption = `Share of ${clean.trials} examples that stay correctly classified, with ${100 * clean.confidence}% intervals. Marked is the radius of the table. Attacks ran at the radii with a symbol; lines only join these.`;
  return robustnessCurves({ series, norm, tau: eps, caption });
}

/**
 * What is certified, what attacks left, and what is undecided against the radius.
 *
 * @param found - The evaluation, with certifiers.
 * @param radius - Norm and radius of the attack.
 * @returns The figure as SVG text.
 */
export function certifiedFigure({ curve, clean, certified, threat }: Evaluation, { norm, eps }: Radius): string {
  const names = certified?.certifiers.map(({ certifier }) => certifier).join(', ');
  const caption = `${clean.trials} examples, bars are ${100 * clean.confidence}% intervals. Robust accuracy lies between certified and attacked; lines only join the radii that were tried. Certified by ${names}.`;
  return certifiedCurves({ series: [{ label: threat, points: curve }], norm, tau: eps, caption });
}

/**
 * Certified accuracy of a smoothed classifier against radius.
 *
 * @param found - What smoothing found.
 * @returns The figure as SVG text.
 */
export function smoothedFigure({ curve, smoothing, clean, request: { norm, eps } }: Smoothed): string {
  const points = curve.map((point) => ({ eps: point.eps, accuracy: point.certified }));
  const caption = `Share of ${clean.trials} examples of which the smoothed classifier gives the label within the radius, with ${100 * clean.confidence}% intervals: ${smoothing}.`;
  const title = 'Certified accuracy of the smoothed classifier against the radius';
  return robustnessCurves({ series: [{ label: 'certified', points }], norm, tau: eps, title, caption });
}

/** Number of bins: a prime, so that a radius, where most perturbations end, is hardly ever an edge between two. */
const BINS = 41;

/**
 * How large the perturbations are with which each attack breaks examples.
 *
 * @param found - The evaluation.
 * @param radius - Norm and radius of the attack.
 * @returns The figure as SVG text, or undefined where no attack broke anything.
 */
export function distancesFigure({ attacks, records, curve }: Evaluation, { norm, eps }: Radius): string | undefined {
  const series = attacks
    .map(({ attack }, at) => ({
      label: attack,
      values: records.map(({ distances }) => distances[at]).filter((distance) => distance !== null),
    }))
    .filter(({ values }) => values.length > 0)
    .map(({ label, values }) => ({ label: `${label}: ${values.length} broken`, values }));
  if (series.length === 0) return undefined;
  return histograms({
    series,
    marks: [{ value: eps, label: `eps ${Number(eps.toPrecision(3))}` }],
    domain: [0, Math.max(...curve.map((point) => point.eps))],
    xLabel: `size of the perturbation (${norm} norm, input units)`,
    countLabel: 'broken examples',
    thresholds: BINS,
    layout: 'faceted',
    title: 'Size of the perturbations that break examples, attack by attack',
    caption:
      'The smallest perturbation of each attack that broke an example, at any radius that it was tried at. Attacks that raise a loss stop where they first succeed, mostly at the radius itself; FAB looks for small perturbations. Every size is an upper bound of the distance to the boundary.',
  });
}
