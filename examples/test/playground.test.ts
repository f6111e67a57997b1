// The parts of the playground that compute nothing: what its addresses mean, and how strokes become digits.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { drawn, empty, parsePixels, pixelsOf, pixelText } from '../playground/src/digits/drawing.ts';
import { atRadius } from '../playground/src/radii/at-radius.ts';
import { courseText, extended, type Leg, nextLeg, parseCourse, stepsOf } from '../playground/src/train/course.ts';
import { session, type View } from '../playground/src/train/session.ts';
import { addressOf, allowed, fields, settingOf } from '../playground/src/train/setting.ts';
import { niceTicks } from '../playground/src/ui/scale.ts';
import { remote } from '../playground/src/worker/remote.ts';

/** Courses as training makes them: kinds take turns. */
const courses = fc
  .array(
    fc.record({
      kind: fc.constantFrom('clean' as const, 'attacked' as const),
      steps: fc.integer({ min: 1, max: 400 }),
    }),
    {
      maxLength: 8,
    },
  )
  .map((legs) => legs.reduce<readonly Leg[]>((course, { kind, steps }) => extended(course, kind, steps), []));

describe('a course', () => {
  it('is read from its text', () => {
    fc.assert(
      fc.property(courses, (course) => {
        expect(parseCourse(courseText(course))).toEqual(course);
      }),
    );
  });

  it('is none where the text is none, asks for too much, or for nothing', () => {
    for (const text of [null, '', 'x', 'c', 'c1x', '200', 'c-1', 'c0', 'c9999', 'c3000a3000', 'c1e3'])
      expect(parseCourse(text)).toEqual([]);
  });

  it('is reached from any point of it in slices', () => {
    fc.assert(
      fc.property(courses, fc.nat(), fc.integer({ min: 1, max: 50 }), (course, cut, most) => {
        let at: readonly Leg[] = [];
        let slices = 0;
        const follow = (to: readonly Leg[]) => {
          for (let leg = nextLeg(at, to, most); leg; leg = nextLeg(at, to, most), slices++)
            at = extended(at, leg.kind, leg.steps);
        };
        follow(course.slice(0, cut % (course.length + 1)));
        follow(course);
        expect(at).toEqual(course);
        expect(slices).toBeGreaterThanOrEqual(stepsOf(course) / most);
      }),
    );
  });

  it('is left alone where training has gone another way', () => {
    const clean = [{ kind: 'clean', steps: 10 }] as const;
    expect(nextLeg([{ kind: 'attacked', steps: 5 }], clean, 5)).toBeUndefined();
    expect(nextLeg([{ kind: 'clean', steps: 11 }], clean, 5)).toBeUndefined();
    expect(nextLeg([...clean, { kind: 'attacked', steps: 5 }], clean, 5)).toBeUndefined();
  });
});

describe('a run', () => {
  const setting = settingOf(new URLSearchParams());

  /** A session whose worker answers a step later, and what it has shown. */
  function running() {
    let course: readonly Leg[] = [];
    const views: View[] = [];
    const lab = {
      open: async () => {
        course = [];
      },
      advance: async (kind: Leg['kind'], steps: number) => {
        course = extended(course, kind, steps);
        return { course, neurons: { mixture: 0 } };
      },
      measure: async () => ({ examples: 1 }),
      attack: async () => ({}),
    };
    const run = session(lab as never, (view) => views.push(view));
    return {
      run,
      views,
      until: (is: (view: View) => boolean) =>
        vi.waitFor(() => expect(is(views.at(-1) as View)).toBe(true), { interval: 1 }),
    };
  }

  it('that begins anew shows nothing of the one before, of which steps are still at hand', async () => {
    const { run, views, until } = running();
    run.open(setting, []);
    await until(({ status }) => status === 'waiting');
    run.train('clean', 200);
    await until(({ progress }) => stepsOf(progress?.course ?? []) >= 20);
    const before = views.length;
    run.open(setting, []);
    await until(({ status }) => status === 'waiting');
    const steps = views.slice(before).map(({ progress }) => stepsOf(progress?.course ?? []));
    expect(new Set(steps)).toEqual(new Set([0]));
    expect(views.at(-1)?.error).toBeUndefined();
  });

  it('goes only as far as an address goes back', async () => {
    const { run, views, until } = running();
    run.open(setting, parseCourse('c4000a995'));
    run.train('clean', 1); // ends the way back at once
    await until(({ status }) => status === 'waiting');
    run.train('attacked', 9000);
    await until(({ status, progress }) => status === 'waiting' && stepsOf(progress?.course ?? []) > 100);
    run.train('clean', 5);
    await until(({ status }) => status === 'waiting');
    const course = views.at(-1)?.progress?.course ?? [];
    expect(stepsOf(course)).toBe(5000);
    expect(parseCourse(courseText(course))).toEqual(course);
  });
});

