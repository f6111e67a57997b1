// An experiment of milliseconds in several stages, for sweeps whose machines are killed and held up. How long it waits is no setting, so
// that the same runs are made at once where nobody disturbs them.
import { setTimeout } from 'node:timers/promises';
import { count, defineExperiment, z } from '@advml/runs';

const { CHAOS_PAUSE = '0' } = process.env;

const draw = (name) => ({
  measure: async ({ settings: { draws, how }, key }) => {
    await setTimeout(Number(CHAOS_PAUSE));
    if (how === 'throws' && name === 'second') throw new RangeError('no run of this kind comes to an end');
    const uniform = key.child(name).uniform(draws);
    return { mean: uniform.reduce((sum, one) => sum + one, 0) / draws };
  },
});

export default defineExperiment({
  name: 'chaos',
  settings: {
    draws: count(1).default(50).describe('Draws of each stage'),
    how: z.enum(['well', 'throws']).default('well').describe('How it goes'),
  },
  stages: { first: draw('first'), second: draw('second'), third: draw('third') },
  claims: ['first', 'second', 'third'].map((name) => ({
    id: name,
    statement: 'The mean is about a half.',
    quantity: 'mean',
    bar: '0.4 to 0.6',
    find: (measures) => ({
      value: measures[name].mean,
      interval: [measures[name].mean - 0.1, measures[name].mean + 0.1],
      holds: Math.abs(measures[name].mean - 0.5) < 0.1,
    }),
  })),
});
