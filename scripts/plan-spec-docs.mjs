// Writes docs/plan-spec.md from the grammar of @cellplane/plan. Run after a build: node scripts/plan-spec-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import {
  describeGrammar,
  FUNCTIONS,
  MAX_EXPRESSION_LENGTH,
  MAX_JSON_DEPTH,
  MAX_NODES,
  MAX_PATTERN_LENGTH,
  MAX_PATTERN_SIZE,
  MAX_SPEC_BYTES,
  MAX_TASKS,
  MAX_TEXT,
  MAX_WORK,
  PATTERN_STEPS,
} from '../packages/plan/dist/index.js';

const target = new URL('../docs/plan-spec.md', import.meta.url);

const INTRODUCTION = `# The plan spec

A plan spec is one YAML document (UTF-8, at most ${MAX_SPEC_BYTES / 1024 / 1024} MiB). This page is generated from the grammar that the build
checks: \`node scripts/plan-spec-docs.mjs\`.

- Keys of the grammar match ignoring letter case; the spelling below is the preferred one. Your own keys (endpoint names, output names,
  chart values, labels) are kept as written.
- Unknown keys are errors. Top-level keys that begin with \`x-\` are ignored: they can hold anchors. Anchors, aliases and merge keys (\`<<\`) work everywhere.
- An expression is \`{{ $root.path }}\` inside text, or \`$root.path\` without braces as the whole value.
- Expressions are evaluated in the texts of workflows, and in the keys below that say so. In any other key that is acted on they would be
  read as they stand, so the build refuses them. In keys that are only stored nothing is evaluated yet.
- \`cellplane check -f spec.yaml\` prints all problems with line and column.

What "Effect" says: **acted on**: the platform does what the key says. **stored**: the value is kept with the plan version and shown, and changes nothing yet;
\`check\` and \`build\` note each such key in use once (in JSON under \`notes\`, later under \`GET /api/services/{id}/plans/{id}/findings\`).
**ignored**: accepted with a warning. **refused**: an error that says what to do instead.

Instances are made by workflows. A resource without \`systemWorkflows.create\` (a container image, a Helm chart, Terraform, Kustomize, a job) and the deployment models
other than \`hostedDeployment\` can be built, with a warning, and no instance of them can be created. So such a plan is not released as preferred: its first version stays
Active, and \`build --release-as-preferred\`, \`service-plan release --release-as-preferred\` and \`service-plan set-default\` are refused with the reason; the build itself is kept.
\`--allow-unserved\` (API: \`allowUnserved\`) releases it all the same. A create of what is not served is then refused by name; a container service in \`dependsOn\` is left out,
and the instance carries a warning that says so.
`;

const WORKFLOWS = `A manifest is one Kubernetes object. A second document in it, \`kind: List\` and the like are errors: write a template and a task for each object.
Documents that hold nothing (markers, comments) do not count.

The tags of a task's own texts (\`arguments\`, \`when\`, \`withItems\`, \`withParam\`) are those of Argo: \`{{inputs.parameters.x}}\`,
\`{{workflow.parameters.x}}\`, \`{{workflow.name}}\`, \`{{item}}\`, and what a task before it came to: \`{{tasks.x.status}}\` (Succeeded, Failed, Error,
Skipped, Omitted), \`{{tasks.x.startedAt}}\`, \`{{tasks.x.finishedAt}}\` (\`2026-01-02T03:04:05Z\`). In a DAG, x is a task that this one depends on, directly or
not; in steps it is \`{{steps.x.status}}\`, and x stands in an earlier group. Manifests and conditions get them as arguments.

A run has at most ${MAX_TASKS} tasks, and ${MAX_NODES} nodes. Every leaf is a task, also one that was skipped; an item of a loop is at least one. Nodes are tasks, the
DAGs, steps, groups and loops that hold them, and attempts. The build refuses what is larger by the plan alone. Before a run begins, it is counted with its values: one that is
too large fails with the code \`too-many-tasks\`, and nothing of it is applied. A large loop is worked in slices: all its tasks are begun, but only a few requests are under way at once.

Patterns (\`regex\`, and \`=~\` in \`when\`, conditions and filters) are those of RE2, as in Argo: classes such as \`[[:alpha:]]\` and flags such as \`(?i)\` are there, looking around
(\`(?=…)\`) and back references (\`\\1\`) are errors. \`regex\` and conditions also take JavaScript's ways of writing (\`\\u00e9\`). A pattern has at most ${MAX_PATTERN_LENGTH} characters, and
comes to at most ${MAX_PATTERN_SIZE} instructions (\`[a-z]{1,1000}\` comes to 2000). All values of a request share ${PATTERN_STEPS / 1_000_000} million steps of the matcher, and so do all conditions of a run; ordinary patterns take one
step for a character. What takes more is refused (\`pattern-too-slow\`), or fails the run (\`patterns-too-slow\`). A version that was built when looking around was still taken stays in
use: a value for such a parameter is refused by name (\`pattern-unsupported\`) until the plan is built with another pattern, defaults and present values stay.

A \`when\`, a \`depends\` or a condition has at most 3000 parts, and 100 brackets inside one another.

With \`retryStrategy\`, an attempt of \`action: create\` adopts the object that an earlier attempt of the same task of the same run has made, and leaves it as it is by then.
`;

