import { requireNetwork } from '@advml/core/internal';
import type { LayerPart } from './layers/layer.ts';
import type { LayeredNetwork } from './layers/layered-network.ts';
import { requireLayer } from './layers/require-layer.ts';

/** One layer of a network in figures. */
export interface LayerSummary {
  /** Its name, which stands before those of its parameters. */
  readonly name: string;
  /** What it is. */
  readonly kind: string;
  /** Shape of its output for one example. */
  readonly outputShape: readonly number[];
  /** How many numbers gradient steps train in it. */
  readonly trainable: number;
  /** How many numbers of state it has, such as running statistics. */
  readonly state: number;
}

/** A network in figures. */
export interface NetworkSummary {
  /** Its name. */
  readonly name: string;
  /** Its layers in the order in which they are applied. */
  readonly layers: readonly LayerSummary[];
  /** How many numbers gradient steps train. */
  readonly trainable: number;
  /** How many numbers of state it has. */
  readonly state: number;
  /** The table as text, with columns for a terminal. */
  toString(): string;
}

/**
 * The layers of a network with the shapes of their outputs and how many parameters they have.
 *
 * @param network - Any network that is made of layers.
 * @returns A frozen record, which prints as a table.
 * @example
 * ```ts
 * console.log(`${summary(cnn())}`);
 * ```
 */
export function summary(network: LayeredNetwork): NetworkSummary {
  requireNetwork('summary', network);
  requireLayer('network.layers', network.layers);
  const layers = rowsOf({ name: '', layer: network.layers, input: network.inputShape });
  const total = (of: 'trainable' | 'state') => layers.reduce((sum, layer) => sum + layer[of], 0);
  const figures = { name: network.name, layers, trainable: total('trainable'), state: total('state') };
  return Object.freeze<NetworkSummary>({ ...figures, toString: () => table(figures) });
}

/** The innermost layers of a part under their full names; a sum comes after what it adds. */
function rowsOf({ name, layer, input }: LayerPart): readonly LayerSummary[] {
  const within = layer
    .parts?.(input)
    .flatMap((part) => rowsOf({ ...part, name: name ? `${name}.${part.name}` : part.name }));
  if (within && layer.kind === 'sequence') return within;
  const count = (state: boolean) =>
    Object.values(within ? {} : layer.parameters(input))
      .filter((parameter) => (parameter.state ?? false) === state)
      .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
  const own = {
    name,
    kind: layer.kind,
    outputShape: layer.outputShape(input),
    trainable: count(false),
    state: count(true),
  };
  return [...(within ?? []), own];
}

const grouped = (count: number) => count.toLocaleString('en-US');

function table({ name, layers, trainable, state }: Omit<NetworkSummary, 'toString'>): string {
  const rows = [
    ['layer', 'kind', 'output', 'parameters'],
    ...layers.map((layer) => [
      layer.name,
      layer.kind,
      layer.outputShape.join(' x '),
      layer.state > 0 ? `${grouped(layer.trainable)} + ${grouped(layer.state)}` : grouped(layer.trainable),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 3 ? cell.padStart(widths[3]) : cell.padEnd(widths[column]))).join('  '),
  );
  const beside = state > 0 ? ` + ${grouped(state)} of state` : '';
  return [name, ...lines, `${grouped(trainable)} parameters${beside}`].join('\n');
}
