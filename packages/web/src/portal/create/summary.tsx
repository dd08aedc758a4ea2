/** What will be made, where, for how much, what happens next, and the same from a terminal. */
import { Box, Code, CopyButton, Button, Paper, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { instanceCounts } from '../../kit/instances/instance-query';
import { given, type Values } from '../../kit/parameters/parameter-fields';
import { countBySubscription, type Origin, type OwnSubscription, pathOf } from '../own';
import { priceOf } from './places';
import { asCommand, asCurl, type Tag } from './same-elsewhere';

export interface Asked {
  cloud: string | undefined;
  region: string | undefined;
  network: string | undefined;
  values: Values;
  tags: Tag[];
}

interface Props {
  origin: Origin;
  subscription: OwnSubscription;
  asked: Asked;
  /** Keys of the secrets: they are left to be typed there. */
  secret: readonly string[];
  isPending: boolean;
}

export function Summary({ origin, subscription, asked, secret, isPending }: Props) {
  const { service, offering } = origin;
  const name = asked.tags.find(({ key }) => key === 'name')?.value;
  const price = priceOf(offering);
  return (
    <Paper withBorder p="md" pos="sticky" top={68} component="section" aria-label={t('What will be made')}>
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('What will be made')}
        </Title>
        <Table layout="fixed" verticalSpacing={4}>
          <Table.Tbody>
            <Fact name={t('Instance')} value={name ?? t('without a name')} />
            <Fact name={t('Plan')} value={`${service.serviceName} · ${offering.productTierName} ${offering.productTierVersion}`} />
            <Fact name={t('Where')} value={[asked.cloud, asked.region, asked.network?.toLowerCase()].filter(Boolean).join(' · ')} />
            {price.length === 0 && <Fact name={t('Price')} value={t('The provider has set none.')} />}
            {price.map(([what, amount]) => (
              <Fact key={what} name={what === '' ? t('Price') : what} value={amount} />
            ))}
            <Left subscription={subscription} />
          </Table.Tbody>
        </Table>
        <Text size="sm" c="dimmed">
          {t('You see each step of the creation, and may leave the page meanwhile.')}
        </Text>
        <Button type="submit" loading={isPending}>
          {t('Create the instance')}
        </Button>
        <Same origin={origin} subscriptionId={subscription.id} asked={asked} secret={secret} />
      </Stack>
    </Paper>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} c="dimmed" w={96}>
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <bdi>{value}</bdi>
      </Table.Td>
    </Table.Tr>
  );
}

/** How many of the subscription's instances are there already. */
function Left({ subscription }: { subscription: OwnSubscription }) {
  const instances = useQuery(instanceCounts);
  const most = subscription.maxNumberOfInstances;
  // Below zero: as many as they like.
  if (most === undefined || most < 0 || instances.data === undefined) return null;
  const used = countBySubscription(instances.data).get(subscription.id) ?? 0;
  const left = Math.max(0, most - used);
  return (
    <Fact
      name={t('Left')}
      value={left === 0 ? t('none of {{most}}: delete one, or ask for more', { most }) : t('{{left}} of {{most}}', { left, most })}
    />
  );
}

function Same({
  origin,
  subscriptionId,
  asked,
  secret,
}: {
  origin: Origin;
  subscriptionId: string;
  asked: Asked;
  secret: readonly string[];
}) {
  const shown = given(
    Object.fromEntries(Object.entries(asked.values).map(([key, value]) => [key, secret.includes(key) && value !== '' ? '…' : value])),
  );
  const texts = {
    cellplane: asCommand(origin, asked, shown, asked.tags),
    curl: asCurl(pathOf(origin), asked, shown, { subscriptionId, tags: asked.tags }),
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
              mah={160}
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
