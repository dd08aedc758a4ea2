/** A secret: masked, and on request read from the server, which writes down who has asked. It is kept by this component alone. */
import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useEffect, useState } from 'react';
import { GuardedButton } from '../access/guarded';
import { Copyable } from '../copy';
import { wordsOf } from '../failure';

/** Reads one secret in clear. */
export type Reveal = (key: string) => Promise<string>;

/** Which secrets a new value can be set for, and what asks for it. */
export interface Rotation {
  keys: ReadonlySet<string>;
  /** Why it cannot be done now. */
  why?: string | undefined;
  open: (key: string) => void;
}

/** How long a secret stays on the screen. Milliseconds. */
const SHOWN_MS = 60_000;

export interface Revealed {
  /** Undefined while it is masked. */
  value: string | undefined;
  toggle: () => void;
  isPending: boolean;
  error: unknown;
}

/** A secret that is shown for a minute after it was asked for. */
export function useRevealed(key: string | undefined, reveal: Reveal | undefined): Revealed {
  const [value, setValue] = useState<string>();
  const read = useMutation({ mutationFn: () => reveal?.(key ?? '') ?? Promise.reject(new Error('')), onSuccess: setValue, gcTime: 0 });
  useEffect(() => {
    if (value === undefined) return;
    const timer = setTimeout(() => setValue(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return {
    value,
    toggle: () => {
      read.reset();
      if (value === undefined) read.mutate();
      else setValue(undefined);
    },
    isPending: read.isPending,
    error: read.error,
  };
}

/** The button that shows and hides it. `why`: why nobody may see it here. */
export function RevealButton({ of, label, why }: { of: Revealed; label: string; why?: string | undefined }) {
  const words = of.value === undefined ? t('Show {{label}}', { label }) : t('Hide {{label}}', { label });
  const about = why ?? (of.value === undefined ? t('{{words}}. Who looks is written to the audit trail.', { words }) : words);
  return (
    <Tooltip label={about} multiline maw={280}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={words}
        aria-description={why}
        aria-pressed={of.value !== undefined}
        loading={of.isPending}
        data-disabled={why !== undefined || undefined}
        aria-disabled={why !== undefined || undefined}
        onClick={() => why === undefined && of.toggle()}
      >
        <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
          <path d="M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8z" />
          <circle cx="8" cy="8" r="2" />
          {of.value !== undefined && <path d="m2 14 12-12" />}
        </svg>
      </ActionIcon>
    </Tooltip>
  );
}

/** Asks for a new value of a secret; nothing where the plan does not let it be changed. */
function RotateButton({ of: { keys, why, open }, name, label }: { of: Rotation; name: string; label: string }) {
  if (!keys.has(name)) return null;
  return (
    <GuardedButton
      size="compact-xs"
      variant="subtle"
      color="gray"
      why={why}
      aria-label={t('Rotate {{label}}', { label })}
      onClick={() => open(name)}
    >
      {t('Rotate')}
    </GuardedButton>
  );
}

interface SecretProps {
  name: string;
  label: string;
  reveal?: Reveal | undefined;
  why?: string | undefined;
  rotation?: Rotation | undefined;
}

export function SecretValue({ name, label, reveal, why, rotation }: SecretProps) {
  const revealed = useRevealed(name, reveal);
  return (
    <div>
      <Group gap={4} wrap="nowrap">
        {revealed.value === undefined ? (
          <Text component="span" className="mono">
            ••••••
          </Text>
        ) : (
          <Copyable text={revealed.value} label={label} />
        )}
        {(reveal !== undefined || why !== undefined) && <RevealButton of={revealed} label={label} why={why} />}
        {rotation !== undefined && <RotateButton of={rotation} name={name} label={label} />}
      </Group>
      {revealed.error !== null && (
        <Text size="xs" c="red" role="alert">
          {wordsOf(revealed.error)}
        </Text>
      )}
    </div>
  );
}
