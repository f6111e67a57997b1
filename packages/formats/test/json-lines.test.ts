import { decodeJsonLines, encodeJsonLine, FormatError } from '@advml/formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('writes one line a record', () => {
  expect(encodeJsonLine({ step: 1, note: 'a\nb', loss: undefined, list: [1, null] })).toBe(
    '{"step":1,"note":"a\\nb","list":[1,null]}\n',
  );
});

test('what was written is read', () => {
  // JSON has no -0: it reads back as 0.
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), json)), (records) => {
      const plain = records.map((record) => JSON.parse(JSON.stringify(record)));
      expect(decodeJsonLines(plain.map(encodeJsonLine).join(''))).toEqual({ records: plain });
    }),
  );
});

test('a text cut off anywhere gives the finished records and the torn rest', () => {
  const records = [{ step: 1 }, { step: 2, series: 'lo\nss' }, { step: 3 }];
  const text = records.map(encodeJsonLine).join('');
  for (let cut = 0; cut < text.length; cut++) {
    const { records: read, torn } = decodeJsonLines(text.slice(0, cut), { allowTornLastLine: true });
    expect(read).toEqual(records.slice(0, read.length));
    expect(read.length).toBe(text.slice(0, cut).split('\n').length - 1);
    const rest = text.slice(text.lastIndexOf('\n', cut - 1) + 1, cut);
    expect(torn).toEqual(cut > 0 && rest ? { line: read.length + 1, text: rest, start: cut - rest.length } : undefined);
  }
});

test('a torn last line is an error where it is not allowed', () => {
  expect(() => decodeJsonLines('{"a":1}\n{"a":2}')).toThrow(FormatError);
  expect(() => decodeJsonLines('{"a":1}\n{"a":2}')).toThrow('line 2 is cut off');
});

test.each([
  ['{"a":1}\n{"a":\n{"a":3}\n', 'line 2 is not JSON'],
  ['{"a":1}\n\n{"a":3}\n', 'line 2 is not JSON'],
  ['{"a":1}\n7\n', 'line 2 must be a JSON object, got 7'],
  ['[1]\n', 'line 1 must be a JSON object, got [1]'],
  ['null\n', 'line 1 must be a JSON object'],
  ['{"a":NaN}\n{"a"', 'line 1 is not JSON'],
])('refuses damage before the last line: %j', (text, message) => {
  expect(() => decodeJsonLines(text, { allowTornLastLine: true })).toThrow(FormatError);
  expect(() => decodeJsonLines(text, { allowTornLastLine: true })).toThrow(message);
});

const circle: Record<string, unknown> = { twice: [1], list: [] };
circle.again = circle.twice;
(circle.list as unknown[]).push({ back: circle });

test.each<[object, string]>([
  [circle, 'list[0].back must be a plain JSON value, got one that it is in'],
  [{ loss: Number.NaN }, 'loss must be a finite number to be written as JSON, got NaN'],
  [{ a: { b: [0, { c: -Infinity }] } }, 'a.b[1].c must be a finite number to be written as JSON, got -Infinity'],
  [{ a: [undefined] }, 'a[0] must be a plain JSON value, got undefined'],
  [{ a: 1n }, 'a must be a plain JSON value, got bigint'],
  [{ a: { w: new Float32Array(2) } }, 'a.w must be a plain JSON value, got Float32Array'],
  [{ when: new Date(0) }, 'when must be a plain JSON value, got Date'],
  [{ a: () => 1 }, 'a must be a plain JSON value, got function'],
  [[1], 'a record must be a plain object'],
])('refuses what JSON cannot hold: %o', (record, message) => {
  expect(() => encodeJsonLine(record)).toThrow(RangeError);
  expect(() => encodeJsonLine(record)).toThrow(message);
});
