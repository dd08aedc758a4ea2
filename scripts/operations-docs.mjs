// Writes docs/operations.md from the arbiter's own table. Run after a build: node scripts/operations-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { arbiterTable, REQUESTS, STATES_AT_REST, STATES_AT_WORK } from '../packages/server/dist/lifecycle/arbiter-table.js';
import { OPERATIONS } from '../packages/server/dist/instances/instance.js';

const target = new URL('../docs/operations.md', import.meta.url);

const INTRODUCTION = `# Operations

Whatever Cellplane does to an instance is an operation; it runs workflows of the plan, one at a time. This page says which operation may begin when. It is
generated from the table that the server itself asks: \`node scripts/operations-docs.mjs\`.

- At most one operation acts on an instance. A request for another one is refused at once (409) with the name of the operation that runs; requests do not queue.
- A **delete** is always accepted. The operation that runs is asked to end, and the delete begins after it. A second delete joins the first one. While the first one
  waits, the second may still change which snapshots are skipped; after the first one has begun, a delete that asks to skip more is refused.
- An operation that is **due by schedule** (periodic backups, removals of expired or deleted snapshots) waits, and stays due.
- An instance that has **never run** (its create failed) must first be made: retry the create, or modify the instance. Until then it cannot be started, stopped or
  backed up. An instance that has **never been restored** cannot be modified either, because a modify would make it without its data: retry the restore, or delete
  the instance and restore again.
- An instance that **a delete has begun to take down** can only be deleted, by a new delete or by a retry: any other operation could make its lost objects again, without
  their data. Its snapshots can be restored into a new instance.
- **FAILED says how the last operation ended**, not how the product is. An instance that has run can be backed up, scaled, failed over, started and modified, and
  its custom workflows can be called, as long as it was not stopped.
- An operation is offered only if the plan has its workflow. A **restart** without a workflow is a stop and a start, if the plan has both; a **restore** runs create for
  the resources that have no restore.
- The steps of an operation are stored when it begins, and go on after a crash or an upgrade of Cellplane.

What the words mean:

| Word | Meaning |
|---|---|
| run | it begins |
| wait | not now; it stays due, and Cellplane asks again each second |
| skip | not this time; the next slot comes |
| supersede | the operation that runs is ended; this one begins after it |
| join | the same operation runs already; the request becomes part of it |
| **refused** | an error with this code; nothing is changed |
`;

const STEPS = `## What each is made of

| Operation | Status while it runs, and after | Steps |
|---|---|---|
${Object.entries(OPERATIONS)
  .map(([kind, { during, after }]) => `| ${kind} | ${during === null ? 'as before' : `${during} → ${after}`} | ${stepsOf(kind)} |`)
  .join('\n')}

- **New parameter values count when their workflow has succeeded.** While a modify runs, and after it has failed, every read, the next modify, start, scaling, backups
  and outputs use the earlier values. The new values are shown beside them as \`requestedChange\`; a retry goes on with them. For an instance that has never run, the
  values of the last request count.
- **An operation that changed nothing leaves the status as it was**: a start, stop, restart, scaling or failover that failed before it wrote anything (an unknown
  replica, a value that the API server refuses). The failure stands in the history. If the answer to a write never came, the write may have changed something, and the instance is FAILED.
- **Nothing with data is made again in silence.** An object that holds data (a custom resource, a PersistentVolumeClaim, a StatefulSet) or a namespace that a workflow has
  made, and none has deleted, must exist when a workflow writes it again. If somebody else has deleted it, the operation fails with \`object-gone\`, \`object-replaced\` or
  \`namespace-gone\`, and makes nothing. Restore a snapshot into a new instance; or ask for an empty object on purpose with \`--recreate-missing\` (\`recreateMissing: true\`) of
  \`cellplane instance modify\`, \`start\` or \`restart\`, which the history keeps as \`MadeAnew\`. An object that comes and goes by itself has the annotation
  \`cellplane.dev/may-vanish: "true"\`, or a time to live in its spec (\`ttl…\`). Objects that workflows only patch, and objects with \`ownerReferences\`, belong to their operator,
  which may make them again. Every five minutes Cellplane also looks for lost objects that nobody writes: [reconciliation](reconciliation.md).
- A step that fails ends the operation: the instance is FAILED and says at which step and why. **Backups, the removal of snapshots and custom workflows leave
  the status alone**, also when they fail.
- \`cellplane workflow retry\` goes on from the failed task, and then with the steps that are left. Only the last operation can be tried again.
- \`cellplane workflow terminate\` ends the step that runs and with it the operation; steps that always run (stopping again after a backup) still do.
- A delete that fails at a snapshot names the snapshot. Cures: try again (retry the workflow, or delete again), \`skipFinalSnapshot\`, or \`skipSnapshotCleanup\`,
  which leaves automated snapshots behind.
- The values that an operation gives its workflows are encrypted and never shown: \`$sys.snapshot\`, \`$sys.restore\`, a call's parameters.
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
