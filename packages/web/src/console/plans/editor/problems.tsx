/** Everything that the checker says of the text, each with its place, its cure, and the change that a cure comes to. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import type { Problem } from '@cellplane/plan';
import { t } from 'i18next';
import { memo } from 'react';
import type { Checked } from '../../../kit/editor/plan-methods';
import type { Finding } from '../../../kit/editor/diagnostics';
import type { Fix } from '../../../kit/editor/language/fix';
import { Mark } from '../../../kit/status';
import { Words } from '../../../kit/words';

interface Props {
  checked: Checked | undefined;
  /** What the checker says, and what only the server says: found by the last build of this text. */
  findings: readonly Finding[];
  onShow: (position: Problem['position']) => void;
  onApply: (fix: Fix) => void;
}

/** So many are listed: whoever has more begins with the first ones. */
const MOST_ROWS = 100;

/** Drawn anew only if something of it is another one: not with each key that is typed. */
export const Problems = memo(function Problems({ checked, findings, onShow, onApply }: Props) {
  if (checked === undefined) return <Text c="dimmed">{t('Checking …')}</Text>;
  const rows = findings.slice(0, MOST_ROWS);
  return (
    <Stack gap="sm" aria-live="polite">
      {rows.length === 0 && <Text>{t('No problems.')}</Text>}
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map(({ problem, fix }, at) => (
          <Row key={`${at} ${problem.code} ${problem.path}`} problem={problem} fix={fix} onShow={onShow} onApply={onApply} />
        ))}
      </Stack>
      {findings.length > rows.length && (
        <Text size="sm" c="dimmed">
          {t('{{count}} more are not listed: cure these first.', { count: findings.length - rows.length })}
        </Text>
      )}
      {checked.notes.length > 0 && (
        <details>
          <summary>
            {t('{{count}} keys are kept and change nothing', {
              count: checked.notes.length,
              defaultValue_one: '{{count}} key is kept and changes nothing',
            })}
          </summary>
          {checked.notes.map(({ key, position }) => (
            <Text key={key} size="sm">
              <Place position={position} onShow={onShow} /> <span className="mono">{key}</span>
            </Text>
          ))}
        </details>
      )}
    </Stack>
  );
});

function Row({ problem, fix, onShow, onApply }: { problem: Problem; fix: Fix | undefined } & Pick<Props, 'onShow' | 'onApply'>) {
  const { severity, code, message, cure, position } = problem;
  return (
    <li>
      <Group gap={6} align="baseline">
        <Mark tone={severity === 'error' ? 'bad' : 'rest'} />
        <Place position={position} onShow={onShow} />
        <Text component="span" size="xs" c="dimmed" className="mono">
          {severity} {code}
        </Text>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <Words>{message}</Words>
      </Text>
      <Group gap="xs">
        {cure !== '' && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            <Words>{cure}</Words>
          </Text>
        )}
        {fix !== undefined && (
          <Button size="compact-xs" variant="light" onClick={() => onApply(fix)} aria-label={t('Apply: {{cure}}', { cure })}>
            {t('Apply')}
          </Button>
        )}
      </Group>
    </li>
  );
}

function Place({ position, onShow }: { position: Problem['position'] } & Pick<Props, 'onShow'>) {
  return (
    <Anchor component="button" type="button" className="mono" onClick={() => onShow(position)}>
      {position.line}:{position.column}
    </Anchor>
  );
}
