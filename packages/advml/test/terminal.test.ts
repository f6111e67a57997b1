// What a person sees: durations, rates, colours, the status line, and the exit code.

import { AbortedError } from '@advml/core';
import { durationText } from '@advml/core/internal';
import { catalogue } from '@advml/experiments/catalogue';
import { type Claim, memoryStore, type RunEvent } from '@advml/runs';
import { describe, expect, it, vi } from 'vitest';
import { claimsTable } from '../src/terminal/claims-table.ts';
import { machineListener, personListener } from '../src/terminal/listener.ts';
import { meterOf } from '../src/terminal/progress.ts';
import { sweepListener } from '../src/terminal/sweep-listener.ts';
import { terminalOf } from '../src/terminal/terminal.ts';
import { showWork } from '../src/work.ts';

/** A terminal, or a pipe, that keeps what was written to it. */
function screen({ tty = true, columns = 80, env = {} }: { tty?: boolean; columns?: number; env?: object } = {}) {
  const written = { out: '', err: '' };
  const stream = (name: keyof typeof written) => ({
    isTTY: tty,
    columns,
    write: (text: string) => {
      written[name] += text;
      return true;
    },
  });
  const streams = { stdout: stream('out'), stderr: stream('err'), env } as unknown as NodeJS.Process;
  return { written, terminal: terminalOf(streams) };
}

const claim = (holds: boolean): Claim => ({
  id: 'C2',
  statement: 'A sentence.',
  quantity: 'robust accuracy of w',
  value: 0.0061,
  interval: [0.0022, 0.0132],
  bar: '< 0.01',
  holds,
  attack: 'PGD',
  detail: {},
});

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.4, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [65, '1 min 5 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h 0 min'],
    [3 * 3600 + 125, '3 h 2 min'],
    [50 * 3600, '50 h 0 min'],
  ])('of %f seconds: %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('a meter', () => {
  const clocked = () => {
    const clock = { ms: 1e6 };
    return { clock, meter: meterOf('clean training', () => clock.ms) };
  };

  it('says rate and time left from its first call on', () => {
    const { clock, meter } = clocked();
    expect(meter.line(1, 301)).toBe('clean training: 1/301 (0%)');
    clock.ms += 2000;
    expect(meter.line(11, 301)).toBe('clean training: 11/301 (3%), 5.00 a second, 58 s left');
    clock.ms += 8000;
    expect(meter.line(301, 301)).toBe('clean training: 301/301 (100%), 30.0 a second, 0 s left');
  });

  it('does not count as speed what an earlier attempt did', () => {
    const { clock, meter } = clocked();
    expect(meter.line(200, 300)).toBe('clean training: 200/300 (66%)');
    clock.ms += 10_000;
    expect(meter.line(201, 300)).toBe('clean training: 201/300 (67%), 0.100 a second, 16 min 30 s left');
  });

  it('says no rate where none is known: no time or no work has passed', () => {
    const { clock, meter } = clocked();
    meter.line(5, 10);
    expect(meter.line(6, 10)).toBe('clean training: 6/10 (60%)');
    const other = clocked();
    other.meter.line(5, 10);
    other.clock.ms += clock.ms;
    expect(other.meter.line(5, 10)).toBe('clean training: 5/10 (50%)');
    expect(other.meter.line(0, 0)).toBe('clean training: 0/0 (100%)');
  });
});

describe('colours', () => {
  const painted = (options: Parameters<typeof screen>[0]) => {
    const { written, terminal } = screen(options);
    terminal.out(terminal.paint('green', 'holds'));
    return written.out;
  };

  it('are for terminals, and not where NO_COLOR is set to anything', () => {
    expect(painted({})).toBe('\x1b[32mholds\x1b[39m');
    expect(painted({ env: { NO_COLOR: '' } })).toBe('\x1b[32mholds\x1b[39m'); // as no-color.org has it
    expect(painted({ env: { NO_COLOR: '1' } })).toBe('holds');
    expect(painted({ tty: false })).toBe('holds');
  });

  it('mark the outcome in the table of claims, which says the same without them', () => {
    const { written, terminal } = screen();
    terminal.out(claimsTable([claim(true), claim(false)], terminal));
    const coloured = written.out;
    const plain = claimsTable([claim(true), claim(false)], screen({ tty: false }).terminal);
    expect(plain).toBe(
      '  C2  holds          robust accuracy of w: 0.0061 [0.0022, 0.0132] (bar < 0.01)\n                      attack: PGD\n' +
        '  C2  does not hold  robust accuracy of w: 0.0061 [0.0022, 0.0132] (bar < 0.01)\n                      attack: PGD\n',
    );
    expect(coloured).not.toBe(plain);
    const bare = (text: string) => text.split('\x1b[').map((part, at) => (at === 0 ? part : part.replace(/^\d+m/, '')));
    expect(bare(coloured).join('')).toBe(plain);
  });
});

