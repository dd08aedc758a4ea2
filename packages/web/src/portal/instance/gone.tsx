/** An address whose instance is not there, or not for this person. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Missing } from '../../kit/page/missing';

export function Gone({ id }: { id: string }) {
  return (
    <Missing
      title={t('There is no such instance')}
      above={[{ label: t('Instances'), link: { to: '/instances' } }]}
      id={id}
      why={t(
        'It was deleted, or it belongs to a subscription that you are not a member of. Snapshots that were kept of it are still there.',
      )}
    >
      <Button variant="default" renderRoot={(props) => <Link to="/snapshots" search={{ q: id } as never} {...props} />}>
        {t('Look for its snapshots')}
      </Button>
    </Missing>
  );
}
