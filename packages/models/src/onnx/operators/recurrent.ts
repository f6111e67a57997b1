import { InputError } from '@advml/core';
import {
  add,
  matMul,
  mul,
  relu,
  reshape,
  sigmoid,
  slice,
  split,
  squeeze,
  stack,
  sub,
  type Tensor,
  type Tensor2D,
  tanh,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import { needed, requireOnly } from '../graph/numbers.ts';
import { type Call, type Operator, plain } from '../graph/operator.ts';

/** State of a recurrent layer, [batch, hidden] each: the output, and for LSTM the cell. */
type State = readonly Tensor[];

/** Parameters of one direction: weights [gates * hidden, inputs], recurrent ones [gates * hidden, hidden], constants [gates * hidden]. */
interface Direction {
  readonly weights: Tensor2D;
  readonly recurrent: Tensor2D;
  readonly inputConstants?: Tensor;
  readonly recurrentConstants?: Tensor;
}

/** One step: from the part of the gates that the input gives, and the state, to the next state. */
type Cell = (fromInput: Tensor, state: State, direction: Direction) => State;

const plus = (x: Tensor, constants: Tensor | undefined) => (constants ? add(x, constants) : x);
const fromState = (h: Tensor, { recurrent, recurrentConstants }: Direction) =>
  plus(matMul(h as Tensor2D, recurrent, false, true), recurrentConstants);

/** Gates in ONNX's order: input, output, forget, cell. */
const lstm: Cell = (fromInput, [h, c], direction) => {
  const [input, output, forget, candidate] = split(add(fromInput, fromState(h, direction)), 4, 1);
  const cell = add(mul(sigmoid(forget), c), mul(sigmoid(input), tanh(candidate)));
  return [mul(sigmoid(output), tanh(cell)), cell];
};

/** Gates in ONNX's order: update, reset, hidden. */
const gru =
  (resetsAfter: boolean): Cell =>
  (fromInput, [h], direction) => {
    const [inputUpdate, inputReset, inputHidden] = split(fromInput, 3, 1);
    const [update, reset, hidden] = split(fromState(h, direction), 3, 1);
    const [z, r] = [sigmoid(add(inputUpdate, update)), sigmoid(add(inputReset, reset))];
    const { recurrent, recurrentConstants } = direction;
    const size = h.shape[1] as number;
    const before = () =>
      plus(
        matMul(mul(r, h) as Tensor2D, slice(recurrent, [2 * size, 0], [size, size]), false, true),
        recurrentConstants && slice(recurrentConstants, [2 * size], [size]),
      );
    const candidate = tanh(add(inputHidden, resetsAfter ? mul(r, hidden) : before()));
    return [add(mul(sub(1, z), candidate), mul(z, h))];
  };

const rnn =
  (activation: (x: Tensor) => Tensor): Cell =>
  (fromInput, [h], direction) => [activation(add(fromInput, fromState(h, direction)))];

/** Runs a cell over a sequence [time, batch, inputs]; gives the outputs of all steps, in the order of time, and the last state. */
function unrolled(x: Tensor, state: State, direction: Direction, cell: Cell, backwards: boolean) {
  const [time, batch, inputs] = x.shape;
  const rows = reshape(x, [time * batch, inputs]) as Tensor2D;
  const gates = plus(matMul(rows, direction.weights, false, true), direction.inputConstants);
  const steps = unstack(reshape(gates, [time, batch, -1]));
  const states: State[] = [];
  for (const step of backwards ? steps.toReversed() : steps) states.push(cell(step, states.at(-1) ?? state, direction));
  const outputs = states.map(([h]) => h);
  return { outputs: stack(backwards ? outputs.toReversed() : outputs), last: states.at(-1) ?? state };
}

/** Parameters of one direction out of those of all. */
function directionOf(inputs: readonly Tensor[], at: number): Direction {
  const own = (x: Tensor) => squeeze(slice(x, [at, ...x.shape.slice(1).map(() => 0)], [1, ...x.shape.slice(1)]), [0]);
  const [, weights, recurrent, constants] = inputs;
  const [inputConstants, recurrentConstants] = constants ? split(own(constants), 2) : [];
  return {
    weights: own(weights) as Tensor2D,
    recurrent: own(recurrent) as Tensor2D,
    inputConstants,
    recurrentConstants,
  };
}

/** Refuses what no usual writer makes: other activations, peepholes, sequences of several lengths. */
function requirePlain(call: Call, activations: readonly string[], directions: number): void {
  const { attributes, label, inputs } = call;
  const given = attributes.texts('activations');
  const wanted = Array.from({ length: directions }, () => activations).flat();
  if (given && given.join() !== wanted.join())
    throw new InputError(`${label} must have the activations ${wanted.join(', ')}, got ${given.join(', ')}`);
  for (const name of ['layout', 'input_forget']) requireOnly(call, name, attributes.int(name), 0);
  const [lengths, time] = [inputs[4]?.plain().dataSync(), inputs[0]?.shape[0]];
  if (lengths?.some((length) => length !== time))
    throw new InputError(`${label} must have sequences of full length, ${time}, got lengths ${lengths.join(', ')}`);
  if (inputs[7]) throw new InputError(`${label} must have no peepholes, which are not supported`);
}

const DIRECTIONS: Readonly<Record<string, readonly boolean[]>> = {
  forward: [false],
  reverse: [true],
  bidirectional: [false, true],
};

/** A recurrent layer in one or both directions; `states` is how many tensors its state has. */
function layer(inputs: Tensor[], call: Call, cell: Cell, activations: readonly string[], states: 1 | 2): Tensor[] {
  const mode = call.attributes.text('direction') ?? 'forward';
  const directions = needed(DIRECTIONS[mode], call, 'a known direction');
  requirePlain(call, activations, directions.length);
  if (inputs[0].shape[0] > LONGEST)
    throw new InputError(`${call.label} must have sequences of at most ${LONGEST} steps, got ${inputs[0].shape[0]}`);
  const [x, , recurrent] = inputs;
  const [, batch] = x.shape;
  const [, gates, hidden] = recurrent.shape as [number, number, number];
  call.room([x.shape[0], batch, gates * directions.length]);
  const none = zeros([directions.length, batch, hidden]);
  const initial = [inputs[5] ?? none, inputs[6] ?? none].slice(0, states).map((each) => unstack(each));
  const found = directions.map((backwards, at) =>
    unrolled(
      x,
      initial.map((each) => each[at]),
      directionOf(inputs, at),
      cell,
      backwards,
    ),
  );
  const outputs = stack(
    found.map((each) => each.outputs),
    1,
  ); // [time, directions, batch, hidden]
  return [outputs, ...initial.map((_, state) => stack(found.map((each) => each.last[state])))];
}

/** Steps of the longest sequence: each is several operations. */
const LONGEST = 4096;
const ATTRIBUTES = 'activations direction hidden_size input_forget layout';
const RNN_ACTIVATIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = { Tanh: tanh, Relu: relu };

/** Recurrent layers, unrolled in time. */
export const recurrent: Readonly<Record<string, Operator>> = {
  GRU: plain(`${ATTRIBUTES} linear_before_reset`, (inputs, call) =>
    layer(inputs, call, gru(call.attributes.int('linear_before_reset') === 1), ['Sigmoid', 'Tanh'], 1),
  ),
  LSTM: plain(ATTRIBUTES, (inputs, call) => layer(inputs, call, lstm, ['Sigmoid', 'Tanh', 'Tanh'], 2)),
  RNN: plain(ATTRIBUTES, (inputs, call) => {
    const name = call.attributes.texts('activations')?.[0] ?? 'Tanh';
    return layer(inputs, call, rnn(needed(RNN_ACTIVATIONS[name], call, 'the activation Tanh or Relu')), [name], 1);
  }),
};
