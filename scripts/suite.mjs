// `node scripts/suite.mjs NAME FILE`: one suite of the tests, whose counts go to a file as JSON.
import { writeFileSync } from 'node:fs';
import { suites } from './suites/index.mjs';

const [name, file] = process.argv.slice(2);
const { run } = suites.find((suite) => suite.name === name);
writeFileSync(file, JSON.stringify(await run()));
