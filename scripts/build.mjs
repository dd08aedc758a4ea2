// npm run build: what npm start and npm test build before anything else, of a checkout whose dependencies are installed.
import { build } from './install.mjs';

await build();
