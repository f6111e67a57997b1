import { certifierNames } from '../attack/certifiers.ts';
import { judging } from '../attack/judging.ts';
import { SHARED, SOURCE_HELP, WORKERS_HELP } from '../attack/options.ts';
import type { Command } from '../command.ts';

const OPTIONS = {
  ...SHARED,
  certifier: { type: 'string' },
  nodes: { type: 'string' },
  'slope-steps': { type: 'string' },
  'joint-steps': { type: 'string' },
  sigma: { type: 'string' },
  samples: { type: 'string' },
  alpha: { type: 'string' },
} as const;

const HELP = `Certifies a trained network: proves of each example that no perturbation breaks it, or breaks it.

Usage: advml certify RUN [MODULE] [--of NETWORK] [options]
       advml certify --model FILE --data DATA --norm NORM --eps R [options]

Each example ends certified (no perturbation of the threat breaks it), broken (one that does was found) or undecided.
RUN is the folder of a run: its network, its own fresh test examples, its norm, radius and box are taken. MODULE is the
file of its experiment, where that is your own: code, which a folder alone never makes run. Otherwise all are told:

Options:
${SOURCE_HELP}
  --certifier NAME  ${certifierNames.join(', ')}. Default: auto, which is exact for linear models and
                    networks with one hidden layer of up to 128 neurons, joint for larger sums of ridge functions such
                    as the symmetric two-layer network, and crown for others
  --nodes N         of exact: parts of the threat looked at for a margin before it gives up. Default: 10000
  --slope-steps N   of crown: steps that raise each bound. Default: 0
  --joint-steps N   of joint: the most evaluations of the dual of an example. Default: 60
  --sigma S         of smoothing: deviation of the noise, in input units; it certifies in l2 the classifier that noise
                    makes of the network, not the network, and nothing is attacked
  --samples N       of smoothing: noisy inputs whose votes are counted, of each example. Default: 10000
  --alpha P         of smoothing: probability that a certificate is wrong. Default: 0.001
  --battery NAME    attacks beside: quick (PGD with 3 restarts, the default) or standard
  --survivors       each attack gets only what those before it left
  --steps N         gradient steps of every ascent. Default: 40 of quick, 100 of standard
  --queries N       of standard: forward passes of the attack without gradients. Default: 5000
  --targets N       of standard: wrong classes that the targeted attacks aim at. Default: 9 (5 for APGD in l1 and in l0)
  --curve R,R,...   further radii; what is certified at a larger one is certified at a smaller
  --seed S          seed of the attacks. Default: 0
${WORKERS_HELP}
  --out DIR         folder for what it finds. Default: nothing is kept
  --json            the result as one line of JSON on standard output

It leaves certify.json, model-card.json and model-card.md, one example a row in records.jsonl and records.parquet
(verdict, bound of the margin, largest certified radius), and figures/ in the folder; smoothing leaves no card and no
records.parquet. It says with what it was made: request, seed, SHA-256 of model and data, versions, backend. A certificate
and an attack that contradict each other are an error.
Ctrl-C stops all threads at once; the same command goes on from parts.jsonl to the same result.

Examples:
  advml certify runs/mine --examples 500 --out certificates/mine
  advml certify runs/mine --workers 4 --certifier exact --out certificates/exact
  advml certify runs/cnn --of robust-linf --eps 0.01
  advml data fashion-mnist --examples 200 --out images.safetensors
  advml certify --model mlp.safetensors --network mlp --data images.safetensors \\
    --norm linf --eps 0.01 --box 0,1 --curve 0.002,0.005,0.02 --out certificates/mlp
  advml certify --model small.safetensors --network mlp --data test.npz --norm l2 --eps 0.5 \\
    --certifier exact --nodes 50000
  advml certify --model mlp.safetensors --network mlp --data images.safetensors \\
    --norm l2 --eps 0.3 --certifier crown --slope-steps 20 --battery standard --json
  advml certify --model cnn.safetensors --data images.safetensors --norm l2 --eps 0.25 \\
    --certifier smoothing --sigma 0.25 --samples 1000 --curve 0.1,0.5
`;

/** `advml certify`: proves of a trained network what no attack can do. */
export const certify: Command = judging({
  name: 'certify',
  doing: 'certifying',
  help: HELP,
  options: OPTIONS,
});
