import { yieldToEventLoop } from '@advml/core/internal';
import type { Stage, StageContext } from '../stages/stages.ts';
import type { StageRunner } from './stage-runner.ts';
import { together } from './together.ts';

/**
 * Makes the stages that are not kept yet, each as soon as those it needs are made and the runner has room.
 *
 * @param stages - All stages of a run, each after those it needs, the most urgent first.
 * @param context - The run.
 * @param runner - Where they are made.
 * @param whenFree - Does work when the runner has room for the stage of that place in the list.
 * @throws InputError if a kept file is damaged; AbortedError if the run was stopped; or what a stage threw. Then the other stages
 * have been stopped as well.
 */
export async function runStages(
  stages: readonly Stage[],
  context: StageContext,
  runner: StageRunner,
  whenFree: (place: number, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const missing: [number, Stage][] = [];
  for (const [place, stage] of stages.entries()) {
    if (!(await stage.isKept(context.store))) missing.push([place, stage]);
    else context.onEvent({ type: 'stage', stage: stage.name, state: 'reused' });
  }
  const made = new Map<string, Promise<void>>();
  await together(context.signal, (signal) =>
    missing.map(([place, stage]) => {
      const needed = Promise.all(stage.needs.map((name) => made.get(name)));
      const work = needed.then(() => whenFree(place, () => makeStage(stage, { ...context, signal }, runner)));
      made.set(stage.name, work);
      return work;
    }),
  );
}

async function makeStage(stage: Stage, context: StageContext, runner: StageRunner): Promise<void> {
  await yieldToEventLoop(context.signal, stage.name);
  context.onEvent({ type: 'stage', stage: stage.name, state: 'started' });
  await runner.make(stage, context);
  context.onEvent({ type: 'stage', stage: stage.name, state: 'finished' });
}
