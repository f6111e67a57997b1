// A misspelt option, or none where one is needed, is refused by name.

import { InputError } from '@advml/core';
import { memoryStore, resumeRun, startRun } from '@advml/runs';
import { stageWorkers } from '@advml/runs/disk';
import { describe, expect, it } from 'vitest';
import { paper } from '../src/index.ts';
import { paperBattery } from '../src/paper/battery.ts';

/** Functions that take options, each given a name that they do not know; none is a type error to plain JavaScript. */
const given = (options: unknown): Readonly<Record<string, () => unknown>> => ({
  startRun: () => startRun(memoryStore(), paper, options as never),
  resumeRun: () => resumeRun(memoryStore(), paper, options as never),
  stageWorkers: () => stageWorkers(options as never),
  paperBattery: () => paperBattery(options as never),
});

describe.each(Object.keys(given({})))('%s', (name) => {
  it.each([
    ['a misspelt name', { wrokers: 2 }, `${name} has no option 'wrokers'`],
    ['an array', [], `${name} takes one record of options`],
    ['null', null, `${name} takes one record of options`],
  ])('refuses %s', async (_, options, reason) => {
    const refused = Promise.resolve().then(given(options)[name]);
    await expect(refused).rejects.toBeInstanceOf(InputError);
    await expect(refused).rejects.toThrow(reason);
  });
});

describe('startRun', () => {
  it('refuses misspelt options beside a request', async () => {
    const options = { onEvents: () => {} } as never;
    await expect(startRun(memoryStore(), paper, {}, options)).rejects.toThrow(
      /startRun has no option 'onEvents'; did you mean 'onEvent'/,
    );
  });
});
