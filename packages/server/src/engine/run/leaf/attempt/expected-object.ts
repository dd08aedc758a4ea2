import type { KubernetesObject } from '@cellplane/kubernetes';
import { later, never } from '../leaf-answer.js';
import { isObject, type LeafTask } from './leaf-task.js';

/** An object that must be the one that was there before is gone, or is another one. @throws LeafStop */
export function refuseOther({ expected, manifest }: Pick<LeafTask, 'expected' | 'manifest'>, found: KubernetesObject | null): void {
  if (expected === undefined || expected.mayBeRecreated || found?.metadata.uid === expected.uid) return;
  // An object that belongs to another one is made anew by that one's controller, not by us.
  if ((found?.metadata.ownerReferences ?? []).length > 0) return;
  const metadata = isObject(manifest.metadata) ? manifest.metadata : {};
  const name = `${String(manifest.kind)}/${String(metadata.name)}`;
  const was = `was there (uid ${expected.uid}, last written by ${expected.runId}) and was not deleted by any workflow`;
  if (found === null)
    throw never('object-gone', `${name} is gone: it ${was}. It is not made anew, since what it held would be missing. ${expected.cure}`);
  throw never(
    'object-replaced',
    `${name} is another one than the one that ${was}: its uid is ${String(found.metadata.uid)} now. ${expected.cure}`,
  );
}

/** An object that is being deleted is not written to: it would vanish with what was written. @throws LeafStop */
export function refuseDeleting(object: KubernetesObject | null | undefined): void {
  if (object?.metadata.deletionTimestamp === undefined) return;
  const finalizers = object.metadata.finalizers ?? [];
  const by = finalizers.length === 0 ? '' : ` (finalizers: ${finalizers.join(', ')})`;
  throw later('being-deleted', `${object.kind}/${object.metadata.name} is being deleted${by}; it will be made anew once it is gone`, 1_000);
}
