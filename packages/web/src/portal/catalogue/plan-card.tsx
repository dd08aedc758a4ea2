/** One plan: what it is, what it costs, where it runs, and what the caller can do about it. */
import { Anchor, Badge, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { plainText } from '../../kit/plain-text';
import type { Offered, Offering } from '../own';
import { featureWords } from './feature-words';
import { PlanAction } from './plan-action';
import { priceLines } from './price';

export function PlanCard({ service, offering }: { service: Offered; offering: Offering }) {
  const description = plainText(offering.productTierDescription ?? '');
  const prices = priceLines(offering.productTierPricing);
  const features = offering.productTierFeatures.flatMap(({ feature }) => featureWords(feature) ?? []);
  return (
    <Paper withBorder p="md" component="article" aria-label={offering.productTierName}>
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
          <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{offering.productTierName}</bdi>
          </Title>
          <Badge variant="light" color="gray" tt="none" style={{ flex: 'none' }}>
            {offering.serviceEnvironmentName}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }} lineClamp={4}>
          {description === '' ? t('The provider has written no description.') : description}
        </Text>
        <Stack gap={2}>
          {prices.length === 0 ? (
            <Text size="sm">{t('The provider has not stated a price.')}</Text>
          ) : (
            prices.map((line) => (
              <Text key={line} size="sm">
                {line}
              </Text>
            ))
          )}
        </Stack>
        <Text size="xs" c="dimmed" flex={1} component="div">
          {factsOf(offering)}
          {features.length > 0 && <div>{features.join(' · ')}</div>}
        </Text>
        <More offering={offering} />
        <PlanAction service={service} offering={offering} />
      </Stack>
    </Paper>
  );
}

function factsOf(offering: Offering): string {
  const { cloudProviders = [], maxNumberOfInstances: most, productTierVersion } = offering;
  const regions = [
    offering.awsRegions,
    offering.gcpRegions,
    offering.azureRegions,
    offering.ociRegions,
    offering.nebiusRegions,
    offering.privateRegions,
  ];
  const count = regions.reduce((sum, one) => sum + (one?.length ?? 0), 0);
  return [
    t('Version {{version}}', { version: productTierVersion }),
    cloudProviders.length === 0 ? t('no cloud yet') : cloudProviders.join(', '),
    count === 0 ? '' : t('{{count}} regions', { count, defaultValue_one: '{{count}} region' }),
    most === undefined || most < 0
      ? t('any number of instances')
      : t('{{count}} instances at most', { count: most, defaultValue_one: '{{count}} instance at most' }),
    offering.AutoApproveSubscription ? '' : t('needs approval'),
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

/** What the provider wrote about documentation and support: a link where it is one, else its words. */
function More({ offering }: { offering: Offering }) {
  const [open, setOpen] = useState<{ title: string; text: string }>();
  const texts = [
    { title: t('Documentation'), text: offering.productTierDocumentation },
    { title: t('Support'), text: offering.productTierSupport },
    { title: t('Description'), text: (offering.productTierDescription ?? '').length > 240 ? (offering.productTierDescription ?? '') : '' },
  ].filter(({ text }) => text !== '');
  if (texts.length === 0) return null;
  return (
    <Group gap="md">
      {texts.map(({ title, text }) =>
        /^https?:\/\/\S+$/i.test(text) ? (
          <Anchor key={title} size="sm" href={text} target="_blank" rel="noreferrer">
            {title}
          </Anchor>
        ) : (
          <Anchor key={title} size="sm" component="button" type="button" onClick={() => setOpen({ title, text })}>
            {title}
          </Anchor>
        ),
      )}
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={`${offering.productTierName}: ${open?.title ?? ''}`}
        size="lg"
      >
        <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }} maw="72ch">
          {plainText(open?.text ?? '')}
        </Text>
      </Modal>
    </Group>
  );
}
