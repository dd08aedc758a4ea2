// npm run sbom: the bill of materials of what is shipped (CycloneDX), by npm itself, into sbom.cdx.json.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev', '--package-lock-only'];
const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const { components } = JSON.parse(text);
if (!Array.isArray(components) || components.length === 0) throw new Error('npm sbom named no components');
writeFileSync(`${root}sbom.cdx.json`, text);
console.log(`sbom.cdx.json: ${components.length} components`);
