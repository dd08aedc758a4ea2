/** What customers wait for an answer on, and what was answered. */
import { Anchor, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { useScope } from '../../app/use-scope';
import { GuardedButton } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Status } from '../../kit/status';
import { type BulkAction, type Column, DataTable, useTableState } from '../../kit/table/data-table';
import { EmptyInScope } from '../scope/empty-in-scope';
import { AnswerForm } from './answer-form';
import { type ListedRequest, useRequests } from './requests';

interface Answering {
  requests: readonly ListedRequest[];
  isApproval: boolean;
}

export function RequestsPage() {
  return (
    <Stack gap="md">
      <PageHead title={t('Requests')} facts={t('What customers ask for where a plan needs your approval.')} />
      <Readable operation="listAllSubscriptionRequests">
        <Requests />
      </Readable>
    </Stack>
  );
}

function Requests() {
  const state = useTableState();
  const isAll = state.search['show'] === 'all';
  const [answering, setAnswering] = useState<Answering>();
  const { why } = useMay('approveSubscriptionRequest');
  const requests = useRequests({ ...useScope(), ...(isAll ? {} : { status: 'PENDING' }) });
  const close = () => setAnswering(undefined);
  return (
    <>
      <Group>
        <SegmentedControl
          aria-label={t('Which requests')}
          data={[
            { value: 'waiting', label: t('Waiting') },
            { value: 'all', label: t('All') },
          ]}
          value={isAll ? 'all' : 'waiting'}
          onChange={(show) => state.change({ show: show === 'all' ? 'all' : '' })}
        />
      </Group>
      {requests.error === null ? (
        <DataTable
          label={t('Requests')}
          columns={columns(why, setAnswering, isAll)}
          rows={requests.rows}
          keyOf={({ id }) => id}
          sortedBy={[]}
          more={requests.more}
          actions={bulk(why, setAnswering)}
          empty={
            <EmptyInScope>
              <Empty title={isAll ? t('Nobody has asked yet') : t('Nobody waits for you')}>
                {t(
                  'Customers ask where the environment of a plan approves nothing by itself. What they ask for appears here, and you are mailed.',
                )}
              </Empty>
            </EmptyInScope>
          }
        />
      ) : (
        <Failure title={t('The requests cannot be shown')} error={requests.error} retry={requests.retry} />
      )}
      <Modal opened={answering !== undefined} onClose={close} title={answering?.isApproval === true ? t('Approve') : t('Deny')} centered>
        {answering !== undefined && <AnswerForm {...answering} onDone={close} />}
      </Modal>
    </>
  );
}

function whyAnswered({ status }: ListedRequest): string | undefined {
  return status === 'PENDING' ? undefined : t('It is answered already, or was taken back.');
}

function bulk(why: string | undefined, begin: (answering: Answering) => void): BulkAction<ListedRequest>[] {
  const refusal = (request: ListedRequest) => why ?? whyAnswered(request);
  return [
    { key: 'approve', label: t('Approve'), refusal, run: (requests) => begin({ requests, isApproval: true }) },
    { key: 'deny', label: t('Deny'), isDangerous: true, refusal, run: (requests) => begin({ requests, isApproval: false }) },
  ];
}

function columns(why: string | undefined, begin: (answering: Answering) => void, isAll: boolean): Column<ListedRequest>[] {
  const all: Column<ListedRequest>[] = [
    {
      key: 'customer',
      name: t('Customer'),
      cell: ({ rootUserId, rootUserName, rootUserEmail, rootUserOrgName }) => (
        <>
          <Anchor
            size="sm"
            fw={600}
            style={{ overflowWrap: 'anywhere' }}
            renderRoot={(props) => <Link to="/console/customers/$userId" params={{ userId: rootUserId }} {...props} />}
          >
            <bdi>{rootUserName || rootUserEmail}</bdi>
          </Anchor>
          <Text size="xs" c="dimmed" miw="22ch" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{rootUserOrgName}</bdi>
            <br />
            {rootUserEmail}
          </Text>
        </>
      ),
    },
    {
      key: 'plan',
      name: t('Asks for'),
      cell: ({ serviceName, productTierName, environmentName }) => (
        <>
          <Text size="sm" miw="14ch">
            <bdi>{serviceName}</bdi> · <bdi>{productTierName}</bdi>
          </Text>
          <Text size="xs" c="dimmed">
            {environmentName}
          </Text>
        </>
      ),
    },
    {
      key: 'message',
      name: t('Message'),
      cell: ({ message, answer }) => (
        <>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} {...(message === '' ? { c: 'dimmed' } : {})}>
            {message === '' ? t('none') : message}
          </Text>
          {answer !== undefined && (
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {t('Answer: {{answer}}', { answer })}
            </Text>
          )}
        </>
      ),
    },
    { key: 'asked', name: t('Asked'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
  if (isAll) all.push({ key: 'status', name: t('Status'), cell: (request) => <Answered of={request} /> });
  all.push({
    key: 'actions',
    name: t('Actions'),
    cell: (request) =>
      request.status === 'PENDING' && (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <GuardedButton size="xs" why={why} onClick={() => begin({ requests: [request], isApproval: true })}>
            {t('Approve')}
          </GuardedButton>
          <GuardedButton size="xs" variant="default" why={why} onClick={() => begin({ requests: [request], isApproval: false })}>
            {t('Deny')}
          </GuardedButton>
        </Group>
      ),
  });
  return all;
}

function Answered({ of }: { of: ListedRequest }) {
  return (
    <>
      {of.subscriptionId === undefined ? (
        <Status of={of.status} />
      ) : (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/console/subscriptions/$subscriptionId" params={{ subscriptionId: of.subscriptionId ?? '' }} {...props} />
          )}
        >
          <Status of={of.status} />
        </Anchor>
      )}
      {of.status !== 'PENDING' && of.updatedByUserName !== '' && (
        <Text size="xs" c="dimmed">
          {t('by {{name}}', { name: of.updatedByUserName })}
        </Text>
      )}
    </>
  );
}
