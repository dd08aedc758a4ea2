/** A form of a plan's parameters with one button: for a change, or for one of the plan's own workflows. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Failure } from '../failure';
import { faultsOf } from './faults';
import { defaultsOf, given, inOrder, type Parameter, ParameterFields, refusedParameters, type Values } from './parameter-fields';
import { isSecret } from './secret';
import { useRules } from './use-rules';

interface Props<Answer, Look> {
  parameters: Parameter[];
  /** Key → the value that counts now; secrets are masked, so their fields begin empty. */
  present: Record<string, unknown>;
  /** Values that are suggested: they stand in the fields at first. */
  suggested?: Values;
  /** The words of the button. */
  action: string;
  /** The title of a refusal. */
  failure: string;
  submit: (values: Values) => Promise<Answer>;
  onDone: (answer?: Answer) => void;
  /** Sends only what differs from the present. @default everything that has a value */
  onlyChanges?: boolean;
  /** Asks what the change would do, before it is applied. */
  look?: (values: Values) => Promise<Look>;
  /** Draws the answer of `look`. */
  drawLook?: (answer: Look) => ReactNode;
}

export function ParameterForm<Answer = unknown, Look = unknown>({
  parameters,
  present,
  suggested,
  action,
  failure,
  submit,
  onDone,
  onlyChanges = false,
  look,
  drawLook,
}: Props<Answer, Look>) {
  const queries = useQueryClient();
  const rule = useRules();
  const ordered = inOrder(parameters, undefined);
  const [first] = useState<Values>(() => ({ ...defaultsOf(ordered), ...textsOf(ordered, present), ...suggested }));
  const [values, setValues] = useState(first);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const sent = onlyChanges
    ? Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== (first[key] ?? '')))
    : given(values);
  const faults = faultsOf(
    // A secret that is left empty stays as it is.
    ordered.map((one) => (onlyChanges && isSecret(one) ? { ...one, required: false } : one)),
    values,
    rule,
  );
  const send = useMutation({
    mutationFn: () => submit(sent),
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      onDone(answer);
    },
  });
  const seen = useMutation({ mutationFn: (asked: Values) => look?.(asked) ?? Promise.reject(new Error('nothing to look at')) });
  const refused = refusedParameters(send.error ?? seen.error);
  const shown = { ...Object.fromEntries(Object.entries(faults).filter(([key]) => left.has(key))), ...refused };
  const nothing = onlyChanges && Object.keys(sent).length === 0;
  const proceed = (act: () => void) => (event: FormEvent) => {
    event.preventDefault();
    setLeft(new Set(ordered.map(({ key }) => key)));
    const [wrong] = ordered.filter(({ key }) => key in faults);
    if (wrong !== undefined) document.getElementById(`parameter-${wrong.key}`)?.focus();
    else if (!nothing) act();
  };
  return (
    <form onSubmit={proceed(() => send.mutate())} noValidate>
      <Stack gap="md">
        {ordered.length === 0 && <Text c="dimmed">{t('It asks for nothing.')}</Text>}
        <ParameterFields
          parameters={ordered}
          values={values}
          faults={shown}
          onChange={(key, value) => {
            setValues((before) => ({ ...before, [key]: value }));
            // What was shown was of other values.
            seen.reset();
          }}
          onLeave={(key) => setLeft((before) => new Set(before).add(key))}
        />
        {seen.isError && <Failure title={t('What would change cannot be told')} error={seen.error} />}
        {seen.data !== undefined && drawLook?.(seen.data)}
        {send.isError && <Failure title={failure} error={send.error} />}
        {nothing && (
          <Text size="sm" c="dimmed" ta="end">
            {t('Nothing is changed yet.')}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onDone()}>
            {t('Cancel')}
          </Button>
          {look !== undefined && (
            <Button variant="default" loading={seen.isPending} onClick={proceed(() => seen.mutate(sent))}>
              {t('See what would change')}
            </Button>
          )}
          <Button type="submit" loading={send.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function textsOf(parameters: Parameter[], present: Record<string, unknown>): Values {
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const value = present[parameter.key];
      if (value === undefined || value === null || isSecret(parameter)) return [];
      return [[parameter.key, typeof value === 'string' ? value : JSON.stringify(value)]];
    }),
  );
}
