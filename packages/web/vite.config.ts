import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The server sends files as they lie there: what compresses well gets a copy for browsers that read Brotli, which all do. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const entry of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:js|css|svg|html)$/.test(entry)) continue;
        const file = join(dir, entry);
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
        );
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  // The example plans of the repository, which the plan editor begins with.
  resolve: { alias: [{ find: 'virtual:examples', replacement: fileURLToPath(new URL('../../examples', import.meta.url)) }] },
  // A folder of its own: the compiler writes its declarations beside it.
  build: { outDir: 'dist/site', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: Object.fromEntries(['/api', '/2022-09-01-00', '/openapi.json'].map((path) => [path, 'http://127.0.0.1:8080'])) },
});
