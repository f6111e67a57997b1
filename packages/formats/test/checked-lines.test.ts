import { decodeCheckedLines, encodeCheckedLine, FormatError } from '@advml/formats';
import { describe, expect, it } from 'vitest';

const records = [{ job: 'a', outcomes: [0.5, -1] }, { job: 'b\u2028c\u2029' }, { job: 'c', outcomes: [] }];

function written(): string {
  let [text, sum] = ['', ''];
  for (const record of records) {
    const line = encodeCheckedLine(record, sum);
    text += line.text;
    sum = line.checksum;
  }
  return text;
}

const text = written();
const lines = text.trimEnd().split('\n');

describe('lines with checksums', () => {
  it('are read as they were written, and go on', () => {
    expect(decodeCheckedLines('')).toEqual({ records: [], checksum: '' });
    const { records: read, checksum, torn } = decodeCheckedLines(text);
    expect({ read, torn }).toEqual({ read: records, torn: undefined });
    const more = encodeCheckedLine({ job: 'd' }, checksum);
    expect(decodeCheckedLines(text + more.text).records).toEqual([...records, { job: 'd' }]);
  });

  it('with a flipped bit are refused, or end before it', () => {
    const bytes = new TextEncoder().encode(text);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      try {
        const found = decodeCheckedLines(new TextDecoder().decode(flipped));
        expect(found.records).toEqual(records.slice(0, found.records.length)); // the last newline is gone
        expect(found.torn).toBeDefined();
      } catch (error) {
        expect(error, `bit ${bit}`).toBeInstanceOf(FormatError);
      }
    }
  });

  it('cut off anywhere end with the last whole line', () => {
    for (let length = 0; length < text.length; length++) {
      const found = decodeCheckedLines(text.slice(0, length));
      expect(found.records).toEqual(records.slice(0, text.slice(0, length).split('\n').length - 1));
    }
  });

  it.each([
    ['missing', [lines[0], lines[2]], 2],
    ['missing at the start', lines.slice(1), 1],
    ['twice', [lines[0], lines[0], lines[1]], 2],
    ['in another order', [lines[1], lines[0]], 1],
    ['without a checksum', [lines[0], '{"job":"b"}'], 2],
  ])('are refused where one is %s', (_, spoilt, line) => {
    expect(() => decodeCheckedLines(`${spoilt.join('\n')}\n`)).toThrow(`line ${line} was changed, or lines before it`);
  });
});
