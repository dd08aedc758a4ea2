/** What two versions of a plan differ in, part by part. */
import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import classes from './differences.module.css';
import type { Difference } from './services';

/** Parts of a plan's areas that many of them have are told in the plan's own order. */
export function Differences({ differences }: { differences: readonly Difference[] }) {
  if (differences.length === 0) return <Text c="dimmed">{t('They do the same: only comments or layout may differ.')}</Text>;
  return (
    <Stack gap="md" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {differences.map((one) => (
        <li key={`${one.resource ?? ''} ${one.area} ${one.name}`}>
          <Group gap="xs">
            <Badge tt="none" variant="light" color={COLOURS[one.change] ?? 'gray'}>
              {changeWord(one.change)}
            </Badge>
            <Text component="span" fw={600} size="sm">
              {one.area} {one.name}
            </Text>
            {one.resource !== undefined && (
              <Text component="span" size="sm" c="dimmed">
                {t('of {{resource}}', { resource: one.resource })}
              </Text>
            )}
          </Group>
          {one.fields.map((field) => (
            <Field key={field.path} {...field} />
          ))}
        </li>
      ))}
    </Stack>
  );
}

const COLOURS: Record<string, string> = { added: 'green', removed: 'red', changed: 'blue' };

function changeWord(change: string): string {
  if (change === 'added') return t('added');
  return change === 'removed' ? t('removed') : t('changed');
}

function Field({ path, before, after, lines }: Difference['fields'][number]) {
  if (lines !== undefined && lines.length > 0)
    return (
      <div>
        {path !== '' && (
          <Text size="xs" className="mono muted">
            {path}
          </Text>
        )}
        <Code block className={classes['lines']} tabIndex={0} role="group" aria-label={path === '' ? t('changed lines') : path}>
          {lines.map((line, index) => (
            <span key={index} data-change={line.charAt(0)}>
              {line}
            </span>
          ))}
        </Code>
      </div>
    );
  return (
    <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
      {path !== '' && <span className="muted">{path}: </span>}
      {before !== undefined && <del>{before}</del>}
      {before !== undefined && after !== undefined && ' → '}
      {after !== undefined && <ins>{after}</ins>}
    </Text>
  );
}
