import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import type { Padding } from '../layers/window.ts';

/** The largest size of one axis, number of neurons, filters and so on. */
const LARGEST = 2 ** 24;

/** The longest list: layers of a network, or names. */
const LONGEST = 4096;

/** How deep networks and layers may be described within one another. */
const DEEPEST = 16;

/** The longest name, in characters. */
const LONGEST_NAME = 1024;

/** The fields of a description, each checked as it is read. */
export interface Reader {
  /** The kind of network or layer. */
  readonly kind: string;
  /** An integer from 1 to 2^24. */
  size(name: string): number;
  /** A list of such integers. */
  sizes(name: string): readonly number[];
  /** A finite number. */
  number(name: string): number;
  /** A list of finite numbers. */
  numbers(name: string): readonly number[];
  /** True or false. */
  flag(name: string): boolean;
  /** One of some words. */
  word<Word extends string>(name: string, known: readonly Word[]): Word;
  /** A list of texts. */
  names(name: string): readonly string[];
  /** A text. */
  text(name: string): string;
  /** A number of classes, or `score`. */
  outputs(name: string): number | 'score';
  /** How far windows reach over the edge: `same`, `valid` or an integer from 0 on. */
  padding(name: string): Padding;
  /** Whether the field is a record. */
  isRecord(name: string): boolean;
  /** Whether there is such a field. */
  has(name: string): boolean;
  /** The description of another network. */
  within(name: string): Reader;
  /** The description of a layer. */
  layer(name: string): Reader;
  /** A record of layers: the name and the description of each, in order. */
  layers(name: string): readonly (readonly [string, Reader])[];
  /** Refuses fields that were not read. */
  end(): void;
}

/**
 * Reads a description out of a file that may come from anywhere.
 *
 * @param value - What the file says, as JSON gives it.
 * @param what - What it describes.
 * @param depth - How many descriptions it stands in.
 * @returns The reader of its fields; each refuses by name what it should not be.
 * @throws InputError if it is no record with a kind.
 */
export function readerOf(value: unknown, what: 'network' | 'layer' = 'network', depth = 0): Reader {
  const record = Object(value) as Readonly<Record<string, unknown>>;
  if (record !== value || Array.isArray(value) || !Object.hasOwn(record, 'kind') || typeof record.kind !== 'string')
    throw new InputError(`the description of a ${what} must be a record with a kind, got ${described(value)}`);
  if (depth > DEEPEST)
    throw new InputError(`descriptions of networks and layers may hold others ${DEEPEST} deep, this one goes deeper`);
  const { kind } = record;
  const seen = new Set(['kind']);
  const refuse = (name: string, rule: string, got: unknown): never => {
    const instead = typeof got === 'string' ? `'${got.slice(0, 40)}'` : described(got);
    throw new InputError(`${name} of the described ${what} (${kind.slice(0, 40)}) must be ${rule}, got ${instead}`);
  };
  const field = (name: string): unknown => {
    seen.add(name);
    return Object.hasOwn(record, name) ? record[name] : undefined;
  };
  const listed = (name: string): readonly unknown[] => {
    const list = field(name);
    if (!Array.isArray(list)) return refuse(name, 'a list', list);
    return list.length <= LONGEST ? list : refuse(name, `a list of at most ${LONGEST}`, list);
  };
  const finite = (name: string, value: unknown): number =>
    typeof value === 'number' && Number.isFinite(value) ? value : refuse(name, 'a finite number', value);
  const whole = (name: string, length: unknown): number =>
    Number.isInteger(length) && (length as number) >= 1 && (length as number) <= LARGEST
      ? (length as number)
      : refuse(name, `an integer from 1 to ${LARGEST}`, length);

  return {
    kind,
    size: (name) => whole(name, field(name)),
    sizes: (name) => listed(name).map((length, at) => whole(`${name}[${at}]`, length)),
    number: (name) => finite(name, field(name)),
    numbers: (name) => listed(name).map((value, at) => finite(`${name}[${at}]`, value)),
    flag(name) {
      const value = field(name);
      return typeof value === 'boolean' ? value : refuse(name, 'true or false', value);
    },
    word(name, known) {
      const value = field(name);
      return known.find((word) => word === value) ?? refuse(name, `one of ${known.join(', ')}`, value);
    },
    names: (name) =>
      listed(name).map((entry, at) =>
        typeof entry === 'string' ? entry : refuse(`${name}[${at}]`, 'the name of a parameter', entry),
      ),
    text(name) {
      const value = field(name);
      return typeof value === 'string' && value.length <= LONGEST_NAME
        ? value
        : refuse(name, `a text of at most ${LONGEST_NAME} characters`, value);
    },
    outputs(name) {
      const value = field(name);
      return value === 'score' ? value : whole(name, value);
    },
    padding(name) {
      const value = field(name);
      return value === 'same' || value === 'valid' || value === 0 ? value : whole(name, value);
    },
    isRecord: (name) => typeof field(name) === 'object' && field(name) !== null,
    has: (name) => Object.hasOwn(record, name),
    within: (name) => readerOf(field(name), 'network', depth + 1),
    layer: (name) => readerOf(field(name), 'layer', depth + 1),
    layers(name) {
      const record = field(name);
      if (typeof record !== 'object' || record === null || Array.isArray(record))
        return refuse(name, 'a record of layers', record);
      return Object.entries(record).map(([each, layer]) => [each, readerOf(layer, 'layer', depth + 1)]);
    },
    end() {
      const unknown = Object.keys(record).find((name) => !seen.has(name));
      if (unknown !== undefined)
        throw new InputError(
          `a ${what} of kind '${kind}' has ${[...seen].join(', ')}, and no '${unknown.slice(0, 40)}' as its description says`,
        );
    },
  };
}
