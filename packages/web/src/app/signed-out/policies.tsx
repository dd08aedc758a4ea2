/** The provider's policies and links at the foot of a page. A policy is a link where the provider gave an address, its words where it wrote them. */
import { Anchor, Group, Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { brandLinks } from '../brand-links';
import { plainText } from '../../kit/plain-text';
import { installation } from './installation';

export function Policies() {
  const { data } = useQuery(installation);
  const [open, setOpen] = useState<{ title: string; text: string }>();
  if (data === undefined) return null;
  const policies = [
    { title: t('Terms of use'), text: data.termsOfUse },
    { title: t('Privacy'), text: data.privacyPolicy },
    { title: t('Cookies'), text: data.cookiePolicy },
  ].filter(({ text }) => text !== '');
  // A policy that the installation has says the same.
  const links = brandLinks().filter(({ label }) => !policies.some(({ title }) => title === label));
  if (policies.length === 0 && links.length === 0 && data.supportEmail === '') return null;
  return (
    <Group gap="md" justify="center" component="footer">
      {policies.map(({ title, text }) =>
        /^https?:\/\/\S+$/i.test(text) ? (
          <Anchor key={title} size="sm" href={text} target="_blank" rel="noreferrer">
            {title}
          </Anchor>
        ) : (
          <Anchor key={title} size="sm" component="button" type="button" onClick={() => setOpen({ title, text })}>
            {title}
          </Anchor>
        ),
      )}
      {links.map(({ label, href }) => (
        <Anchor key={href} size="sm" href={href} target="_blank" rel="noreferrer">
          {label}
        </Anchor>
      ))}
      {data.supportEmail !== '' && (
        <Anchor size="sm" href={`mailto:${data.supportEmail}`}>
          {t('Help')}
        </Anchor>
      )}
      <Modal opened={open !== undefined} onClose={() => setOpen(undefined)} title={open?.title} size="lg">
        <Text style={{ whiteSpace: 'pre-line' }}>{plainText(open?.text ?? '')}</Text>
      </Modal>
    </Group>
  );
}
