// The command as a program of its own, for the tests.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages } from '../../scripts/workspace.mjs';

const { folder, manifest } = packages().find(({ name }) => name === 'advml');
const command = join(folder, manifest.bin.advml);

/** Starts the command; `done` resolves to its exit code, or signal, and what it wrote. */
export function start(...args) {
  let child;
  const done = new Promise((resolve) => {
    child = execFile(process.execPath, [command, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? (error.signal ?? error.code) : 0, stdout, stderr }),
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
