/** A form of a plan's parameters with one button: for a change, or for one of the plan's own workflows. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Failure } from '../failure';
import {
  defaultsOf,
  faultsOf,
  given,
  inOrder,
  isSecret,
  type Parameter,
  ParameterFields,
  refusedParameters,
  type Values,
} from './parameter-fields';

interface Props {
  parameters: Parameter[];
  /** Key → the value that counts now; secrets are masked, so their fields begin empty. */
  present: Record<string, unknown>;
  /** The words of the button. */
  action: string;
  /** The title of a refusal. */
  failure: string;
  submit: (values: Values) => Promise<unknown>;
  onDone: () => void;
  /** Sends only what differs from the present. @default everything that has a value */
  onlyChanges?: boolean;
}

export function ParameterForm({ parameters, present, action, failure, submit, onDone, onlyChanges = false }: Props) {
  const queries = useQueryClient();
  const ordered = inOrder(parameters, undefined);
  const [first] = useState<Values>(() => ({ ...defaultsOf(ordered), ...textsOf(ordered, present) }));
  const [values, setValues] = useState(first);
  const sent = onlyChanges ? Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== first[key])) : given(values);
  const faults = faultsOf(
    // A secret that is left empty stays as it is.
    ordered.map((one) => (onlyChanges && isSecret(one) ? { ...one, required: false } : one)),
    values,
  );
  const send = useMutation({
    mutationFn: () => submit(sent),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      onDone();
    },
  });
  const refused = refusedParameters(send.error);
  const nothing = onlyChanges && Object.keys(sent).length === 0;
  const press = (event: FormEvent) => {
    event.preventDefault();
    const [wrong] = ordered.filter(({ key }) => key in faults);
    if (wrong !== undefined) document.getElementById(`parameter-${wrong.key}`)?.focus();
    else if (!nothing) send.mutate();
  };
  return (
    <form onSubmit={press} noValidate>
      <Stack gap="md">
        {ordered.length === 0 && <Text c="dimmed">It asks for nothing.</Text>}
        <ParameterFields
          parameters={ordered}
          values={values}
          faults={{ ...faults, ...refused }}
          onChange={(key, value) => setValues((before) => ({ ...before, [key]: value }))}
        />
        {send.isError && <Failure title={failure} error={send.error} />}
        <Group justify="flex-end">
          {nothing && (
            <Text size="sm" c="dimmed">
              Nothing is changed yet.
            </Text>
          )}
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
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
