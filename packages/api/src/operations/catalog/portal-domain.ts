/** Portals of a provider for its customers, and their domains: one for each type of environment. */
import { Type } from 'typebox';
import { provider } from '../../access.js';
import { flag, optional, optionalFlag, optionalText, required, text } from '../../field.js';
import { operation } from '../../operation.js';

const PortalDomain = Type.Object({
  clusterEndpoint: text,
  customDomain: text,
  description: text,
  environmentType: text,
  name: text,
  /** PENDING, READY, UNKNOWN. */
  status: text,
  /** Ours: what DNS said. */
  statusMessage: text,
  checkedAt: optionalText,
  /** Ours: the records that make it ready. */
  records: Type.Array(Type.Object({ type: text, name: text, value: text })),
});

const Portal = Type.Object({
  environmentType: text,
  /** UNKNOWN: nobody asks whether the portal answers. PENDING: the server has not been told of one. */
  status: text,
  endpoint: optionalText,
  customDomain: optionalText,
  customDomainStatus: optionalText,
  disablePasswordLogin: flag,
});

/** What the reference lets be set of a portal that it runs itself: refused by name, but for the domain. */
const notHere = optional(Type.Unknown());

export const portalDomainOperations = {
  listPortals: operation({
    id: 'saas-portal-api#ListSaaSPortals',
    api: 'v1',
    route: 'GET /saas-portal',
    summary: "The customers' portals: where each is, and its domain",
    access: provider('organization:read', 'organization'),
    response: Type.Object({ saasPortals: Type.Array(Portal) }),
  }),
  updatePortal: operation({
    id: 'saas-portal-api#UpdateSaaSPortal',
    api: 'v1',
    route: 'PATCH /saas-portal/{environmentType}',
    summary: 'Set the domain of a portal; what is a setting of the server is refused by name',
    access: provider('organization:write', 'organization'),
    body: Type.Object({
      customDomain: optionalText,
      disablePasswordLogin: optionalFlag,
      emailConfig: notHere,
      googleAnalyticsTagID: notHere,
      imageConfig: notHere,
    }),
  }),
  listPortalDomains: operation({
    id: 'saas-portal-api#ListSaaSPortalCustomDomains',
    api: 'v1',
    route: 'GET /saas-portal-custom-domain',
    summary: "Domains for the customers' portal, with what DNS said of each last",
    access: provider('organization:read', 'organization'),
    response: Type.Object({ customDomains: Type.Array(PortalDomain) }),
  }),
  createPortalDomain: operation({
    id: 'saas-portal-api#CreateSaaSPortalCustomDomain',
    api: 'v1',
    route: 'POST /saas-portal-custom-domain',
    summary: 'Name the domain of the portal of one type of environment, and look it up',
    access: provider('organization:write', 'organization'),
    body: Type.Object({ customDomain: required, environmentType: required, name: required, description: text }),
  }),
  updatePortalDomain: operation({
    id: 'saas-portal-api#UpdateSaaSPortalCustomDomain',
    api: 'v1',
    route: 'PATCH /saas-portal-custom-domain/{environmentType}',
    summary: 'Change the domain of a portal; what is not given stays',
    access: provider('organization:write', 'organization'),
    body: Type.Object({ customDomain: optionalText, name: optionalText, description: optionalText }),
  }),
  deletePortalDomain: operation({
    id: 'saas-portal-api#DeleteSaaSPortalCustomDomain',
    api: 'v1',
    route: 'DELETE /saas-portal-custom-domain/{environmentType}',
    summary: 'Forget the domain of a portal',
    access: provider('organization:write', 'organization'),
  }),
  checkPortalDomain: operation({
    id: 'cellplane#CheckPortalDomain',
    api: 'ours',
    route: 'POST /api/portal-domains/{environmentType}/check',
    summary: 'Look the domain of a portal up in DNS now',
    access: provider('organization:write', 'organization'),
    response: PortalDomain,
  }),
};
