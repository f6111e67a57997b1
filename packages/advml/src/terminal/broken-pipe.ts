/** Exit code of a program that wrote to a pipe nobody reads: 128 and the number of SIGPIPE, as shells have it. */
const BROKEN_PIPE = 141;

function leave(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(BROKEN_PIPE);
  process.stderr.write(`advml: cannot write: ${error.message}\n`);
  process.exit(1);
}

/**
 * Ends the program where its output cannot be written: without a word if nobody reads it any more, as in
 * `advml run --settings | head -1`. A run can be resumed.
 *
 * @param streams - The process.
 */
export function endOnBrokenPipe({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  for (const stream of [stdout, stderr]) if (!stream.listeners('error').includes(leave)) stream.on('error', leave);
}
