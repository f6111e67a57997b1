import { type Certifier, type CertifierOptions, type Classifier, describeThreat, type Threat } from '@advml/core';
import { requireThreat } from '@advml/core/internal';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { type CertifyTask, certifierOf } from '../certifier-of.ts';

/** A certifier that bounds the margin against every class apart. */
export interface LayeredCertifier extends Certifier {
  /**
   * Lower bounds of the margin against each class: of the label's logit less that of the class.
   *
   * ```math
   * \min_{x' \in B(x)} \bigl(f_y(x') - f_k(x')\bigr)
   * ```
   *
   * Where the entry of a class is positive, no attack that aims at this class succeeds.
   *
   * @param model - A model that tells its layers.
   * @param x - Inputs [batch, ...].
   * @param y - Labels [batch].
   * @param options - As for the certifier itself.
   * @returns One row an example, of as many numbers as there are classes, infinite at the label; of one number for scores.
   */
  classes(model: Classifier, x: Tensor, y: Tensor1D, options?: CertifierOptions): Promise<readonly Float64Array[]>;
}

/** How such a certifier is made. */
export interface LayeredParts {
  /** The factory, for messages. */
  readonly owner: string;
  /** What it is, without the threat. */
  readonly label: string;
  /** The perturbations that it speaks of. */
  readonly threat: Threat;
  /** Examples that are bounded at a time. */
  readonly batchSize: number;
  /**
   * Bounds of the margins, in the order of `marginForms`.
   *
   * @param task - Some of the examples.
   */
  bound(task: CertifyTask): Promise<Float64Array>;
}

/** The bounds of one example against all classes, from those against the others. */
function withLabel(others: Float64Array, label: number, scores: boolean): Float64Array {
  if (scores) return others;
  const row = new Float64Array(others.length + 1).fill(Infinity);
  for (const [at, bound] of others.entries()) row[at < label ? at : at + 1] = bound;
  return row;
}

/** A certifier of networks that tell their layers. */
export function layeredCertifier({ owner, label, threat, batchSize, bound }: LayeredParts): LayeredCertifier {
  requireThreat(owner, threat);
  const proveRows = async (task: CertifyTask): Promise<Float64Array[]> => {
    const scores = task.output.rank === 1;
    const all = await bound(task);
    const each = all.length / task.labels.length;
    return Array.from(task.labels, (own, at) => withLabel(all.slice(at * each, (at + 1) * each), own, scores));
  };
  const leasts = (rows: readonly Float64Array[]) => rows.map((row) => row.reduce((least, one) => Math.min(least, one)));
  const parts = { label: `${label} ${describeThreat(threat)}`, threat, batchSize };
  const certify = certifierOf({ ...parts, prove: async (task) => leasts(await proveRows(task)) });
  return Object.freeze(
    Object.assign((...given: Parameters<Certifier>) => certify(...given), {
      label: parts.label,
      threat,
      async classes(...given: Parameters<Certifier>) {
        const all: Float64Array[] = [];
        const collect = certifierOf({
          ...parts,
          async prove(task) {
            const rows = await proveRows(task);
            all.push(...rows);
            return leasts(rows);
          },
        });
        await collect(...given);
        return all;
      },
    }),
  );
}
