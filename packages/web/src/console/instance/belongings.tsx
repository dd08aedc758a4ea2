/** Where an instance belongs: whose it is, in which cell and namespace, and how to look at it there. */
import { Anchor, Group, Skeleton, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Copyable } from '../../kit/copy';
import { detailsOf } from '../../kit/instances/instance-details';
import { Facts } from '../../kit/page/facts';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { useSubscription } from '../subscriptions/subscriptions';
import { debugData, useDebug } from './debug-section';
import type { FleetInstance } from './fleet-instance';

export function Belongings({ found }: { found: FleetInstance }) {
  const debug = useDebug(found);
  // Whoever may not read subscriptions sees the customer's name all the same.
  const rootUserId = useSubscription(found.subscriptionId).data?.rootUserId;
  const [first] = Object.values(debug.data?.resourcesDebug ?? {});
  const { namespace, deploymentCell } = first === undefined ? {} : debugData(first);
  const { organizationName, organizationId, subscriptionOwnerName, subscriptionId, subscriptionStatus } = found;
  const rows: [string, ReactNode][] = [
    [
      t('Customer'),
      <Group key="customer" gap={6}>
        {rootUserId === undefined ? (
          <span>{organizationName}</span>
        ) : (
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/customers/$userId" params={{ userId: rootUserId }} {...props} />}>
            {organizationName}
          </Anchor>
        )}
        <Copyable text={organizationId} label={t('the id of the organization')} />
      </Group>,
    ],
    [
      t('Subscription'),
      <Group key="subscription" gap={6}>
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/console/subscriptions/$subscriptionId" params={{ subscriptionId }} {...props} />}
        >
          {t('{{plan}} of {{name}}', { plan: found.productTierName, name: subscriptionOwnerName })}
        </Anchor>
        {subscriptionStatus !== undefined && subscriptionStatus !== 'ACTIVE' && <span>{inWords(subscriptionStatus).toLowerCase()}</span>}
        <Copyable text={subscriptionId} label={t('the id of the subscription')} />
      </Group>,
    ],
    ...(debug.isPending ? coming() : []),
    ...(deploymentCell === undefined
      ? []
      : [
          [
            t('Cell'),
            <Anchor key="cell" renderRoot={(props) => <Link to="/console/cells/$cell" params={{ cell: deploymentCell }} {...props} />}>
              {deploymentCell}
            </Anchor>,
          ] as [string, ReactNode],
        ]),
    ...(namespace === undefined
      ? []
      : [
          [t('Namespace'), <Copyable key="namespace" text={namespace} label={t('the namespace')} />] as [string, ReactNode],
          [
            t('In the cell'),
            <Stack key="kubectl" gap={2}>
              <Copyable text={`kubectl --namespace ${namespace} get all,events`} label={t('the command')} />
              {found.instanceDebugCommands.map((command) => (
                <Copyable key={command} text={command} label={t('the command')} />
              ))}
            </Stack>,
          ] as [string, ReactNode],
        ]),
  ];
  return (
    <Section title={t('Where it belongs')}>
      <Facts facts={[...rows.map(([name, value]) => ({ name, value })), ...detailsOf(found.consumptionResourceInstanceResult, false)]} />
    </Section>
  );
}

/** Takes the place of what is asked for apart. */
function coming(): [string, ReactNode][] {
  return [
    [t('Cell'), <Skeleton key="cell" height={20} width="60%" />],
    [t('Namespace'), <Skeleton key="namespace" height={24} width="60%" />],
    [t('In the cell'), <Skeleton key="kubectl" height={24} width="90%" />],
  ];
}
