import { decodeJsonLines, decodeSafetensors, encodeSafetensors } from '@advml/formats';
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
  [() => decodeJsonLines('', null as unknown as object), 'decodeJsonLines takes a record of options'],
])('a misspelt option is refused: %#', (call, message) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(message);
});
