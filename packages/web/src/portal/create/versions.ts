/** Versions of a plan that a new instance may have. Pure. */
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';

export type PlanVersion = Awaited<ReturnType<Client['customerListVersionSets']>>['tierVersionSets'][number];

/** Those that are not withdrawn and have the resource, as the server lists them: newest first. */
export function choosable(versions: readonly PlanVersion[], resourceId: string): PlanVersion[] {
  return versions.filter(
    ({ status, resources }) => status !== 'Deprecated' && (resources === undefined || resources.some(({ id }) => id === resourceId)),
  );
}

/** "1.1 · Autumn · preferred" */
export function versionLabel({ version, name = '', status }: Pick<PlanVersion, 'version' | 'name' | 'status'>): string {
  return [version, name, status === 'Preferred' ? t('preferred') : ''].filter((word) => word !== '' && word !== undefined).join(' · ');
}
