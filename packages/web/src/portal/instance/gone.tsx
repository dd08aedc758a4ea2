/** An address whose instance is not there, or not for this person: what that means, and the ways on. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { PageHead } from '../../kit/page/page-head';

export function Gone({ id }: { id: string }) {
  return (
    <Stack gap="md">
      <PageHead
        title={t('There is no such instance')}
        above={[{ label: t('Instances'), link: { to: '/instances' } }]}
        facts={<span className="mono">{id}</span>}
      />
      <Text maw="72ch">
        {t('It was deleted, or it belongs to a subscription that you are not a member of. Snapshots that were kept of it are still there.')}
      </Text>
      <Group gap="xs">
        <Button renderRoot={(props) => <Link to="/instances" {...props} />}>{t('See all instances')}</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/snapshots" search={{ q: id } as never} {...props} />}>
          {t('Look for its snapshots')}
        </Button>
      </Group>
    </Stack>
  );
}
