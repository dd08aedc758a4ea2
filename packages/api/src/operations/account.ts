/** Cloud accounts. Only the lists, which clients read beside other things; none is registered yet. */
import { Type } from 'typebox';
import { optionalText, text, texts } from '../field.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';

const Account = Type.Object({
  id: text,
  cloudProviderId: text,
  name: text,
  description: text,
  status: text,
  statusMessage: text,
  awsAccountID: optionalText,
  awsBootstrapRoleARN: optionalText,
  gcpProjectID: optionalText,
  gcpProjectNumber: optionalText,
  gcpServiceAccountEmail: optionalText,
  azureSubscriptionID: optionalText,
  azureTenantID: optionalText,
  nebiusTenantID: optionalText,
  ociTenancyID: optionalText,
  ociDomainID: optionalText,
});

const response = Type.Object({ ids: texts, accountConfigs: Type.Array(Account) });

export const accountOperations = {
  listAccountConfigs: operation({
    id: 'account-config-api#ListAccountConfig',
    api: 'v1',
    route: 'GET /accountconfig/cloudprovider/{cloudProviderName}',
    summary: 'Cloud accounts of a provider, or of `all`',
    access: provider('catalog:read', 'lists'),
    response,
  }),
  listFleetAccountConfigs: operation({
    id: 'inventory-api#ListAccountConfigs',
    api: 'fleet',
    route: 'GET /fleet/account-configs',
    summary: 'Cloud accounts; the request carries the provider in its body',
    access: provider('catalog:read', 'lists'),
    body: Type.Object({ cloudProviderName: optionalText }),
    response,
  }),
};
