import { InputError } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import { add, tidy } from '@tensorflow/tfjs-core';
import type { Layer, LayerPart } from './layer.ts';
import { applyPart, parametersOf, stepsOf } from './part.ts';
import { requireLayer } from './require-layer.ts';

/** What {@link residual} takes. */
export interface ResidualOptions {
  /** What the input is changed by. */
  readonly body: Layer;
  /** What the input itself goes through, such as a convolution of one pixel where shapes change. Default: nothing. */
  readonly shortcut?: Layer;
}

/**
 * A residual block: the sum of a body and a shortcut, without an activation after it.
 *
 * ```math
 * y = \mathrm{body}(x) + \mathrm{shortcut}(x), \qquad \mathrm{shortcut}(x) = x \text{ by default}
 * ```
 *
 * Names of parameters begin with `body` and `shortcut`.
 *
 * @param options - See {@link ResidualOptions}.
 * @returns A frozen layer, whose `outputShape` throws InputError if the shapes of the two differ.
 * @example
 * ```ts
 * const block = residual({
 *   body: sequential({ conv1: convolution({ filters: 32, stride: 2, padding: 1 }), norm1: batchNormalization() }),
 *   shortcut: convolution({ filters: 32, size: 1, stride: 2, padding: 0, bias: false }),
 * });
 * ```
 * @see He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2016 (arXiv:1512.03385).
 */
export function residual(options: ResidualOptions): Layer {
  requireOptions<ResidualOptions>('residual', options, { body: true, shortcut: true });
  const { body, shortcut } = options;
  requireLayer('body', body);
  if (shortcut !== undefined) requireLayer('shortcut', shortcut);
  const parts = (input: readonly number[]): readonly LayerPart[] => [
    { name: 'body', layer: body, input },
    ...(shortcut ? [{ name: 'shortcut', layer: shortcut, input }] : []),
  ];
  return Object.freeze<Layer>({
    kind: 'residual sum',
    parts,
    outputShape: (input) => {
      const [through, beside] = [body.outputShape(input), shortcut?.outputShape(input) ?? input];
      if (through.join() !== beside.join())
        throw new InputError(
          `the body of a residual block gives shape [${through.join(', ')}], its shortcut [${beside.join(', ')}]; ` +
            'give it a shortcut that changes shapes in the same way',
        );
      return through;
    },
    parameters: (input) => parametersOf(parts(input)),
    apply: (params, x, mode) =>
      tidy(() => {
        const beside = shortcut ? applyPart('shortcut', shortcut, params, x, mode) : x;
        return add(applyPart('body', body, params, x, mode), beside);
      }),
    describe() {
      const [through, beside] = [body.describe?.(), shortcut?.describe?.()];
      if (!through || (shortcut && !beside)) return undefined;
      return { kind: 'residual', body: through, ...(beside && { shortcut: beside }) };
    },
    steps(params, input) {
      const [through, beside] = parts(input);
      const first = stepsOf(through, params, 0, 0);
      const second = beside ? stepsOf(beside, params, 0, first.length) : [];
      const from = [first.length, second.length && first.length + second.length];
      return [...first, ...second, { kind: 'sum', name: 'sum', shape: body.outputShape(input), from }];
    },
  });
}
