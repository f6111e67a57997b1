// What the claims about patches and clusters make of measurements and of networks made by hand, whose answers are known beforehand.
import { classifier, type Params, summarize } from '@advml/core';
import { clopperPearson } from '@advml/metrics';
import type { ClaimRule } from '@advml/runs';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { accuracyAlong } from '../src/patches/accuracy/along.ts';
import { p1, p2, p3, p4, p5, p6 } from '../src/patches/accuracy/claims/index.ts';
import type { AccuracyMeasures, Judged } from '../src/patches/accuracy/measures.ts';
import { p11, p12, p13 } from '../src/patches/clusters/claims/index.ts';
import { measureClusters } from '../src/patches/clusters/measure.ts';
import type { ClustersSetting } from '../src/patches/clusters/setting.ts';
import { clustersOf, robustByHand } from '../src/patches/clusters/world.ts';
import { p7, p8, p9, p10 } from '../src/patches/filters/claims/index.ts';
import { massOf, orderOf } from '../src/patches/filters/mass.ts';
import type { FilterMass, FiltersMeasures } from '../src/patches/filters/measures.ts';
import { sharesAbove } from '../src/patches/filters/shares-above.ts';
import { patches } from '../src/patches/patches.ts';
import type { PatchesSetting } from '../src/patches/setting.ts';
import { freshExamples, type PatchesWorld, patchesWorld } from '../src/patches/world.ts';

beforeAll(async () => {
  await useWasm();
});

const settingOf = (changes: object = {}): PatchesSetting => patches.schema.parse(changes);
const setting = settingOf();

/** Networks of which so many of 500 examples are right, and so many withstand. */
function accuracies(right: number, withstands: Record<keyof AccuracyMeasures, number>, along = 0): AccuracyMeasures {
  const of = (count: number): Judged => ({
    clean: clopperPearson(right, 500),
    robust: clopperPearson(count, 500),
    attack: 'attack',
    along: { robust: clopperPearson(500, 500), nonRobust: clopperPearson(along, 500) },
    curve: [],
  });
  const { clean, robust, scratch, frozen } = withstands;
  return { clean: of(clean), robust: of(robust), scratch: of(scratch), frozen: of(frozen) };
}

const good = { clean: 0, robust: 500, scratch: 500, frozen: 150 };

describe('P1 to P6', () => {
  it.each<[ClaimRule<AccuracyMeasures, PatchesSetting>, AccuracyMeasures, boolean]>([
    [p1, accuracies(500, good), true],
    [p1, accuracies(496, good), false], // .992, whose interval begins at .980
    [p2, accuracies(500, good), true],
    [p2, accuracies(500, { ...good, clean: 20 }), false], // .04, whose interval ends at .061
    [p3, accuracies(500, good), true],
    [p3, accuracies(500, good, 400), false],
    [p4, accuracies(500, good), true],
    [p4, accuracies(500, { ...good, robust: 480 }), false],
    [p5, accuracies(500, good), true],
    [p5, accuracies(500, { ...good, scratch: 400 }), false],
    [p6, accuracies(500, good), true],
    [p6, accuracies(500, { ...good, frozen: 240 }), false], // .48, whose interval ends at .525
  ])('%#: judge by the interval', (claim, measures, holds) => {
    expect(claim.find(measures, setting).holds).toBe(holds);
  });
});

/** What the filters of a network are made of, in shares. */
const mass = (robust: number, nonRobust: number): FilterMass => ({
  robust,
  nonRobust,
  led: clopperPearson(1, 2),
  cosines: [],
});

const share = (count: number) => clopperPearson(count, 32);

const filtersWith = (changes: Partial<FiltersMeasures['mass']>, kept = 20, ratio = 0.5): FiltersMeasures => ({
  filters: 32,
  features: 4,
  random: 1 / 6,
  mass: { init: mass(0.16, 0.17), clean: mass(0.2, 0.7), robust: mass(0.8, 0.1), scratch: mass(0.7, 0.2), ...changes },
  cosines: {
    robust: { own: summarize([0.8]), ratio, purified: share(kept), ofAll: share(32), square: 0.9 },
    scratch: { own: summarize([0.1]), ratio: 9, purified: share(0), ofAll: share(0), square: 0.9 },
  },
});

