/** Where a plan can be made, as its offering says it; and tags. Pure. */
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

/** `team=blue` → key and value; undefined for what is no tag. */
export function tagOf(text: string): { key: string; value: string } | undefined {
  const sign = text.indexOf('=');
  const key = text.slice(0, Math.max(0, sign)).trim();
  return key === '' ? undefined : { key, value: text.slice(sign + 1).trim() };
}
