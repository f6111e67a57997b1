import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { hostname } from 'node:os';
import { InputError } from '@advml/core';
import { type Command, readArgs, readInteger } from '../command.ts';
import { runsServer } from '../serve/server.ts';

const OPTIONS = { port: { type: 'string' }, host: { type: 'string' } } as const;

const HELP = `Shows the runs and sweeps in a folder to a browser, live: state, claims, curves, figures, reports.

Usage: advml serve DIR [options]

DIR is the folder of a run or of a sweep, or one with runs and sweeps in it, such as runs.

Options:
  --port N     port. Default: 8320; 0 takes any that is free
  --host NAME  address to listen on, or its name. Default: 127.0.0.1, which only this machine reaches

Nothing in DIR is changed, no code of an experiment is run, and pages load nothing from elsewhere. Only files that runs and sweeps
leave are given out, and none outside DIR. There is no password: with another --host, whoever reaches this machine can read DIR. To
look on from another machine all the same, leave the default and take 'ssh -L 8320:localhost:8320 MACHINE' there. Ctrl-C ends it.

Examples:
  advml serve runs
  advml serve runs/window --port 0
  advml serve runs --host 0.0.0.0
`;

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

/** Listens, or says what keeps it from that. */
async function listening(server: Server, host: string, port: number): Promise<AddressInfo> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new InputError(`port ${port} of ${host} is in use; name another by --port, or 0 for any that is free`);
    throw new InputError(`cannot listen on ${host}, port ${port}: ${message}`);
  }
  return server.address() as AddressInfo;
}

/** Waits for Ctrl-C, or another wish that the program end. */
async function ended(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** `advml serve`: shows runs and sweeps to a browser. */
export const serve: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0)
      throw new InputError(`serve takes one folder, such as 'advml serve runs', got '${positionals.join(' ')}'`);
    const port = readInteger('port', values.port ?? '8320', 0);
    if (port > 65535) throw new InputError(`--port must be at most 65535, got ${port}`);
    const { host = '127.0.0.1' } = values;
    const names = isLoopback(host) ? ['localhost'] : ['localhost', hostname(), host];
    const server = await runsServer(folder, names, (error) => terminal.error(String(error.stack)));
    const address = await listening(server, host, port);
    const named = isIP(host) === 6 ? `[${host}]` : host;
    terminal.out(`${folder} is shown at http://${named}:${address.port}/\n`);
    if (!isLoopback(host))
      terminal.note(`whoever reaches this machine can read the runs in ${folder}: there is no password`, 'red');
    await ended();
    server.close();
    server.closeAllConnections();
    return 0;
  },
};
