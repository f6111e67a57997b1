import type { Network } from '@advml/core';
import { elu, type Tensor, tanh } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  activation,
  averagePooling,
  batchNormalization,
  convolution,
  dense,
  flatten,
  globalAveragePooling,
  glorot,
  groupNormalization,
  type Layer,
  layeredNetwork,
  lecun,
  maxPooling,
  piecewiseLinear,
  residual,
  sequential,
} from '../src/index.ts';

const size = (max: number) => fc.integer({ min: 1, max });
const padding = fc.constantFrom('same' as const, 1, 2);
const initial = fc.constantFrom(undefined, lecun, glorot);
const bend: fc.Arbitrary<Layer> = fc
  .tuple(
    fc.constantFrom<((x: Tensor) => Tensor) | undefined>(
      undefined,
      tanh,
      elu,
      piecewiseLinear({ knots: [-1, 1], slopes: [0, 1, 0.5], value: -1 }),
    ),
    fc.boolean(),
  )
  .map(([f, isCalled]) => activation(f, isCalled ? 'a bend' : undefined));

/** Layers that take images and give images of so many channels, a multiple of two. */
const onImages: Readonly<Record<string, fc.Arbitrary<Layer>>> = {
  convolution: fc
    .record({ filters: fc.constantFrom(2, 4), size: size(3), stride: size(2), padding, bias: fc.boolean(), initial })
    .map(convolution),
  batch: fc
    .record({ momentum: fc.constantFrom(0.1, 0.3), epsilon: fc.constantFrom(1e-5, 0.1) })
    .map(batchNormalization),
  group: fc.record({ groups: size(2), epsilon: fc.constantFrom(1e-5, 0.1) }).map(groupNormalization),
  bend,
  max: fc.record({ size: size(2), stride: size(2), padding: fc.constant('same' as const) }).map(maxPooling),
  average: fc.record({ size: size(2), stride: size(2), padding: fc.constant('same' as const) }).map(averagePooling),
  block: fc.tuple(fc.boolean(), bend).map(([isWithShortcut, activation]) =>
    residual({
      body: sequential({ bend: activation, conv: convolution({ filters: 2, padding: 1 }) }),
      ...(isWithShortcut && { shortcut: sequential({ conv: convolution({ filters: 2, size: 1, padding: 0 }) }) }),
    }),
  ),
};

const end = fc.tuple(
  fc.constantFrom(flatten, globalAveragePooling),
  fc.integer({ min: 1, max: 3 }),
  fc.boolean(),
  initial,
);

/** Networks that somebody composed: any layers in any order, which shapes allow. */
export const layered: fc.Arbitrary<Network> = fc
  .tuple(fc.array(fc.oneof(...Object.values(onImages)), { maxLength: 4 }), end)
  .map(([middle, [toFlat, neurons, bias, initial]]) =>
    layeredNetwork({
      name: 'composed by hand',
      inputShape: [6, 5, 2],
      layers: sequential({
        start: convolution({ filters: 2 }),
        ...Object.fromEntries(
          middle.map((layer, at) => [
            `layer${at}`,
            sequential({ it: layer, two: convolution({ filters: 2, size: 1 }) }),
          ]),
        ),
        toFlat: toFlat(),
        last: dense({ neurons, bias, initial }),
      }),
    }),
  );
