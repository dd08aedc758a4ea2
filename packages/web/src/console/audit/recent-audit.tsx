/** The latest of the audit trail about one thing, with the way to all of it. */
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { OF_ALL_PRODUCTS } from '../../app/scope';
import { Failure } from '../../kit/failure';
import { Section } from '../../kit/page/section';
import { DataTable } from '../../kit/table/data-table';
import type { AuditSearch } from './audit';
import { auditColumns } from './audit-table';

const SHOWN = 8;

interface Props {
  title: string;
  query: AuditSearch;
  /** The same, as the audit page's address says it. */
  search: Record<string, string>;
  /** All of it is of one person, whom the page is about. */
  isOfOne?: boolean;
}

export function RecentAudit({ title, query, search, isOfOne = false }: Props) {
  const navigate = useNavigate();
  const recent = useQuery({
    queryKey: ['audit', 'recent', query],
    queryFn: async () => (await client.listAuditEvents({ query: { ...query, pageSize: SHOWN } })).events,
  });
  const open = (event: string) => void navigate({ to: '/console/audit', search: { ...search, ...OF_ALL_PRODUCTS, event } as never });
  return (
    <Section
      title={title}
      actions={
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => <Link to="/console/audit" search={{ ...search, ...OF_ALL_PRODUCTS } as never} {...props} />}
        >
          {t('Open in the audit trail')}
        </Button>
      }
    >
      {recent.isError ? (
        <Failure title={t('The audit trail cannot be shown')} error={recent.error} retry={() => void recent.refetch()} />
      ) : (
        <DataTable
          label={title}
          columns={auditColumns(open).filter(({ key }) => !isOfOne || key !== 'who')}
          rows={recent.data}
          keyOf={({ id }) => id}
          empty={
            <Text size="sm" c="dimmed">
              {t('Nothing yet.')}
            </Text>
          }
        />
      )}
    </Section>
  );
}
