// CommonJS that requires the packages, as it may from Node 20.19 on; under `nodenext` TypeScript 5.8 and newer know their types.
const { pgd } = require('@advml/attacks');
const { ball, l2 } = require('@advml/core');

const { label } = pgd({ threat: ball(l2, 0.5), steps: 3 });
if (!label.startsWith('PGD')) throw new Error(`expected the label of PGD, got ${label}`);
