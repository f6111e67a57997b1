#!/usr/bin/env node
import { main } from '../dist/index.js';

process.exitCode = await main(process.argv.slice(2));
setTimeout(() => process.exit(), 1000).unref(); // an experiment of the user's own may have left timers behind
