/** Fields of a form that a plan's parameters ask for, in the plan's order. Values are texts, as the wire takes them. */
import { Button, CopyButton, Group, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { fieldFaults } from '../failure';
import { boundsOf } from './faults';
import { strongPassword } from './password';
import { isSecret } from './secret';

export type Parameter = Awaited<ReturnType<Client['customerDescribeOfferingResource']>>['apis'][number]['inputParameters'][number];
export type Values = Record<string, string>;

/** Key → what the server has said of it: it names a parameter `requestParams.key`. */
export function refusedParameters(error: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldFaults(error)).map(([field, message]) => [field.replace(/^requestParams\./, ''), message]));
}

/** Parameters that have a value. What nobody has filled in is left to the plan. */
export function given(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/** Parameters in the order of their tabs; those of other clouds are left out. */
export function inOrder(parameters: readonly Parameter[], cloud: string | undefined): Parameter[] {
  return parameters
    .filter(({ scope }) => scope?.cloudProviders === undefined || cloud === undefined || scope.cloudProviders.includes(cloud))
    .toSorted((one, other) => (one.tabIndex ?? 0) - (other.tabIndex ?? 0));
}

/** Values that a new form begins with. */
export function defaultsOf(parameters: readonly Parameter[]): Values {
  return Object.fromEntries(parameters.flatMap(({ key, defaultValue }) => (defaultValue === undefined ? [] : [[key, defaultValue]])));
}

interface FieldsProps {
  parameters: Parameter[];
  values: Values;
  faults: Record<string, string>;
  onChange: (key: string, value: string) => void;
  onLeave?: (key: string) => void;
}

export function ParameterFields({ parameters, values, faults, onChange, onLeave }: FieldsProps) {
  return parameters.map((parameter, index) => (
    <Field
      key={parameter.key}
      isFirst={index === 0}
      parameter={parameter}
      value={values[parameter.key] ?? ''}
      fault={faults[parameter.key]}
      onChange={(value) => onChange(parameter.key, value)}
      onLeave={() => onLeave?.(parameter.key)}
    />
  ));
}

interface FieldProps {
  parameter: Parameter;
  /** In a dialog it has the focus at first. */
  isFirst: boolean;
  value: string;
  fault: string | undefined;
  onChange: (value: string) => void;
  onLeave: () => void;
}

function Field({ parameter, isFirst, value, fault, onChange, onLeave }: FieldProps) {
  const { key, displayName, description, type, required, options, isList } = parameter;
  const about = [description === displayName ? '' : description, boundsOf(parameter) ?? ''].filter((words) => words !== '').join(' · ');
  const common = {
    id: `parameter-${key}`,
    label: displayName,
    description: about === '' ? undefined : about,
    error: fault,
    withAsterisk: required,
    onBlur: onLeave,
    ...(isFirst ? { 'data-autofocus': true } : {}),
  };
  if (options !== undefined && options.length > 0 && !isList)
    return (
      <Select
        {...common}
        data={options}
        value={value === '' ? null : value}
        onChange={(next) => onChange(next ?? '')}
        clearable={!required}
      />
    );
  if (type === 'Boolean')
    return <Switch {...common} checked={value === 'true'} onChange={(event) => onChange(String(event.currentTarget.checked))} />;
  if (isSecret(parameter))
    return (
      <Group align="flex-end" gap="xs">
        <PasswordInput
          {...common}
          flex={1}
          miw={200}
          visibilityToggleButtonProps={{ 'aria-label': t('Show {{label}}', { label: displayName }) }}
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <Button variant="default" onClick={() => onChange(strongPassword(parameter.limits?.maxLength))}>
          {t('Generate')}
        </Button>
        <CopyButton value={value} timeout={1500}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} disabled={value === ''}>
              {copied ? t('Copied') : t('Copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    );
  if (type === 'JSON' || type === 'Json' || type === 'Any' || isList)
    return (
      <Textarea {...common} autosize minRows={2} className="mono" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    );
  const numeric = /^(?:U?Int|Float)/.test(type);
  return (
    <TextInput
      {...common}
      inputMode={numeric ? 'decimal' : 'text'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
