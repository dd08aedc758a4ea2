/** The values that an example is made with: one small field for each parameter, kept while the text is edited. */
import { Button, Group, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ApiParameter } from '@cellplane/plan';
import { t } from 'i18next';
import { planLanguage } from '../../../kit/editor/plan-language';
import { KEPT_MS } from './use-simulation';

interface Props {
  parameters: readonly ApiParameter[];
  /** What is typed, over the defaults. */
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
}

export function ExampleInputs({ parameters, values, onChange }: Props) {
  const { data: faults = {} } = useQuery({
    queryKey: ['plan language', 'faults', parameters, values],
    gcTime: KEPT_MS,
    enabled: Object.keys(values).length > 0,
    queryFn: () => planLanguage('faults', parameters, values),
  });
  if (parameters.length === 0) return null;
  const isChanged = Object.keys(values).length > 0;
  const refused = Object.keys(faults).length;
  return (
    <details>
      <summary>
        {t('Example inputs: {{count}} parameters', { count: parameters.length, defaultValue_one: 'Example inputs: {{count}} parameter' })}
        {refused > 0 && (
          <Text component="span" size="sm" c="red" ms="sm">
            {t('{{count}} values would be refused', { count: refused, defaultValue_one: '{{count}} value would be refused' })}
          </Text>
        )}
      </summary>
      <SimpleGrid cols={2} spacing="xs" mt="xs">
        {parameters.map((parameter) => (
          <Field
            key={parameter.key}
            parameter={parameter}
            value={values[parameter.key]}
            fault={faults[parameter.key]}
            onChange={(value) => onChange({ ...values, [parameter.key]: value })}
          />
        ))}
      </SimpleGrid>
      {isChanged && (
        <Group justify="flex-end" mt="xs">
          <Button size="compact-sm" variant="default" onClick={() => onChange({})}>
            {t('Back to the defaults')}
          </Button>
        </Group>
      )}
    </details>
  );
}

interface FieldProps {
  parameter: ApiParameter;
  value: string | undefined;
  /** Why the server would refuse it. */
  fault: string | undefined;
  onChange: (value: string) => void;
}

function Field({ parameter, value, fault, onChange }: FieldProps) {
  const { key, name, options, labeledOptions, type, defaultValue } = parameter;
  const choices = type === 'Boolean' ? ['true', 'false'] : (options ?? Object.values(labeledOptions ?? {}));
  const shown = value ?? defaultValue ?? '';
  if (choices.length > 0)
    return (
      <Select
        size="xs"
        label={name}
        data={[...new Set(choices)]}
        value={shown}
        onChange={(next) => next !== null && onChange(next)}
        allowDeselect={false}
      />
    );
  const error = fault === undefined ? undefined : t('It {{fault}}.', { fault });
  return (
    <TextInput
      size="xs"
      label={name}
      placeholder={key}
      value={shown}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
