// Reads and attacks a visitor's model away from the page.
import { startBackend } from '../worker/backend.ts';
import { serve, tell } from '../worker/serve.ts';
import { modelLab } from './lab.ts';

serve({ ...modelLab(tell) }, startBackend());
