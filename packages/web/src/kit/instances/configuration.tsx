/** The values that the instance has: its parameters under their names, then what its workflows have put out. Secrets come masked. */
import { Anchor, Code, SimpleGrid, Spoiler, Table, Text } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Copyable } from '../copy';
import { Section } from '../page/section';
import type { Parameter } from '../parameters/parameter-fields';
import { MASK } from './credentials';
import type { ShownInstance } from './endpoints';
import { type Reveal, SecretValue } from './secret-value';

interface Props {
  instance: Pick<ShownInstance, 'result_params'>;
  /** What the plan says of them; values that are none of these are outputs. */
  parameters?: readonly Parameter[];
  reveal?: Reveal | undefined;
  /** Why this person sees no secrets. */
  whyMasked?: string | undefined;
}

export function Configuration({ instance, parameters = [], reveal, whyMasked }: Props) {
  const values = Object.entries((instance.result_params ?? {}) as Record<string, unknown>);
  const named = new Map(parameters.map((parameter) => [parameter.key, parameter]));
  const own = values.filter(([key]) => named.has(key));
  const others = values.filter(([key]) => !named.has(key));
  const row = ([key, value]: [string, unknown]) => (
    <Row key={key} name={key} title={named.get(key)?.displayName ?? key} value={value} reveal={reveal} why={whyMasked} />
  );
  return (
    <Section title={t('Configuration')}>
      {values.length === 0 ? (
        <Text c="dimmed">{t('The plan shows no values.')}</Text>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: own.length > 0 && others.length > 0 ? 2 : 1 }} spacing="xl" verticalSpacing={0}>
          {own.length > 0 && <Values label={t('Parameters')}>{own.map(row)}</Values>}
          {others.length > 0 && <Values label={t('What its workflows have given')}>{others.map(row)}</Values>}
        </SimpleGrid>
      )}
    </Section>
  );
}

function Values({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table layout="fixed" aria-label={label}>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  );
}

interface RowProps {
  name: string;
  title: string;
  value: unknown;
  reveal: Reveal | undefined;
  why: string | undefined;
}

function Row({ name, title, value, reveal, why }: RowProps) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} style={{ overflowWrap: 'anywhere' }}>
        {title}
        {title !== name && (
          <Text size="xs" c="dimmed" className="mono">
            {name}
          </Text>
        )}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {value === MASK ? <SecretValue name={name} label={title} reveal={reveal} why={why} /> : <Value value={value} label={title} />}
      </Table.Td>
    </Table.Tr>
  );
}

/** A value as it is best read: a link as a link, an object as JSON, all else as it is. */
export function Value({ value, label }: { value: unknown; label: string }) {
  if (value === null || value === undefined || value === '') return <Text c="dimmed">—</Text>;
  if (typeof value === 'object')
    return (
      <Spoiler maxHeight={92} showLabel={t('Show all')} hideLabel={t('Show less')}>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {JSON.stringify(value, null, 2)}
        </Code>
      </Spoiler>
    );
  const text = String(value);
  if (/^https?:\/\/\S+$/.test(text))
    return (
      <Anchor href={text} target="_blank" rel="noreferrer noopener" className="mono">
        {text}
      </Anchor>
    );
  return text.length > 12 ? <Copyable whole text={text} label={label} /> : <span className="mono">{text}</span>;
}
