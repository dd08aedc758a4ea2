/** Builds the text: first the server says what would change against the last version, then a person decides what is released. */
import {
  Alert,
  Anchor,
  Autocomplete,
  Button,
  Checkbox,
  Group,
  Modal,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { ENVIRONMENT_TYPES } from '@cellplane/api/environment-types';
import { ResponseError } from '@cellplane/api/client';
import type { Problem } from '@cellplane/plan';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useMemo, useState } from 'react';
import { client } from '../../../app/client';
import { GuardedButton } from '../../../kit/access/guarded';
import { Failure } from '../../../kit/failure';
import { Differences } from '../differences';
import { products } from '../services';
import { toBase64 } from './base64';
import { problemsOf } from './server-problems';

interface Props {
  opened: boolean;
  onClose: () => void;
  text: string;
  /** The name of the product that the plan is of; empty: a new one. */
  product: string;
  /** What the server says against the text. */
  onProblems: (problems: Problem[]) => void;
  /** The text is kept by the server now. */
  onBuilt: () => void;
}

/** Time without a key after which the server is asked. Milliseconds. */
const PAUSE_MS = 300;

const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

export function BuildDialog({ opened, onClose, ...props }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Build the plan')} size="xl">
      <Form onClose={onClose} {...props} />
    </Modal>
  );
}

