import { diskStore, parseSweep, planSweep, runSweep, type SweepEngine } from '@advml/runs/disk';
import { performRun } from '../../runs/src/sweep/perform.ts';
import { readSweepRecord, type SweepRecord } from '../../runs/src/sweep/record.ts';
import { draws } from '../../runs/test/sweep-experiment.ts';

/** What the runs below say of versions. */
export const environment = { advml: '1.0.0' };

/** Carries out a small sweep of no time at all in this process. */
export async function sweptHere(folder: string, request: object): Promise<void> {
  const experiments = [{ experiment: draws, url: 'file:///draws.mjs' }];
  const plan = planSweep(parseSweep({ experiment: 'draws', ...request }), experiments, environment.advml);
  const engine: SweepEngine = {
    lanes: 1,
    perform: async (job, context) => {
      const record = (await readSweepRecord(diskStore(folder))) as SweepRecord;
      await performRun(job, record, { experiment: draws, environment }, context);
    },
  };
  await runSweep(folder, plan, { engine });
}
