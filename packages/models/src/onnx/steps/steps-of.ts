import { InputError, type LinearMap, type Step } from '@advml/core';
import { positiveStep, reshapeStep } from '@advml/core/internal';
import { tidy, transpose, zeros } from '@tensorflow/tfjs-core';
import { sizeOf } from '../graph/axes.ts';
import type { Node } from '../graph/node.ts';
import type { Program } from '../graph/program.ts';
import { graphValue } from '../graph/value.ts';
import { MAKERS, type Unplaced } from './makers.ts';

/** A value that comes from the data: its number among those of the steps, and its shape for one example. */
interface Place {
  readonly at: number;
  readonly shape: readonly number[];
}

/** Operators that add up several values from the data. */
const SUMS = ['Add', 'Sum'];
/** Operators that look at shapes, not at numbers. */
const OF_SHAPES = ['Shape', 'Size'];
/** Operators whose other inputs only say a shape, which the run has shown. */
const TO_SHAPES = ['Reshape'];
/** Examples of the run that shapes are taken from: none of the usual lengths. */
const BATCH = 7;

function refuse({ label }: Node): never {
  throw new InputError(
    `bounds cannot go through ${label}; they can through products, convolutions, pooling, batch normalization, sums, and activations that are linear between knots`,
  );
}

/** The steps of a node, from the values that go in. */
function stepsOfNode(
  node: Node,
  places: ReadonlyMap<string, Place>,
  program: Program,
  output: readonly number[],
): readonly Unplaced[] {
  const known = node.inputs.map((name) => places.get(name));
  const data = known.flatMap((place, at) => (place ? [at] : []));
  if (SUMS.includes(node.name) && data.length === node.inputs.length && data.length > 1)
    return known.every((place) => place?.shape.join() === output.join())
      ? [{ kind: 'sum', shape: output, from: known.map((place) => place?.at ?? 0) }]
      : refuse(node);
  const constants = node.inputs.map((name) => program.constants.get(name));
  // What is made of shapes is neither data nor constant, and must not be taken for an input that is left out.
  const isUnknown = (name: string, at: number) => name !== '' && !known[at] && !constants[at];
  if (!TO_SHAPES.includes(node.name) && node.inputs.some(isUnknown)) refuse(node);
  const [first, ...others] = data;
  const input = known[first]?.shape ?? [];
  const isPlain = others.length === 0;
  return (isPlain && MAKERS[node.name]?.({ node, data: first, input, output, constants })) || refuse(node);
}

/** Images with channels last turned to channels first. */
function turnedFirst([height, width, channels]: readonly number[]): Unplaced {
  const map: LinearMap = {
    apply: (x) => transpose(x, [0, 3, 1, 2]),
    transpose: (g) => transpose(g, [0, 2, 3, 1]),
  };
  return positiveStep(map, [channels, height, width], 0, 0);
}

/** The input of a graph as its classifier takes it. */
export interface StepsInput {
  readonly name: string;
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** Whether channels are last, and first in the graph. */
  readonly isTurned: boolean;
}

/** Shapes of all values, for {@link BATCH} examples. */
function shapesOf(program: Program, { shape, isTurned }: StepsInput): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  tidy(() => {
    program.run(graphValue(zeros([BATCH, ...shape]), isTurned), (name, found) => shapes.set(name, found));
  });
  return shapes;
}

/**
 * The steps of a graph that bounds can go through.
 *
 * @param program - The graph, which takes any batch.
 * @param input - Its input.
 * @param output - Name of its output.
 * @returns Steps that hold the constants of the graph.
 * @throws InputError that names the first node which bounds cannot go through.
 */
export function stepsOf(program: Program, input: StepsInput, output: string): readonly Step[] {
  const shapes = shapesOf(program, input);
  const steps: Step[] = [];
  const put = (unplaced: Unplaced, name: string, from: readonly number[]) => {
    steps.push({ from, ...unplaced, name } as Step);
    return steps.length;
  };
  const start = input.isTurned ? put(turnedFirst(input.shape), 'channels first', [0]) : 0;
  const places = new Map<string, Place>([[input.name, { at: start, shape: steps[0]?.shape ?? input.shape }]]);
  for (const node of program.nodes) {
    const from = node.inputs.flatMap((name) => places.get(name) ?? []);
    if (from.length === 0 || OF_SHAPES.includes(node.name)) continue;
    const [batch, ...shape] = shapes.get(node.outputs[0]) ?? [];
    if (batch !== BATCH) refuse(node); // examples do not lie along the first axis
    let { at } = from[0];
    for (const step of stepsOfNode(node, places, program, shape)) at = put(step, node.label, [at]);
    places.set(node.outputs[0], { at, shape });
  }
  const last = places.get(output) as Place;
  if (last.shape.length !== 1) put(reshapeStep(last.shape, [sizeOf(last.shape)]), 'output', [last.at]);
  return steps;
}
