/** A change of the instance by the provider: its parameters, or its plan version; what it would do is shown before it begins. */
import { Checkbox, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { type Resting, whyNotBegin } from '../../kit/instances/may-begin';
import { Section } from '../../kit/page/section';
import { modifiable } from '../../kit/parameters/modifiable';
import { inOrder, ParameterFields, refusedParameters, type Values } from '../../kit/parameters/parameter-fields';
import { isSecret } from '../../kit/parameters/secret';
import { planVersions } from '../plans-query';
import { ChangeSheet } from './change-sheet';
import { type FleetInstance, placeOf } from './fleet-instance';

type Kind = 'modify' | 'upgrade';

export function ChangeSection({ found, standing }: { found: FleetInstance; standing: Resting }) {
  const [kind, setKind] = useState<Kind>('modify');
  return (
    <Section
      title={t('Change')}
      about={t('What it would do is shown first; nothing is written by looking.')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('Kind of change')}
          data={[
            { value: 'modify', label: t('Parameters') },
            { value: 'upgrade', label: t('Plan version') },
          ]}
          value={kind}
          onChange={(value) => setKind(value)}
        />
      }
    >
      {kind === 'modify' ? <Modify found={found} standing={standing} /> : <Upgrade found={found} standing={standing} />}
    </Section>
  );
}

/** A change that is previewed, then carried out as it was previewed. */
function useChange<Request>(found: FleetInstance, send: (request: Request) => Promise<unknown>, previewOf: (request: Request) => object) {
  const queries = useQueryClient();
  const { id } = found.consumptionResourceInstanceResult;
  const look = useMutation({
    mutationFn: async (request: Request) => ({
      asked: JSON.stringify(request),
      preview: await client.previewInstanceChange({ params: { id }, body: previewOf(request) }),
    }),
  });
  const apply = useMutation({
    mutationFn: send,
    onSuccess: async () => {
      look.reset();
      await queries.invalidateQueries({ queryKey: ['instances'] });
    },
  });
  return { look, apply };
}

interface ButtonsProps {
  change: { isLooking: boolean; isApplying: boolean; isSeen: boolean; hasProblems: boolean };
  /** Why nothing can be asked for as it stands. */
  missing: string | undefined;
  /** Why a change cannot begin now. */
  state: string | undefined;
  words: string;
  onLook: () => void;
  onApply: () => void;
}

function Buttons({ change, missing, state, words, onLook, onApply }: ButtonsProps) {
  const role = useMay('modifyInstance').why;
  const unseen = change.isSeen ? undefined : t('Look first at what it would do.');
  return (
    <Group gap="xs">
      <GuardedButton variant={change.isSeen ? 'default' : 'filled'} why={role ?? missing} loading={change.isLooking} onClick={onLook}>
        {t('Show what it would do')}
      </GuardedButton>
      <GuardedButton
        variant={change.isSeen ? 'filled' : 'default'}
        why={role ?? missing ?? state ?? unseen ?? (change.hasProblems ? t('It would fail: see above.') : undefined)}
        loading={change.isApplying}
        onClick={onApply}
      >
        {words}
      </GuardedButton>
    </Group>
  );
}

function Modify({ found, standing }: { found: FleetInstance; standing: Resting }) {
  const instance = found.consumptionResourceInstanceResult;
  const parameters = inOrder(modifiable(instance), undefined);
  const masked = new Set(parameters.filter(isSecret).map(({ key }) => key));
  const present = textsOf((instance.result_params ?? {}) as Record<string, unknown>, masked);
  const [values, setValues] = useState<Values>({});
  const [recreateMissing, setRecreate] = useState(false);
  const changed = Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== present[key]));
  const request = { requestParams: changed, ...(recreateMissing ? { recreateMissing } : {}) };
  const { look, apply } = useChange<typeof request>(
    found,
    (body) => client.modifyInstance({ params: placeOf(found), body }),
    (body) => body,
  );
  if (parameters.length === 0) return <Text c="dimmed">{t('The plan has no parameter that may be changed, or no modify workflow.')}</Text>;
  return (
    <Stack gap="md">
      <Stack gap="md" maw={640}>
        <ParameterFields
          parameters={parameters.map((one) => ({ ...one, required: false }))}
          values={{ ...present, ...values }}
          faults={{ ...refusedParameters(look.error), ...refusedParameters(apply.error) }}
          onChange={(key, value) => setValues((before) => ({ ...before, [key]: value }))}
        />
      </Stack>
      <Checkbox
        label={t('Make anew, empty, what held data and is gone from the cell')}
        checked={recreateMissing}
        onChange={(event) => setRecreate(event.currentTarget.checked)}
      />
      {look.data !== undefined && <ChangeSheet preview={look.data.preview} />}
      {look.isError && <Failure title={t('It cannot be told what it would do')} error={look.error} />}
      {apply.isError && <Failure title={t('Nothing was changed')} error={apply.error} />}
      <Buttons
        change={{
          isLooking: look.isPending,
          isApplying: apply.isPending,
          isSeen: look.data?.asked === JSON.stringify(request),
          hasProblems: (look.data?.preview.problems.length ?? 0) > 0,
        }}
        missing={Object.keys(changed).length === 0 && !recreateMissing ? t('Nothing is changed yet.') : undefined}
        state={whyNotBegin(standing, 'modify')}
        words={t('Apply the change')}
        onLook={() => look.mutate(request)}
        onApply={() => apply.mutate(request)}
      />
    </Stack>
  );
}

