// The attack in a web worker; the two binaries of the backend lie at the root of the page's server.
import { attack } from './attack.mjs';

attack('/').then(postMessage);
