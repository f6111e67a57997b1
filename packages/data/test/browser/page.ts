import { InputError } from '@advml/core';
import { readIdxFile } from '@advml/data';
import { digits } from '@advml/data/digits';

declare global {
  var findings: { readonly name: string; readonly error?: string }[] | undefined;
}

async function gzip(bytes: readonly number[]): Promise<Uint8Array> {
  const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What a check finds wrong, if anything. */
async function finding(name: string, check: () => Promise<unknown>, expected: string) {
  const outcome = await check().catch((error: Error) => (error instanceof InputError ? error.message : error.stack));
  return { name, error: String(outcome).includes(expected) ? undefined : `expected ${expected}, got ${outcome}` };
}

/** Five bytes of an IDX file behind their header. */
const file = [0, 0, 8, 1, 0, 0, 0, 5, 1, 2, 3, 4, 5];

async function check(): Promise<NonNullable<typeof findings>> {
  const packed = await gzip(file);
  const bomb = await gzip([...file, ...new Uint8Array(100000)]);
  const damaged = packed.map((byte, at) => (at === packed.length - 7 ? byte ^ 1 : byte)); // in its CRC-32
  return [
    await finding('a packed file is read', async () => (await readIdxFile(packed)).data.join(), '1,2,3,4,5'),
    await finding('a file cut off is refused', () => readIdxFile(packed.slice(0, -9)), 'must be whole and undamaged'),
    await finding('a damaged file is refused', () => readIdxFile(damaged), 'must be whole and undamaged'),
    await finding(
      'too many bytes are refused',
      () => readIdxFile(bomb),
      'must have 13 bytes, the gzip file holds more',
    ),
    await finding('the digits are there', async () => digits().count, '1797'),
  ];
}

check()
  .catch((error: Error) => [{ name: 'image files are read in a page', error: String(error.stack) }])
  .then((found) => {
    globalThis.findings = found;
    document.title = 'done';
  });
