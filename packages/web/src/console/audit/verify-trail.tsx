/** Checks the whole audit trail, and says what was found. */
import { Alert, Anchor, Button, Group, Paper, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Copyable } from '../../kit/copy';
import { Failure } from '../../kit/failure';
import { type Verification, verdictOf } from './verdict';

export function VerifyTrail() {
  const verify = useMutation({ mutationFn: () => client.verifyAuditTrail({ query: {} }) });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('Verification')}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw="72ch">
          {t('Each entry holds the hash of the one before: whoever changes, removes or adds one in the database breaks the chain there.')}
        </Text>
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('Verify the trail')}
        </Button>
      </Group>
      <div aria-live="polite">
        {verify.isError && <Failure title={t('The trail was not verified')} error={verify.error} />}
        {verify.data !== undefined && <Verdict of={verify.data} />}
      </div>
    </Paper>
  );
}

function Verdict({ of }: { of: Verification }) {
  const { title, details } = verdictOf(of);
  return (
    <Alert mt="md" color={of.intact ? 'green' : 'red'} variant="light" title={title}>
      {details.map((line) => (
        <Text key={line} size="sm">
          {line}
        </Text>
      ))}
      {of.fault !== undefined && of.fault.eventId !== '' && (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="." search={((now: object) => ({ ...now, event: of.fault?.eventId })) as never} {...props} />}
        >
          {t('Open entry {{id}}', { id: of.fault.eventId })}
        </Anchor>
      )}
      {of.intact && of.hash !== '' && (
        <Group gap="xs" mt="xs">
          <Text size="sm">{t('Last hash, to be kept elsewhere:')}</Text>
          <Copyable text={of.hash} label={t('the hash')} whole />
        </Group>
      )}
    </Alert>
  );
}
