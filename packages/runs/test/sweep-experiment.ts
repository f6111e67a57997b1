import { count, defineExperiment, fraction, z } from '@advml/runs';
import { diskStore, parseSweep, planSweep, type SweepEngine } from '@advml/runs/disk';
import { performRun } from '../src/sweep/perform.ts';
import { readSweepRecord, type SweepRecord } from '../src/sweep/record.ts';

/** An experiment of no time at all: counts how many of a number of random draws lie below a bar; more than 9000 are an error. */
export const draws = defineExperiment({
  name: 'draws',
  settings: {
    number: count(1).default(100).describe('Draws'),
    bar: fraction.default(0.5).describe('Bar'),
    sign: z.strictObject({ of: z.enum(['plus', 'minus']).default('plus') }).prefault({}),
  },
  presets: { default: {}, small: { number: 10 } },
  caveats: { small: 'Too few.' },
  stages: {
    below: {
      measure: ({ settings, key }) => {
        if (settings.number > 9000) throw new RangeError('too many draws');
        return {
          share:
            key
              .child('a')
              .uniform(settings.number)
              .filter((x) => x < settings.bar).length / settings.number,
        };
      },
    },
  },
  claims: [
    {
      id: 'half',
      statement: 'About half are below.',
      quantity: 'share below the bar',
      bar: '0.25 to 0.75',
      find: ({ below: { share } }) => ({
        value: share,
        interval: [share - 0.1, share + 0.1],
        holds: share > 0.25 && share < 0.75,
      }),
    },
  ],
});

export default draws;

/** The plan of a sweep of it. */
export const planOf = (more: object) =>
  planSweep(parseSweep({ experiment: 'draws', ...more }), [{ experiment: draws, url: 'file:///draws.mjs' }], '1.0.0');

/** Makes runs in this thread, and does something before each, whose name it is told. */
export const performAfter =
  (before: (name: string) => void | Promise<void>): SweepEngine['perform'] =>
  async (job, context) => {
    const record = (await readSweepRecord(diskStore(job.folder))) as SweepRecord;
    await before(record.runs.find(({ id }) => id === job.id)?.name as string);
    await performRun(job, record, { experiment: draws, environment: { advml: '1.0.0' } }, context);
  };
