/** Builds the text: first the server says what would change against the last version, then a person decides what is released. */
import {
  Alert,
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
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useMemo, useState } from 'react';
import { client } from '../../../app/client';
import { GuardedButton } from '../../../kit/access/guarded';
import { Failure } from '../../../kit/failure';
import { products } from '../services';
import { toBase64 } from './base64';
import { BuildPreview } from './build-preview';
import { problemsOf } from './server-problems';
import { useBuild } from './use-build';

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

/** What a person has said of the build. Whoever goes back to the text finds it again. */
interface Choices {
  name: string;
  /** Undefined: nobody has chosen one. */
  environment: string | undefined;
  /** Of an environment that is made. */
  type: string;
  releaseAs: 'preferred' | 'active' | 'none';
  versionName: string;
  notes: string;
  allowUnserved: boolean;
}

export function BuildDialog({ opened, onClose, ...props }: Props) {
  const [choices, setChoices] = useState<Choices>({
    name: props.product,
    environment: undefined,
    type: 'DEV',
    releaseAs: 'preferred',
    versionName: '',
    notes: '',
    allowUnserved: false,
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('Build the plan')} size="xl">
      <Form onClose={onClose} choices={choices} onChoose={(changes) => setChoices((before) => ({ ...before, ...changes }))} {...props} />
    </Modal>
  );
}

interface FormProps extends Omit<Props, 'opened'> {
  choices: Choices;
  onChoose: (changes: Partial<Choices>) => void;
}

function Form({ onClose, text, product, onProblems, onBuilt, choices, onChoose }: FormProps) {
  const search = useSearch({ from: '/shell/console/plan-editor' });
  const all = useQuery(products);
  const { name, releaseAs, versionName, notes, allowUnserved } = choices;
  const of = all.data?.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
  const environments = of?.serviceEnvironments ?? [];
  const environment =
    choices.environment ?? environments.find(({ id }) => id === search.environment)?.name ?? environments[0]?.name ?? 'Dev';
  const present = environments.find((one) => one.name.toLowerCase() === environment.trim().toLowerCase());
  const environmentType = present?.type ?? choices.type;
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
  const build = useBuild({
    body: {
      ...place,
      dryrun: false,
      release: releaseAs !== 'none',
      releaseAsPreferred: releaseAs === 'preferred',
      allowUnserved,
      ...(versionName.trim() === '' ? {} : { releaseVersionName: versionName.trim() }),
    },
    notes,
    onBuilt,
    onProblems,
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
            onChange={(next) => onChoose({ name: next })}
            {...(product === '' ? { 'data-autofocus': true } : {})}
          />
          <Autocomplete
            label={t('Environment')}
            inputWrapperOrder={ORDER}
            description={present === undefined ? t('It is made with the first build.') : undefined}
            required
            data={environments.map((one) => one.name)}
            value={environment}
            onChange={(next) => onChoose({ environment: next })}
          />
          <Select
            label={t('Type')}
            inputWrapperOrder={ORDER}
            description={t('Secrets belong to it.')}
            data={[...ENVIRONMENT_TYPES]}
            value={environmentType}
            disabled={present !== undefined}
            onChange={(next) => next !== null && onChoose({ type: next })}
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
        {preview.data !== undefined && !preview.isFetching && !isTyping && (
          <BuildPreview {...preview.data} environmentType={environmentType} />
        )}
        <Select
          label={t('Release')}
          data={[
            { value: 'preferred', label: t('As the preferred version: new instances get it') },
            { value: 'active', label: t('As an active version: nobody gets it by itself') },
            { value: 'none', label: t('Not yet: keep the spec as pending changes') },
          ]}
          value={releaseAs}
          onChange={(next) => next !== null && onChoose({ releaseAs: next })}
          allowDeselect={false}
        />
        {preview.data !== undefined && preview.data.newestVersion === undefined && releaseAs !== 'preferred' && (
          <Text size="sm" c="dimmed">
            {t('The first version of a plan is always released, as the preferred one.')}
          </Text>
        )}
        <TextInput
          label={t('Name of the version')}
          value={versionName}
          onChange={(event) => onChoose({ versionName: event.currentTarget.value })}
        />
        <Textarea
          label={t('Release notes')}
          description={t('Customers read them where they are offered the version.')}
          autosize
          minRows={2}
          value={notes}
          onChange={(event) => onChoose({ notes: event.currentTarget.value })}
        />
        {build.isError && problemsOf(build.error).length === 0 && <Failure title={t('It is not released')} error={build.error} />}
        {(isUnserved || allowUnserved) && (
          <Checkbox
            label={t('Release as preferred although some of it is not served')}
            checked={allowUnserved}
            onChange={(event) => onChoose({ allowUnserved: event.currentTarget.checked })}
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
