import { spawn } from 'node:child_process';
import { execArgv, execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/**
 * What a program of this folder prints as JSON, run in a process of its own.
 *
 * @param file - Its name.
 * @param args - Its arguments.
 * @throws Error if it prints nothing.
 */
export async function inProcess(file, args) {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(execPath, [...execArgv, script, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const answer = await text(child.stdout);
  if (answer === '') throw new Error(`${file} ${args.join(' ')} has failed`);
  return JSON.parse(answer);
}
