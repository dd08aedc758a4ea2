// npm run build: what npm start and npm test build before anything else, of a checkout whose dependencies are installed.
import { makeReady } from './install.mjs';

await makeReady();
