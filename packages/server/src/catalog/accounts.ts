/**
 * Cloud accounts of an organization: those that its plans name under `deployment`. Nobody registers them here, and Cellplane signs in to none:
 * clusters are reached by credentials of their own. Pure.
 */
import { createHash } from 'node:crypto';
import type { CompiledPlan } from '@cellplane/plan';

/** Cloud → key of its account in a plan, and what the wire calls that and the keys beside it. */
const CLOUDS: Record<string, { account: string; names: Record<string, string> }> = {
  aws: { account: 'awsAccountId', names: { awsAccountId: 'awsAccountID', awsBootstrapRoleAccountArn: 'awsBootstrapRoleARN' } },
  gcp: {
    account: 'gcpProjectId',
    names: { gcpProjectId: 'gcpProjectID', gcpProjectNumber: 'gcpProjectNumber', gcpServiceAccountEmail: 'gcpServiceAccountEmail' },
  },
  azure: { account: 'azureSubscriptionId', names: { azureSubscriptionId: 'azureSubscriptionID', azureTenantId: 'azureTenantID' } },
  nebius: { account: 'nebiusTenantId', names: { nebiusTenantId: 'nebiusTenantID' } },
  oci: { account: 'ociTenancyId', names: { ociTenancyId: 'ociTenancyID', ociDomainId: 'ociDomainID' } },
};

export interface Account {
  id: string;
  cloudProviderId: string;
  name: string;
  description: string;
  status: string;
  statusMessage: string;
  [member: string]: string;
}

/** The accounts that a plan names. Ids say which account it is, whatever plan names it. */
export function accountsOfPlan(plan: CompiledPlan): Account[] {
  return accountsIn(plan.deployment.accounts);
}

function accountsIn(accounts: Readonly<Record<string, string>>): Account[] {
  return Object.entries(CLOUDS).flatMap(([cloud, { account, names }]) => {
    const value = accounts[account];
    if (value === undefined) return [];
    const members = Object.entries(names).flatMap(([key, name]) => (accounts[key] === undefined ? [] : [[name, accounts[key]] as const]));
    const digest = createHash('sha256').update(`${cloud}\0${value}`).digest('base64url').replaceAll(/[-_]/g, '');
    return [
      {
        id: `ac-${digest.slice(0, 10)}`,
        cloudProviderId: cloud,
        name: `${cloud} ${value}`,
        description: 'Named by a plan',
        status: 'READY',
        statusMessage: 'Not looked at: clusters are reached by their own credentials, not through this account.',
        ...Object.fromEntries(members),
      },
    ];
  });
}

/** The key under which plans name accounts of a cloud; undefined for `all`. */
export function accountKeyOf(cloud: string): string | undefined {
  const wanted = cloud.trim().toLowerCase();
  return wanted === '' || wanted === 'all' ? undefined : (CLOUDS[wanted]?.account ?? NO_KEY);
}

/** Of a cloud that plans name no accounts of. */
const NO_KEY = '';

/** Each account of the plans once, of the clouds that are asked for. */
export function accountsOf(plans: { name: string; accounts: Readonly<Record<string, string>> }[], cloud: string): Account[] {
  const found = new Map<string, { account: Account; naming: Set<string> }>();
  const wanted = accountKeyOf(cloud);
  for (const { name, accounts } of plans) {
    const asked = Object.entries(CLOUDS).filter(([, { account }]) => wanted === undefined || account === wanted);
    for (const account of accountsIn(accounts).filter(({ cloudProviderId }) => asked.some(([one]) => one === cloudProviderId))) {
      const entry = found.get(account.id) ?? { account, naming: new Set() };
      found.set(account.id, entry);
      entry.naming.add(name);
    }
  }
  return [...found.values()].map(({ account, naming }) => ({ ...account, description: `Named by ${[...naming].join(', ')}` }));
}
