import { decodeJsonLines, decodeNpz, decodeSafetensors, encodeSafetensors } from '@advml/formats';
import { expect, it } from 'vitest';

it.each([
  [
    () => decodeSafetensors(encodeSafetensors({}), { requireCheckSum: true } as object),
    "decodeSafetensors has no option 'requireCheckSum'; it has requireChecksum",
  ],
  [
    () => decodeJsonLines('', { torn: true } as object),
    "decodeJsonLines has no option 'torn'; it has allowTornLastLine",
  ],
  [() => decodeNpz(new Uint8Array(0), { limit: Number.NaN }), 'limit must be a number of bytes >= 0, got NaN'],
  [() => decodeJsonLines('', null as unknown as object), 'decodeJsonLines takes a record of options'],
])('a wrong option is refused: %#', (call, message) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(message);
});
