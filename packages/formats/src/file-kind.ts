/** What a file can be told to be by how it begins. */
export type FileKind = 'npz' | 'torch' | 'zip' | 'npy' | 'gzip' | 'pickle' | 'hdf5' | 'html' | 'lfs';

/** What each kind is, and the way from there to a file that can be read. */
const KINDS: Readonly<Record<FileKind, string>> = {
  npz: 'an npz file of NumPy; read it as that',
  torch:
    "a PyTorch file of torch.save (.pt, .pth), which holds a program; in Python, save_file(torch.load(path, map_location='cpu'), 'weights.safetensors') with save_file of safetensors.torch writes its tensors alone",
  zip: 'a zip file; unpack it first',
  npy: 'an npy file of NumPy; read it as that, or write it together with others by numpy.savez',
  gzip: 'a gzip file; unpack it first, as gunzip does',
  pickle:
    'a Python pickle (an old torch.save, or pickle.dump), which holds a program; write its arrays with save_file of safetensors.torch or with numpy.savez',
  hdf5: 'an HDF5 file (.h5), such as Keras writes; write its arrays with numpy.savez',
  html: 'a web page (HTML), as where a download needs a login or its address is that of a page about the file',
  lfs: "a pointer of Git LFS, not the file itself; 'git lfs pull' fetches that",
};

const ZIP = [0x50, 0x4b, 0x03, 0x04];

const BEGINNINGS: readonly (readonly [FileKind, readonly number[]])[] = [
  ['npy', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['gzip', [0x1f, 0x8b]],
  ['hdf5', [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
  ...[2, 3, 4, 5].map((protocol) => ['pickle', [0x80, protocol]] as const),
];

/** What follows the low half of the length in a safetensors file, whose first bytes may be those of any other. */
const SAFETENSORS = [0, 0, 0, 0, 0x7b];

const beginsWith = (bytes: Uint8Array, start: readonly number[]) => start.every((byte, at) => bytes[at] === byte);

/** A zip file is told by the name of its first member. */
function kindOfZip(bytes: Uint8Array): FileKind {
  const length = (bytes[26] ?? 0) | ((bytes[27] ?? 0) << 8);
  const name = new TextDecoder().decode(bytes.subarray(30, 30 + length));
  if (name.endsWith('.npy')) return 'npz';
  return /(^|\/)(data\.pkl|\.format_version|byteorder)$/.test(name) ? 'torch' : 'zip';
}

/**
 * What some bytes are, as far as their beginning tells.
 *
 * @param bytes - A file, or its first few hundred bytes.
 * @returns Its kind, or undefined where nothing gives it away, as in a safetensors file.
 * @example
 * ```ts
 * fileKind(await readFile('digits.npz')); // 'npz'
 * ```
 */
export function fileKind(bytes: Uint8Array): FileKind | undefined {
  if (beginsWith(bytes.subarray(4), SAFETENSORS)) return undefined;
  if (beginsWith(bytes, ZIP)) return kindOfZip(bytes);
  const known = BEGINNINGS.find(([, start]) => beginsWith(bytes, start));
  if (known) return known[0];
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 256));
  if (/^(ï»¿)?\s*<(!doctype\s+html|html|head|body)\b/i.test(text)) return 'html';
  return text.startsWith('version https://git-lfs.github.com/spec/') ? 'lfs' : undefined;
}

/** What some bytes are, with the way out, to be said in an error. */
export function describeFile(bytes: Uint8Array): string | undefined {
  const kind = fileKind(bytes);
  return kind && KINDS[kind];
}
