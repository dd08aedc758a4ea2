import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// The walls of the house (docs/architecture.md): who may import whom, and which one room may use an outside library.
const root = fileURLToPath(new URL('..', import.meta.url));

/** Package → packages of ours that it may import. */
const packageArrows: Record<string, string[]> = {
  plan: [],
  api: [],
  kubernetes: [],
  simulator: [],
  server: ['plan', 'api', 'kubernetes', 'simulator'],
  cli: ['api', 'plan', 'server', 'simulator'],
  web: ['api', 'plan'],
};

/** Rooms of the server, each may use those before it. */
const domainRooms = [
  'events',
  'mail',
  'identity',
  'domains',
  'secrets',
  'catalog',
  'subscriptions',
  'news',
  'cells',
  'work',
  'charts',
  'instances',
  'simulated',
  'lifecycle',
  'stages',
  'operator-guard',
  'snapshots',
  'diff',
  'upgrades',
  'instance-api',
  'nodes',
  'live',
  'notifications',
  'audit',
  'reconciliation',
  'adoption',
  'drift',
  'usage',
  'budgets',
  'retention',
  'doctor',
];

/** Outside library → the only places that may import it. */
const libraryRooms: Record<string, string[]> = {
  undici: ['packages/kubernetes/src'],
  pg: ['packages/server/src/database'],
  kysely: ['packages/server/src/database'],
  'graphile-worker': ['packages/server/src/engine'],
  hono: ['packages/server/src/http'],
  '@hono/node-server': ['packages/server/src/http'],
  nodemailer: ['packages/server/src/mail'],
  otpauth: ['packages/server/src/identity/factors'],
  '@simplewebauthn/server': ['packages/server/src/identity/factors'],
  jsonwebtoken: ['packages/server/src/identity'],
  'openid-client': ['packages/server/src/identity/sso'],
  commander: ['packages/cli/src'],
  '@clack/prompts': ['packages/cli/src'],
  yaml: ['packages/plan/src', 'packages/kubernetes/src', 'packages/simulator/src', 'packages/cli/src'],
  'prom-client': ['packages/server/src/http'],
  react: ['packages/web/src'],
  '@xyflow/react': ['packages/web/src/kit/workflow-graph'],
  '@dagrejs/dagre': ['packages/web/src/kit/workflow-graph'],
  '@codemirror/view': ['packages/web/src/kit/editor'],
  '@mantine/spotlight': ['packages/web/src/app/palette'],
  '@simplewebauthn/browser': ['packages/web/src/app/passkeys'],
  uplot: ['packages/web/src/kit/chart'],
  uqr: ['packages/web/src/kit/qr-code.tsx', 'packages/cli/src'],
};

/**
 * Who starts programs, and what gives them their environment: none of them gets ours by being forgotten. Whatever else needs
 * a program takes `startChild` or `runCommand`.
 */
const starters: Record<string, RegExp> = {
  'packages/server/src/exec/child-process.ts': /env: childEnvironment\(/,
  // Below the server: it is handed the whole environment of the plugin.
  'packages/kubernetes/src/credentials/exec-credential.ts': /\.\.\.environment,/,
  'packages/cli/src/start/server-process.ts': /= serverEnvironment\(/,
};

interface Import {
  file: string;
  target: string;
}

const files = Object.keys(packageArrows).flatMap((name) =>
  readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !file.endsWith('.testing.ts'))
    .map((file) => join('packages', name, 'src', file)),
);

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = /^(?:import|export)\s+(?:type\s)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gms;
  return [...text.matchAll(pattern)].map((match) => ({ file, target: match[1] ?? match[2] ?? match[3] ?? '' }));
});

/** Files that an import of ours leads to; imports of types count. */
const importsOf = new Map<string, string[]>(files.map((file) => [file, []]));
for (const { file, target } of imports) {
  if (target.startsWith('.')) importsOf.get(file)?.push(relative(root, resolve(root, dirname(file), target)).replace(/\.js$/, '.ts'));
}

