import { existsSync } from 'node:fs';
import { InputError } from '@advml/core';
import { fashionMnistPackage, readFashionMnist } from '@advml/data/disk';
import { type Command, readArgs } from '../command.ts';
import { checkFashionMnist, fashionMnistTable } from '../data/fashion-mnist.ts';
import { installPackage } from '../data/install.ts';

const OPTIONS = { from: { type: 'string' }, install: { type: 'boolean' }, json: { type: 'boolean' } } as const;

const HELP = `Says where an image set is, and checks it: shapes, images of each class, and a checksum of each class's images.

Usage: advml data fashion-mnist [options]

Options:
  --from DIR  the folder with the set's files; that of the Debian package unless told
  --install   install the Debian package ${fashionMnistPackage.name} by apt-get if it is not there; needs root
  --json      what was found as JSON on standard output

Nothing is installed or downloaded without --install.
Exit code 0 if all images are those of Debian's package, 1 if one differs, 2 if the set is not there or a file is damaged.

Examples:
  advml data fashion-mnist
  advml data fashion-mnist --from data/fashion
`;

/** `advml data`: looks at an image set. */
export const data: Command = {
  name: 'data',
  summary: 'find and check an image set',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    if (positionals.length !== 1 || positionals[0] !== 'fashion-mnist') {
      throw new InputError(`data takes the name of one image set, fashion-mnist, got '${positionals.join(' ')}'`);
    }
    if (values.install && values.from !== undefined) throw new InputError('give --from or --install, not both');
    if (values.install && !existsSync(fashionMnistPackage.folder)) installPackage(fashionMnistPackage.name);

    const found = await readFashionMnist(values.from);
    const classes = checkFashionMnist(found);
    const { folder } = found;
    terminal.out(
      values.json ? `${JSON.stringify({ folder, classes })}\n` : fashionMnistTable(folder, classes, terminal),
    );
    return classes.every(({ train, test }) => train.ok && test.ok) ? 0 : 1;
  },
};
