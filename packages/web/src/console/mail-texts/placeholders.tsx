/** The placeholders that a text may have: what each stands for, and a click that puts it where the cursor is. */
import { Table, Text } from '@mantine/core';
import { t } from 'i18next';
import { GuardedButton } from '../../kit/access/guarded';
import type { Placeholder } from './mail-texts';
import { written } from './words';

interface Props {
  of: readonly Placeholder[];
  /** Why nothing can be changed. @default it can */
  why: string | undefined;
  onInsert: (placeholder: Placeholder) => void;
}

export function Placeholders({ of, why, onInsert }: Props) {
  return (
    <Table fz="sm" aria-label={t('Placeholders')} verticalSpacing={4} style={{ tableLayout: 'fixed' }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" w="45%">
            {t('Placeholder')}
          </Table.Th>
          <Table.Th scope="col">{t('Stands for')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {of.map((one) => (
          <Table.Tr key={one.name}>
            <Table.Td style={{ verticalAlign: 'top' }}>
              <GuardedButton
                size="compact-sm"
                variant="default"
                className="mono"
                why={why}
                onClick={() => onInsert(one)}
                aria-label={t('Insert {{name}}', { name: one.name })}
              >
                {written(one)}
              </GuardedButton>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {one.about}
              {(one.isRequired || !one.isForSubject) && (
                <Text size="xs" c="dimmed">
                  {one.isRequired ? t('needed, in the text') : t('in the text alone')}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
