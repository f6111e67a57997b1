import { networkNames } from './network.ts';

/** What `attack` and `certify` both take. */
export const SHARED = {
  of: { type: 'string' },
  trust: { type: 'boolean' },
  weights: { type: 'string' },
  network: { type: 'string' },
  strides: { type: 'string' },
  pooling: { type: 'string' },
  data: { type: 'string' },
  'divide-by': { type: 'string' },
  examples: { type: 'string' },
  norm: { type: 'string' },
  eps: { type: 'string' },
  box: { type: 'string' },
  battery: { type: 'string' },
  steps: { type: 'string' },
  queries: { type: 'string' },
  targets: { type: 'string' },
  curve: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What the help of both says of where the network and its examples come from. */
export const SOURCE_HELP = `  --of NETWORK      of a run: clean, or robust (the default); of one on images also robust-l2 and the like
  --trust           run the module that the folder of the run names
  --weights FILE    parameters as safetensors or npz, such as weights/robust.safetensors of a run; numbered layers,
                    as of PyTorch's nn.Sequential, are taken in their order
  --network NAME    ${networkNames.join(', ')}; only for weights that do not say which network
                    they belong to, as ours do: those of other programs. Sizes are then read off the weights
  --strides N,N,... of such weights, the strides of a CNN's convolutions, or of a ResNet's first one.
                    Default: 1
  --pooling KIND    of such weights, max (the default), average or none after each convolution of a CNN
  --data FILE       safetensors or npz with x [n, ...] and labels y [n], or images and labels, or x_test and
                    y_test: classes, or -1 and +1 (or 0 and 1) for a score; 'advml data --help' makes such files
  --divide-by N     what x is divided by. Default: 255 for uint8, which becomes 0..1, and 1 otherwise
  --examples N      attack the first N examples. Default: all of a file, 200 of a run
  --norm NORM       l1, l2 or linf. Default: for a run, that of its claims
  --eps R           radius in input units. Default: for a run, its own
  --box LOW,HIGH    range of the inputs. Default: none, or the run's own`;
