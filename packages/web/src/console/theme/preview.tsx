/** What customers will see, in the light and the dark colours. Pure: it draws with the tokens that the portal is drawn with. */
import { Group, Stack, Text } from '@mantine/core';
import type { Scheme } from '@cellplane/api/colour';
import { t } from 'i18next';
import { variablesOf } from '../../app/theme/variables';
import classes from './preview.module.css';

/** What an instance may be called. */
const EXAMPLE = 'orders-db';

export function Preview({ name, accent, logo }: { name: string; accent: string; logo: string }) {
  return (
    <Stack gap="md">
      <Look scheme="light" name={name} accent={accent} logo={logo} />
      <Look scheme="dark" name={name} accent={accent} logo={logo} />
    </Stack>
  );
}

function Look({ scheme, name, accent, logo }: { scheme: Scheme; name: string; accent: string; logo: string }) {
  const label = scheme === 'light' ? t('Light colours') : t('Dark colours');
  return (
    <figure className={classes['figure']}>
      <div className={classes['portal']} style={variablesOf(scheme, accent === '' ? undefined : accent)} aria-hidden="true">
        <div className={classes['head']}>
          <img src={logo} alt="" height={20} style={{ maxWidth: 80, objectFit: 'contain' }} />
          <b>{name}</b>
        </div>
        <div className={classes['page']}>
          <b>{t('Instances')}</b>
          <Group gap="sm" mt={8}>
            <span className={classes['button']}>{t('Create an instance')}</span>
            <span className={classes['link']}>{EXAMPLE}</span>
          </Group>
        </div>
      </div>
      <Text component="figcaption" size="xs" c="dimmed" mt={4}>
        {label}
      </Text>
    </figure>
  );
}
