// Writes docs/access.md from the operation table, and the same for browsers. Run after a build: node scripts/access-docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import {
  CUSTOMER_PERMISSIONS,
  operations,
  PRODUCT_ROLES,
  PROVIDER_PERMISSIONS,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  SUBSCRIPTION_ROLES,
} from '../packages/api/dist/index.js';

const target = new URL('../docs/access.md', import.meta.url);
const browserTarget = new URL('../packages/api/src/operations-by-access.ts', import.meta.url);

function roles(permissions, names, allowed) {
  return [
    `| Permission | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...permissions.map(
      (permission) => `| ${permission} | ${names.map((role) => (allowed[role].includes(permission) ? 'yes' : '')).join(' | ')} |`,
    ),
  ].join('\n');
}

const rows = Object.values(operations).map(({ method, path, summary, access }) => ({
  who: access.audience === 'user' ? 'anybody signed in' : access.audience === 'public' ? 'anybody' : access.audience,
  permission: access.permission ?? '',
  place:
    access.product === undefined ? '' : typeof access.product === 'object' ? `the path's \`{${access.product.param}}\`` : access.product,
  call: `\`${method} ${path.replace('/2022-09-01-00', '')}\``,
  summary,
}));

const page = `# Access

Who may call which operation. The server reads the same table, and asks it once, before an operation's own code runs. This page is generated from it:
\`node scripts/access-docs.mjs\`.

- Each operation has an **audience**: the people of a provider, customers, anybody who is signed in, or anybody at all. A customer's token on a provider's operation is
  answered with 403.
- Each operation needs one **permission**. The role of the caller must give it, otherwise the answer is 403 and names the role and the permission.
- **Things of another tenant look like things that do not exist** (404): instances, snapshots and subscriptions in which the caller is no member, products of another
  provider, products that the caller's role is not given for.
- A provider's people may use a customer's operations, too. They reach the subscriptions of their own organization there, if their role allows the same in the fleet.

## Roles of a provider's people

${PRODUCT_ROLES.map((role) => `\`${role}\``).join(', ')} are given for single products, the others for all. Nobody but a root changes or removes a root.

${roles(PROVIDER_PERMISSIONS, PROVIDER_ROLES, PROVIDER_ROLE_PERMISSIONS)}

## Roles of a subscription's members

${roles(CUSTOMER_PERMISSIONS, SUBSCRIPTION_ROLES, SUBSCRIPTION_ROLE_PERMISSIONS)}

The catalogue needs no subscription: everybody who is signed in sees what they may subscribe to.

## Operations

"Product" is for roles of single products: where the operation says which product it is about. \`lists\`: the answer holds only products of the caller's role.
\`organization\`: the operation is about the whole organization, which those roles do not reach. Paths begin with \`/2022-09-01-00\`, except those below \`/api\`.

| Audience | Permission | Product | Operation | |
|---|---|---|---|---|
${rows.map(({ who, permission, place, call, summary }) => `| ${who} | ${permission} | ${place} | ${call} | ${summary} |`).join('\n')}
`;

/** `provider fleet:read {serviceId}` → names of the operations with this access. */
const groups = new Map();
for (const [name, { access }] of Object.entries(operations)) {
  const place = typeof access.product === 'object' ? `{${access.product.param}}` : access.product;
  const key = [access.audience, access.enrolling === true ? 'enrolling' : undefined, access.permission, place].filter(Boolean).join(' ');
  groups.set(key, [...(groups.get(key) ?? []), name]);
}
/** A few names a line, so that two changes of the table seldom touch the same one. */
function linesOf(names) {
  return Array.from({ length: Math.ceil(names.length / 4) }, (_, line) => `  ${names.slice(line * 4, line * 4 + 4).join(' ')}`);
}
const forBrowsers = `/** Operations by their access, for access-of.ts. Generated from the operation table: \`node scripts/access-docs.mjs\`. */
export const OPERATIONS_BY_ACCESS = \`
${[...groups].map(([access, names]) => [access, ...linesOf(names)].join('\n')).join('\n')}
\`;
`;

const files = [
  [target, page, 'docs/access.md'],
  [browserTarget, forBrowsers, 'packages/api/src/operations-by-access.ts'],
];
for (const [file, content, name] of files) {
  if (!process.argv.includes('--check')) writeFileSync(file, content);
  else if (readFileSync(file, 'utf8') !== content) {
    console.error(`${name} is not what the operation table says: run node scripts/access-docs.mjs`);
    process.exitCode = 1;
  }
}
