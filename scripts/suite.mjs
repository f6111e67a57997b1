// `node scripts/suite.mjs NAME FILE [COMMIT]`: one suite of the tests, whose counts go to a file as JSON; where a commit is named, the
// tests alone that what differs from it can change, if the suite can tell them.
import { writeFileSync } from 'node:fs';
import { suites } from './suites/index.mjs';

const [name, file, since] = process.argv.slice(2);
const { run } = suites.find((suite) => suite.name === name);
writeFileSync(file, JSON.stringify(await run(since)));
