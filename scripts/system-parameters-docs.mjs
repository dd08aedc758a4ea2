// Writes docs/system-parameters.md from the table of @cellplane/plan. Run after a build: node scripts/system-parameters-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { SYSTEM_VALUES } from '../packages/plan/dist/index.js';

const target = new URL('../docs/system-parameters.md', import.meta.url);

const INTRODUCTION = `# System parameters

\`$sys.<path>\` in a plan is what the platform knows of the instance, its place and the operation. This page is made from the table that the check, the server and
the simulated cell use: \`node scripts/system-parameters-docs.mjs\`. \`[]\` is an element of a list: \`[0]\`, or \`[*]\` for all, joined with commas. \`*\` is any key,
\`**\` any path below.

- A path that is not here is an error where it is close to one that is; else a warning, and a create that reads it is refused.
- \`$func.default($sys.<path>, fallback)\` does without the value.
- \`$<resource>.sys.<path>\` is the same for another resource in \`dependsOn\`, without what an operation gives.
`;

const FACTS = `## Facts of a deployment cell

These have a value where the deployment cell has the fact. The simulated cell makes all of them up, as shown. A real one has what it is given, and what its
kubeconfig and the labels of its nodes tell; nothing is made up there. \`cellplane check\` and \`cellplane build\` warn of a fact that a plan reads (build: where no cell
has it); a create, modify or restore that would read one that its cell does not have is refused by name before anything is made.

Facts are a tree in the shape of \`$sys\`; types of machines stand under \`compute.machineTypes\`, and \`[a, b]\` is short for \`[{id: a}, {id: b}]\`:

\`\`\`yaml
deploymentCell:
  cloudProviderNetworkID: vpc-0a1b2c
  cidrRange: 10.0.0.0/16
  privateSubnetIDs: [subnet-1, subnet-2]
  availabilityZones: [use1-az1, use1-az2]
  accountId: "123456789012"
  accountTags: {team: data}
deployment:
  tlsServerCertificateSecretName: wildcard-tls
compute:
  machineTypes:
    t3.medium: {cores: 2, memory: 4}
\`\`\`

- **By file**: \`CELLPLANE_CELL_FACTS=facts.yaml\` gives the default cell its facts at each start, all of them; they are then changed in the file only.
- **By command**: \`cellplane deployment-cell facts set <cell> -f facts.yaml\`, or single ones with \`--fact deploymentCell.cidrRange=10.0.0.0/16\` and \`--unset <path>\`;
  \`cellplane deployment-cell facts get <cell>\` shows them as given and as \`$sys\` shows them; \`cellplane deployment-cell list\` names the cells.
- **By API**: \`GET\` and \`PUT /api/deployment-cells/{cell}/facts\`, for the provider of the installation.

New facts count for the next workflow that begins. They are no place for secrets: they are shown in clear.
`;

const TYPES = { text: 'text', number: 'number', boolean: 'true or false', cidr: 'range of addresses', any: 'any value' };

function escape(text) {
  return text.replaceAll('|', '\\|');
}

function contextOf({ verbs, resource }) {
  if (verbs !== undefined) return `only in ${verbs.join(' and ')}`;
  if (resource === 'instanceTypes') return 'with `compute.instanceTypes`';
  return resource === 'terraform' ? 'only in Terraform resources' : 'everywhere';
}

function shown(simulated) {
  return Array.isArray(simulated) ? simulated.map((one) => `\`${one}\``).join(', ') : `\`${simulated}\``;
}

function render() {
  const given = SYSTEM_VALUES.filter(({ fact }) => fact === undefined);
  const facts = SYSTEM_VALUES.filter(({ fact }) => fact !== undefined);
  return [
    INTRODUCTION,
    '## Given by the platform\n',
    '| Path | Type | Given | Meaning |\n|---|---|---|---|',
    ...given.map((row) => `| \`$sys.${row.path}\` | ${TYPES[row.type]} | ${contextOf(row)} | ${escape(row.meaning)} |`),
    '',
    FACTS,
    '| Path | Type | Fact | Simulated | Meaning |\n|---|---|---|---|---|',
    ...facts.map(
      (row) =>
        `| \`$sys.${row.path}\` | ${TYPES[row.type]} | ${row.fact === row.path ? 'the same' : `\`${row.fact}\``} | ${row.path.endsWith('*') ? '`simulated-<key>`' : shown(row.simulated)} | ${escape(row.meaning)} |`,
    ),
    '',
  ].join('\n');
}

const text = render();
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/system-parameters.md is out of date: run node scripts/system-parameters-docs.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
