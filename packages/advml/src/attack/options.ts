import { setNames } from './data/sets.ts';
import { networkNames } from './network.ts';

/** What `attack` and `certify` both take. */
export const SHARED = {
  of: { type: 'string' },
  trust: { type: 'boolean' },
  changed: { type: 'boolean' },
  model: { type: 'string' },
  weights: { type: 'string' },
  network: { type: 'string' },
  strides: { type: 'string' },
  pooling: { type: 'string' },
  data: { type: 'string' },
  labels: { type: 'string' },
  size: { type: 'string' },
  scale: { type: 'string' },
  'divide-by': { type: 'string' },
  layout: { type: 'string' },
  mean: { type: 'string' },
  std: { type: 'string' },
  first: { type: 'string' },
  examples: { type: 'string' },
  indices: { type: 'string' },
  norm: { type: 'string' },
  eps: { type: 'string' },
  box: { type: 'string' },
  battery: { type: 'string' },
  survivors: { type: 'boolean' },
  steps: { type: 'string' },
  queries: { type: 'string' },
  targets: { type: 'string' },
  curve: { type: 'string' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What the help of both says of where the model and its examples come from. */
export const SOURCE_HELP = `  --of NETWORK      of a run: clean, or robust (the default); of one on images also robust-l2 and the like
  --trust           run the module that the folder of the run names
  --changed         run it, or the module named after the folder, although it has changed since the run began
  --model FILE      the model, by the ending of its file: .onnx; model.json of TensorFlow.js, layers or graph; .mjs or
                    .js, a module that exports by default a classifier (inputs to logits), a promise of one, or a
                    function that makes one, and preprocess, classes, box ({ low, high }) and inputShape if it likes:
                    code, which runs with your rights; else weights as safetensors or npz, such as
                    weights/robust.safetensors of a run. --weights FILE is the same
  --network NAME    ${networkNames.join(', ')}; only for weights that do not say which network
                    they belong to, as ours do: those of other programs. Sizes are then read off the weights, and
                    numbered layers, as of PyTorch's nn.Sequential, are taken in their order
  --strides N,N,... of such weights, the strides of a CNN's convolutions, or of a ResNet's first one.
                    Default: 1
  --pooling KIND    of such weights, max (the default), average or none after each convolution of a CNN
  --data DATA       a safetensors or npz file with x [n, ...] and labels y [n], or images and labels, or x_test and
                    y_test; an npy or IDX file of inputs; a folder with t10k- IDX files, CIFAR's binary test files, or
                    one folder of PNG or JPEG images a class; or ${setNames.join(', ')}.
                    Labels are classes of any type, one-hot rows, or -1 and +1 (or 0 and 1) for a score
  --labels FILE     labels for inputs in an npy or IDX file. Default: the file beside it, with y for x, labels for images
  --size WxH        of a folder of images: what they are resized to. Default: they must share a size
  --scale S         what x is multiplied by, such as 1/255. Default: 1/255 for uint8, which becomes 0..1, and 1
                    otherwise. --divide-by N is --scale 1/N
  --layout LAYOUT   how images lie in the data, nchw or nhwc. Default: what the model's input shape tells
  --mean M,M,...    for models that expect standardised inputs: what is taken off, one number or one a channel, after
  --std S,S,...     --scale, and what is divided by. Radius and box stay in units of x before this
  --first N         attack the first N examples; of folders of classes, one of each class in turn. --examples N is the
                    same. Default: all of the data, 200 of a run
  --indices I       attack these instead: places such as 0,5,10-19, or a file of such text
  --norm NORM       l0 (entries that change), l1, l2 or linf. Default: for a run, that of its claims
  --eps R           radius in input units, such as 0.1 or 8/255. Default: for a run, its own
  --box LOW,HIGH    range of the inputs. Default: that of a module; of a run, its own; else none`;

/** What the help of both says of threads. */
export const WORKERS_HELP = `  --workers N       threads that share the examples, each with the model for itself: they change the time and nothing else.
                    Default: 2 (1 on one processor), where the second starts only once the work proves long and memory
                    is there; 1 for a module, which each thread loads for itself. A model that answers later has one`;
