// A vitest reporter that writes what a run came to, for scripts that read it: counts, and each failure with its place.
import { writeFileSync } from 'node:fs';

/** How much of an error is repeated at the end of a run; the whole of it stands where it happened. */
const LINES_OF_ERROR = 12;

export default class CountsReporter {
  /** Writes `{passed, failed, skipped, failures: [text]}` to CELLPLANE_TEST_REPORT. What fails outside of tests (a file that cannot be loaded, a hook, a promise that nobody waits for) is a failure, too. */
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const failures = [];
    const fail = (place, errors) => failures.push([place, ...errors.map(firstLines)].join('\n'));
    for (const file of modules) {
      for (const place of [file, ...file.children.allSuites()])
        if (place.errors().length > 0)
          fail(place === file ? file.relativeModuleId : `${file.relativeModuleId} > ${place.fullName}`, place.errors());
      for (const test of file.children.allTests()) {
        const { state, errors } = test.result();
        // A test that never ended has no state of its own: it did not pass.
        counts[state === 'pending' ? 'failed' : state] += 1;
        if (state === 'failed' || state === 'pending') fail(`${file.relativeModuleId} > ${test.fullName}`, errors ?? []);
      }
    }
    if (unhandledErrors.length > 0) fail('Errors outside of any test', unhandledErrors);
    // Those that no test counts.
    counts.failed = failures.length;
    writeFileSync(process.env.CELLPLANE_TEST_REPORT, JSON.stringify({ ...counts, failures }));
  }
}

function firstLines({ message, stack }) {
  const text = stack?.includes(message) ? stack : [message, stack].filter(Boolean).join('\n');
  return text
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, LINES_OF_ERROR)
    .map((line) => `    ${line}`)
    .join('\n');
}