describe('text of files and arguments', () => {
  const evil = 'a\x1b[2J\x1b]0;title\x07\rb\x9b31m\x7f\u202ec\n\td';
  const shown = 'a\\u001b[2J\\u001b]0;title\\u0007\\u000db\\u009b31m\\u007f\\u202ec\n\td';

  it('is shown and never obeyed, wherever it is written and in whatever colour', () => {
    const { written, terminal } = screen({ columns: 200 });
    terminal.out(evil);
    terminal.out(terminal.paint('red', evil));
    terminal.note(evil);
    terminal.error(evil);
    terminal.status(evil);
    expect(written.out).toBe(`${shown}\x1b[31m${shown}\x1b[39m`);
    expect(written.err).toBe(`${shown}\nadvml: ${shown}\n${shown}`);
  });

  it('is the same text in JSON', () => {
    const { written, terminal } = screen();
    terminal.out(JSON.stringify({ evil }));
    for (const obeyed of '\x1b\x9b\x7f\u202e') expect(written.out).not.toContain(obeyed);
    expect(JSON.parse(written.out)).toEqual({ evil });
  });
});

describe('claims of a preset that is too small for verdicts', () => {
  const caveat = 'The preset smoke is too small for verdicts.';

  it('are shown in grey, below a line that says so', () => {
    const { written, terminal } = screen();
    terminal.out(claimsTable([claim(true), claim(false)], terminal, caveat));
    expect(written.out.split('\n')[0]).toBe(`  \x1b[90m${caveat}\x1b[39m`);
    expect(written.out).not.toMatch(/\[3[12]m/);
    expect(written.out).toContain('\x1b[90mdoes not hold\x1b[39m');
  });

  it('are announced when the run begins, with what is run and where it is kept', () => {
    for (const tty of [true, false]) {
      const { written, terminal } = screen({ tty });
      const plan = {
        type: 'plan',
        experiment: 'paper',
        preset: 'smoke',
        seeds: [4],
        location: 'runs/x',
        stages: 2,
        caveat,
      };
      const listen = personListener(terminal);
      listen(plan as RunEvent);
      listen({ type: 'stage', stage: 'init weights', state: 'reused' });
      listen({ type: 'stage', stage: 'clean training', state: 'finished' });
      expect(written.err).toBe(
        `paper, preset smoke, seed 4: 2 stages, kept in runs/x\n${tty ? `\x1b[90m${caveat}\x1b[39m` : caveat}\n` +
          '[1/2] init weights: done before\n[2/2] clean training: done in 0 s\n',
      );
    }
  });
});

describe('the status line', () => {
  it('is redrawn in place, cut to the width, and cleared by whatever is written next', () => {
    const { written, terminal } = screen({ columns: 12 });
    terminal.status('one');
    terminal.status('a line that is too long');
    expect(written.err).toBe('one\r\x1b[2Ka line that');
    terminal.note('note');
    expect(written.err).toBe('one\r\x1b[2Ka line that\r\x1b[2Knote\n');
    terminal.status('two');
    terminal.out('result\n');
    terminal.close();
    expect(written).toEqual({ out: 'result\n', err: 'one\r\x1b[2Ka line that\r\x1b[2Knote\ntwo\r\x1b[2K' });
  });

  it.each([
    ['a pipe', { tty: false }],
    ['a dumb terminal', { env: { TERM: 'dumb' } }],
  ])('is not drawn on %s', (_, options) => {
    const { written, terminal } = screen(options);
    terminal.status('one');
    terminal.error('wrong');
    terminal.close();
    expect(written).toEqual({ out: '', err: 'advml: wrong\n' });
  });
});

describe('a listener', () => {
  const progress = (done: number) => ({ type: 'progress', stage: 'clean training', done, total: 9 }) as const;
  const at = (milliseconds: number, work: () => void) => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(milliseconds);
    work();
    clock.mockRestore();
  };

  it.each([
    ['redraws ten times a second', true, 100],
    ['writes a line every ten seconds', false, 10_000],
  ])('%s where a person watches: %s', (_, tty, interval) => {
    const { written, terminal } = screen({ tty });
    let listen = personListener(terminal);
    at(0, () => {
      listen = personListener(terminal);
      listen(progress(1));
    });
    at(interval - 1, () => listen(progress(2)));
    expect(written.err).toBe('');
    at(interval, () => listen(progress(3)));
    expect(written.err).toContain('clean training: 3/9 (33%)');
  });

  it('shows stages that are made side by side in brief, until they end', () => {
    const { written, terminal } = screen({ columns: 200 });
    let listen = personListener(terminal);
    const shown = () => written.err.split('\r\x1b[2K').at(-1);
    at(0, () => {
      listen = personListener(terminal);
      listen({ ...progress(1), seed: 3 });
      listen({ type: 'progress', stage: 'curve-clean', done: 0, total: 4 });
    });
    at(2000, () => listen({ ...progress(2), seed: 3 }));
    expect(shown()).toBe('seed 3, clean training 22%, 14 s left | curve-clean 0%');
    at(3000, () => listen({ type: 'stage', stage: 'curve-clean', state: 'finished' }));
    expect(shown()).toBe('curve-clean: done in 0 s\n');
    at(3000, () => listen({ ...progress(4), seed: 3 }));
    expect(written.err.split('\n').at(-1)).toBe('seed 3, clean training: 4/9 (44%), 1.00 a second, 5 s left');
  });

  it('counts the stages of a run, those that were made before too', () => {
    const { written, terminal } = screen({ tty: false });
    const listen = personListener(terminal);
    listen({ type: 'plan', experiment: 'e', preset: 'p', seeds: [0], location: 'here', stages: 20 });
    listen({ type: 'stage', stage: 'first', state: 'reused' });
    at(0, () => listen({ type: 'stage', stage: 'second', state: 'started' }));
    at(30_000, () => listen({ type: 'stage', stage: 'second', state: 'finished' }));
    expect(written.err.split('\n').slice(1, 3)).toEqual(['[1/20] first: done before', '[2/20] second: done in 30 s']);
  });

  it('says how long a stage took, what was done before, and what is noted', () => {
    const { written, terminal } = screen({ tty: false });
    const listen = personListener(terminal);
    at(1000, () => listen({ type: 'stage', stage: 'clean training', state: 'started' }));
    at(76_000, () => listen({ type: 'stage', stage: 'clean training', state: 'finished' }));
    listen({ type: 'stage', stage: 'init weights', state: 'reused' });
    listen({ type: 'note', message: 'seed 3 of 3, 8' });
    expect(written.err).toBe('clean training: done in 1 min 15 s\ninit weights: done before\nseed 3 of 3, 8\n');
    expect(written.out).toBe('');
  });

  it('rounds no claim of a run in a sweep across its bar', () => {
    const { written, terminal } = screen({ tty: false });
    const listen = sweepListener(terminal);
    const claims = [claim(true), { ...claim(false), value: 0.0100004 }];
    listen({ type: 'plan', runs: 1, location: 'there', caveats: [] });
    listen({ type: 'run', run: 'a', state: 'started' });
    for (const each of claims) listen({ type: 'within', run: 'a', event: { type: 'claim', claim: each } });
    listen({ type: 'run', run: 'a', state: 'finished' });
    expect(written.err).toMatch(/; C2 0\.0061, C2 0\.0100004 \(does not hold\)\n$/);
  });

  it('for machines writes every event as a line', () => {
    const { written, terminal } = screen();
    const listen = machineListener(terminal);
    listen(progress(1));
    listen({ type: 'note', message: 'two\nlines' });
    expect(written).toEqual({
      out: '{"type":"progress","stage":"clean training","done":1,"total":9}\n{"type":"note","message":"two\\nlines"}\n',
      err: '',
    });
  });
});

describe('the exit code', () => {
  const codeOf = (claims: readonly Claim[], options: Parameters<typeof showWork>[3]) =>
    showWork(screen().terminal, memoryStore(), { url: catalogue }, options, async () => claims);

  it.each([
    [[claim(true), claim(true)], true, 0],
    [[claim(true), claim(false)], true, 1],
    [[claim(true), claim(false)], false, 0],
  ])('of claims %# under strict = %s is %i', async (claims, strict, code) => {
    expect(await codeOf(claims, { strict })).toBe(code);
    expect(await codeOf(claims, { strict, json: true })).toBe(code);
  });

  it('of stopped work is left to the caller, who is told how to go on', async () => {
    const { written, terminal } = screen({ tty: false });
    const stopped = showWork(terminal, memoryStore(), { url: catalogue }, {}, async () => {
      throw new AbortedError('stopped');
    });
    await expect(stopped).rejects.toThrow(AbortedError);
    expect(written.err).toBe('stopped; go on with: advml resume memory\n');
    const own = { url: 'file:///my%20own.mjs', module: { path: '/my own.mjs', digest: '' } };
    const another = showWork(terminal, memoryStore(), own, {}, async () => {
      throw new AbortedError('stopped');
    });
    await expect(another).rejects.toThrow(AbortedError);
    expect(written.err).toMatch(/\nstopped; go on with: advml resume memory "\/my own\.mjs"\n$/);
  });

  it('leaves no listener for signals behind', async () => {
    const before = process.listenerCount('SIGINT');
    await codeOf([claim(true)], {});
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
