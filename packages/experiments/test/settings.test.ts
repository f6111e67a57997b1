import { InputError } from '@advml/core';
import { type Overrides, parseAssignment, parseSetting, settingRows } from '@advml/runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentNamed, paperSetting } from '../src/index.ts';

const parse = (...assignments: string[]) => parseSetting(paperSetting, assignments.map(parseAssignment));

describe('settings', () => {
  it('has a value and a meaning for every key', () => {
    for (const { key, value, description } of settingRows(paperSetting)) {
      expect(value, key).toBeDefined();
      expect(description, key).not.toBe('');
    }
  });

  it('accepts its own defaults, key by key', () => {
    const rows = settingRows(paperSetting).map(({ key, value }) => `${key}=${JSON.stringify(value)}`);
    expect(parse(...rows)).toEqual(parse());
  });

  it('lays later changes over earlier ones and keeps the rest', () => {
    const setting = parse('clean.steps=100', 'tau=0.2', 'clean.steps=120');
    expect(setting).toEqual({ ...parse(), tau: 0.2, clean: { ...parse().clean, steps: 120 } });
  });

  it.each([
    ['claen.steps=3', "unknown key 'claen'; the nearest known key is 'clean'"],
    ['clean.step=3', "unknown key 'clean.step'; the nearest known key is 'clean.steps'"],
    ['tua=3', "unknown key 'tua'; the nearest known key is 'tau'"],
    ['tau=-0.1', 'tau: Too small: expected number to be >=1e-12, got -0.1'],
    ['tau="x"', 'tau: Invalid input: expected number, got "x"'],
    ['tau=1e999', 'got Infinity'],
    ['tau=null', 'got null'],
    ['data=7', 'data: Invalid input: expected object, got 7'],
    ['data.active=1536', 'data.active: active (k) plus strongRate must be at most the dimension 1536'],
    ['data.strongRate=1535', 'data.active: active (k) plus strongRate must be at most the dimension 1536'],
    ['network.neurons=1', 'network.neurons: '],
    ['network.neurons=60000', 'neurons (m) times the dimension (d) must be at most 67108864'],
    ['clean.batch=100000', 'batch must be at most 43690 where examples have 1536 inputs or neurons'],
    ['scaling.examples=100000', 'scaling.examples: examples must be at most 43690'],
    ['linf.curveExamples=100000', 'linf.curveExamples: curveExamples must be at most 43690'],
    ['lowComplexity.batch=100000', 'lowComplexity.batch: batch must be at most 43690'],
    ['lowComplexity.examples=20000', /lowComplexity.examples: .* at most 10922 .* lowComplexity.multiples up to 4/],
    ['lowComplexity.curveExamples=40000', 'lowComplexity.curveExamples: curveExamples must be at most 10922'],
    ['clean.warmup=181', 'clean.warmup: warmup must be at most hold times steps'],
    ['adversarial.hold=0', 'adversarial.warmup: warmup must be at most hold times steps'],
    ['data.margin=-1', 'data.margin: '],
    ['clean.steps=1.5', 'clean.steps: Invalid input: expected int, got 1.5'],
    ['clean.steps=0', 'clean.steps: '],
    ['clean.hold=1.5', 'clean.hold: '],
    ['data.dictionary=overcomplete', 'got "overcomplete"'],
    ['claims=["C3","C99"]', "claims: Invalid input: expected 'all' or a list of C1, C2"],
    ['claims=[]', 'claims: '],
    ['claims=C3', 'got "C3"'],
    ['overfitting.widths=[1,-2]', 'overfitting.widths.1: Too small: expected number to be >=1e-12, got -2'],
    ['evaluation.curveExamples=6000', 'evaluation.curveExamples: '],
  ])('refuses %s and says why', (assignment, reason) => {
    expect(() => parse(assignment)).toThrow(InputError);
    expect(() => parse(assignment)).toThrow(reason);
  });

  it.each([
    [{ data: { dimension: 30000 } }, 'data.train: train must be at most 111'],
    [{ data: { train: 10, dimension: 30000 } }, 'evaluation.examples: examples must be at most 111'],
    [{ data: { dimension: 300000, patches: 17 } }, 'network.filters: filters must be at most 223'],
    [{ clusters: { dimension: 300000, clusters: 300000 } }, 'clusters.clusters: clusters must be at most 223'],
    [{ clusters: { neurons: 2 ** 20 } }, 'clusters.neurons: neurons must be at most 131072'],
    [{ clusters: { examples: 2 ** 20 } }, 'clusters.examples: examples must be at most 131072'],
  ])('of patches refuses %j and says why', (change, reason) => {
    const made = (...changes: Overrides[]) =>
      parseSetting(experimentNamed('patches').schema, [{ network: { filters: 4096 } }, ...changes]);
    expect(made()).toBeDefined();
    expect(() => made(change)).toThrow(reason);
  });

  it.each(['tau', '=3', 'clean..steps=3', ''])("refuses '%s' as an assignment", (assignment) => {
    expect(() => parseAssignment(assignment)).toThrow(/--set takes key=value/);
  });

  it('cannot be made to reach into prototypes', () => {
    expect(() => parse('__proto__.polluted=1')).toThrow(InputError);
    expect(() => parse('constructor.prototype.polluted=1')).toThrow(InputError);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('reads JSON values as they are and everything else as text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseAssignment(`a.b=${JSON.stringify(value)}`)).toEqual({
          a: { b: JSON.parse(JSON.stringify(value)) },
        });
      }),
    );
    expect(parseAssignment('data.dictionary=identity')).toEqual({ data: { dictionary: 'identity' } });
    for (const [text, value] of [
      ['.1', 0.1],
      ['-.5', -0.5],
      ['+2', 2],
      ['1.', 1],
      ['.5e-3', 5e-4],
    ] as const)
      expect(parseAssignment(`tau=${text}`)).toEqual({ tau: value });
    for (const text of ['.', '1.2.3', '-', 'e5', 'NaN']) expect(parseAssignment(`tau=${text}`)).toEqual({ tau: text });
  });

  it('knows its presets and experiments', () => {
    const { presets, schema } = experimentNamed('paper');
    expect(Object.keys(presets)).toEqual([
      'paper',
      'smoke',
      'large',
      'low-complexity',
      'scaling',
      'linf',
      'low-rank',
      'ablations',
    ]);
    for (const preset of Object.values(presets)) expect(() => parseSetting(schema, [preset])).not.toThrow();
    expect(() => experimentNamed('papre')).toThrow(/unknown experiment 'papre'; known: paper/);
  });
});