describe('P7 to P10', () => {
  it.each<[ClaimRule<FiltersMeasures, PatchesSetting>, FiltersMeasures, number, boolean]>([
    [p7, filtersWith({}), 3.5, true],
    [p7, filtersWith({ clean: mass(0.3, 0.45) }), 1.5, false],
    [p7, filtersWith({ clean: mass(0.1, 0.3) }), 3, false], // less than twice a random vector's
    [p8, filtersWith({}), 8, true],
    [p8, filtersWith({ robust: mass(0.2, 0.7) }), 2 / 7, false],
    [p9, filtersWith({}), 3.5, true],
    [p9, filtersWith({ scratch: mass(0.4, 0.4) }), 1, false],
    [p10, filtersWith({}), 20 / 32, true],
    [p10, filtersWith({}, 16), 0.5, false],
    [p10, filtersWith({}, 32, 1e-6), 1, false], // w' is w
  ])('%#: judge by the bar', (claim, measures, value, holds) => {
    const found = claim.find(measures, setting);
    expect(found.value).toBeCloseTo(value, 10);
    expect(found.holds).toBe(holds);
  });

  it('count filters that did not move for nothing where they are small', () => {
    const cosine = Float64Array.of(0.9, 0.1, 1, 1, Number.NaN);
    const { purified, ofAll, square } = sharesAbove({ cosine, larger: [0, 1, 2] }, [2, 2, 1, 1, 0]);
    expect([purified.successes, purified.trials]).toEqual([2, 3]);
    expect([ofAll.successes, ofAll.trials]).toEqual([3, 5]);
    expect(square).toBeCloseTo(0.9, 12);
  });

  it('find what filters are made of', () => {
    // Two features of a kind; a filter of 3 robust and 4 elsewhere, one of 2 non-robust, and one that is zero.
    const rows = { products: [3, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0, 0], lengths: [5, 2, 0] };
    const { robust, nonRobust, led, cosines } = massOf(rows, 2, orderOf(rows, 2));
    expect([robust, nonRobust]).toEqual([9 / 29, 4 / 29]);
    expect([led.successes, led.trials]).toEqual([1, 2]);
    expect(cosines).toEqual([0.6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1]);
  });
});

/** A network on patches that reads features of one kind: its filters are they, each silent up to a threshold. */
function readerOf({ data }: PatchesWorld, kind: 'robust' | 'nonRobust', threshold: number): Params {
  const { classes, dimension } = data;
  const eye = Array.from({ length: classes }, (_, row) => Array.from({ length: classes }, (_, c) => Number(c === row)));
  return {
    'conv1.weight': tensor(kind === 'robust' ? data.robustFeatures : data.nonRobustFeatures, [
      classes,
      dimension,
      1,
      1,
    ]),
    'conv1.bias': tensor1d(new Float32Array(classes).fill(-threshold)),
    'dense1.weight': tensor2d(eye),
    'dense1.bias': tensor1d(new Float32Array(classes)),
  };
}

