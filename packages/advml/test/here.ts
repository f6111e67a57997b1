import { vi } from 'vitest';
import { main } from '../src/index.ts';
import type { Ended } from './child.ts';

/** The command in this process: quicker, for the long list. */
export async function here(...args: string[]): Promise<Pick<Ended, 'code' | 'stdout' | 'stderr'>> {
  const caught = (stream: NodeJS.WriteStream) => vi.spyOn(stream, 'write').mockReturnValue(true);
  const [out, err] = [caught(process.stdout), caught(process.stderr)];
  try {
    const code = await main(args);
    const text = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
    return { code, stdout: text(out), stderr: text(err) };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}