function escape(text) {
  return text.replaceAll('\n', ' ').replaceAll(/(?<!\\)\|/g, '\\|');
}

function table(rows, prefix) {
  const lines = ['| Key | Type | Default | Effect | Meaning |', '|---|---|---|---|---|'];
  for (const row of rows) {
    const key = row.path.slice(prefix.length).replace(/^\./, '');
    const effect = row.deprecated === undefined ? row.supported : `${row.supported}; deprecated: use ${row.deprecated}`;
    const fallback = row.required ? 'required' : row.default;
    lines.push(`| \`${escape(key)}\` | ${escape(row.type)} | ${escape(fallback)} | ${escape(effect)} | ${escape(row.description)} |`);
  }
  return `${lines.join('\n')}\n`;
}

function refusals(rows) {
  const byCure = new Map();
  for (const row of rows)
    byCure.set(row.cure ?? '', [...(byCure.get(row.cure ?? '') ?? []), row.path.slice(row.path.lastIndexOf('.') + 1)]);
  const lines = ['Refused by name, with the cure:', ''];
  for (const [cure, keys] of byCure)
    lines.push(
      `- ${[...new Set(keys)]
        .sort((left, right) => left.localeCompare(right, 'en'))
        .map((key) => `\`${key}\``)
        .join(', ')}: ${cure}`,
    );
  return `${lines.join('\n')}\n`;
}

function sectionOf(path) {
  const service = /^services\[\]\.([A-Za-z]+)/.exec(path);
  if (!service) return path.split('.')[0].replace(/\[\]$/, '');
  return `services[].${service[1]}`;
}

function render() {
  const rows = describeGrammar();
  const top = rows.filter((row) => !row.path.includes('.'));
  const services = rows.filter((row) => /^services\[\]\.[^.]+$/.test(row.path));
  const parts = [INTRODUCTION, '## Top level\n', table(top, ''), '## `services[]`\n', table(services, 'services[]')];
  const sections = new Map();
  for (const row of rows) {
    if (top.includes(row) || services.includes(row)) continue;
    const section = sectionOf(row.path);
    sections.set(section, [...(sections.get(section) ?? []), row]);
  }
  for (const [section, members] of sections) {
    const shown = members.filter((row) => row.supported !== 'refused');
    const refused = members.filter((row) => row.supported === 'refused');
    parts.push(`## \`${section}\`\n`, table(shown, section.replace(/\[\]$/, '')));
    if (refused.length > 0) parts.push(refusals(refused));
  }
  parts.push('## Workflows\n', WORKFLOWS);
  parts.push(
    '## Expressions\n',
    '`$var.<key>`, `$secret.<NAME>`, `$<resource>.out.<output>` (with `dependsOn`), `$<resource>.var.<key>`, `$tasks.<task>.resource.<path>` (outputs only).\n',
  );
  parts.push('`$sys.<path>`: [system parameters](system-parameters.md). Outputs: [outputs](outputs.md).\n');
  parts.push(
    `An expression has at most ${MAX_EXPRESSION_LENGTH} characters. Arguments and results of functions have at most ${MAX_TEXT} characters, which is told before a result is made, lists and objects
at most ${MAX_JSON_DEPTH} levels, and all values of a run or of a request together at most ${MAX_WORK} characters. What is larger fails with its bound (\`function-failed\`, \`text-too-long\`), for good.\n`,
  );
  const functions = Object.entries(FUNCTIONS).map(
    ([name, { parameters, extension }]) => `| \`$func.${name}(${parameters})\` | ${extension ? 'ours' : 'reference'} |`,
  );
  parts.push(`| Function | Origin |\n|---|---|\n${functions.join('\n')}\n`);
  return parts.join('\n');
}

const text = render();
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/plan-spec.md is out of date: run node scripts/plan-spec-docs.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
