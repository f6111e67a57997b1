import { AbortedError } from '@advml/core';
import { evaluationTable } from '@advml/metrics';
import { diskStore } from '@advml/runs/disk';
import { attackInThread } from '../attack/in-thread.ts';
import { leave } from '../attack/leave.ts';
import { networkNames } from '../attack/network.ts';
import { keptParts } from '../attack/parts.ts';
import { readRequest } from '../attack/read-request.ts';
import { type Command, readArgs, readPath } from '../command.ts';
import { environment } from '../environment.ts';
import { interruptible } from '../interrupt.ts';
import { meterOf } from '../terminal/progress.ts';

const OPTIONS = {
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

const HELP = `Attacks a trained network and says how robust it is, and whether that can be believed.

Usage: advml attack RUN [MODULE] [--of NETWORK] [options]
       advml attack --weights FILE [--network NAME] --data FILE --norm NORM --eps R [options]

RUN is the folder of a run: its network, its own fresh test examples, its norm, radius and box are taken. MODULE is the
file of its experiment, where that is your own: code, which a folder alone never makes run. Otherwise all are told:

Options:
  --of NETWORK      of a run: clean, or robust (the default); of one on images also robust-l2 and the like
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
  --box LOW,HIGH    range of the inputs. Default: none, or the run's own
  --battery NAME    noise and one step are added for comparison. Default: standard
  --steps N         gradient steps of every ascent and of FAB. Default: 100
  --queries N       forward passes of the attack without gradients. Default: 5000
  --targets N       wrong classes that the targeted attacks aim at. Default: 9 (5 for APGD in l1)
  --curve R,R,...   further radii; every attack is run again at each of them
  --seed S          seed. Default: 0
  --out DIR         folder for what it finds. Default: nothing is kept
  --json            the result as one line of JSON on standard output

It leaves attack.json, one example a row in records.jsonl and records.parquet, and figures/ in the folder.
It says with what it was made: request, seed, SHA-256 of weights and data, versions, backend.
Ctrl-C stops it at once; the same command goes on from parts.jsonl to the same result.

Examples:
  advml attack runs/mine
  advml attack runs/mine --of clean --examples 50 --curve 0.05,0.1 --out attacks/clean
  advml data runs/mine --out test.safetensors
  advml attack --weights runs/mine/weights/robust.safetensors --data test.safetensors \\
    --norm l2 --eps 0.16 --out attacks/robust
  advml data fashion-mnist --examples 200 --out images.safetensors
  advml attack --weights mlp.safetensors --network mlp --data images.safetensors \\
    --norm linf --eps 0.1 --box 0,1 --curve 0.02,0.05,0.2 --out attacks/mlp
  advml attack --weights runs/cnn/weights/robust-linf.safetensors --data images.safetensors \\
    --norm linf --eps 0.1 --box 0,1
  advml attack --weights torch-cnn.safetensors --network cnn --strides 2,2 --pooling none \\
    --data images.safetensors --norm linf --eps 0.1 --box 0,1
  advml attack --weights mlp.safetensors --network mlp --data images.safetensors \\
    --norm l2 --eps 1 --steps 20 --queries 200 --targets 3 --json
`;

/** `advml attack`: judges a trained network. */
export const attack: Command = {
  name: 'attack',
  summary: 'attack a trained network: accuracy, records, signs of a masked gradient',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const request = readRequest(values, positionals);
    const store = values.out === undefined ? undefined : diskStore(readPath('out', values.out, 'attacks/mine'));
    const parts = store && (await keptParts(store));
    const meter = meterOf('attacking');
    try {
      const { found, backend } = await interruptible(terminal, (signal) =>
        attackInThread(request, {
          done: parts?.done ?? [],
          onPart: (part) => parts?.keep(part),
          onProgress: (done, total) => terminal.status(meter.line(done, total)),
          onNote: terminal.note,
          signal,
        }),
      ).finally(() => parts?.settled());
      const made = { ...found, environment: environment(backend) };
      if (store) await leave(store, made, made.request);
      const { records, ...summary } = made;
      terminal.out(
        values.json ? `${JSON.stringify(summary)}\n` : evaluationTable(found, (line) => terminal.paint('red', line)),
      );
      return 0;
    } catch (error) {
      if (error instanceof AbortedError)
        terminal.note(store ? 'stopped; the same command goes on' : 'stopped; with --out the same command could go on');
      throw error;
    }
  },
};
