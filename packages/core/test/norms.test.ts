import { l1, l2, linf } from '@advml/core';
import { describeNorm } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll } from 'vitest';

beforeAll(() => useWasm());

describeNorm(l1, (delta) => delta.reduce((total, value) => total + Math.abs(value), 0));
describeNorm(l2, (delta) => Math.hypot(...delta));
describeNorm(linf, (delta) => Math.max(...delta.map(Math.abs)));
