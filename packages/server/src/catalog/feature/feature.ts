/**
 * Features of plans: those that the spec names under `features`, and those that a provider has enabled beside it. They are shown to clients, which
 * offer more or less by them; Cellplane itself does nothing else for one, but that customers choose versions by one. Pure.
 */
import type { CompiledPlan } from '@cellplane/plan';
import { badRequest } from '../../errors.js';

/** Of the hosting model of a plan. */
const MODEL_FEATURES = ['CUSTOM_NETWORKS', 'CUSTOM_TERRAFORM_POLICY', 'CUSTOM_AGENT_RBAC', 'CUSTOM_DEPLOYMENT_CELL_PLACEMENT'] as const;

/** Of a plan, for its provider or for its customers. */
const TIER_FEATURES = [
  'LOGS',
  'METRICS',
  'LICENSING',
  'CLOUD_INSURANCE',
  'MARKETPLACE',
  'OPERATIONAL_STATUS',
  'COMPLIANCE',
  'APPLICATION_SECURITY',
  'VERSION_SET_OVERRIDE',
] as const;

/** Of whom a feature is. */
export const FEATURE_SCOPES = ['INTERNAL', 'CUSTOMER'] as const;
/** What a feature belongs to. */
export const FEATURE_LEVELS = ['model', 'tier'] as const;

export interface Feature {
  level: (typeof FEATURE_LEVELS)[number];
  feature: string;
  /** Empty of a model. */
  scope: string;
  configuration: Record<string, unknown>;
}

/** A feature as a request names it, in any letter case. @throws DomainError bad_request for a word that is none */
export function namedFeature(
  level: Feature['level'],
  named: { feature: string; scope?: string | undefined },
): Pick<Feature, 'level' | 'feature' | 'scope'> {
  const feature = wordOf('feature', named.feature, level === 'model' ? MODEL_FEATURES : TIER_FEATURES);
  return { level, feature, scope: level === 'model' ? '' : wordOf('scope', named.scope ?? 'INTERNAL', FEATURE_SCOPES) };
}

function wordOf(field: string, given: string, known: readonly string[]): string {
  const word = known.find((one) => one === given.trim().toUpperCase());
  if (word !== undefined) return word;
  const message = `must be one of ${known.join(', ')}`;
  throw badRequest('unknown-feature', `Invalid request: ${field} ${message}.`, [{ field, code: 'invalid-enum-value', message }]);
}

/** What the spec names. */
export function featuresOfSpec(plan: Pick<CompiledPlan, 'settings'> | null): Feature[] {
  return Object.entries(objectOf(plan?.settings['features'])).flatMap(([key, value]): Feature[] => {
    const scope = FEATURE_SCOPES.find((one) => one === key.toUpperCase());
    if (scope === undefined) return [{ level: 'model', feature: key, scope: '', configuration: objectOf(value) }];
    return Object.entries(objectOf(value)).map(([name, configuration]) => ({
      level: 'tier',
      feature: capitals(name),
      scope,
      configuration: objectOf(configuration),
    }));
  });
}

/** Both together; what was enabled says how it is configured. */
export function featuresOf(plan: Pick<CompiledPlan, 'settings'> | null, enabled: readonly Feature[]): Feature[] {
  return [...featuresOfSpec(plan).filter((one) => !enabled.some((other) => isSame(one, other))), ...enabled];
}

export function isSame(one: Pick<Feature, 'level' | 'feature' | 'scope'>, other: Pick<Feature, 'level' | 'feature' | 'scope'>): boolean {
  return one.level === other.level && one.feature === other.feature && one.scope === other.scope;
}

/** `features` and `enabledFeatures` of a plan or version. */
export function tierFeaturesOnWire(features: readonly Feature[]) {
  const ofTier = features.filter(({ level }) => level === 'tier');
  return {
    features: Object.fromEntries(ofTier.map(({ feature, scope }) => [`${feature}#${scope}`, true])),
    enabledFeatures: ofTier.map(({ feature, scope, configuration }) => ({ feature, scope, configuration })),
  };
}

/** `features` of a hosting model. */
export function modelFeaturesOnWire(features: readonly Feature[]) {
  return features.filter(({ level }) => level === 'model').map(({ feature, configuration }) => ({ feature, configuration }));
}

/** What customers may know: nothing of what is for the provider alone, and no configuration, which may name places of secrets. */
export function forCustomers(features: readonly Feature[]): Feature[] {
  return features.filter(({ scope }) => scope !== 'INTERNAL').map((feature) => ({ ...feature, configuration: {} }));
}

/** multiTenantGpu → MULTI_TENANT_GPU */
function capitals(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
