/** What a change of an instance would do, field by field, before it is done. */
import { Stack, Table, Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { Mark } from '../../kit/status';

export type ChangePreview = Awaited<ReturnType<Client['previewInstanceChange']>>;
type ObjectChange = ChangePreview['objects'][number];

export function ChangeSheet({ preview }: { preview: ChangePreview }) {
  const touched = preview.objects.filter(({ action }) => action !== 'unchanged');
  const same = preview.objects.length - touched.length;
  return (
    <Stack gap="sm" aria-live="polite">
      {preview.problems.map(({ code, field, message }) => (
        <Text key={`${code} ${field ?? ''}`} role="alert">
          <Mark tone="bad" /> {field !== undefined && <b className="mono">{field} </b>}
          {message}
        </Text>
      ))}
      {preview.restarts.map(({ kind, name, fields }) => (
        <Text key={`${kind}/${name}`}>
          <Mark tone="busy" />{' '}
          {t('{{object}} restarts, as the plan says: {{fields}}', { object: `${kind}/${name}`, fields: fields.join(', ') })}
        </Text>
      ))}
      {preview.charts
        .filter(({ action }) => action !== 'keep')
        .map(({ chart, from, to, action, message, instances }) => (
          <Text key={chart}>
            <Mark tone={action === 'refuse' ? 'bad' : 'busy'} /> {t('Chart {{chart}}:', { chart })}{' '}
            <bdi dir="ltr">{from === undefined ? to : `${from} → ${to}`}</bdi>{' '}
            {instances !== undefined &&
              t('for {{count}} instances of the cell', { count: instances, defaultValue_one: 'for {{count}} instance of the cell' })}{' '}
            {message}
          </Text>
        ))}
      {touched.map((object) => (
        <ObjectSheet key={`${object.apiVersion} ${object.kind} ${object.name}`} object={object} />
      ))}
      {touched.length === 0 && preview.problems.length === 0 && <Text c="dimmed">{t('No object would change.')}</Text>}
      {same > 0 && touched.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('{{count}} objects stay as they are.', { count: same, defaultValue_one: '{{count}} object stays as it is.' })}
        </Text>
      )}
    </Stack>
  );
}

function ObjectSheet({ object }: { object: ObjectChange }) {
  const { action, kind, name, fields, moreFields, refused, why, restarts } = object;
  return (
    <div>
      <Text fw={600}>
        {actionWord(action)}{' '}
        <span className="mono">
          {kind}/{name}
        </span>
        {restarts && ` · ${t('restarts')}`}
      </Text>
      {refused !== undefined && (
        <Text role="alert">
          <Mark tone="bad" /> {refused}
        </Text>
      )}
      {why !== undefined && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
      {fields.length > 0 && (
        <Table.ScrollContainer minWidth={420}>
          <Table aria-label={t('Changes of {{object}}', { object: `${kind}/${name}` })} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('Field')}</Table.Th>
                <Table.Th scope="col">{t('Is now')}</Table.Th>
                <Table.Th scope="col">{t('Would be')}</Table.Th>
                <Table.Th scope="col">{t('Owned by')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {fields.map(({ path, before, after, owners, hidden, later }) => (
                <Table.Tr key={path}>
                  <Table.Td className="mono">{path}</Table.Td>
                  <Table.Td className="mono">{hidden === true ? t('hidden') : shownValue(before)}</Table.Td>
                  <Table.Td className="mono">
                    {hidden === true ? t('hidden') : later === true ? t('known when it runs') : shownValue(after)}
                  </Table.Td>
                  <Table.Td>{owners.join(', ') || '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {moreFields !== undefined && moreFields > 0 && (
        <Text size="sm" c="dimmed">
          {t('and {{count}} more fields', { count: moreFields })}
        </Text>
      )}
    </div>
  );
}

function actionWord(action: string): string {
  switch (action) {
    case 'create':
      return t('Made:');
    case 'delete':
      return t('Deleted:');
    case 'change':
      return t('Changed:');
    default:
      return t('Not known:');
  }
}

/** A value on one line. */
export function shownValue(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
