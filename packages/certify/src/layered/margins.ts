import type { FormsInParts } from './backward.ts';

/**
 * The margins of the labels: `y f` for scores, the label's logit less each other one for logits.
 *
 * @param at - Number of the output's value.
 * @param labels - [batch].
 * @param outputs - 1 for scores, else the number of classes.
 */
export function marginForms(at: number, labels: ArrayLike<number>, outputs: number): FormsInParts {
  const each = Math.max(outputs - 1, 1);
  return {
    at,
    count: labels.length * each,
    of(rows) {
      const owner = Int32Array.from(rows, (row) => Math.floor(row / each));
      const coefficients = new Float64Array(rows.length * outputs);
      for (const [to, row] of rows.entries()) {
        const label = labels[owner[to]];
        if (outputs === 1) {
          coefficients[to] = label;
          continue;
        }
        const other = row % each;
        coefficients[to * outputs + label] = 1;
        coefficients[to * outputs + (other < label ? other : other + 1)] = -1;
      }
      return { at, owner, coefficients };
    },
  };
}
