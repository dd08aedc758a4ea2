/** Columns of a table of plans: the newest version, and whether something is built that nobody has. */
import { Group } from '@mantine/core';
import { t } from 'i18next';
import type { Column } from '../../kit/table/data-table';
import type { Plan } from './services';
import { VersionStatus } from './version-status';

/** `planOf`: the plan of a row; undefined while it is loaded. */
export function versionColumns<Row>(planOf: (row: Row) => Plan | undefined): Column<Row>[] {
  return [
    {
      key: 'version',
      name: t('Newest version'),
      cell: (row) => {
        const plan = planOf(row);
        if (plan === undefined) return null;
        return (
          <Group gap="sm" wrap="nowrap">
            <span>{plan.latestMajorVersion}</span>
            <VersionStatus status={plan.versionSetStatus} />
          </Group>
        );
      },
    },
    {
      key: 'pending',
      name: t('Built, not released'),
      cell: (row) => (planOf(row)?.hasPendingChanges === true ? t('has changes') : <span className="muted">{t('nothing')}</span>),
    },
  ];
}
