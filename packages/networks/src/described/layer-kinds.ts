import { InputError } from '@advml/core';
import { activation } from '../layers/activation.ts';
import { batchNormalization } from '../layers/batch-normalization.ts';
import { convolution } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { flatten } from '../layers/flatten.ts';
import { groupNormalization } from '../layers/group-normalization.ts';
import { INITIALS } from '../layers/initial.ts';
import type { Layer } from '../layers/layer.ts';
import { averagePooling, globalAveragePooling, maxPooling } from '../layers/pooling.ts';
import { residual } from '../layers/residual.ts';
import { sequential } from '../layers/sequential.ts';
import { activationFrom } from './activations.ts';
import type { Reader } from './reader.ts';

/** How the weights start, where the description says it. */
const initialOf = (read: Reader) =>
  read.has('initial') ? { initial: INITIALS[read.word('initial', Object.keys(INITIALS))] } : {};

const windowOf = (read: Reader) => ({
  size: read.size('size'),
  stride: read.size('stride'),
  padding: read.padding('padding'),
});

/** The kinds of layers by name; each reads what the `describe` of its layer writes. */
const KINDS: Readonly<Record<string, (read: Reader) => Layer>> = {
  dense: (read) => dense({ neurons: read.size('neurons'), bias: read.flag('bias'), ...initialOf(read) }),
  convolution: (read) =>
    convolution({ filters: read.size('filters'), ...windowOf(read), bias: read.flag('bias'), ...initialOf(read) }),
  'batch-normalization': (read) =>
    batchNormalization({ momentum: read.number('momentum'), epsilon: read.number('epsilon') }),
  'group-normalization': (read) => groupNormalization({ groups: read.size('groups'), epsilon: read.number('epsilon') }),
  activation: (read) => activation(activationFrom(read, 'function'), read.text('called')),
  'max-pooling': (read) => maxPooling(windowOf(read)),
  'average-pooling': (read) => averagePooling(windowOf(read)),
  'global-average-pooling': () => globalAveragePooling(),
  flatten: () => flatten(),
  sequence: (read) =>
    sequential(Object.fromEntries(read.layers('layers').map(([name, layer]) => [name, layerFrom(layer)]))),
  residual: (read) =>
    residual({
      body: layerFrom(read.layer('body')),
      ...(read.has('shortcut') && { shortcut: layerFrom(read.layer('shortcut')) }),
    }),
};

/** Names of the kinds that the description of a layer may have. */
export const layerKindNames: readonly string[] = Object.keys(KINDS);

/**
 * The layer that a description is of.
 *
 * @param read - Reads the description.
 * @returns The layer.
 * @throws InputError that names what is wrong.
 */
export function layerFrom(read: Reader): Layer {
  const make = Object.hasOwn(KINDS, read.kind) ? KINDS[read.kind] : undefined;
  if (!make)
    throw new InputError(
      `the description of a layer must be of a kind ${layerKindNames.join(', ')}, got '${read.kind.slice(0, 40)}'`,
    );
  const layer = make(read);
  read.end();
  return layer;
}
