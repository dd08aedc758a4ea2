// The program runs on Node 20.11; the tests do not: vitest calls util.styleText, which came with 20.12.
const LEAST = [20, 12];

/** What to do where this Node (`20.11.1`) is too old for the tests; undefined where it is not. */
export function nodeFault(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return undefined;
  return `The tests need Node ${LEAST.join('.')} or later; this is ${version}. Cellplane itself runs on 20.11.`;
}

/** Ends the process with these words where this Node is too old. */
export function requireNodeOfTests() {
  const fault = nodeFault(process.versions.node);
  if (fault === undefined) return;
  console.error(fault);
  process.exit(1);
}
