// Imported into a child process, writes the largest memory that it had, in megabytes, to the file that PEAK_MEMORY names.
import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => writeFileSync(env.PEAK_MEMORY, `${process.resourceUsage().maxRSS / 1024}`));
}
