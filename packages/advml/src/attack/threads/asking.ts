import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import type { Share, SharedJob, SharedPart } from '@advml/metrics';
import type { Answer } from './hand-out.ts';
import type { Asked } from './messages.ts';

/**
 * Shares an evaluation by asking for its examples, some at a time.
 *
 * @param port - Leads to who hands them out.
 * @returns What `evaluate` takes as `share`.
 */
export function askingFor(port: MessagePort): Share {
  const answerTo = async (asked: Asked): Promise<Answer> => {
    const answered = once(port, 'message') as Promise<[Answer]>;
    port.postMessage(asked);
    return (await answered)[0];
  };
  return async <T>({ work, onProgress, ...job }: SharedJob<T>) => {
    const { job: name, positions, batchSize } = job;
    let answer = await answerTo({ type: 'job', job: name, positions, batchSize });
    while ('positions' in answer) {
      onProgress(answer.examples);
      const part = await work(answer.positions);
      answer = await answerTo({ type: 'did', part: part as SharedPart });
    }
    onProgress(positions.length);
    return answer.parts as readonly SharedPart<T>[]; // of this job, so of its kind
  };
}