it('a worker that has failed is called in vain, and at once', async () => {
  const worker: Pick<Worker, 'onerror' | 'onmessage' | 'postMessage'> = {
    onerror: null,
    onmessage: null,
    postMessage() {},
  };
  const { work } = remote<{ work(): void }>(worker as Worker, ['work']);
  const waiting = work();
  worker.onerror?.call(worker as Worker, { message: 'no file' } as ErrorEvent);
  for (const call of [waiting, work()]) await expect(call).rejects.toThrow('the worker stopped: no file');
});

it('the largest change of an image is found, of a large one too', () => {
  const pixels = 224 * 224 * 3;
  const images = new Float32Array(2 * pixels).fill(0.5, pixels);
  images[pixels + 7] = -0.75;
  const found = { radii: [0, 1], images, probabilities: new Float32Array([1, 0, 0, 1]), classes: 2 };
  expect([0, 1].map((eps) => atRadius(found as never, eps).most)).toEqual([0, 0.75]);
});

describe('a setting', () => {
  it('is what an address says, within its ranges', () => {
    const read = settingOf(new URLSearchParams('seed=7&dimension=9999&neurons=x&tau=0.1'));
    expect(read).toEqual({ seed: 7, dimension: 192, neurons: 144, tau: 0.1, batch: 128 });
    expect(addressOf(read)).toEqual({ seed: '7', dimension: '192', tau: '0.1' });
  });

  it('lies on the grid of its field', () => {
    expect(allowed(fields.dimension, '70')).toBe(64);
    expect(allowed(fields.tau, '0.2499')).toBe(0.24);
    expect(allowed(fields.seed, '')).toBe(0);
  });
});

describe('a drawing', () => {
  const stroke = (from: readonly [number, number], to: readonly [number, number]) => drawn(drawn(empty(), from), to);

  it('fills the height, in the middle of the width, wherever it was drawn', () => {
    const pixels = pixelsOf(stroke([4, 3], [4, 12]));
    const columns = Array.from({ length: 8 }, (_, column) =>
      pixels.filter((_, at) => at % 8 === column).reduce((a, b) => a + b, 0),
    );
    expect(columns[0] + columns[1] + columns[6] + columns[7]).toBe(0);
    expect(Math.abs(columns[2] + columns[3] - columns[4] - columns[5])).toBeLessThan(2);
    expect(pixels.slice(0, 8).some((pixel) => pixel > 0) && pixels.slice(56).some((pixel) => pixel > 0)).toBe(true);
  });

  it('counts blocks, of which a full one is white', () => {
    const all = { black: new Uint8Array(32 * 32).fill(1) };
    expect([...pixelsOf(all)]).toEqual(new Array(64).fill(1));
    const corners = { black: new Uint8Array(32 * 32) };
    for (const at of [0, 31 * 32 + 31]) corners.black[at] = 1;
    expect([...pixelsOf(corners)].filter((pixel) => pixel > 0)).toEqual([1 / 16, 1 / 16]);
    expect([...pixelsOf(empty())]).toEqual(new Array(64).fill(0));
  });

  it('is read from its text', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 64, maxLength: 64 }), (levels) => {
        const pixels = Float32Array.from(levels, (level) => level / 16);
        expect(parsePixels(pixelText(pixels))).toEqual(pixels);
      }),
    );
    expect(parsePixels('00')).toBeUndefined();
    expect(parsePixels('h'.repeat(64))).toBeUndefined();
  });
});

describe('ticks', () => {
  it('are round numbers within the axis', () => {
    expect(niceTicks([0, 1], 4)).toEqual([0, 0.5, 1]);
    expect(niceTicks([0, 600], 6)).toEqual([0, 100, 200, 300, 400, 500, 600]);
    expect(niceTicks([-4, 6], 4)).toEqual([0, 5]);
  });
});
