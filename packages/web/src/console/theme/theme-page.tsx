/** How the portal looks: name, colour, pictures and links, with what customers will see beside it. */
import { Alert, Anchor, ColorInput, ColorSwatch, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { type FormEvent, useState } from 'react';
import { client } from '../../app/client';
import { ACCENT } from '../../app/theme/tokens';
import { GuardedButton } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { Failure, fieldFaults } from '../../kit/failure';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { Unsaved } from '../../kit/page/unsaved';
import { PortalDomains } from './portal-domains';
import { PictureField } from './picture-field';
import { Preview } from './preview';
import { type Links, portalTheme, type Theme } from './portal-theme';
import { accentFault } from './theme';
import classes from './preview.module.css';

const OURS = '/favicon.svg';

export function ThemePage() {
  const theme = useQuery(portalTheme);
  return (
    <Stack gap="md">
      <PageHead
        title={t('Portal')}
        facts={t('Where customers find it, and what they see: in the portal, on the sign-in page, and in mails.')}
      />
      <Readable operation="listPortalDomains" otherwise={null}>
        <PortalDomains />
      </Readable>
      {theme.isError && <Failure title={t('The look cannot be shown')} error={theme.error} retry={() => void theme.refetch()} />}
      {theme.isPending && <Skeleton height={320} aria-label={t('Loading the look')} />}
      {theme.data !== undefined && <ThemeForm theme={theme.data} />}
    </Stack>
  );
}

type Draft = Pick<Theme, 'name' | 'accent' | 'links'> & { logo?: string; favicon?: string };

function ThemeForm({ theme }: { theme: Theme }) {
  const queries = useQueryClient();
  const { may, why } = useMay('updatePortalTheme');
  const [draft, setDraft] = useState<Draft>({ name: theme.name, accent: theme.accent, links: theme.links });
  const change = (changes: Partial<Draft>) => setDraft((present) => ({ ...present, ...changes }));
  const save = useMutation({
    mutationFn: () => client.updatePortalTheme({ body: { ...draft, links: { ...emptied(theme.links), ...draft.links } } }),
    onSuccess: (saved) => {
      queries.setQueryData(portalTheme.queryKey, saved);
      setDraft({ name: saved.name, accent: saved.accent, links: saved.links });
    },
  });
  const isChanged =
    draft.name !== theme.name ||
    draft.accent !== theme.accent ||
    draft.logo !== undefined ||
    draft.favicon !== undefined ||
    Object.entries(draft.links).some(([name, link]) => link !== (theme.links[name as keyof Links] ?? ''));
  const faults = fieldFaults(save.error);
  const accent = accentFault(draft.accent);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (accent === undefined) save.mutate();
  };
  const pictureOf = (kind: 'logo' | 'favicon') => {
    const chosen = draft[kind];
    if (chosen === undefined) return theme[kind] === '' ? OURS : theme[kind];
    return chosen === '' ? OURS : `data:image/png;base64,${chosen}`;
  };
  return (
    <form onSubmit={submit}>
      <Unsaved isChanged={isChanged} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap="md">
          <Section title={t('Name and colour')}>
            <Stack gap="md">
              <TextInput
                label={t('Name')}
                description={t('Of your product, as customers know it. Empty: Cellplane.')}
                value={draft.name}
                maxLength={60}
                readOnly={!may}
                error={faults['name']}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <ColorInput
                label={t('Accent')}
                description={t('Buttons and links. It has to be readable; in the dark colours it is made lighter by itself.')}
                placeholder={ACCENT}
                {...(draft.accent === '' ? { leftSection: <ColorSwatch color={ACCENT} size={18} aria-hidden="true" /> } : {})}
                format="hex"
                value={draft.accent}
                readOnly={!may}
                error={accent?.message ?? faults['accent']}
                onChange={(colour) => change({ accent: colour })}
                eyeDropperButtonProps={{ 'aria-label': t('Take a colour from the screen') }}
              />
              {accent?.cure !== undefined && (
                <Text size="sm">
                  <Anchor component="button" type="button" size="sm" onClick={() => change({ accent: accent.cure ?? '' })}>
                    {t('Take {{colour}}, the nearest of this hue that can be read', { colour: accent.cure })}
                  </Anchor>
                </Text>
              )}
              <PictureField
                label={t('Logo')}
                description={t('PNG or WebP, at most 64 KiB; shown 20 pixels high.')}
                shown={pictureOf('logo')}
                isOurs={pictureOf('logo') === OURS}
                onChange={(logo) => change({ logo })}
                why={why}
              />
              <PictureField
                label={t('Mark of the browser’s tab')}
                description={t('PNG or WebP, square, at most 64 KiB.')}
                shown={pictureOf('favicon')}
                isOurs={pictureOf('favicon') === OURS}
                onChange={(favicon) => change({ favicon })}
                why={why}
              />
            </Stack>
          </Section>
          <Section title={t('Links')} about={t('In the menu of each person, and at the foot of the sign-in page.')}>
            <LinkFields links={draft.links} faults={faults} readOnly={!may} onChange={(links) => change({ links })} />
          </Section>
          {save.isError && <Failure title={t('The look is not saved')} error={save.error} />}
          {save.isSuccess && (
            <Alert color="green" title={t('Saved')} role="status">
              {t('Whoever opens or reloads a page from now on sees it.')}{' '}
              <Anchor component="button" type="button" size="md" onClick={() => window.location.reload()}>
                {t('Load this page again')}
              </Anchor>
            </Alert>
          )}
          <Group>
            <GuardedButton type="submit" loading={save.isPending} why={why ?? (isChanged ? undefined : t('Nothing is changed.'))}>
              {t('Save the look')}
            </GuardedButton>
          </Group>
        </Stack>
        <div className={classes['aside']}>
          <Section title={t('Preview')}>
            <Preview
              name={draft.name || 'Cellplane'}
              accent={accent === undefined ? draft.accent : (accent.cure ?? '')}
              logo={pictureOf('logo')}
            />
          </Section>
        </div>
      </SimpleGrid>
    </form>
  );
}

interface LinkProps {
  links: Links;
  faults: Record<string, string>;
  readOnly: boolean;
  onChange: (links: Links) => void;
}

function LinkFields({ links, faults, readOnly, onChange }: LinkProps) {
  const fields: [keyof Links, string][] = [
    ['documentation', t('Documentation')],
    ['support', t('Support')],
    ['pricing', t('Prices')],
    ['terms', t('Terms')],
    ['privacy', t('Privacy')],
  ];
  return (
    <Stack gap="sm">
      {fields.map(([name, label]) => (
        <TextInput
          key={name}
          label={label}
          placeholder={name === 'support' ? 'mailto:help@example.com' : `https://example.com/${name}`}
          value={links[name] ?? ''}
          readOnly={readOnly}
          error={faults[`links.${name}`]}
          onChange={(event) => onChange({ ...links, [name]: event.currentTarget.value })}
        />
      ))}
    </Stack>
  );
}

/** Links that are there, as empty: what the form has taken away is taken away. */
function emptied(links: Links): Links {
  return Object.fromEntries(Object.keys(links).map((name) => [name, '']));
}
