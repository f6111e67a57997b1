import type { Forms } from './backward.ts';

/** The margins of some examples as linear functions of the output. */
export interface MarginForms extends Forms {
  /** The class that each margin is against, [rows]; 0 for scores. */
  readonly against: Int32Array;
}

/**
 * The margins of the labels: `y f` for scores, the label's logit less each other one for logits.
 *
 * @param at - Number of the output's value.
 * @param labels - [batch].
 * @param outputs - 1 for scores, else the number of classes.
 */
export function marginForms(at: number, labels: ArrayLike<number>, outputs: number): MarginForms {
  const each = Math.max(outputs - 1, 1);
  const rows = labels.length * each;
  const [owner, against] = [new Int32Array(rows), new Int32Array(rows)];
  const coefficients = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const example = Math.floor(row / each);
    const label = labels[example];
    owner[row] = example;
    if (outputs === 1) {
      coefficients[row] = label;
      continue;
    }
    const other = row % each;
    against[row] = other < label ? other : other + 1;
    coefficients[row * outputs + label] = 1;
    coefficients[row * outputs + against[row]] = -1;
  }
  return { at, owner, against, coefficients };
}

/** Some rows of forms, as forms of their own. */
export function rowsOf({ at, owner, coefficients }: Forms, rows: readonly number[]): Forms {
  const size = coefficients.length / owner.length;
  const own = new Float64Array(rows.length * size);
  for (const [to, row] of rows.entries()) own.set(coefficients.subarray(row * size, (row + 1) * size), to * size);
  return { at, owner: Int32Array.from(rows, (row) => owner[row]), coefficients: own };
}
