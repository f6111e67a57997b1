import { type RunRecord, readRunRecord, reportRun } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { type Command, readArgs } from '../command.ts';
import { experimentOfRun } from '../experiment.ts';
import { claimsTable } from '../terminal/claims-table.ts';
import { runNamed } from './resume.ts';

const OPTIONS = { trust: { type: 'boolean' }, changed: { type: 'boolean' }, json: { type: 'boolean' } } as const;

const HELP = `Prints the claims of a finished run and writes its figures and report.html anew.

Usage: advml report DIR [MODULE] [options]

MODULE is the file or package of an experiment of your own, as 'advml run' was given it. It is code, which runs with all
your rights: a folder alone never makes it run.

Options:
  --trust     run the module that the folder itself names
  --changed   report by a module that has changed since the run began: other claims, tables or figures
  --json      the claims as JSON on standard output

Examples:
  advml report runs/paper-20260101-120000
  advml report runs/mine ./my-experiment.mjs
`;

/** `advml report`: shows a finished run. */
export const report: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const { folder, path } = runNamed('report', positionals);
    const store = diskStore(folder);
    const { experiment, module } = await experimentOfRun(store, { path, ...values });
    const claims = await reportRun(store, experiment, { module, mayChange: values.changed });
    const { preset } = (await readRunRecord(store)) as RunRecord;
    const caveat = experiment.caveats[preset];
    if (values.json) terminal.out(`${JSON.stringify({ location: store.location, claims }, null, 2)}\n`);
    else terminal.out(`${claimsTable(claims, terminal, caveat)}\nreport: ${store.location}/report.html\n`);
    return 0;
  },
};
