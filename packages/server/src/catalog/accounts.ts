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
  const { accounts } = plan.deployment;
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

/** Each account of the plans once, of one cloud or of `all`. */
export function accountsOf(plans: { name: string; built: CompiledPlan | null }[], cloud: string): Account[] {
  const found = new Map<string, Account & { description: string }>();
  const naming = new Map<string, string[]>();
  for (const { name, built } of plans) {
    for (const account of built === null ? [] : accountsOfPlan(built)) {
      if (!found.has(account.id)) found.set(account.id, account);
      naming.set(account.id, [...(naming.get(account.id) ?? []), name]);
    }
  }
  const wanted = cloud.toLowerCase();
  return [...found.values()]
    .filter((account) => wanted === '' || wanted === 'all' || account.cloudProviderId === wanted)
    .map((account) => ({ ...account, description: `Named by ${[...new Set(naming.get(account.id))].join(', ')}` }));
}