describe('networks on patches made by hand', () => {
  it('sum rectified filters over the patches', () => {
    const world = patchesWorld(settingOf({ network: { filters: 4 }, data: { deviation: 0 } }), 0);
    const { x, y } = freshExamples(world, 3);
    const logits = numbersOf(world.network.apply(readerOf(world, 'nonRobust', 0.1), x));
    for (const [at, label] of numbersOf(y).entries())
      for (let c = 0; c < 4; c++) expect(logits[4 * at + c]).toBeCloseTo(c === label ? 16 * (0.3 - 0.1) : 0, 4);
  });

  it('fall to their own features and to no others', () => {
    const world = patchesWorld(settingOf({ network: { filters: 4 }, data: { deviation: 0 } }), 0);
    const fresh = freshExamples(world, 40);
    const along = (reader: 'robust' | 'nonRobust', threshold: number, kind: 'robust' | 'nonRobust', eps: number) =>
      accuracyAlong(classifier(world.network, readerOf(world, reader, threshold)), world.data, fresh, kind, eps).value;
    // The robust reader has 2.4 in one patch: it falls where eps / sqrt 2 reaches half of that.
    expect(along('robust', 0.5, 'robust', 1.6)).toBe(1);
    expect(along('robust', 0.5, 'robust', 1.8)).toBe(0);
    expect(along('robust', 0.5, 'nonRobust', 5)).toBe(1);
    // The other has .3 in sixteen: it falls where eps / sqrt 32 reaches half of that.
    expect(along('nonRobust', 0, 'nonRobust', 0.8)).toBe(1);
    expect(along('nonRobust', 0, 'nonRobust', 0.9)).toBe(0);
    expect(along('nonRobust', 0, 'robust', 5)).toBe(1);
  });
});

describe('P11 to P13', () => {
  const small = settingOf({
    clusters: { dimension: 64, clusters: 8, deviation: 0.3, neurons: 2, examples: 400, attackSteps: 5, multiple: 1.5 },
  });
  const world = patchesWorld(small, 0) as PatchesWorld<ClustersSetting>;
  const own = <T extends object>(holder: T): T => holder;

  it('know neurons for labels from neurons for clusters, and a size that neither withstands', async () => {
    const { data } = clustersOf(world);
    // f(x) = relu<a, x> - relu<b, x> with the sums of the means of either label: one direction undoes it.
    const sums = [1, -1].map((sign) =>
      Array.from({ length: 64 }, (_, c) =>
        data.signs.reduce((sum, own, at) => (own === sign ? sum + data.means[64 * at + c] : sum), 0),
      ),
    );
    const fragile = {
      'layer1.weight': tensor2d(sums),
      'layer1.bias': tensor1d([0, 0]),
      'layer2.weight': tensor2d([[1, -1]]),
      'layer2.bias': tensor1d([0]),
    };
    const measured = await measureClusters(world, fragile, own, {});
    expect(measured.size).toBeCloseTo(1.5 * Math.sqrt(8), 10);
    expect(measured.distance).toBeCloseTo(Math.sqrt(128), 10);
    expect(measured.byHand.certified.successes).toBeLessThanOrEqual(measured.byHand.robust.successes);
    // Of the sum of its label's means an input has 64, of the other 0; a step s along all eight takes 4 s sqrt(8) from one to the other.
    const shares = measured.trained.curve.map(({ accuracy }) => Math.round(accuracy)).toSpliced(4, 1); // a tie at sqrt(8)
    expect(shares).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    expect(p11.find(measured, small).holds).toBe(true);
    const { distance } = measured;
    const verdicts = [0.25 * distance, 0.251 * distance].map((size) => p12.find({ ...measured, size }, small).holds);
    expect(verdicts).toEqual([true, false]);
    // Half of sqrt(64) is below the size 4.24: there the network made by hand must fail.
    const { value, holds } = p13.find(measured, small);
    expect(value).toBeLessThan(0.05);
    expect(holds).toBe(false);
  });

  it('P12 does not hold of the network made by hand', async () => {
    const wide = settingOf({
      clusters: {
        dimension: 64,
        clusters: 16,
        deviation: 0.3,
        neurons: 16,
        examples: 400,
        attackSteps: 5,
        multiple: 1.5,
      },
    });
    const there = patchesWorld(wide, 0) as PatchesWorld<ClustersSetting>;
    const measured = await measureClusters(there, robustByHand(clustersOf(there).data), own, {});
    const { curve: _, ...same } = measured.trained;
    expect(measured.byHand).toMatchObject(same);
    expect(p11.find(measured, wide).holds).toBe(true);
    expect(p12.find(measured, wide)).toMatchObject({ value: 1, holds: false });
  });
});