function Form({ onClose, text, product, onProblems, onBuilt }: Omit<Props, 'opened'>) {
  const search = useSearch({ from: '/shell/console/plan-editor' });
  const all = useQuery(products);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(product);
  const of = all.data?.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
  const environments = of?.serviceEnvironments ?? [];
  const [chosen, setEnvironment] = useState<string>();
  const environment = chosen ?? environments.find(({ id }) => id === search.environment)?.name ?? environments[0]?.name ?? 'Dev';
  const present = environments.find((one) => one.name.toLowerCase() === environment.trim().toLowerCase());
  const [newType, setType] = useState('DEV');
  const environmentType = present?.type ?? newType;
  const [releaseAs, setReleaseAs] = useState<'preferred' | 'active' | 'none'>('preferred');
  const [versionName, setVersionName] = useState('');
  const [notes, setNotes] = useState('');
  const [allowUnserved, setAllowUnserved] = useState(false);
  const fileContent = useMemo(() => toBase64(text), [text]);
  const place = { name: name.trim(), environment: environment.trim(), environmentType, fileContent };
  // The server is asked once a name is typed, not with each of its letters.
  const typed = [place.name, place.environment, environmentType].join('\n');
  const [settled] = useDebouncedValue(typed, PAUSE_MS);
  const isTyping = settled !== typed;
  const preview = useQuery({
    queryKey: ['services', 'build preview', place],
    enabled: !isTyping && place.name !== '' && place.environment !== '' && all.data !== undefined,
    retry: false,
    queryFn: () => client.buildServicePlanSpec({ body: { ...place, dryrun: true, release: false, releaseAsPreferred: false } }),
  });
  const build = useMutation({
    mutationFn: async () => {
      const built = await client.buildServicePlanSpec({
        body: {
          ...place,
          dryrun: false,
          release: releaseAs !== 'none',
          releaseAsPreferred: releaseAs === 'preferred',
          allowUnserved,
          ...(versionName.trim() === '' ? {} : { releaseVersionName: versionName.trim() }),
        },
      });
      const of = { serviceId: built.serviceID, productTierId: built.productTierID };
      if (built.isNewServicePlanVersionCreated && notes.trim() !== '') {
        const { tierVersionSets } = await client.listVersionSets({ params: of, query: { pageSize: 1 } });
        const version = tierVersionSets[0]?.version;
        if (version !== undefined)
          await client.updateVersionSetMetadata({ params: { ...of, version }, body: { releaseNotes: notes.trim() } });
      }
      return built;
    },
    onSuccess: async (built) => {
      onBuilt();
      await queries.invalidateQueries({ queryKey: ['services'] });
      notifications.show({
        message: built.isNewServicePlanVersionCreated ? t('A new version is built.') : t('The spec is kept; no new version was made.'),
      });
      await navigate({
        to: '/console/plans/$serviceId/$environmentId/$planId',
        params: { serviceId: built.serviceID, environmentId: built.serviceEnvironmentID, planId: built.productTierID },
      });
    },
    onError: (error) => {
      const found = problemsOf(error);
      if (found.length > 0) onProblems(found);
    },
  });
  const found = preview.isError ? problemsOf(preview.error) : [];
  const isUnserved = build.error instanceof ResponseError && /not-served/.test(build.error.body.code ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        build.mutate();
      }}
    >
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <Autocomplete
            label={t('Product')}
            inputWrapperOrder={ORDER}
            description={of === undefined && name.trim() !== '' ? t('It is made with the first build.') : undefined}
            required
            data={(all.data ?? []).map((one) => one.name)}
            value={name}
            onChange={setName}
            {...(product === '' ? { 'data-autofocus': true } : {})}
          />
          <Autocomplete
            label={t('Environment')}
            inputWrapperOrder={ORDER}
            description={present === undefined ? t('It is made with the first build.') : undefined}
            required
            data={environments.map((one) => one.name)}
            value={environment}
            onChange={setEnvironment}
          />
          <Select
            label={t('Type')}
            inputWrapperOrder={ORDER}
            description={t('Secrets belong to it.')}
            data={[...ENVIRONMENT_TYPES]}
            value={environmentType}
            disabled={present !== undefined}
            onChange={(next) => next !== null && setType(next)}
            allowDeselect={false}
          />
        </SimpleGrid>
        {(preview.isFetching || (isTyping && place.name !== '')) && (
          <div role="status">
            <Text size="sm">{t('Looking at what would change …')}</Text>
            <Skeleton height={64} mt="xs" />
          </div>
        )}
        {preview.isError && found.length === 0 && (
          <Failure title={t('It cannot be built')} error={preview.error} retry={() => void preview.refetch()} />
        )}
        {found.length > 0 && (
          <Alert
            color="red"
            variant="light"
            title={t('The server finds {{count}} problems', {
              count: found.length,
              defaultValue_one: 'The server finds {{count}} problem',
            })}
          >
            <Text size="sm">{found[0]?.message}</Text>
            <Button size="xs" mt="xs" variant="default" onClick={() => onProblems(found)}>
              {t('Show them in the text')}
            </Button>
          </Alert>
        )}
        {preview.data !== undefined && !preview.isFetching && !isTyping && <Preview {...preview.data} environmentType={environmentType} />}
        <Select
          label={t('Release')}
          data={[
            { value: 'preferred', label: t('As the preferred version: new instances get it') },
            { value: 'active', label: t('As an active version: nobody gets it by itself') },
            { value: 'none', label: t('Not yet: keep the spec as pending changes') },
          ]}
          value={releaseAs}
          onChange={(next) => next !== null && setReleaseAs(next)}
          allowDeselect={false}
        />
        {preview.data !== undefined && preview.data.newestVersion === undefined && releaseAs !== 'preferred' && (
          <Text size="sm" c="dimmed">
            {t('The first version of a plan is always released, as the preferred one.')}
          </Text>
        )}
        <TextInput label={t('Name of the version')} value={versionName} onChange={(event) => setVersionName(event.currentTarget.value)} />
        <Textarea
          label={t('Release notes')}
          description={t('Customers read them where they are offered the version.')}
          autosize
          minRows={2}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
        />
        {build.isError && problemsOf(build.error).length === 0 && <Failure title={t('It is not released')} error={build.error} />}
        {(isUnserved || allowUnserved) && (
          <Checkbox
            label={t('Release as preferred although some of it is not served')}
            checked={allowUnserved}
            onChange={(event) => setAllowUnserved(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('Back to the text')}
          </Button>
          <GuardedButton
            type="submit"
            loading={build.isPending}
            why={
              preview.data === undefined || isTyping
                ? place.name === ''
                  ? t('Name the product.')
                  : t('First the server says what would change.')
                : undefined
            }
          >
            {releaseAs === 'none' ? t('Build') : t('Build and release')}
          </GuardedButton>
        </Group>
      </Stack>
    </form>
  );
}

interface PreviewProps {
  newestVersion?: string;
  differences?: Parameters<typeof Differences>[0]['differences'];
  missingSecrets?: string[];
  environmentType: string;
}

function Preview({ newestVersion, differences = [], missingSecrets = [], environmentType }: PreviewProps) {
  return (
    <Stack gap="sm">
      {missingSecrets.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          title={t('{{count}} secrets are missing', { count: missingSecrets.length, defaultValue_one: '{{count}} secret is missing' })}
        >
          <Text size="sm">
            {t('It can be built; instances that read them fail until they are set for {{type}}:', { type: environmentType })}
          </Text>
          <Group gap="md" mt={4}>
            {missingSecrets.map((name) => (
              <Anchor
                key={name}
                className="mono"
                target="_blank"
                renderRoot={(props) => <Link to="/console/secrets" search={{ type: environmentType, set: name }} {...props} />}
              >
                {name}
              </Anchor>
            ))}
          </Group>
        </Alert>
      )}
      {newestVersion === undefined ? (
        <Text>{t('A new plan: this is its first version.')}</Text>
      ) : (
        <div>
          <Text fw={600} mb="xs">
            {t('What changes against version {{version}}', { version: newestVersion })}
          </Text>
          <div style={{ maxHeight: '32vh', overflow: 'auto' }} tabIndex={0} role="group" aria-label={t('Changes')}>
            <Differences differences={differences} />
          </div>
        </div>
      )}
    </Stack>
  );
}
