/** The values that an example is made with: one small field for each parameter, kept while the text is edited. */
import { Button, Group, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { ApiParameter } from '@cellplane/plan';
import { t } from 'i18next';

interface Props {
  parameters: readonly ApiParameter[];
  /** What is typed, over the defaults. */
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
}

export function ExampleInputs({ parameters, values, onChange }: Props) {
  if (parameters.length === 0) return null;
  const isChanged = Object.keys(values).length > 0;
  return (
    <details>
      <summary>
        {t('Example inputs: {{count}} parameters', { count: parameters.length, defaultValue_one: 'Example inputs: {{count}} parameter' })}
      </summary>
      <SimpleGrid cols={2} spacing="xs" mt="xs">
        {parameters.map((parameter) => (
          <Field
            key={parameter.key}
            parameter={parameter}
            value={values[parameter.key]}
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

function Field({ parameter, value, onChange }: { parameter: ApiParameter; value: string | undefined; onChange: (value: string) => void }) {
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
  return <TextInput size="xs" label={name} placeholder={key} value={shown} onChange={(event) => onChange(event.currentTarget.value)} />;
}
