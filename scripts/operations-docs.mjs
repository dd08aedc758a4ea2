// Writes docs/operations.md from the arbiter's own table. Run after a build: node scripts/operations-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { arbiterTable, REQUESTS, STATES_AT_REST, STATES_AT_WORK } from '../packages/server/dist/instances/arbiter-table.js';
import { OPERATIONS } from '../packages/server/dist/instances/instance.js';

const target = new URL('../docs/operations.md', import.meta.url);

const INTRODUCTION = `# Operations

Everything that is done to an instance is an operation: it runs workflows of the plan, one at a time. This page says what may be asked for when. It is
generated from the table that the server itself asks: \`node scripts/operations-docs.mjs\`.

- At most one operation acts on an instance. What a person asks for meanwhile is refused at once (409), naming the operation that runs; nothing queues up.
- A **delete** is taken at any time. The operation that runs is asked to end, and the delete begins when it has. A second delete is the same delete;
  where that still waits, it takes over what is to be skipped. One that is at it cannot: a delete that asks to skip what is left of it is refused.
- What is **due by schedule** (periodic backups, the removal of expired snapshots and of those that somebody deleted) waits and stays due.
- What has **never run** (its create failed) is made first: by a retry, or by a modify. Until then it is not started, stopped or backed up.
  What has **never been restored** is not modified either, since that would make it without its data: retry, or delete it and restore again.
- What **a delete has begun to take down** can only be deleted, by a new delete or a retry of that one: anything else could make anew, and empty, what is
  gone. Its snapshots can be restored into a new instance.
- **FAILED is how the last operation ended**, not how the product is: an instance that has run is backed up, scaled, failed over, started and modified, and
  its custom workflows run, as long as it was not stopped.
- An operation is offered only if the plan has its workflow. **restart** without one is a stop and a start, where the plan has both; a **restore** creates
  the resources that cannot be restored.
- Operations survive anything: their steps are stored when they begin, and go on after a crash or an upgrade of Cellplane.

What the words mean:

| Word | Meaning |
|---|---|
| run | it begins |
| wait | not now; it stays due, and is asked for again each second |
| skip | not this time; its next turn comes |
| supersede | the operation that runs is ended; this one waits for that, then begins |
| join | it is what goes on already |
| **refused** | an error with this code; nothing is changed |
`;

const STEPS = `## What each is made of

| Operation | Status while it runs, and after | Steps |
|---|---|---|
${Object.entries(OPERATIONS)
  .map(([kind, { during, after }]) => `| ${kind} | ${during === null ? 'as before' : `${during} → ${after}`} | ${stepsOf(kind)} |`)
  .join('\n')}

- **Values count when their workflow has succeeded.** While a modify runs, and after it failed, the instance has the values from before: in every read, for
  the next modify, for start, scaling, backups and outputs. What was asked for is shown beside, as \`requestedChange\`; a retry goes on with it. Of an instance
  that has never run, what was asked for last counts.
- **What changed nothing leaves the status as it was**: a start, stop, restart, scaling or failover that failed before anything was written (an unknown
  replica, a value that the API server refuses). Its failure stands in the history. One whose answer never came may have changed something, and is FAILED.
- **Nothing is made anew in silence.** An object that holds data (a custom resource, a PersistentVolumeClaim, a StatefulSet), or the namespace, that a
  workflow of the instance made, and none of them deleted, must be there when it is written the next time. Where somebody else has deleted it the operation fails with
  \`object-gone\`, \`object-replaced\` or \`namespace-gone\`, and nothing is made. Restore a snapshot into a new instance; or ask for an empty one on purpose:
  \`cellplane instance modify\`, \`start\` or \`restart\` with \`--recreate-missing\` (\`recreateMissing: true\`), which is kept in the history as \`MadeAnew\`. A plan's object that comes
  and goes by itself has the annotation \`cellplane.dev/may-vanish: "true"\`, or a time to live in its spec (\`ttl…\`). What a workflow only patches, and what belongs to another object
  (\`ownerReferences\`), is its operator's: that one may make it anew. What is gone is also found while nobody writes it, by a look each five minutes: [reconciliation](reconciliation.md).
- A step that fails ends the operation: the instance is FAILED and says at which step and why. **Backups, the removal of snapshots and custom workflows leave
  the status alone**, also when they fail.
- \`cellplane workflow retry\` goes on from the failed task, and then with the steps that are left. Only the last operation can be tried again.
- \`cellplane workflow terminate\` ends the step that runs and with it the operation; steps that always run (stopping again after a backup) still do.
- A delete that fails at a snapshot says which. The cures: try again (retry the workflow, or delete again), \`skipFinalSnapshot\`, or \`skipSnapshotCleanup\`,
  which leaves automated snapshots behind.
- What workflows see of an operation is sealed with it and never shown: \`$sys.snapshot\`, \`$sys.restore\`, a call's parameters.
`;

