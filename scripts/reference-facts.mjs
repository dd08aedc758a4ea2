// Writes packages/api/src/reference/answers.txt: of each operation of the reference the status of success and the members of its answer, by name,
// type and whether clients insist on them. Facts only, made of the two OpenAPI files that a public Go module ships; those are not kept here.
// Needs the network (GOPROXY is heard) and unzip: node scripts/reference-facts.mjs [--check]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const MODULE = 'github.com/omnistrate-oss/omnistrate-sdk-go';
const VERSION = 'v0.0.120';
const DIGESTS = {
  v1: '1a96ccae3a8b2adc3c0812d70734ca88a7857327b1af87609a0546f40d2ff800',
  fleet: '3170965019b5d8a202e2e5332e597fe11100a1c3311e337d1628881967671b43',
};
const BASE_PATH = '/2022-09-01-00';
const target = new URL('../packages/api/src/reference/answers.txt', import.meta.url);

const HEAD = `# Facts of the reference's wire, made by scripts/reference-facts.mjs of the OpenAPI files of ${MODULE} ${VERSION}.
# An operation: api, method, path, status of success, type of the answer (- is none). A shape: its name, then each member.
# Member: name, ! if clients insist on it and : if not, type. Types: s text, i whole number, n number, b true or false, ? any, @ shape, [] list of, {} map of.
`;

/** The OpenAPI files, from the first proxy of GOPROXY that is one, or else the public one. */
async function openApiFiles() {
  const proxies = (process.env.GOPROXY ?? '').split(/[,|]/).filter((one) => /^https?:\/\//.test(one));
  const url = `${proxies[0] ?? 'https://proxy.golang.org'}/${MODULE}/@v/${VERSION}.zip`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(120_000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const folder = mkdtempSync(join(tmpdir(), 'reference-facts-'));
  try {
    const zip = join(folder, 'module.zip');
    writeFileSync(zip, Buffer.from(await answer.arrayBuffer()));
    return Object.fromEntries(Object.entries(DIGESTS).map(([api, digest]) => [api, parse(checkedFile(zip, api, digest))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checkedFile(zip, api, digest) {
  const file = execFileSync('unzip', ['-p', zip, `${MODULE}@${VERSION}/${api}/api/openapi.yaml`], { maxBuffer: 1 << 26 });
  const found = createHash('sha256').update(file).digest('hex');
  if (found !== digest) throw new Error(`the ${api} file has the SHA-256 ${found}, not ${digest}`);
  return file.toString('utf8');
}

/** Lines of operations, and those of the shapes that their answers are made of. */
function factsOf(api, document) {
  const shapes = new Map();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      const [status, success] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
      if (status === undefined) throw new Error(`${method} ${path} never succeeds`);
      const schema = success.content?.['application/json']?.schema;
      const type = schema === undefined ? '-' : typeOf(schema, `${method}-${path}`);
      return `${api} ${method.toUpperCase()} ${path.replace(BASE_PATH, '')} ${status} ${type}`;
    }),
  );
  return [...operations.toSorted(), ...[...shapes].map(([name, members]) => `${name} ${members.join(' ')}`.trim()).toSorted()];

  function typeOf(schema, place) {
    if (schema.allOf?.length === 1) return typeOf(schema.allOf[0], place);
    if (schema.$ref !== undefined) {
      const name = schema.$ref.split('/').at(-1);
      return ofSchema(document.components.schemas[name], name);
    }
    return ofSchema(schema, place);
  }

  function ofSchema(schema, name) {
    if (schema.type === 'array') return `[]${typeOf(schema.items, `${name}.[]`)}`;
    if (schema.properties !== undefined) return `@${shape(schema, name)}`;
    if (schema.type === 'object') {
      const values = schema.additionalProperties;
      return `{}${typeof values === 'object' ? typeOf(values, `${name}.*`) : '?'}`;
    }
    return { string: 's', integer: 'i', number: 'n', boolean: 'b' }[schema.type] ?? '?';
  }

  function shape(schema, name) {
    const key = `${api}.${name}`;
    if (shapes.has(key)) return key;
    const members = [];
    shapes.set(key, members);
    // Some lists of the files name members that are gone; clients don't ask for those.
    for (const [member, inner] of Object.entries(schema.properties))
      members.push(`${member}${schema.required?.includes(member) ? '!' : ':'}${typeOf(inner, `${name}.${member}`)}`);
    return key;
  }
}

const documents = await openApiFiles();
const text = `${HEAD}${Object.entries(documents)
  .flatMap(([api, document]) => factsOf(api, document))
  .join('\n')}\n`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('packages/api/src/reference/answers.txt is not what the OpenAPI files say: node scripts/reference-facts.mjs');
  process.exitCode = 1;
}
