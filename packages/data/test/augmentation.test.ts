import { exampleKeys, InputError, key } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { type Tensor, tensor, tensor1d, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { addNoise, augmented, examplesOf, fixedBatches, horizontalFlip, inTurn, shift } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const SHAPE: [number, number, number] = [5, 4, 2];
const SIZE = 40;

/** Images whose entries are all different and none of them 0. */
const images = (count: number) =>
  tensor4d(
    Float32Array.from({ length: count * SIZE }, (_, at) => at + 1),
    [count, ...SHAPE],
  );

const rows = (x: Tensor) => {
  const numbers = numbersOf(x);
  return Array.from({ length: x.shape[0] }, (_, at) => numbers.slice(at * SIZE, (at + 1) * SIZE));
};

/** An image moved by brute force. */
const moved = (image: number[], down: number, right: number, fill: number) =>
  image.map((_, at) => {
    const [row, column, channel] = [Math.floor(at / 8) - down, (Math.floor(at / 2) % 4) - right, at % 2];
    const inside = row >= 0 && row < 5 && column >= 0 && column < 4;
    return inside ? image[(row * 4 + column) * 2 + channel] : fill;
  });

describe('shift', () => {
  it.each([1, 2, 6])('moves by every distance up to %i, each equally often', (pixels) => {
    const side = 2 * pixels + 1;
    const x = images(1);
    const [image] = rows(x);
    const all = new Map<string, number>();
    for (let down = -pixels; down <= pixels; down++)
      for (let right = -pixels; right <= pixels; right++) all.set(moved(image, down, right, -1).join(), 0);
    const draws = 60 * side ** 2;
    for (let draw = 0; draw < draws; draw++) {
      const found = numbersOf(shift({ pixels, fill: -1 })(x, [key('shift', draw)])).join();
      expect(all.has(found)).toBe(true);
      all.set(found, (all.get(found) ?? 0) + 1);
    }
    // Where an image can leave the frame, several distances give the same empty one.
    if (pixels <= 3) {
      expect(all.size).toBe(side ** 2);
      for (const count of all.values()) expect(Math.abs(count - 60)).toBeLessThan(5 * Math.sqrt(60));
    } else expect(all.get(Array(SIZE).fill(-1).join())).toBeGreaterThan(draws / 4);
  });

  it('leaves images where they are for no pixels', () => {
    const x = images(3);
    expect(shift({ pixels: 0 })(x, exampleKeys(key('a', 0), 3))).toHaveSameBits(numbersOf(x));
  });
});

describe('horizontalFlip', () => {
  const mirrored = (image: number[]) =>
    image.map((_, at) => image[(Math.floor(at / 8) * 4 + (3 - (Math.floor(at / 2) % 4))) * 2 + (at % 2)]);

  it('flips all, none, or a share of the images', () => {
    const x = images(400);
    const keys = exampleKeys(key('flip', 0), 400);
    expect(rows(horizontalFlip({ share: 1 })(x, keys))).toEqual(rows(x).map(mirrored));
    expect(horizontalFlip({ share: 0 })(x, keys)).toHaveSameBits(numbersOf(x));
    const flipped = rows(horizontalFlip()(x, keys)).filter((image, at) => {
      const original = rows(x)[at];
      expect([original.join(), mirrored(original).join()]).toContain(image.join());
      return image.join() !== original.join();
    });
    expect(Math.abs(flipped.length - 200)).toBeLessThan(4 * 10);
  });
});

describe('addNoise', () => {
  it("adds each example's own noise", () => {
    const x = tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const keys = exampleKeys(key('noise', 0), 2);
    const noise = keys.flatMap((own) => [...own.normal(3, 0.5)]);
    expect(addNoise({ deviation: 0.5 })(x, keys)).toBeAllClose(noise.map((value, at) => at + 1 + value));
  });

  it('stays in the box', () => {
    const x = tensor([[0, 1, 0.5]]);
    const numbers = numbersOf(addNoise({ deviation: 50, box: { low: 0, high: 1 } })(x, [key('noise', 1)]));
    expect(numbers.every((value) => value === 0 || value === 1)).toBe(true);
  });
});

const all = () => inTurn(shift({ pixels: 2 }), horizontalFlip(), addNoise({ deviation: 0.1 }));
const numbered = (count: number) =>
  examplesOf({
    x: images(count),
    y: tensor1d(
      Int32Array.from({ length: count }, (_, at) => at),
      'int32',
    ),
  });

describe('augmentations', () => {
  it('are done in turn, each by its own key', () => {
    const x = images(2);
    const keys = exampleKeys(key('both', 0), 2);
    const after = shift({ pixels: 2 })(
      x,
      keys.map((own) => own.child(0)),
    );
    const expected = horizontalFlip()(
      after,
      keys.map((own) => own.child(1)),
    );
    expect(inTurn(shift({ pixels: 2 }), horizontalFlip())(x, keys)).toHaveSameBits(numbersOf(expected));
    expect(inTurn()(x, keys)).toHaveSameBits(numbersOf(x));
  });

  it('of a set do not depend on which examples are taken together', () => {
    const set = augmented(numbered(6), all(), key('set', 0));
    expect(set.count).toBe(6);
    const whole = rows(set.take(6).x);
    const { x, y } = set.take([4, 1]);
    expect(rows(x)).toEqual([whole[4], whole[1]]);
    expect(numbersOf(y)).toEqual([4, 1]);
  });

  it('may give their input itself', async () => {
    const same = (x: Tensor) => x;
    const [set, [image]] = [numbered(1), rows(images(1))];
    const source = fixedBatches(set, 1, key('train', 0), { augment: inTurn(same, same) });
    await expectNoLeak(() => {
      for (const { x, y } of [source(0), augmented(set, same, key('set', 0)).take(1)]) {
        expect(rows(x)).toEqual([image]);
        x.dispose();
        y.dispose();
      }
    });
  });

  it('of batches change each epoch, and do not depend on the size of the batches', () => {
    const seen = (size: number) => {
      const source = fixedBatches(numbered(6), size, key('train', 0), { augment: all() });
      return Array.from({ length: 12 / size }, (_, step) => {
        const { x, y } = source(step);
        return rows(x).map((image, at) => ({ label: numbersOf(y)[at], image }));
      }).flat();
    };
    const one = seen(1);
    expect(seen(4)).toEqual(one);
    const plain = fixedBatches(numbered(6), 12, key('train', 0));
    expect(numbersOf(plain(0).y)).toEqual(one.map(({ label }) => label));
    for (let label = 0; label < 6; label++) {
      const [first, second] = one.filter((each) => each.label === label);
      expect(first.image).not.toEqual(second.image);
    }
  });

  it('leave no tensor', async () => {
    const source = fixedBatches(numbered(4), 3, key('train', 0), { augment: all() });
    await expectNoLeak(() => {
      const { x, y } = source(1);
      x.dispose();
      y.dispose();
    });
  });

  it.each([
    [() => shift({ pixels: 1.5 }), /pixels must be an integer >= 0, got 1.5/],
    [() => shift({ pixels: 1, fill: Number.NaN }), /fill must be finite \(input units\), got NaN/],
    [() => horizontalFlip({ share: 2 }), /share must be between 0 and 1, got 2/],
    [() => addNoise({ deviation: -1 }), /deviation must be finite and >= 0 \(input units\), got -1/],
    [() => addNoise({ deviation: 1, box: { low: 1, high: 0 } }), /box must have low < high, got low 1 and high 0/],
    [() => addNoise({ deviation: 1, box: { min: 0 } as never }), /a box has no option 'min'/],
    [() => shift({ pixels: 1 })(tensor2d([[1]]), [key('a', 0)]), /x must be images .* got \[1,1\]/],
    [() => horizontalFlip()(images(2), [key('a', 0)]), /keys must be 2, one an example, got 1/],
    [() => addNoise({ deviation: 1 })(images(2), [key('a', 0)]), /keys must be 2, one an example, got 1/],
  ])('refuse what cannot be: %#', (work, message) => {
    expect(work).toThrow(InputError);
    expect(work).toThrow(message);
  });
});
