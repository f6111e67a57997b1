import { judging } from '../attack/judging.ts';
import { SHARED, SOURCE_HELP, WORKERS_HELP } from '../attack/options.ts';
import type { Command } from '../command.ts';

const HELP = `Attacks a model and says how robust it is, and whether that can be believed.

Usage: advml attack RUN [MODULE] [--of NETWORK] [options]
       advml attack --model FILE --data DATA --norm NORM --eps R [options]

RUN is the folder of a run: its network, its own fresh test examples, its norm, radius and box are taken. MODULE is the
file of its experiment, where that is your own: code, which a folder alone never makes run. Otherwise all are told:

Options:
${SOURCE_HELP}
  --battery NAME    standard (the default; noise and one step are added for comparison), quick: PGD with 3 restarts, or
                    black-box: Square, HopSkipJump and noise, for models that answer later too
  --survivors       each attack gets only what those before it left, as in AutoAttack: the worst case at a fraction of the
                    work, without the curve of each attack, and with a weaker look for a masked gradient
  --steps N         gradient steps of every ascent and of FAB. Default: 100, 40 of quick
  --queries N       forward passes of the attack without gradients. Default: 5000
  --targets N       wrong classes that the targeted attacks aim at. Default: 9 (5 for APGD in l1 and in l0)
  --curve R,R,...   further radii; every attack is run again at each of them
  --seed S          seed. Default: 0
${WORKERS_HELP}
  --out DIR         folder for what it finds. Default: nothing is kept
  --json            the result as one line of JSON on standard output

Accuracy without an attack is said first. After the table follows what it comes to in plain words: what was found,
whether that can be believed and why, and how to cite it.
It leaves attack.json, model-card.json (the fields of RobustBench) and model-card.md, one example a row in records.jsonl
and records.parquet, and figures/ in the folder.
It says with what it was made: request, seed, SHA-256 of model and data, versions, backend.
Ctrl-C stops all threads at once; the same command goes on from parts.jsonl to the same result.

Examples:
  advml attack runs/mine
  advml attack runs/mine --workers 4 --out attacks/mine
  advml attack runs/mine --of clean --examples 50 --curve 0.05,0.1 --out attacks/clean
  advml attack --model cnn.onnx --data test.npz --norm linf --eps 8/255 --box 0,1 --out attacks/cnn
  advml attack --model resnet.onnx --data photos --size 224x224 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 \\
    --norm linf --eps 4/255 --box 0,1 --first 100 --survivors
  advml attack --model web/model.json --data fashion-mnist --norm l2 --eps 0.5 --box 0,1 --first 200
  advml attack --model ./my-model.mjs --data x_test.npy --labels y_test.npy --norm l2 --eps 0.5
  advml data runs/mine --out test.safetensors
  advml attack --model runs/mine/weights/robust.safetensors --data test.safetensors \\
    --norm l2 --eps 0.16 --out attacks/robust
  advml data fashion-mnist --examples 200 --out images.safetensors
  advml attack --model mlp.safetensors --network mlp --data images.safetensors \\
    --norm linf --eps 0.1 --box 0,1 --curve 0.02,0.05,0.2 --out attacks/mlp
  advml attack --model runs/cnn/weights/robust-linf.safetensors --data images.safetensors \\
    --norm linf --eps 0.1 --box 0,1
  advml attack --model torch-cnn.safetensors --network cnn --strides 2,2 --pooling none \\
    --data images.safetensors --norm linf --eps 0.1 --box 0,1
  advml attack --model mlp.safetensors --network mlp --data images.safetensors \\
    --norm l2 --eps 1 --steps 20 --queries 200 --targets 3 --json
`;

/** `advml attack`: judges a trained network. */
export const attack: Command = judging({
  name: 'attack',
  doing: 'attacking',
  help: HELP,
  options: SHARED,
});
