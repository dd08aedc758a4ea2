/** Asks before all second factors of somebody are removed. */
import { t } from 'i18next';
import { client } from '../../app/client';
import { Confirm } from '../../kit/page/confirm';

interface Props {
  opened: boolean;
  onClose: () => void;
  userId: string;
  name: string;
  email: string;
}

export function ResetFactors({ opened, onClose, userId, name, email }: Props) {
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('Remove the second factors of {{name}}', { name })}
      action={t('Remove the second factors')}
      failure={t('The second factors are still there')}
      submit={() => client.resetFactors({ params: { userId } })}
    >
      {t('Authenticator app, passkeys and recovery codes of {{email}} go. They sign in with the password alone until they add new ones.', {
        email,
      })}
    </Confirm>
  );
}
