import { experimentNamed, type RunRecord, readRunRecord, reportRun } from '@advml/experiments';
import { diskStore } from '@advml/experiments/disk';
import { type Command, readArgs } from '../command.ts';
import { claimsTable } from '../terminal/claims-table.ts';
import { oneFolder } from './resume.ts';

const OPTIONS = { json: { type: 'boolean' } } as const;

const HELP = `Prints the claims of a finished run and writes its figures and report.html anew.

Usage: advml report DIR [options]

Options:
  --json     the claims as JSON on standard output

Example:
  advml report runs/paper-20260101-120000
`;

/** `advml report`: shows a finished run. */
export const report: Command = {
  name: 'report',
  summary: 'print the claims of a finished run and write its report anew',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const store = diskStore(oneFolder('report', positionals));
    const claims = await reportRun(store);
    const { experiment, preset } = (await readRunRecord(store)) as RunRecord;
    const caveat = experimentNamed(experiment).caveats[preset];
    if (values.json) terminal.out(`${JSON.stringify({ location: store.location, claims }, null, 2)}\n`);
    else terminal.out(`${claimsTable(claims, terminal, caveat)}\nreport: ${store.location}/report.html\n`);
    return 0;
  },
};
