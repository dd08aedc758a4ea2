/** What else is known of an instance: where it stands, whose it is, since when, and what people have written on it. */
import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { detailsOf } from '../../kit/instances/instance-details';
import { type Fact, Facts } from '../../kit/page/facts';
import { Section } from '../../kit/page/section';
import { type Origin, type OwnInstance, subscriptions } from '../own';

export function Details({ instance, origin: { service, offering, resource } }: { instance: OwnInstance; origin: Origin }) {
  const owner = useQuery(subscriptions).data?.find(({ id }) => id === instance.subscriptionId)?.rootUserOrgName;
  const { subscriptionId, tierVersion = '' } = instance;
  const name = instance.productTierVersionDetail?.name ?? '';
  // A version that nobody has named has the number, or the plan's name.
  const named = ['', tierVersion, offering.productTierName].includes(name) ? '' : `(${name})`;
  const facts: Fact[] = [
    { name: t('Product'), value: `${service.serviceName} · ${resource.name}` },
    { name: t('Plan'), value: [offering.productTierName, tierVersion, named].filter(Boolean).join(' ') },
    { name: t('Environment'), value: offering.serviceEnvironmentName },
    { name: t('Place'), value: `${instance.cloud_provider} ${instance.region}` },
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
    ...detailsOf(instance, true),
  ];
  return (
    <Section title={t('Details')}>
      <Facts facts={facts} />
    </Section>
  );
}
