import { checksum } from '@advml/formats';
import { memoryStore, type Overrides, type RunRequest, type RunStore } from '@advml/runs';

/** A run through every stage in a fraction of a second; too small to learn much. */
export const tiny: RunRequest & { readonly overrides: readonly Overrides[] } = {
  preset: 'smoke',
  seeds: [3],
  overrides: [
    {
      data: { dimension: 32 },
      network: { neurons: 24 },
      clean: { steps: 22, batch: 16, warmup: 4, rate: 2 },
      adversarial: { steps: 21, batch: 12, warmup: 4, rate: 1 },
      evaluation: { examples: 10, steps: 3, restarts: 1, batch: 7, curveExamples: 4, curveSteps: 2 },
      overfitting: { examples: 6, steps: 2, fixedExamples: 20, widths: [0.5], decays: [1e-4] },
      path: { shares: [0.5], examples: 4 },
      lowComplexity: {
        cleanSteps: 4,
        adversarialSteps: 3,
        batch: 5,
        rates: [1, 2],
        thresholds: [1],
        examples: 4,
        steps: 2,
        curveExamples: 3,
        curveSteps: 1,
      },
      linf: { examples: 6, steps: 2, curveExamples: 4 },
      lowRank: { ranks: [1, 3], truncations: [2], steps: 6, examples: 4 },
      ablations: {
        steps: 9,
        examples: 4,
        fixedExamples: 10,
        noises: [0.5],
        decays: [0],
        widths: [0.5],
        radii: [1.5],
        margins: [0],
      },
      scaling: {
        dimensions: [16, 24, 32],
        repeats: 2,
        steps: 8,
        averaging: 3,
        robustEvery: 3,
        examples: 10,
        confirmSteps: 4,
      },
      checkpointEvery: 8,
    },
  ],
};

/** A store in memory that a test can look into. */
export interface OpenStore extends RunStore {
  /** Bytes by name. */
  readonly files: Map<string, Uint8Array>;
}

/** A change to a store, before it is made. */
export interface Change {
  readonly kind: 'write' | 'append' | 'remove';
  readonly name: string;
  readonly text: string;
}

/** The program that used a {@link openStore} was killed. */
export class Killed extends Error {}

/** The disk of a {@link openStore} is full. */
export class Full extends Error {}

const bytesOf = (content: Uint8Array | string) =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();

/**
 * A store in memory whose program can be killed when it wants to make a change. The change is not made, or half of it
 * if it is an addition; from then on nothing works.
 *
 * @param files - What is there already.
 * @param isLast - Whether the program is killed at a change. Default: never.
 * @param isFull - Whether there is no room for a change: it is not made, or half of it if it is an addition, and the program goes on.
 */
export function openStore(
  files = new Map<string, Uint8Array>(),
  isLast: (change: Change) => boolean = () => false,
  isFull: (change: Change) => boolean = () => false,
): OpenStore {
  let dead = false;
  const live = () => {
    if (dead) throw new Killed();
  };
  const change = (kind: Change['kind'], name: string, bytes: Uint8Array, make: () => void, half = () => {}) => {
    live();
    const change = { kind, name, text: new TextDecoder().decode(bytes) };
    dead = isLast(change);
    const full = isFull(change);
    if (dead || full) half();
    live();
    if (full) throw new Full();
    make();
  };
  const put = (name: string, ...parts: readonly Uint8Array[]) =>
    void files.set(name, new Uint8Array(Buffer.concat(parts)));
  return {
    location: 'runs/tiny',
    files,
    read: async (name) => {
      live();
      return files.get(name)?.slice();
    },
    write: async (name, content) => {
      const bytes = bytesOf(content);
      change('write', name, bytes, () => put(name, bytes));
    },
    append: async (name, text) => {
      const [before, bytes] = [files.get(name) ?? new Uint8Array(), bytesOf(text)];
      const half = () => put(name, before, bytes.subarray(0, Math.floor(bytes.length / 2)));
      change('append', name, bytes, () => put(name, before, bytes), half);
    },
    lock: memoryStore().lock,
    remove: async (name) => change('remove', name, new Uint8Array(), () => files.delete(name)),
  };
}

/** What a run leaves: length and checksum of each file but `run.json` and `report.html`, which tell the time of day. */
export function leavings({ files }: OpenStore): Record<string, string> {
  const kept = [...files].filter(([name]) => !/(^|\/)(run\.json|report\.html)$/.test(name)).sort();
  return Object.fromEntries(kept.map(([name, bytes]) => [name, `${bytes.length} bytes, CRC-32 ${checksum(bytes)}`]));
}

/** A file of a store as text. */
export const textOf = ({ files }: OpenStore, name: string): string => new TextDecoder().decode(files.get(name));
