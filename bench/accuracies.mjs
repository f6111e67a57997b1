// Accuracies of a network that was trained twice, side by side.
import { clopperPearson } from '@advml/metrics';
import { number } from './document.mjs';

/**
 * Words for the clean and the robust accuracy of a network with their exact intervals, and where these do not meet.
 *
 * @param symbol - What the network is called.
 * @param ours - Two proportions as `clopperPearson` gives them, `clean` and `robust`.
 * @param theirs - The peer's counts, each `[right, examples]`, if there is a peer.
 * @returns The words, without a stop.
 */
export function accuracies(symbol, ours, theirs) {
  const words = ['clean', 'robust'].map((kind) => {
    const [own, other] = [ours[kind], theirs && clopperPearson(...theirs[kind])];
    const text = `${kind} accuracy of ${symbol}: ours ${interval(own)}`;
    if (!other) return text;
    const apart = own.low > other.high || other.low > own.high ? ', whose intervals do not meet' : '';
    return `${text}, PyTorch ${interval(other)}${apart}`;
  });
  return words.join('; ');
}

const interval = ({ value, low, high }) => `${number(value)} [${number(low)}, ${number(high)}]`;
