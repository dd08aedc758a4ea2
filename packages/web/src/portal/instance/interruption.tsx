/** Asks once before an instance is stopped or restarted: whoever uses it loses the connection. Nothing is typed, for it can be started again. */
import { Text } from '@mantine/core';
import { t } from 'i18next';
import { Confirm } from '../../kit/page/confirm';
import type { OneClick } from './use-actions';

export type Interrupting = Extract<OneClick, 'stop' | 'restart'>;

/** Whether those who use the instance feel it. */
export function isInterrupting(what: OneClick): what is Interrupting {
  return what === 'stop' || what === 'restart';
}

interface Props {
  /** Undefined: nothing is asked. */
  what: Interrupting | undefined;
  name: string;
  onAct: (what: Interrupting) => void;
  onClose: () => void;
}

export function Interruption({ what, name, onAct, onClose }: Props) {
  const isStop = what !== 'restart';
  return (
    <Confirm
      isMild
      opened={what !== undefined}
      onClose={onClose}
      title={isStop ? t('Stop {{name}}', { name }) : t('Restart {{name}}', { name })}
      action={isStop ? t('Stop it') : t('Restart it')}
      failure={t('It was not begun')}
      // The page itself says what came of it.
      submit={() => Promise.resolve(onAct(isStop ? 'stop' : 'restart'))}
    >
      <Text>
        {isStop
          ? t('Its connections end, and nobody reaches it until it is started again. Its data and its addresses stay.')
          : t('Its connections end while it restarts. Its data and its addresses stay.')}
      </Text>
    </Confirm>
  );
}
