import { spawnSync } from 'node:child_process';
import { encodeSafetensors } from '@advml/formats';
import { expect, test } from 'vitest';

/** Runs a program that reads a file from its input and prints JSON. */
function python(code: string, input: Uint8Array): unknown {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', code], { input });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout.toString());
}

const has = (code: string) => spawnSync('python3', ['-c', code]).status === 0;

const file = encodeSafetensors(
  {
    'müsli.weight': { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, -2.5, 3, 1e-8, 0, 7) },
    steps: { dtype: 'I64', shape: [2], data: BigInt64Array.of(-5n, 2n ** 40n) },
    alive: { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
    scale: { dtype: 'F64', shape: [], data: Float64Array.of(0.1) },
  },
  { format: 'pt' },
);

const expected = {
  'müsli.weight': [
    [2, 3],
    [1, -2.5, 3, Math.fround(1e-8), 0, 7],
  ],
  steps: [[2], [-5, 2 ** 40]],
  alive: [[3], [true, false, true]],
  scale: [[], [0.1]],
};

// Written from the format's description, so that one misreading of it is not made twice.
const independentReader = `
import json, struct, sys
file = sys.stdin.buffer.read()
(n,) = struct.unpack_from("<Q", file, 0)
assert n % 8 == 0 and file[8:9] == b"{"
header = json.loads(file[8 : 8 + n].decode("utf-8"))
metadata = header.pop("__metadata__")
assert metadata["format"] == "pt" and all(isinstance(v, str) for v in metadata.values())
data, covered, out = file[8 + n :], 0, {}
for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    begin, end = entry["data_offsets"]
    code, size = {"F32": ("f", 4), "I64": ("q", 8), "BOOL": ("?", 1), "F64": ("d", 8)}[entry["dtype"]]
    count = 1
    for length in entry["shape"]: count *= length
    assert begin == covered and end - begin == count * size and begin % size == 0
    out[name] = [entry["shape"], list(struct.unpack("<%d%s" % (count, code), data[begin:end]))]
    covered = end
assert covered == len(data)
print(json.dumps(out))
`;

test.skipIf(!has('import struct, json'))('a reader in plain Python sees the same tensors', () => {
  expect(python(independentReader, file)).toEqual(expected);
});

const referenceReader = `
import json, sys
from safetensors import deserialize
import struct
codes = {"F32": "f", "I64": "q", "BOOL": "?", "F64": "d"}
out = {}
for name, t in deserialize(sys.stdin.buffer.read()):
    values = struct.unpack("<%d%s" % (len(t["data"]) // struct.calcsize(codes[t["dtype"]]), codes[t["dtype"]]), bytes(t["data"]))
    out[name] = [t["shape"], list(values)]
print(json.dumps(out))
`;

test.skipIf(!has('import safetensors'))('the reference library sees the same tensors', () => {
  expect(python(referenceReader, file)).toEqual(expected);
});
