/** The audit trail of the whole installation: who did what, filtered in the address; verified, and exported. */
import { Button, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useMemo } from 'react';
import { useScope } from '../../app/use-scope';
import { Readable } from '../../kit/access/readable';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { DataTable, type TableFilter, useTableState } from '../../kit/table/data-table';
import { EmptyInScope } from '../scope/empty-in-scope';
import { auditSearchOf } from './address';
import { type AuditEvent, outcomeWords, useAudit } from './audit';
import { auditColumns } from './audit-table';
import { AuditEventDrawer } from './event-drawer';
import { ExportTrail } from './export-trail';
import { VerifyTrail } from './verify-trail';

export function AuditPage() {
  return (
    <Stack gap="md">
      <PageHead title={t('Audit')} facts={t('Who did what, from where, and what came of it. Each entry is sealed by the one before.')}>
        <Button variant="default" renderRoot={(props) => <Link to="/console/retention" {...props} />}>
          {t('What is kept')}
        </Button>
        <Readable operation="exportAuditTrail" otherwise={null}>
          <ExportTrail />
        </Readable>
      </PageHead>
      <Readable operation="listAuditEvents">
        <VerifyTrail />
        <Trail />
      </Readable>
    </Stack>
  );
}

function Trail() {
  const state = useTableState({ name: 'audit' });
  const { event: opened, ...asked } = state.search;
  const scope = useScope();
  const query = useMemo(() => auditSearchOf(asked, scope), [JSON.stringify(asked), scope]);
  const trail = useAudit(query);
  const open = (event: string) => state.change({ event });
  if (trail.error !== null) return <Failure title={t('The audit trail cannot be shown')} error={trail.error} retry={trail.retry} />;
  return (
    <>
      <DataTable
        label={t('Audit events')}
        columns={auditColumns(open)}
        rows={trail.rows}
        keyOf={({ id }) => id}
        state={state}
        filters={filters()}
        sortedBy={[]}
        more={trail.more}
        empty={
          <EmptyInScope>
            <Empty title={t('Nothing yet')}>{t('Whatever changes something is written here, by whom and from where.')}</Empty>
          </EmptyInScope>
        }
      />
      <AuditEventDrawer id={opened} onClose={() => state.change({ event: '' })} />
    </>
  );
}

function filters(): TableFilter<AuditEvent>[] {
  const text = (key: string, name: string, hint: string, isRare = false): TableFilter<AuditEvent> => ({
    key,
    name,
    hint,
    kind: 'text',
    isRare,
  });
  const outcomes = ['succeeded', 'refused', 'failed', 'unknown'];
  return [
    { key: 'time', name: t('When'), kind: 'dates' },
    { key: 'outcome', name: t('Outcome'), options: outcomes.map((value) => ({ value, label: outcomeWords(value) })) },
    text('operation', t('Operation'), 'createInstance'),
    text('user', t('Person'), 'user-…'),
    text('org', t('Organization'), 'org-…'),
    text('instance', t('Instance'), 'instance-…'),
    text('subscription', t('Subscription'), 'sub-…', true),
    text('ip', t('Address'), '203.0.113.7', true),
    text('correlation', t('Correlation id'), '', true),
  ];
}
