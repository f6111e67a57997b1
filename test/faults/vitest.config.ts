// The tests' own configuration, with one fault planted in one source file as it is loaded; the file itself stays as it is.
import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import tests from '../../vitest.config.ts';
import faults from './faults.json' with { type: 'json' };

const { FAULT } = process.env;
const fault = faults.find(({ name }) => name === FAULT);
if (!fault) throw new Error(`FAULT must name one of test/faults/faults.json, got ${FAULT}`);
const root = fileURLToPath(new URL('../..', import.meta.url));

export default mergeConfig(tests, {
  root,
  plugins: [
    {
      name: 'planted fault',
      enforce: 'pre',
      transform(code: string, id: string) {
        return id === `${root}${fault.file}` ? code.replace(fault.right, () => fault.wrong) : undefined;
      },
    },
  ],
});
