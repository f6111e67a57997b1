import type { Certifier, Threat } from '@advml/core';
import type { LinearModel } from '@advml/testkit';

/** How a certifier differs from the exact one. */
export interface Flaws {
  /** Radius that it looks at, as a share of the threat's. Default: 1. */
  readonly radius?: number;
  /** What is taken off its bounds. Default: 0. */
  readonly loss?: number;
  /** Whether it tells the worst inputs. Default: false. */
  readonly tells?: boolean;
}

/** The exact certifier of a linear model, or one with flaws. */
export function linearCertifier(
  { worst, worstLoss }: LinearModel,
  threat: Threat,
  { radius = 1, loss = 0, tells = false }: Flaws = {},
): Certifier {
  const seen = { ...threat, eps: radius * threat.eps };
  const certify: (...parameters: Parameters<Certifier>) => ReturnType<Certifier> = async (_, x, y) => {
    const [count, width] = [x.shape[0], x.size / x.shape[0]];
    const values = x.dataSync();
    const rows = Array.from({ length: count }, (_, at) => Array.from(values.subarray(at * width, (at + 1) * width)));
    const labels = y.dataSync();
    const bound = Float64Array.from(rows, (row, at) => -worstLoss(row, labels[at], seen) - loss);
    const points = rows.flatMap((row, at) => {
      const delta = worst(row, labels[at], seen);
      return row.map((value, j) => value + delta[j]);
    });
    return {
      bound,
      certified: Array.from(bound, (least) => least > 0),
      warnings: ['a trial only'],
      ...(tells && { worst: Float32Array.from(points) }),
    };
  };
  return Object.assign(certify, { label: `linear, ${JSON.stringify({ radius, loss, tells })}`, threat });
}
