/** Where the instance is reached, and texts that connect a program to it. */
import { Badge, Box, Button, Code, CopyButton, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { Copyable } from '../copy';
import { Section } from '../page/section';
import { credentialsOf } from './credentials';
import { endpointsOf, type InstanceEndpoint, type ShownInstance } from './endpoints';
import { protocolOf } from './protocol';
import { type Reveal, RevealButton, useRevealed } from './secret-value';
import { snippetsOf } from './snippets';
import { wordsOf } from '../failure';

interface Props {
  instance: Pick<ShownInstance, 'detailedNetworkTopology' | 'result_params' | 'status'>;
  /** Names of product and plan: they tell what an unusual port speaks. */
  named?: readonly string[];
  /** Absent: secrets stay masked here. */
  reveal?: Reveal | undefined;
  /** Why this person sees no secrets. */
  whyMasked?: string | undefined;
}

export function Connect({ instance, named = [], reveal, whyMasked }: Props) {
  const endpoints = endpointsOf(instance.detailedNetworkTopology);
  const values = (instance.result_params ?? {}) as Record<string, unknown>;
  return (
    <Section title={t('Connect')}>
      {endpoints.length === 0 && (
        <Text c="dimmed">
          {instance.status === 'RUNNING'
            ? t('The plan names no address of it.')
            : t('There are no addresses now. If the plan names any, they come when an operation has succeeded.')}
        </Text>
      )}
      <Stack gap="md">
        {endpoints.map((endpoint) => (
          <Endpoint key={`${endpoint.resource} ${endpoint.name}`} endpoint={endpoint} />
        ))}
        {endpoints.some(({ ports }) => ports.length > 0) && (
          <Snippets endpoints={endpoints} values={values} named={named} reveal={reveal} whyMasked={whyMasked} />
        )}
      </Stack>
    </Section>
  );
}

function Endpoint({ endpoint: { name, host, ports, primary, isPublic, health, inCluster } }: { endpoint: InstanceEndpoint }) {
  return (
    <Box>
      <Group gap="xs">
        <Text fw={600}>{name}</Text>
        {primary && (
          <Badge size="sm" variant="light" tt="none">
            {t('primary')}
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {[isPublic ? t('public') : t('private'), healthWords(health)].filter((word) => word !== undefined).join(' · ')}
        </Text>
      </Group>
      {(ports.length === 0 ? [undefined] : ports).map((port) => {
        const address = port === undefined ? host : `${host}:${port}`;
        return (
          <div key={address}>
            <Copyable whole text={address} label={t('the address of {{name}}', { name })} />
          </div>
        );
      })}
      {inCluster !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          {t('in its cluster')} <Copyable whole text={inCluster} label={t('the address of {{name}} in its cluster', { name })} />
        </Text>
      )}
    </Box>
  );
}

/** Undefined: nobody has tried it, and there is nothing to say. */
function healthWords(health: string): string | undefined {
  if (health === 'HEALTHY') return t('healthy');
  return health === 'UNHEALTHY' ? t('not reachable') : undefined;
}

type SnippetProps = { endpoints: InstanceEndpoint[]; values: Record<string, unknown>; named: readonly string[] } & Pick<
  Props,
  'reveal' | 'whyMasked'
>;

/** Ready to paste. The password is in the text only while it is shown. */
function Snippets({ endpoints, values, named, reveal, whyMasked }: SnippetProps) {
  const places = endpoints.flatMap((endpoint) =>
    endpoint.ports.map((port) => ({
      key: `${endpoint.resource} ${endpoint.name}:${port}`,
      label: `${endpoint.name}:${port}`,
      endpoint,
      port,
    })),
  );
  const [chosen, setChosen] = useState<string>();
  const [language, setLanguage] = useState<string>();
  const place = places.find(({ key }) => key === chosen) ?? places[0];
  const { user, database, passwordKey, ca } = credentialsOf(values);
  const password = useRevealed(passwordKey, reveal);
  if (place === undefined) return null;
  const { endpoint, port } = place;
  const protocol = protocolOf(port, [...named, endpoint.resource]);
  const target = { host: endpoint.host, port, user, database };
  const hidden = passwordKey === undefined ? undefined : '••••••';
  const shown = snippetsOf(protocol, { ...target, password: password.value ?? hidden });
  const snippet = shown.find(({ name }) => name === language) ?? shown[0];
  const toCopy = snippetsOf(protocol, { ...target, password: password.value }).find(({ name }) => name === snippet?.name);
  return (
    <Stack gap="xs">
      <Group gap="xs" justify="space-between">
        <Box style={{ overflowX: 'auto' }} maw="100%">
          <SegmentedControl
            size="xs"
            aria-label={t('Kind of program')}
            data={shown.map(({ name }) => name)}
            value={snippet?.name ?? ''}
            onChange={setLanguage}
          />
        </Box>
        {places.length > 1 && (
          <Select
            size="xs"
            w={170}
            aria-label={t('Endpoint')}
            data={places.map(({ key, label }) => ({ value: key, label }))}
            value={place.key}
            onChange={(next) => setChosen(next ?? undefined)}
            allowDeselect={false}
          />
        )}
      </Group>
      <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} aria-label={t('Text that connects')}>
        {snippet?.text}
      </Code>
      <Group gap="xs">
        <CopyButton value={toCopy?.text ?? ''} timeout={1500}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? t('Copied') : t('Copy')}
            </Button>
          )}
        </CopyButton>
        {passwordKey !== undefined && (reveal !== undefined || whyMasked !== undefined) && (
          <RevealButton of={password} label={t('the password')} why={whyMasked} />
        )}
        {ca !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            component="a"
            href={`data:application/x-pem-file,${encodeURIComponent(ca)}`}
            download="ca.pem"
          >
            {t('Download the CA certificate')}
          </Button>
        )}
        <Text size="xs" c="dimmed">
          {passwordKey === undefined
            ? t('Put in your own user and password where the text leaves a place for them.')
            : t('The password is copied with it while it is shown.')}
        </Text>
      </Group>
      {password.error !== null && (
        <Text size="xs" c="red" role="alert">
          {wordsOf(password.error)}
        </Text>
      )}
    </Stack>
  );
}
