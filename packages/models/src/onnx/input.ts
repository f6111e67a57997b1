import { InputError } from '@advml/core';
import { elementType } from './file/element-types.ts';
import type { NodeMessage, ValueInfoMessage } from './file/model.ts';
import type { Graph } from './graph/graph.ts';

/** Order of the axes of images: channels last or first. */
export type ImageLayout = 'nhwc' | 'nchw';

/** The input of a file. */
export interface FileInput {
  /** How many examples a batch has, if the file says a number. */
  readonly batch: number | null;
  /** Shape of one example as the file has it; null stands for any length. */
  readonly shape: readonly (number | null)[];
  /** Order of the axes, if it is an image. */
  readonly layout: ImageLayout | undefined;
}

const isTurnedFirst = ({ operator, attributes }: NodeMessage) =>
  operator === 'Transpose' && attributes.find(({ name }) => name === 'perm')?.ints.join() === '0,3,1,2';

/** Operators that work entry by entry. */
const ENTRYWISE = ['Add', 'Cast', 'Div', 'Identity', 'Mul', 'Sub'];

/** Operators for which channels are first. */
const CHANNELS_FIRST = /^(Conv|Batch|Group|Instance)|Pool$/;

/** The nodes that take the input, or what others make of it entry by entry. */
function takers({ nodes }: Graph, name: string): readonly NodeMessage[] {
  const values = new Set([name]);
  return nodes.filter(({ operator, inputs, outputs }) => {
    if (!inputs.some((input) => values.has(input))) return false;
    const isEntrywise = ENTRYWISE.includes(operator ?? '');
    if (isEntrywise) for (const output of outputs) values.add(output);
    return !isEntrywise;
  });
}

/** Whether a length may be that of channels: grey, colour, or colour with transparency. */
const isChannels = (length: number | null) => length !== null && [1, 3, 4].includes(length);

/**
 * Order of the axes of an image in the file: channels are first, but where the graph itself turns them to the front, or where nothing
 * in it tells and only the last axis has as many entries as images have channels.
 */
function layoutOf(graph: Graph, name: string, shape: readonly (number | null)[]): ImageLayout {
  const found = takers(graph, name);
  if (found.some(isTurnedFirst)) return 'nhwc';
  const isTold = found.some(({ operator }) => CHANNELS_FIRST.test(operator ?? ''));
  return !isTold && isChannels(shape[2]) && !isChannels(shape[0]) ? 'nhwc' : 'nchw';
}

function statedShape({ name, type }: ValueInfoMessage): (number | null)[] {
  const dimensions = type?.tensor?.shape?.dimensions;
  if (!dimensions || dimensions.length < 2)
    throw new InputError(
      `input '${name}' must have a shape [batch, ...], got ${dimensions ? `${dimensions.length} axes` : 'none'}; export the model with one`,
    );
  return dimensions.map(({ value }) =>
    value !== undefined && value > 0 && Number.isSafeInteger(value) ? value : null,
  );
}

/**
 * What a file says of its input.
 *
 * @param graph - The graph.
 * @throws InputError if the input has no shape, or is not made of real numbers.
 */
export function inputOf(graph: Graph): FileInput {
  const { input } = graph;
  const { name, dtype } = elementType(input.type?.tensor?.elementType, `input '${input.name}'`);
  if (dtype !== 'float32')
    throw new InputError(`input '${input.name}' must be real numbers, which attacks can change, got ${name}`);
  const [batch, ...shape] = statedShape(input);
  return { batch, shape, layout: shape.length === 3 ? layoutOf(graph, input.name ?? '', shape) : undefined };
}

/** The shape of one example with channels last or first, from the other. */
export function turned<T>([a, b, c]: readonly T[], to: ImageLayout): T[] {
  return to === 'nhwc' ? [b, c, a] : [c, a, b];
}