function stepsOf(kind) {
  const steps = {
    delete:
      'the last backup, if the plan asks for one (`snapshotBeforeDeletion`) and the instance has ever run; deleteBackup of each automated snapshot; delete of each resource on which a workflow ever began; its namespace',
    restart: 'restart of each resource, or stop and start',
    restore: 'restore of each resource that has it, else create',
    backup: 'backup; of a stopped instance stop after it, whether it succeeded or not',
    deleteBackup: 'deleteBackup; of a deleted instance its namespace and access are made for it and removed after it',
    failover: 'failover; restart after it, if asked for',
    modify: 'modify of each resource; create of one on which no workflow ever began (it was disabled, or the create did not come to it)',
    upgrade: 'likewise, of the new plan version',
    custom: "the plan's own workflow",
    addCapacity: 'addCapacity; the new count is stored when it has succeeded',
    removeCapacity: 'removeCapacity; likewise',
  };
  return steps[kind] ?? `${kind} of each resource`;
}

/** Rows that have the same answers stand together, and so do columns. */
function table(states, corner) {
  const rows = arbiterTable(states);
  const columns = group(REQUESTS.map((request, index) => ({ name: request.name, cells: rows.map((row) => word(row.decisions[index])) })));
  const lines = group(rows.map((row) => ({ name: row.state, cells: columns.map(({ first }) => word(row.decisions[first])) })));
  return [
    `| ${corner} | ${columns.map((column) => column.names.join(', ')).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...lines.map((line) => `| ${namesOf(line.names).join(', ')} | ${line.cells.join(' | ')} |`),
  ].join('\n');
}

function group(entries) {
  const groups = new Map();
  entries.forEach(({ name, cells }, first) => {
    const key = JSON.stringify(cells);
    const found = groups.get(key);
    if (found === undefined) groups.set(key, { names: [name], cells, first });
    else found.names.push(name);
  });
  return [...groups.values()];
}

/** Fourteen names with the same ending are one. */
function namesOf(names) {
  const waiting = names.filter((name) => name.endsWith(', a delete waits'));
  if (waiting.length < 2) return names;
  return [...names.filter((name) => !waiting.includes(name)), 'and any other one that a delete waits for'];
}

function word(decision) {
  return decision.verdict === 'refuse' ? `**${decision.code}**` : decision.verdict;
}

function refusals() {
  const seen = new Map();
  for (const { decisions } of [...arbiterTable(STATES_AT_REST), ...arbiterTable(STATES_AT_WORK)])
    for (const decision of decisions)
      if (decision.verdict === 'refuse' && !seen.has(decision.code)) seen.set(decision.code, decision.message);
  return [...seen].map(([code, message]) => `- \`${code}\`: "${message}"`).join('\n');
}

const page = `${INTRODUCTION}
## While nothing else goes on

"new" is an instance that is being made in this very request.

${table(STATES_AT_REST, 'The instance is')}

## While an operation runs

${table(STATES_AT_WORK, 'This runs')}

## Refusals

As they are said, the instance's id in place of "the instance":

${refusals()}
- \`operation-not-offered\`: the plan version has no workflow for it.
- \`deletion-protected\`: a delete of an instance that is protected; clear the protection first.
- \`delete-has-begun\`: a second delete asks to skip a snapshot that the first one takes or removes; end that one first.
- \`another-cluster\`: "The address of cell … leads to another cluster than before, so nothing is begun there." ([reconciliation](reconciliation.md))
- \`object-gone\`, \`object-replaced\`, \`namespace-gone\`: how a run fails, below "What each is made of".
- \`run-is-outdated\`: a retry of what is not the last operation any more.

${STEPS}`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== page) {
    console.error('docs/operations.md is not what the arbiter says: run node scripts/operations-docs.mjs');
    process.exit(1);
  }
} else {
  writeFileSync(target, page);
}
