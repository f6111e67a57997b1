// What plain JavaScript lets through is refused in a sentence that names the value and the way out.
import { InputError } from '@advml/core';
import { describe, expect, it } from 'vitest';
import {
  adam,
  adamw,
  chain,
  cosine,
  decayWeights,
  freeze,
  growBias,
  growBiasLinearly,
  linear,
  momentum,
  nesterov,
  oneCycle,
  piecewise,
  purificationRegularizer,
  scaleByAdam,
  scaleFactors,
  sgd,
  stateless,
  stochasticWeightAveraging,
  trace,
  trapezoid,
  warmup,
} from '../src/index.ts';

const only = ['weight'];

describe('a rate', () => {
  it.each([undefined, '0.1', null])('is a number or a schedule: %s', (rate) => {
    for (const make of [sgd, momentum, nesterov, adam, adamw]) {
      expect(() => make({ rate: rate as never })).toThrow(InputError);
      expect(() => make({ rate: rate as never })).toThrow('rate must be a number or a function of the step, got');
    }
    expect(() => warmup(10, rate as never)).toThrow('then must be a number or a function of the step, got');
  });
});

describe('what is no list', () => {
  const any = (value: unknown) => value as never;
  it.each<[string, () => unknown, string]>([
    ['of names to freeze', () => freeze(any(undefined)), 'names must be an array of names, such as'],
    ['but one name to freeze', () => freeze(any('bias')), "['layer1.weight'], got string bias"],
    ['but one name', () => decayWeights(0.1, { only: any('weight') }), 'only must be an array of names, such as'],
    ['of weights with factors', () => scaleFactors(any('weight')), 'names must be an array of names, such as'],
    ['of pieces', () => piecewise(any(0.1)), 'pieces must be an array, such as [[0, 0.1], [100, 0.01]], got number 0'],
    ['of pairs', () => piecewise(any([0.1])), 'each of pieces must be an array [first, last], got number 0.1'],
    [
      'of parts',
      () => chain(sgd({ rate: 1 }), any(undefined)),
      'part 1 of chain must be one such as sgd({ rate: 0.1 })',
    ],
    [
      'but a factory',
      () => chain(any(sgd)),
      'part 0 of chain must be one such as sgd({ rate: 0.1 }) gives, got a func',
    ],
  ])('is refused: %s', (_, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});

/** Every factory for any options, and options that it takes. */
const FACTORIES: readonly [string, (given: never) => unknown, object][] = [
  ['sgd', sgd, { rate: 0.1 }],
  ['momentum', momentum, { rate: 0.1, decay: 0.5 }],
  ['nesterov', nesterov, { rate: 0.1, decay: 0.5 }],
  ['adam', adam, { rate: 0.1, beta1: 0.5, beta2: 0.5, epsilon: 1e-3 }],
  ['adamw', adamw, { rate: 0.1, weightDecay: 0.1, only, epsilon: 1e-3 }],
  ['scaleByAdam', scaleByAdam, { beta1: 0.5, beta2: 0.5, epsilon: 1e-3 }],
  ['trace', (given) => trace(0.5, given), { nesterov: true }],
  ['stateless', (given) => stateless((update) => update, given), { only }],
  ['decayWeights', (given) => decayWeights(0.1, given), { only }],
  ['purificationRegularizer', (given) => purificationRegularizer(0.1, given), { only }],
  ['scaleFactors', (given) => scaleFactors(only, given), { damping: 0.1 }],
  ['stochasticWeightAveraging', stochasticWeightAveraging, { from: 1, every: 2 }],
  ['growBias', growBias, { bias: 'bias', weight: 'weight', ratio: 0.1, final: 1 }],
  ['growBiasLinearly', growBiasLinearly, { bias: 'bias', from: 0, to: 1, steps: 2 }],
  ['linear', linear, { from: 1, to: 0, steps: 2 }],
  ['cosine', cosine, { from: 1, to: 0, steps: 2 }],
  ['trapezoid', trapezoid, { peak: 1, warmup: 1, holdUntil: 0.5, end: 4, final: 0.1 }],
  ['oneCycle', oneCycle, { peak: 1, steps: 10, rise: 0.5 }],
];

describe.each(FACTORIES)('%s', (name, factory, good) => {
  const made = (given: unknown) => () => factory(given as never);

  it('takes what it should', () => {
    expect(made(good)).not.toThrow();
  });

  it('refuses options that are misspelt, and names the nearest, or no record', () => {
    for (const [option, value] of Object.entries(good)) {
      expect(made({ ...good, [`${option}_`]: value })).toThrow(InputError);
      expect(made({ ...good, [`${option}_`]: value })).toThrow(
        `${name} has no option '${option}_'; did you mean '${option}'?`,
      );
    }
    expect(made(7)).toThrow(`${name} takes one record of options {`);
  });
});
