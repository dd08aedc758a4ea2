/** What the start command says at its end: where everything is, who signs in how, and what to try. Pure. */
import type { InstanceProgress } from '@cellplane/api';
import { signInFile, type SignIns } from './credentials.js';
import type { Outcome } from './journey.js';
import type { Tenant } from './tenants.js';

const DEFAULT_URL = 'http://127.0.0.1:8080';

export interface Summed {
  server: { url: string; logFile: string };
  signIns: SignIns;
  outcome: Outcome;
  /** The server ends now: nothing is offered that needs it. */
  isEnding: boolean;
  dataDir: string;
  isSimulated: boolean;
}

/** The text, with an empty line before and after. */
export function summary({ server, signIns, outcome, isEnding, dataDir, isSimulated }: Summed): string {
  const { instanceId, progress, tenants } = outcome;
  const endpoints = endpointLines(progress).map((line) => `  ${line}\n`);
  if (isEnding)
    return `\n${endpoints.join('')}\n  Server log    ${server.logFile}\n\n  The server stops now; "npm start" goes on from here.\n\n`;
  const [owner, other] = tenants;
  const at = server.url === DEFAULT_URL ? '' : ` --server ${server.url}`;
  const login = ({ email, password }: { email: string; password?: string }) =>
    `npx cellplane login${at} --email ${email}${password === undefined ? '' : ` --password ${password}`}`;
  const lines = [
    `Server        ${server.url}   open it in a browser: customers see the portal, the provider sees the console`,
    `Sign-in       ${signIns.email} / ${signIns.password}   the provider`,
    ...tenants.map((tenant) => `              ${tenant.email} / ${passwordOf(tenant)}   customer ${tenant.company}`),
    `              kept in ${signInFile(dataDir)}`,
    `Server log    ${server.logFile}`,
    '',
    `${owner.company} sees its instance ${instanceId}; ${other.company} may have the same plan, and sees nothing of ${owner.company}: try it with the line "Tenancy".`,
    `The provider sees both customers, their subscriptions and every instance.`,
    '',
    `Tenancy:      ${login(other)} && npx cellplane instance list${at}`,
    `Look around:  ${login(signIns)}`,
    `              npx cellplane instance describe ${instanceId}${at}`,
    ...(isSimulated ? [`              kubectl --kubeconfig ${dataDir}/simulated-cell/kubeconfig get clusters -A`] : []),
  ];
  return ['\n', ...endpoints, '\n', ...lines.map((line) => (line === '' ? '\n' : `  ${line}\n`)), '\n'].join('');
}

function passwordOf({ email, password }: Tenant): string {
  return password ?? `(its password is not the kept one any more: npx cellplane password reset --email ${email})`;
}

function endpointLines(progress: InstanceProgress | undefined): string[] {
  const endpoints = Object.entries(progress?.endpoints ?? {});
  const width = Math.max(0, ...endpoints.map(([name]) => name.length));
  return endpoints.map(([name, address]) => `${name.padEnd(width)}  ${address}`);
}
