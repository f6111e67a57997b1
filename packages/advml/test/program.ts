// What bin/advml.js is to the built package, on sources: the tests start it as a child process.
import { main } from '../src/index.ts';

process.exitCode = await main(process.argv.slice(2));
