// The attack in one file of CommonJS for Node; the two binaries of the backend lie beside it.
import { attack } from './attack.mjs';

attack().then(console.log);
