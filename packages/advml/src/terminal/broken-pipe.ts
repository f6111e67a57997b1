/** Exit code of a program that wrote to a pipe nobody reads: 128 and the number of SIGPIPE, as shells have it. */
const CODE = 141;

function leave(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(CODE);
}

/**
 * Ends the program without a word once nobody reads what it writes, as in `advml run --settings | head -1`; a run can be resumed.
 *
 * @param streams - The process.
 */
export function endOnBrokenPipe({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  for (const stream of [stdout, stderr]) if (!stream.listeners('error').includes(leave)) stream.on('error', leave);
}
