/** Where a plan can be made, and what it costs, as its offering says it. Pure. */
import type { Offering } from '../own';

/** Regions of a cloud. */
export function regionsOf(offering: Offering, cloud: string | undefined): string[] {
  const { awsRegions, gcpRegions, azureRegions, ociRegions, nebiusRegions, privateRegions } = offering;
  const regions: Record<string, string[] | undefined> = {
    aws: awsRegions,
    gcp: gcpRegions,
    azure: azureRegions,
    oci: ociRegions,
    nebius: nebiusRegions,
  };
  return (cloud === undefined ? undefined : regions[cloud]) ?? privateRegions ?? [];
}

/** Lines of a price: what the provider calls it, and what it is. Empty: there is no price. */
export function priceOf({ productTierPricing: pricing }: Pick<Offering, 'productTierPricing'>): [string, string][] {
  if (typeof pricing === 'string') return pricing.trim() === '' ? [] : [['', pricing]];
  if (typeof pricing !== 'object' || pricing === null) return [];
  return Object.entries(pricing).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
}

/** `team=blue` → key and value; undefined for what is no tag. */
export function tagOf(text: string): { key: string; value: string } | undefined {
  const sign = text.indexOf('=');
  const key = text.slice(0, Math.max(0, sign)).trim();
  return key === '' ? undefined : { key, value: text.slice(sign + 1).trim() };
}