function Upgrade({ found, standing }: { found: FleetInstance; standing: Resting }) {
  const versions = useQuery(planVersions);
  const own = (versions.data ?? []).filter(({ id }) => id === found.productTierId);
  const [target, setTarget] = useState<string | null>(null);
  const [removeDropped, setRemove] = useState(false);
  const [values, setValues] = useState<Record<string, string>>({});
  const requestParams = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const request = { targetVersion: target ?? '', removeDropped, requestParams };
  const { look, apply } = useChange<typeof request>(
    found,
    ({ targetVersion, ...body }) => client.upgradeInstance({ params: placeOf(found), body: { ...body, targetTierVersion: targetVersion } }),
    (body) => body,
  );
  const problems = look.data?.preview.problems ?? [];
  // Each field that the version refuses can be given here.
  const refused = Object.entries({ ...refusedParameters(look.error), ...refusedParameters(apply.error) });
  const named = new Map([
    ...Object.keys(values).map((key) => [key, ''] as const),
    ...problems.flatMap(({ field, message }) => (field === undefined ? [] : [[field, message] as const])),
    ...refused,
  ]);
  const isDropping = JSON.stringify([problems, look.error instanceof Error ? look.error.message : '']).includes('dropped');
  return (
    <Stack gap="md">
      <Select
        label={t('Version')}
        description={t('It has {{version}} now.', { version: found.tierVersion })}
        placeholder={t('Choose a version')}
        data={own
          .filter(({ version }) => version !== found.tierVersion)
          .map(({ version, versionName, versionSetStatus }) => ({
            value: version,
            label: [version, versionName, versionSetStatus.toLowerCase()].filter((part) => part !== undefined && part !== '').join(' · '),
          }))}
        value={target}
        onChange={setTarget}
        maw={420}
      />
      {versions.data !== undefined && own.length < 2 && <Text c="dimmed">{t('The plan has no other version.')}</Text>}
      {[...named].map(([field, message]) => (
        <TextInput
          key={field}
          label={field}
          error={message === '' ? undefined : message}
          value={values[field] ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setValues((before) => ({ ...before, [field]: value }));
          }}
          maw={420}
        />
      ))}
      {(isDropping || removeDropped) && (
        <Checkbox
          label={t('What the version does not have any more may go, with its data')}
          checked={removeDropped}
          onChange={(event) => setRemove(event.currentTarget.checked)}
        />
      )}
      {look.data !== undefined && <ChangeSheet preview={look.data.preview} />}
      {look.isError && <Failure title={t('The version is refused')} error={look.error} />}
      {apply.isError && <Failure title={t('The upgrade is not begun')} error={apply.error} />}
      <Buttons
        change={{
          isLooking: look.isPending,
          isApplying: apply.isPending,
          isSeen: look.data?.asked === JSON.stringify(request),
          hasProblems: problems.length > 0,
        }}
        missing={target === null ? t('Choose a version.') : undefined}
        state={whyNotBegin(standing, 'upgrade')}
        words={t('Upgrade the instance')}
        onLook={() => look.mutate(request)}
        onApply={() => apply.mutate(request)}
      />
    </Stack>
  );
}

/** Secrets come masked: their fields begin empty. */
function textsOf(present: Record<string, unknown>, masked: ReadonlySet<string>): Values {
  return Object.fromEntries(
    Object.entries(present).flatMap(([key, value]) =>
      value === undefined || value === null || masked.has(key) ? [] : [[key, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  );
}
