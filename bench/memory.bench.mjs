// The peak of memory of large work, each in a process of its own, and that it does not grow with time.
import { number } from './document.mjs';
import { inProcess } from './in-process.mjs';

export const title = 'Memory';
export const about = `The most memory that a process held (its resident set) by the end of more of the same work, and before that, by the end of less. 32 images of
224 x 224 x 3 are attacked together by PGD in linf, on convolutions of 16 and 32 filters with pooling; examples of 64 numbers are evaluated 1,000 at a
time on a perceptron of 64 hidden units by PGD of 5 steps.`;

const cases = [
  { name: 'PGD on 32 images of 224 x 224 x 3, 20 steps', work: 'images', amounts: [3, 20], less: 'after 3 steps' },
  {
    name: 'evaluation of 100,000 examples, the second time',
    work: 'examples',
    amounts: [100_000, 100_000],
    less: 'after the first time',
  },
];

export async function* rows({ progress }) {
  for (const { name, work, amounts, less } of cases) {
    progress(name);
    const [before, peak] = await inProcess('one-memory.mjs', [work, ...amounts]);
    yield { name, ours: peak, unit: 'MB', peers: [], note: `${number(before)} MB ${less}` };
  }
}
