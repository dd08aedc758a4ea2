import { at, isObject, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';

/** What runs where a Cluster names no image. */
export const DEFAULT_IMAGE = 'ghcr.io/cloudnative-pg/postgresql:18.3-system-trixie';

/** The tag of an image reference; '' where it has none but a digest, `latest` where it has neither. */
export function tagOf(image: string): string {
  const digest = /@sha256:[a-fA-F0-9]+$/.exec(image)?.[0] ?? '';
  const tag = /:([^/:]+)$/.exec(image.slice(0, image.length - digest.length))?.[1];
  return tag ?? (digest === '' ? 'latest' : '');
}

/** The PostgreSQL major version that a tag begins with, as the operator reads it; undefined for other tags. */
export function majorOf(tag: string): number | undefined {
  const version = /^(?:\d\.?)+/.exec(tag)?.[0];
  if (version === undefined) return undefined;
  const [major = '', minor] = version.split('.');
  return minor === '' ? undefined : Number(major);
}

/** The PostgreSQL major version of a Cluster; undefined where its image does not say one. */
export function majorOfCluster(cluster: Stored): number | undefined {
  const catalogue = at(cluster, 'spec', 'imageCatalogRef');
  if (isObject(catalogue)) return Number(catalogue.major ?? 0);
  return majorOf(tagOf(stringAt(cluster, 'spec', 'imageName') || DEFAULT_IMAGE));
}
