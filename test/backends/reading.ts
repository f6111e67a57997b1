import { Tensor } from '@tensorflow/tfjs-core';

/** What a case found, with its tensors read: lists of numbers, flags and words by where they stand. */
export type Reading = ReadonlyMap<string, readonly unknown[]>;

const isTyped = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || ArrayBuffer.isView(value);

/** Lists inside of lists stand for themselves; a list of numbers or flags is one entry. */
const isFlat = (value: ArrayLike<unknown>) => Array.from(value).every((each) => Object(each) !== each);

/**
 * Reads what a case found.
 *
 * @param found - Tensors, numbers, flags and words, in records and lists of any depth.
 * @returns Lists by the path to them, such as `slopes.gradient`.
 */
export async function read(found: unknown): Promise<Reading> {
  const lists = new Map<string, readonly unknown[]>();
  const visit = async (value: unknown, path: string): Promise<void> => {
    if (value instanceof Tensor) {
      lists.set(`${path} shape`, [value.dtype, ...value.shape]);
      lists.set(path, Array.from(await value.data()));
    } else if (isTyped(value) && isFlat(value)) lists.set(path, Array.from(value));
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) await visit(each, path === '' ? name : `${path}.${name}`);
    else if (typeof value !== 'function') lists.set(path, [value]);
  };
  await visit(found, '');
  return lists;
}
