/** Files that `helm template --output-dir` writes: what a chart would bring into a cluster. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { HelmError } from './helm-error.js';
import type { WorkFolder } from './work-folders.js';

/** YAML of the files that have a CustomResourceDefinition in them. */
export interface Rendered {
  /** Of the chart's templates: an upgrade writes them. */
  templates: string;
  /** Of the `crds/` folders of the chart and its parts: only a first installation writes them. */
  crds: string;
}

/** Of all files together. Bytes; Helm itself takes no larger release. */
const MOST_BYTES = 32 * 1024 * 1024;

export function renderedIn(folder: WorkFolder): string {
  return join(folder.path, 'rendered');
}

/** @throws HelmError for a chart that is too large */
export async function readRendered(folder: WorkFolder): Promise<Rendered> {
  const root = renderedIn(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: Rendered = { templates: '', crds: '' };
  let size = 0;
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    size += (await stat(path)).size;
    if (size > MOST_BYTES) throw new HelmError(`The chart renders to more than ${MOST_BYTES / 1024 / 1024} MiB.`, 'helm-failed', false);
    const text = await readFile(path, 'utf8');
    if (!text.includes('CustomResourceDefinition')) continue;
    // `<chart>/crds/…`, `<chart>/charts/<part>/crds/…`; `<chart>/templates/crds/…` is a template like others.
    const part = /^[^/]+\/(?:charts\/[^/]+\/)*crds\//.test(relative(root, path)) ? 'crds' : 'templates';
    found[part] += `\n---\n${text}`;
  }
  return found;
}
