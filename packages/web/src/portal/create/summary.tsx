/** What will be made, where, for how much, what happens next, and the same from a terminal. */
import { nameInTags } from '@cellplane/api/name-tag';
import { Box, Button, Code, CopyButton, Paper, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { instanceCounts } from '../../kit/instances/instance-query';
import { GuardedButton } from '../../kit/access/guarded';
import { type Fact, Facts } from '../../kit/page/facts';
import { given, type Parameter, type Values } from '../../kit/parameters/parameter-fields';
import { estimateLines, monthlyEstimate, priceLines } from '../catalogue/price';
import { countBySubscription, type Origin, type OwnSubscription, pathOf } from '../own';
import { limitOf } from '../subscriptions/all-subscriptions';
import { ZONE } from './place-part';
import { asCommand, asCurl, type Tag } from './same-elsewhere';

export interface Asked {
  cloud: string | undefined;
  region: string | undefined;
  network: string | undefined;
  /** Undefined: the one that the provider prefers. */
  version: string | undefined;
  values: Values;
  tags: Tag[];
}

interface Props {
  origin: Origin;
  subscription: OwnSubscription;
  version: string;
  asked: Asked;
  /** Parameters that have another value than the plan gives them. */
  changed: readonly Parameter[];
  /** Keys of the secrets: they are left to be typed there. */
  secret: readonly string[];
  isPending: boolean;
}

export function Summary({ origin, subscription, version, asked, changed, secret, isPending }: Props) {
  const { service, offering } = origin;
  const left = useLeft(subscription);
  const name = nameInTags(asked.tags);
  const facts: Fact[] = [
    { name: t('Instance'), value: name === undefined ? t('without a name') : <bdi>{name}</bdi> },
    { name: t('Plan'), value: `${service.serviceName} · ${offering.productTierName} ${version}` },
    { name: t('Where'), value: [asked.cloud, asked.region, asked.values[ZONE], asked.network?.toLowerCase()].filter(Boolean).join(' · ') },
    ...changed
      .filter(({ key }) => key !== ZONE)
      .map(({ key, displayName }) => ({ name: displayName, value: valueOf(asked.values[key] ?? '', secret.includes(key)) })),
    { name: t('Price'), value: <Price of={offering.productTierPricing} /> },
    ...(left === undefined ? [] : [{ name: t('Left'), value: left.words }]),
  ];
  return (
    <Paper withBorder p="md" pos="sticky" top={68} component="section" aria-label={t('What will be made')}>
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('What will be made')}
        </Title>
        <Facts facts={facts} />
        <Text size="sm" c="dimmed">
          {changed.length === 0 ? t('The settings are those of the plan.') : t('All other settings are those of the plan.')}{' '}
          {t('You see each step of the creation, and may leave the page meanwhile.')}
        </Text>
        <GuardedButton type="submit" why={left?.count === 0 ? left.words : undefined} loading={isPending}>
          {t('Create the instance')}
        </GuardedButton>
        <Same origin={origin} subscription={subscription} asked={asked} secret={secret} />
      </Stack>
    </Paper>
  );
}

/** What it will cost as far as the provider has stated it: a month of what does not follow use, then the list prices. */
function Price({ of }: { of: unknown }) {
  const lines = priceLines(of);
  const estimate = monthlyEstimate(of);
  if (lines.length === 0) return t('The provider has not stated a price.');
  const [amount, about] = estimate === undefined ? [] : estimateLines(estimate);
  return (
    <>
      {amount === undefined ? (
        <div>{t('It follows usage, so no sum is told before.')}</div>
      ) : (
        <>
          <Text size="sm" fw={600}>
            {amount}
          </Text>
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        </>
      )}
      <Text size="xs" c="dimmed" mt={4} component="div">
        {lines.map((line) => (
          <div key={line}>{line}</div>
        ))}
      </Text>
    </>
  );
}

function valueOf(value: string, isSecret: boolean): string {
  if (value === '') return t('none');
  return isSecret ? '••••••' : value;
}

/** How many more instances the subscription may have; undefined: as many as they like, or not known yet. */
function useLeft(subscription: OwnSubscription): { count: number; words: string } | undefined {
  const instances = useQuery(instanceCounts);
  const most = limitOf(subscription);
  if (most === undefined || instances.data === undefined) return undefined;
  const count = Math.max(0, most - (countBySubscription(instances.data).get(subscription.id) ?? 0));
  return {
    count,
    words: count === 0 ? t('none of {{most}}: delete one, or ask for more', { most }) : t('{{left}} of {{most}}', { left: count, most }),
  };
}

function Same({ origin, subscription, asked, secret }: Pick<Props, 'origin' | 'subscription' | 'asked' | 'secret'>) {
  const shown = given(
    Object.fromEntries(Object.entries(asked.values).map(([key, value]) => [key, secret.includes(key) && value !== '' ? '…' : value])),
  );
  const texts = {
    // The command takes one's own subscription where it is told none.
    cellplane: asCommand(origin, asked, shown, {
      tags: asked.tags,
      ...(subscription.roleType.toLowerCase() === 'root' ? {} : { subscriptionId: subscription.id }),
    }),
    curl: asCurl(pathOf(origin), asked, shown, { subscriptionId: subscription.id, tags: asked.tags }),
  };
  return (
    <Tabs defaultValue="cellplane">
      <Tabs.List aria-label={t('The same from a terminal')}>
        {Object.keys(texts).map((name) => (
          <Tabs.Tab key={name} value={name}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {Object.entries(texts).map(([name, text]) => (
        <Tabs.Panel key={name} value={name} pt="xs">
          <Box pos="relative">
            <Code
              block
              mah={240}
              tabIndex={0}
              aria-label={t('The same with {{name}}', { name })}
              style={{ overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >
              {text}
            </Code>
            <CopyButton value={text} timeout={1500}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" mt={4} onClick={copy}>
                  {copied ? t('Copied') : t('Copy the command')}
                </Button>
              )}
            </CopyButton>
          </Box>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
