/** What else is known of an instance: where it stands, whose it is, since when, and what people have written on it. */
import { Anchor, Badge, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { NAME_TAG } from '../../kit/instances/instance-head';
import { Moment } from '../../kit/moment';
import { type Fact, Facts } from '../../kit/page/facts';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/status';
import { type Origin, type OwnInstance, subscriptions } from '../own';

export function Details({ instance, origin: { service, offering, resource } }: { instance: OwnInstance; origin: Origin }) {
  const owner = useQuery(subscriptions).data?.find(({ id }) => id === instance.subscriptionId)?.rootUserOrgName;
  const { subscriptionId, tierVersion = '', sourceSnapshotID: source = '', createdByUserName: by = '' } = instance;
  const tags = (instance.customTags ?? []).filter(({ key }) => key !== NAME_TAG);
  const name = instance.productTierVersionDetail?.name ?? '';
  // A version that nobody has named has the number, or the plan's name.
  const named = ['', tierVersion, offering.productTierName].includes(name) ? '' : `(${name})`;
  const facts: Fact[] = [
    { name: t('Product'), value: `${service.serviceName} · ${resource.name}` },
    { name: t('Plan'), value: [offering.productTierName, tierVersion, named].filter(Boolean).join(' ') },
    { name: t('Environment'), value: offering.serviceEnvironmentName },
    { name: t('Place'), value: `${instance.cloud_provider} ${instance.region}` },
    ...(instance.network_type === undefined ? [] : [{ name: t('Network'), value: inWords(instance.network_type) }]),
    ...(instance.currentReplicas === undefined ? [] : [{ name: t('Replicas'), value: instance.currentReplicas }]),
    {
      name: t('Subscription'),
      value: (
        <Anchor
          size="sm"
          title={subscriptionId}
          renderRoot={(props) => <Link to="/subscriptions" search={{ q: subscriptionId } as never} {...props} />}
        >
          {owner === undefined ? subscriptionId : t('of {{company}}', { company: owner })}
        </Anchor>
      ),
    },
    {
      name: t('Made'),
      value: (
        <>
          <Moment at={instance.created_at} /> {by !== '' && t('by {{who}}', { who: by })}
        </>
      ),
    },
    ...(source === ''
      ? []
      : [
          {
            name: t('Restored from'),
            value: (
              <Anchor
                size="sm"
                className="mono"
                renderRoot={(props) => <Link to="/snapshots/$snapshotId" params={{ snapshotId: source }} {...props} />}
              >
                {source}
              </Anchor>
            ),
          },
        ]),
    { name: t('Deletion protection'), value: instance.resourceInstanceMetadata?.deletionProtection === true ? t('on') : t('off') },
    {
      name: t('Tags'),
      value:
        tags.length === 0 ? (
          t('none')
        ) : (
          <Group gap={4}>
            {tags.map(({ key, value }) => (
              <Badge key={key} variant="light" color="gray" className="mono" fw={400} maw="100%">
                <bdi>{`${key}=${value}`}</bdi>
              </Badge>
            ))}
          </Group>
        ),
    },
  ];
  return (
    <Section title={t('Details')}>
      <Facts facts={facts} />
    </Section>
  );
}
