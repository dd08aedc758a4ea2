// npm run audit: known holes in what is shipped. Fails for high and critical ones where the registry answers; where it has no such
// endpoint, or cannot be reached, that is said, and is no failure: nothing was learned.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: root, encoding: 'utf8', timeout: 120_000 });
let answer;
try {
  answer = JSON.parse(stdout);
} catch {
  answer = undefined;
}
const counts = answer?.metadata?.vulnerabilities;
if (counts === undefined) {
  console.log(`npm audit: the registry did not answer (${answer?.message ?? answer?.error?.summary ?? 'no answer'}); nothing is known.`);
} else {
  const grave = Object.values(answer.vulnerabilities).filter(({ severity }) => severity === 'high' || severity === 'critical');
  for (const { name, severity, range } of grave) console.log(`${severity}: ${name} ${range}`);
  console.log(`npm audit: ${counts.total} known, ${grave.length} of them high or critical`);
  process.exitCode = grave.length > 0 ? 1 : 0;
}
