/** What this server is set to. The environment of its process decides; nothing is changed here. */
import { Anchor, Code, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Readable } from '../../kit/access/readable';
import { Failure } from '../../kit/failure';
import { Facts } from '../../kit/page/facts';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { plainMeaning } from './meaning';

type Setting = Awaited<ReturnType<Client['describeServer']>>['settings'][number];

export function SettingsPage() {
  return (
    <Stack gap="md">
      <PageHead title={t('Server')} facts={t('What this installation is set to.')} />
      <Readable operation="describeServer">
        <Server />
      </Readable>
    </Stack>
  );
}

function Server() {
  const found = useQuery({ queryKey: ['server'], queryFn: () => client.describeServer({}), staleTime: 60_000 });
  if (found.isError) return <Failure title={t('The settings cannot be shown')} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton height={320} aria-label={t('Loading the settings')} />;
  const { version, simulated, settings } = found.data;
  const groups = [...new Set(settings.map(({ group }) => group))];
  return (
    <>
      <Section title={t('Installation')}>
        <Facts
          facts={[
            { name: t('Version'), value: <span className="mono">{version}</span> },
            { name: t('Default cell'), value: simulated ? t('simulated: for trying plans, not for customers') : t('a real cluster') },
            {
              name: t('API'),
              value: (
                <Anchor size="sm" href="/openapi.json">
                  {t('OpenAPI document')}
                </Anchor>
              ),
            },
            {
              name: t('Kept'),
              value: (
                <Anchor size="sm" renderRoot={(props) => <Link to="/console/retention" {...props} />}>
                  {t('How long things are kept')}
                </Anchor>
              ),
            },
          ]}
        />
      </Section>
      {groups.map((group) => (
        <Section key={group} title={group}>
          <Settings settings={settings.filter((setting) => setting.group === group)} label={group} />
        </Section>
      ))}
    </>
  );
}

function Settings({ settings, label }: { settings: readonly Setting[]; label: string }) {
  return (
    <Table.ScrollContainer minWidth={300} tabIndex={0} aria-label={label}>
      <Table verticalSpacing="xs" fz="sm" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w={{ base: '62%', sm: '36%' }}>
              {t('Setting')}
            </Table.Th>
            <Table.Th scope="col" w={{ base: '38%', sm: '24%' }}>
              {t('Value')}
            </Table.Th>
            <Table.Th scope="col" visibleFrom="sm">
              {t('Meaning')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {settings.map((setting) => (
            <Table.Tr key={setting.name}>
              <Table.Th scope="row" fw={400}>
                <Code style={{ overflowWrap: 'anywhere' }}>{setting.name}</Code>
                <Text size="xs" c="dimmed" mt={4} hiddenFrom="sm">
                  {plainMeaning(setting.meaning)}
                </Text>
              </Table.Th>
              <Table.Td>
                <Value of={setting} />
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm" c="dimmed">
                  {plainMeaning(setting.meaning)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Value({ of: { isSet, isSecret, value, fallback } }: { of: Setting }) {
  if (isSet && isSecret) return <Text size="sm">{t('set (secret)')}</Text>;
  if (isSet)
    return (
      <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Text>
    );
  return (
    <Text size="sm" c="dimmed">
      {fallback === undefined ? t('not set') : t('{{fallback}} (default)', { fallback })}
    </Text>
  );
}
