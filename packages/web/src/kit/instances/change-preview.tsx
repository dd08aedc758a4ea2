/** What a modify, an upgrade or a restore would change, before it is applied. */
import { Alert, Code, Group, Paper, Stack, Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';

export type Preview = Awaited<ReturnType<Client['previewInstanceChange']>>;
type ObjectChange = Preview['objects'][number];

/** Objects that are told one by one; of the rest only how many they are. */
const MOST_OBJECTS = 20;

export function ChangePreview({ preview }: { preview: Preview }) {
  const changed = preview.objects.filter(({ action }) => action !== 'unchanged');
  const more = changed.length - MOST_OBJECTS;
  return (
    <Paper withBorder p="sm" aria-live="polite">
      <Stack gap="sm">
        <Text fw={600}>{preview.changes ? t('What would change') : t('Nothing would change')}</Text>
        {preview.problems.map(({ code, message }) => (
          <Alert key={code + message} color="red" variant="light" title={t('It would fail')}>
            {message}
          </Alert>
        ))}
        {preview.restarts.length > 0 && (
          <Alert color="yellow" variant="light" title={t('The product restarts')}>
            {preview.restarts.map(({ kind, name, fields }) => `${kind} ${name}: ${fields.join(', ')}`).join('; ')}
          </Alert>
        )}
        {changed.slice(0, MOST_OBJECTS).map((change) => (
          <Change key={`${change.kind} ${change.namespace} ${change.name}`} change={change} />
        ))}
        {more > 0 && (
          <Text size="sm" c="dimmed">
            {t('and {{count}} other objects', { count: more, defaultValue_one: 'and {{count}} other object' })}
          </Text>
        )}
        {preview.charts
          .filter(({ action }) => action !== 'keep')
          .map(({ chart, from, to, action }) => (
            <Text key={chart} size="sm">
              {t('Operator chart')} <span className="mono">{chart}</span>: {action}{' '}
              <bdi dir="ltr">
                {from ?? ''} → {to}
              </bdi>
            </Text>
          ))}
      </Stack>
    </Paper>
  );
}

function actionWords(action: string): string {
  if (action === 'create') return t('made');
  if (action === 'delete') return t('deleted');
  return action === 'change' ? t('changed') : t('not known');
}

function Change({ change }: { change: ObjectChange }) {
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {change.kind} <span className="mono">{change.name}</span>
        </Text>
        <Text size="sm" c="dimmed">
          {actionWords(change.action)}
        </Text>
      </Group>
      {change.refused !== undefined && (
        <Text size="sm" c="red">
          {change.refused}
        </Text>
      )}
      {change.why !== undefined && (
        <Text size="sm" c="dimmed">
          {change.why}
        </Text>
      )}
      {change.fields.length > 0 && (
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {change.fields.map((field) => `${field.path}: ${side(field, 'before')} → ${side(field, 'after')}`).join('\n')}
        </Code>
      )}
      {change.moreFields !== undefined && change.moreFields > 0 && (
        <Text size="xs" c="dimmed">
          {t('and {{count}} other fields', { count: change.moreFields, defaultValue_one: 'and {{count}} other field' })}
        </Text>
      )}
    </div>
  );
}

function side(field: ObjectChange['fields'][number], which: 'before' | 'after'): string {
  if (field.hidden === true) return '***';
  const value = field[which];
  if (value === undefined) return which === 'after' && field.later === true ? t('told when it runs') : '∅';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
