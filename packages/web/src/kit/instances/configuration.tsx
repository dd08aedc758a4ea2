/** The values that the instance has: its parameters under their names, then what its workflows have put out. Secrets come masked. */
import { Table, Text } from '@mantine/core';
import { t } from 'i18next';
import { Fragment } from 'react';
import { Section } from '../page/section';
import type { Parameter } from '../parameters/parameter-fields';
import classes from './configuration.module.css';
import { MASK } from './credentials';
import type { ShownInstance } from './endpoints';
import { type Reveal, type Rotation, SecretValue } from './secret-value';
import { Value } from './value';

interface Props {
  instance: Pick<ShownInstance, 'result_params'>;
  /** What the plan says of them; values that are none of these are outputs. */
  parameters?: readonly Parameter[];
  reveal?: Reveal | undefined;
  /** Why this person sees no secrets. */
  whyMasked?: string | undefined;
  /** Absent: no secret is changed from here. */
  rotation?: Rotation | undefined;
}

/** What was chosen for the instance; where `parameters` are not told, all that it has. */
export function Configuration({ parameters, ...props }: Props) {
  const values = valuesOf(props.instance);
  const shown = parameters === undefined ? values : values.filter(([key]) => parameters.some((one) => one.key === key));
  const own = [...shown, ...hidden(props)];
  return (
    <Section title={t('Configuration')}>
      {own.length === 0 ? <Text c="dimmed">{t('The plan shows no values.')}</Text> : <Values {...props} parameters={parameters} of={own} />}
    </Section>
  );
}

/** Secrets that the plan shows to nobody, and that can be rotated all the same. */
function hidden({ instance, rotation }: Pick<Props, 'instance' | 'rotation'>): [string, unknown][] {
  const shown = new Map(valuesOf(instance));
  return [...(rotation?.keys ?? [])].filter((key) => !shown.has(key)).map((key) => [key, undefined]);
}

/** What the workflows of the instance have given; nothing where they gave nothing. */
export function Outputs({ parameters = [], ...props }: Props) {
  const given = outputsOf(props.instance, parameters);
  if (given.length === 0) return null;
  return (
    <Section title={t('Outputs')} about={t('What its operations reported.')}>
      <Values {...props} of={given} />
    </Section>
  );
}

/** Values that are no parameters. */
function outputsOf(instance: Props['instance'], parameters: readonly Parameter[]): [string, unknown][] {
  return valuesOf(instance).filter(([key]) => parameters.every((one) => one.key !== key));
}

function valuesOf({ result_params: values }: Props['instance']): [string, unknown][] {
  return Object.entries((values ?? {}) as Record<string, unknown>);
}

function Values({ of, parameters = [], reveal, whyMasked, rotation }: Omit<Props, 'instance'> & { of: [string, unknown][] }) {
  const named = new Map(parameters.map((parameter) => [parameter.key, parameter]));
  return (
    <Table layout="fixed" className={classes['values'] ?? ''}>
      <Table.Tbody>
        {of.map(([key, value]) => (
          <Row
            key={key}
            name={key}
            title={named.get(key)?.displayName ?? key}
            value={value}
            reveal={reveal}
            why={whyMasked}
            rotation={rotation}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** A name that has no blanks breaks between its words. */
function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[a-z0-9])(?=[A-Z])/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

interface RowProps {
  name: string;
  title: string;
  value: unknown;
  reveal: Reveal | undefined;
  why: string | undefined;
  rotation: Rotation | undefined;
}

function Row({ name, title, value, reveal, why, rotation }: RowProps) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <Breakable text={title} />
        {title !== name && (
          <Text size="xs" c="dimmed" className="mono">
            {name}
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        {value === MASK ? (
          <SecretValue name={name} label={title} reveal={reveal} why={why} rotation={rotation} />
        ) : value === undefined ? (
          <SecretValue name={name} label={title} rotation={rotation} />
        ) : (
          <Value value={value} label={title} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
