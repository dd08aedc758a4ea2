import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { pagesOf } from './src/app/early/page-table.ts';

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

const SRC = fileURLToPath(new URL('src', import.meta.url));

/** `virtual:pages`: which files are the page of which address (src/app/early). */
function pages(): Plugin {
  const [name, id] = ['virtual:pages', '\0virtual:pages'];
  return {
    name: 'pages',
    resolveId: (source) => (source === name ? id : undefined),
    load(asked) {
      if (asked !== id) return undefined;
      const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /routes[\w-]*\.ts$/.test(file));
      const all = files.flatMap((file) =>
        pagesOf(readFileSync(join(SRC, file), 'utf8')).map(({ path, modules }) => {
          const loads = modules.map((module) => `import(${JSON.stringify(join(SRC, dirname(file), module))})`);
          return `{ path: ${JSON.stringify(path)}, load: () => Promise.all([${loads.join(', ')}]) }`;
        }),
      );
      return `export const pages = [${all.join(',\n')}];`;
    },
  };
}

/** Heavy parts that few pages load: never in one file with what others need. */
const HEAVY = /codemirror|lezer|xyflow|dagre|uplot|uqr|packages\/plan\/dist\/(?!price)/;
const TABLE = /web\/src\/kit\/table\/|tanstack\/(?:react-virtual|virtual-core)\//;
const isLight = (id: string) => !HEAVY.test(id);
/** Bytes of source. What is used by nearly the same pages and is smaller goes into one file. */
const SMALL = 2_500;

/**
 * A file is a request: a browser makes six at a time, and over a slow network none is answered in less than 150 ms. So what every page needs is
 * one file, what most of them need is another, and the rest is shared in few.
 */
const CHUNKS = [
  { name: 'early', test: /web\/src\/app\/early\//, priority: 4 },
  { name: 'frame', tags: ['$initial' as const], priority: 3 },
  { name: 'kit', test: (id: string) => isLight(id) && !TABLE.test(id), minShareCount: 12, priority: 2 },
  { name: 'table', test: TABLE, minShareCount: 2, priority: 1 },
  { name: 'shared', test: isLight, minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: SMALL },
];

export default defineConfig({
  plugins: [react(), pages(), compressed()],
  // The example plans of the repository, which the plan editor begins with.
  resolve: { alias: [{ find: 'virtual:examples', replacement: fileURLToPath(new URL('../../examples', import.meta.url)) }] },
  // A folder of its own: the compiler writes its declarations beside it.
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: { groups: CHUNKS },
        // Else it is named after all the pages that share it.
        chunkFileNames: ({ name }) => `assets/${name.startsWith('shared') ? 'shared' : '[name]'}-[hash].js`,
      },
    },
  },
  server: { proxy: Object.fromEntries(['/api', '/2022-09-01-00', '/openapi.json'].map((path) => [path, 'http://127.0.0.1:8080'])) },
});
