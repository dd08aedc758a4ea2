/** What mails say: a list of their kinds, and the text of the one that is chosen. */
import { Badge, NavLink, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { Readable } from '../../kit/access/readable';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { inWords } from '../../kit/code-words';
import { type MailText, mailTexts } from './mail-texts';
import classes from './mail-texts.module.css';
import { TextForm } from './text-form';

export function MailTextsPage() {
  return (
    <Stack gap="md">
      <PageHead
        title={t('Mail texts')}
        facts={t('What your customers and your people read in each mail. Mails are plain text, and end with the name of your portal.')}
      />
      <Readable operation="listMailTexts">
        <MailTexts />
      </Readable>
    </Stack>
  );
}

function MailTexts() {
  const all = useQuery(mailTexts);
  const { kind } = useSearch({ from: '/shell/console/settings/mail-texts' });
  if (all.isError) return <Failure title={t('The texts cannot be shown')} error={all.error} retry={() => void all.refetch()} />;
  if (all.isPending)
    return (
      <div className={classes['page']}>
        <Skeleton height={320} aria-label={t('Loading the texts')} />
        <Skeleton height={480} />
      </div>
    );
  const chosen = all.data.find((text) => text.kind === (kind ?? all.data[0]?.kind));
  return (
    <div className={classes['page']}>
      <Kinds of={all.data} chosen={chosen?.kind ?? ''} />
      {chosen === undefined ? (
        <Empty title={t('There is no such mail')}>{t('Choose one of the list.')}</Empty>
      ) : (
        <TextForm key={chosen.kind} text={chosen} />
      )}
    </div>
  );
}

interface Group {
  label: string;
  texts: MailText[];
}

function groupsOf(all: MailText[]): Group[] {
  return [
    { label: t('To customers'), texts: all.filter(({ audience }) => audience === 'customer') },
    { label: t('To your people'), texts: all.filter(({ audience }) => audience !== 'customer') },
  ];
}

function Kinds({ of, chosen }: { of: MailText[]; chosen: string }) {
  const navigate = useNavigate();
  const groups = groupsOf(of);
  return (
    <div>
      <Select
        className={classes['narrow'] ?? ''}
        label={t('Mail')}
        data={groups.map(({ label, texts }) => ({
          group: label,
          items: texts.map(({ kind, isOwn }) => ({
            value: kind,
            label: isOwn ? t('{{kind}} (own text)', { kind: inWords(kind) }) : inWords(kind),
          })),
        }))}
        value={chosen === '' ? null : chosen}
        allowDeselect={false}
        onChange={(kind) => kind !== null && void navigate({ to: '/console/settings/mail-texts', search: { kind } })}
      />
      <nav className={classes['wide'] ?? ''} aria-label={t('Kinds of mails')}>
        {groups.map(({ label, texts }) => (
          <div key={label}>
            <Text size="xs" c="dimmed" fw={600} mt="xs" mb={4}>
              {label}
            </Text>
            {texts.map(({ kind, isOwn }) => (
              <NavLink
                key={kind}
                label={inWords(kind)}
                active={kind === chosen}
                {...(isOwn
                  ? {
                      rightSection: (
                        <Badge size="xs" variant="light">
                          {t('own')}
                        </Badge>
                      ),
                    }
                  : {})}
                renderRoot={(props) => <Link to="/console/settings/mail-texts" search={{ kind }} resetScroll={false} {...props} />}
              />
            ))}
          </div>
        ))}
      </nav>
    </div>
  );
}
