/** How an upgrade goes through its instances: waves, gates, halts, time. */
import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { HINT_BELOW } from '../../kit/page/hint-below';
import { orderWords } from '../upgrade/strategy';
import type { PathForm } from './path-request';

interface Props {
  form: PathForm;
  faults: Partial<Record<keyof PathForm, true>>;
  onChange: (changes: Partial<PathForm>) => void;
}

export function HowFields({ form, faults, onChange }: Props) {
  const share = t('A number of instances, such as 5, or a share, such as 10%.');
  const paths = useQuery({
    queryKey: ['upgrades', 'for-after'],
    queryFn: async () => (await client.listFleetUpgradePaths({ query: {} })).upgradePaths,
  });
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('Canary')}
          description={t('A first wave, before all others.')}
          inputWrapperOrder={HINT_BELOW}
          placeholder="1"
          value={form.canary}
          onChange={(event) => onChange({ canary: event.currentTarget.value })}
          error={faults.canary === true ? share : undefined}
        />
        <TagsInput
          label={t('Further waves')}
          description={t('What is left is the last one.')}
          inputWrapperOrder={HINT_BELOW}
          placeholder="10%, 25%"
          allowDuplicates
          splitChars={[',', ' ']}
          value={form.waves}
          onChange={(waves) => onChange({ waves })}
          error={faults.waves === true ? share : undefined}
        />
        <NumberInput
          label={t('Watch each wave for')}
          suffix={` ${t('minutes')}`}
          min={0}
          max={1440}
          value={form.soakMinutes}
          onChange={(value) => onChange({ soakMinutes: typeof value === 'number' ? value : '' })}
        />
        <TextInput
          label={t('Halt at failures')}
          description={t('In one wave.')}
          inputWrapperOrder={HINT_BELOW}
          placeholder="10%"
          value={form.haltAt}
          onChange={(event) => onChange({ haltAt: event.currentTarget.value })}
          error={faults.haltAt === true ? share : undefined}
        />
        <NumberInput
          label={t('At a time')}
          min={1}
          max={25}
          value={form.atATime}
          onChange={(value) => onChange({ atATime: typeof value === 'number' ? value : 5 })}
        />
        <Select
          label={t('Order')}
          allowDeselect={false}
          data={['oldest', 'newest', 'own-first'].map((value) => ({ value, label: orderWords(value) }))}
          value={form.order}
          onChange={(order) => onChange({ order: order ?? 'oldest' })}
        />
        <TextInput
          label={t('Begin at')}
          description={t('Empty: at once.')}
          inputWrapperOrder={HINT_BELOW}
          type="datetime-local"
          value={form.scheduled}
          onChange={(event) => onChange({ scheduled: event.currentTarget.value })}
        />
        <Select
          label={t('After another upgrade')}
          description={t('It must be complete before.')}
          inputWrapperOrder={HINT_BELOW}
          clearable
          searchable
          data={(paths.data ?? []).map(({ upgradePathId, productTierName, environmentName, targetVersion }) => ({
            value: upgradePathId,
            label: `${productTierName} → ${targetVersion} · ${environmentName} · ${upgradePathId}`,
          }))}
          value={form.after === '' ? null : form.after}
          onChange={(after) => onChange({ after: after ?? '' })}
        />
      </SimpleGrid>
      <Textarea
        label={t('Parameters')}
        description={t('One a line: name=value. Each instance gets them with the upgrade, such as those that the new version asks for.')}
        autosize
        minRows={2}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={form.values}
        onChange={(event) => onChange({ values: event.currentTarget.value })}
        error={faults.values === true ? t('Each line is name=value.') : undefined}
      />
      <Checkbox
        label={t('Go on after a wave only if none of its instances has failed or lacks something in its cell')}
        checked={form.health}
        onChange={(event) => onChange({ health: event.currentTarget.checked })}
      />
      <Conditions form={form} isFaulty={faults.conditions === true} onChange={onChange} />
      <Checkbox
        label={t('Bring failed instances back, where their plan allows it')}
        checked={form.automaticRollback}
        onChange={(event) => onChange({ automaticRollback: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('Do not wait for maintenance windows of customers')}
        checked={form.ignoreWindows}
        onChange={(event) => onChange({ ignoreWindows: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('Tell the customers by mail')}
        checked={form.notify}
        onChange={(event) => onChange({ notify: event.currentTarget.checked })}
      />
    </Stack>
  );
}

function Conditions({ form: { conditions }, isFaulty, onChange }: { form: PathForm; isFaulty: boolean; onChange: Props['onChange'] }) {
  const set = (index: number, changes: Partial<PathForm['conditions'][number]>) =>
    onChange({ conditions: conditions.map((one, place) => (place === index ? { ...one, ...changes } : one)) });
  return (
    <Stack gap="xs">
      {conditions.map(({ kind, condition }, index) => (
        <Group key={index} gap="xs" wrap="nowrap" align="flex-end">
          <TextInput
            label={t('Gate on each')}
            placeholder="Cluster"
            w={140}
            value={kind}
            onChange={(event) => set(index, { kind: event.currentTarget.value })}
          />
          <TextInput
            label={t('must be')}
            placeholder={t('status.phase == Ready')}
            flex={1}
            value={condition}
            onChange={(event) => set(index, { condition: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('Remove this gate')}
            onClick={() => onChange({ conditions: conditions.filter((_, place) => place !== index) })}
          >
            ×
          </ActionIcon>
        </Group>
      ))}
      {isFaulty && (
        <Text size="sm" c="red">
          {t('Each gate needs a kind and a condition.')}
        </Text>
      )}
      <Group>
        <Button size="xs" variant="default" onClick={() => onChange({ conditions: [...conditions, { kind: '', condition: '' }] })}>
          {t('Add a gate')}
        </Button>
      </Group>
    </Stack>
  );
}
