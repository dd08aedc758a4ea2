// Writes docs/not-served.md: what of the reference's API answers 501, by area, with the reason. Run after a build: node scripts/not-served-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { unservedOperations } from '../packages/api/dist/index.js';

const target = new URL('../docs/not-served.md', import.meta.url);

/** An operation belongs to the first area that matches its id and path. */
const AREAS = [
  [
    'Deployment cells',
    'Cells are looked at and given facts under `/api/deployment-cells`; the reference asks for more of them than Cellplane has.',
    /host-?cluster|DeploymentCell|sp-organization|byoc-onprem|AmenitiesDeployment/i,
  ],
  [
    'Cloud accounts',
    'Cellplane signs in to no cloud account, and so to no zone of Route 53: it lists the accounts that plans name.',
    /account-?config|custom-domain-api/i,
  ],
  [
    'Networks',
    "Networks and names of instances are the cluster's: no network of a cloud is made, and no name of a customer's own is served.",
    /custom-network|network-config|custom-?dns|availability-zone/i,
  ],
  [
    'Money',
    'Use is metered, and has a price ([usage](usage.md)); nothing is billed, so there is no invoice and no payment to tell of.',
    /invoice|usage|billing|payment|stripe|cost-api|#(?:Describe|Change)Plan$/i,
  ],
  ['Sign-in through identity providers', "Each is its provider's to set up.", /identity-?provider/i],
  [
    'Plans made piece by piece',
    'A plan is its spec: what these operations change one by one, a build changes as a whole.',
    /^(?:resource|infra-config|compute-config|storage-config|storage-volume-config|image-config|vunit|network-config|input-parameter|output-parameter|custom-workflow|deployment-config)-api#(?!List|Describe)|^(?:infra-config|compute-config|storage-config|storage-volume-config|image-config|vunit)-api|^service-(?:model|api)-api#(?!Describe|List)|^product-tier-api#(?:Create|Copy|Update)|^tier-version-set-api#Create/,
  ],
  [
    'Images, Compose files and artifacts',
    'Operators make the containers of their products; a plan with files of its own names where they are.',
    /image-registry|compose|deployment-artifact|workspace-?artifacts|helm-package/i,
  ],
  ['Help with first plans', "The reference's own sales and on-boarding.", /customer-onboarding|demo-api|contactus|#RegenerateToken/],
  [
    'Orchestration over several products',
    'An instance is of one product.',
    /services-?orchestration|ProxyResourceInstance|LinkedInstances|DependentComponents/i,
  ],
  [
    'Installers and other installations',
    'Instances run where their cell is, and are made there.',
    /setup-kit|Installer|#AdoptResourceInstance|ReceiveWebhook/i,
  ],
  [
    "Health and version of the reference's own services",
    '`/healthz`, `/readyz` and `/metrics` say how this server is. It knows no commit and no time of its build, on which clients of `version` insist.',
    /^global-api/,
  ],
  ["Limits of the reference's accounts", 'Limits here are those of a subscription (`maxNumberOfInstances`).', /^limit-api/],
  [
    'Other ways in and out',
    'A customer invites colleagues into a subscription (`…/subscription/{subscriptionId}/invite-user`). A session begins with `POST /signin`: the one of portals takes nothing that says who signs in. People of a provider are removed by its administrators (`DELETE /revoke-user-role`), so that there is always a root.',
    /#CustomerInviteUser$|^consumption-user-api#Signin$|^users-api#DeleteUser$/,
  ],
  [
    'Parts of a plan, one at a time',
    'The lists have them whole: parameters with `…/resource/{resourceId}/input-parameter` and `output-parameter`, capabilities and dependencies with the resource, resources with the plan. Hooks, files and metrics of a resource are of containers, which operators make themselves. There is one deployment configuration, `default`.',
    /#(?:DescribeInputParameter|DescribeOutputParameter|ListDeploymentConfigs)$|^resource-api#(?:List|Describe)|^inventory-api#(?:Describe|List)Resources?$/,
  ],
  [
    'Reports',
    'What an environment has at the moment is in its `service-inventory-summary`; figures over time are of your monitoring (`/metrics`).',
    /^report-api/,
  ],
  [
    'Modes of instances',
    'What an instance is made of, and what it waits for, is shown at any time (`cellplane instance debug`): no mode has to be switched on.',
    /DebugMode/,
  ],
  ['Not yet', 'Nothing speaks against these.', /./],
];

const intro = `# What is not served

What the reference has, and Cellplane doesn't, answers 501 with the operation's id ([decision 10](decisions/0010-errors-of-unserved-operations.md)).
This page is made of the operation table: \`node scripts/not-served-docs.mjs\`.
`;

const byArea = grouped(unservedOperations);
const sections = AREAS.flatMap((area) => {
  const found = byArea.get(area) ?? [];
  if (found.length === 0) return [];
  const rows = found.map(({ method, path, operationId }) => `| ${method} ${path.replace('/2022-09-01-00', '')} | ${operationId} |`);
  return [`\n## ${area[0]}\n\n${area[1]}\n\n| Route | Operation |\n|---|---|\n${rows.join('\n')}\n`];
});
const page = `${intro}${sections.join('')}`;

if (!process.argv.includes('--check')) writeFileSync(target, page);
else if (readFileSync(target, 'utf8') !== page) {
  console.error('docs/not-served.md is not what the table says: node scripts/not-served-docs.mjs');
  process.exitCode = 1;
}

function areaOf({ operationId, path }) {
  return AREAS.find(([, , pattern]) => pattern.test(operationId) || pattern.test(path));
}

function grouped(operations) {
  const found = new Map();
  for (const operation of operations) found.set(areaOf(operation), [...(found.get(areaOf(operation)) ?? []), operation]);
  return found;
}
