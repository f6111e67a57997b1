// The command as a program of its own, for the tests.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages } from '../../scripts/workspace.mjs';

const { folder, manifest } = packages().find(({ name }) => name === 'advml');
/** The program. */
export const command = join(folder, manifest.bin.advml);

/** Starts the command; `done` resolves to its exit code, or signal, and what it wrote. A record before the words is more environment. */
export function start(...words) {
  const [env, args] = typeof words[0] === 'object' ? [words[0], words.slice(1)] : [{}, words];
  let child;
  const done = new Promise((resolve) => {
    child = execFile(
      process.execPath,
      [command, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? (error.signal ?? error.code) : 0, stdout, stderr }),
    );
  });
  return { child, done };
}

/** Runs the command to its end. */
export const advml = (...args) => start(...args).done;

/** Calls `work` with the path of a temporary folder and removes the folder at the end. */
export async function withFolder(work) {
  const temporary = mkdtempSync(join(tmpdir(), 'advml-built-'));
  try {
    await work(temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
