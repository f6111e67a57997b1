// CommonJS that imports them, which every Node can.
import('./attack.mjs').then(({ attack }) => attack()).then(console.log);
