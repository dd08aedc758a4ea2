/** What instances wait for, one line a cause and not one an instance. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Moment } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { joined } from '../../kit/table/table-state';
import type { Fleet, Waiting } from './fleet-query';
import { InstanceLinks } from './instance-links';
import { Marked } from './marked';
import { waitKey, waitWords } from './words';

export function WaitingList({ waiting, names }: { waiting: readonly Waiting[]; names: Fleet['instanceNames'] }) {
  if (waiting.length === 0) return null;
  return (
    <Section title={t('Waiting')}>
      <Stack gap="sm">
        {waiting.map((wait) => (
          <Stack key={`${wait.cause} ${wait.of}`} gap={2}>
            <Marked tone="busy">
              <Anchor
                fw={600}
                renderRoot={(props) => <Link to="/console/instances" search={{ waitsFor: joined([waitKey(wait)]) } as never} {...props} />}
              >
                {waitWords(wait)}
              </Anchor>
              <Text size="sm" c="dimmed">
                {t('the longest since')} <Moment at={wait.since} />
              </Text>
            </Marked>
            {wait.words !== '' && (
              <Text size="sm" ps={22} style={{ overflowWrap: 'anywhere' }}>
                {wait.words}
              </Text>
            )}
            {wait.cure !== undefined && (
              <Text size="sm" c="dimmed" ps={22}>
                {wait.cure}
              </Text>
            )}
            <Group ps={22}>
              <InstanceLinks names={names} ids={wait.instanceIds} count={wait.count} most={6} />
            </Group>
          </Stack>
        ))}
      </Stack>
    </Section>
  );
}