/** Sets of files that all reach one another by imports (Tarjan's strongly connected components of more than one file). */
function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file) ?? 0);
    open.push(file);
    for (const other of edges.get(file) ?? []) {
      if (!edges.has(other)) continue;
      if (!order.has(other)) visit(other);
      if (open.includes(other)) lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(other) ?? 0));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) circles.push(circle.toSorted());
  };
  for (const file of edges.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** Circles of files that may be: a file of each, and why. */
const knownCircles: Record<string, string> = {
  'packages/plan/src/workflow/walk/task.ts': 'the walk of a plan is a recursion: a task calls a template, whose DAG or steps run tasks',
};

/** Lines of a source file, at most: one that has more does two jobs. */
const MOST_LINES = 300;
/** Files that are longer, until somebody carves them. */
const knownLong = new Set<string>();

/** Source files of one folder, at most: in a fuller one nobody finds anything. */
const MOST_FILES = 25;
const knownCrowded = new Set<string>();

describe('source files', () => {
  it('have 300 lines at most', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length - 1 > MOST_LINES);
    expect(long.filter((file) => !knownLong.has(file))).toEqual([]);
    const carved = [...knownLong].filter((file) => !long.includes(file));
    expect(carved, 'carved: take them off the list').toEqual([]);
  });

  it('lie at most 25 in a folder', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    const crowded = [...counts].filter(([folder, count]) => count > MOST_FILES && !knownCrowded.has(folder));
    expect(crowded).toEqual([]);
  });
});

describe('imports', () => {
  it('follow the arrows between packages', () => {
    const wrong = imports.filter(({ file, target }) => {
      const own = file.split('/')[1] ?? '';
      const other = target.match(/^@cellplane\/([a-z]+)/)?.[1];
      return other !== undefined && other !== own && !packageArrows[own]?.includes(other);
    });
    expect(wrong).toEqual([]);
  });

  it('never go around a package through its files', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const resolved = relative(root, resolve(root, dirname(file), target));
      return resolved.split('/')[1] !== file.split('/')[1];
    });
    expect(wrong).toEqual([]);
  });

  it('use an outside library in its one room only', () => {
    const wrong = imports.filter(({ file, target }) => {
      const rooms = libraryRooms[target];
      return rooms !== undefined && !rooms.some((room) => file === room || file.startsWith(`${room}/`));
    });
    expect(wrong).toEqual([]);
  });

  it('start programs in three places only, each with an environment made for them', () => {
    const modules =
      /^import (?!type )[^;]*?from '(?:node:)?(?:child_process|cluster)'|(?:import|require|getBuiltinModule)\('(?:node:)?(?:child_process|cluster)'\)/m;
    const texts = files.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
    const found = texts.filter(({ text }) => modules.test(text));
    expect(found.map(({ file }) => file).toSorted()).toEqual(Object.keys(starters).toSorted());
    for (const { file, text } of found) {
      expect(text).toMatch(starters[file] ?? /never/);
      expect([...text.matchAll(/\b(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork)\(/g)]).toHaveLength(1);
    }
  });

  it('go from a domain room only to rooms before it', () => {
    const roomOf = (path: string) => path.match(/^packages\/server\/src\/([a-z-]+)\//)?.[1] ?? '';
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const from = domainRooms.indexOf(roomOf(file));
      const to = domainRooms.indexOf(roomOf(relative(root, resolve(root, dirname(file), target))));
      return from >= 0 && to >= 0 && to > from;
    });
    expect(wrong).toEqual([]);
  });

  it('go in no circle from file to file', () => {
    const circles = circlesOf(importsOf);
    const isKnown = (circle: string[]) => circle.some((file) => knownCircles[file] !== undefined);
    expect(circles.filter((circle) => !isKnown(circle))).toEqual([]);
    const resolved = Object.keys(knownCircles).filter((file) => !circles.some((circle) => circle.includes(file)));
    expect(resolved, 'resolved: take them off the list').toEqual([]);
  });

  it('keep the engine free of every domain', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        file.startsWith('packages/server/src/engine/') && domainRooms.some((room) => room !== 'secrets' && target.includes(`../${room}/`)),
    );
    expect(wrong).toEqual([]);
  });

  it('keep the plan language fit for a browser', () => {
    const wrong = imports.filter(({ file, target }) => file.startsWith('packages/plan/') && target.startsWith('node:'));
    expect(wrong).toEqual([]);
  });
});
