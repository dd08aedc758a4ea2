/** A field for several things of one kind: found by words and chosen by name, or pasted as ids. What is unknown is named. */
import { MultiSelect, Text } from '@mantine/core';
import { t } from 'i18next';
import { type ClipboardEvent, type KeyboardEvent, useState } from 'react';
import { idsIn, type NamedId, wrongIds } from './chosen-ids';

interface Props {
  label: string;
  description?: string;
  placeholder: string;
  /** What ids of this kind begin with. */
  prefix: string;
  /** Ids. */
  value: string[];
  onChange: (ids: string[]) => void;
  planId: string;
  /** Those whose name, id or owner has the words. */
  useFound: (words: string) => readonly NamedId[];
  /** What is known of ids; undefined: not yet. */
  useNamed: (ids: readonly string[]) => readonly NamedId[] | undefined;
}

export function NamedField({ prefix, value, onChange, planId, useFound, useNamed, placeholder, ...field }: Props) {
  const [words, setWords] = useState('');
  const found = useFound(words);
  const named = useNamed(value);
  const options = [...(named ?? []), ...found.filter((one) => !(named ?? []).some((other) => other.value === one.value))];
  const about = new Map(options.map((one) => [one.value, one.about ?? '']));
  const { unknown, ofOthers } = wrongIds(value, named, planId);
  const add = (ids: string[]) => {
    onChange([...new Set([...value, ...ids])]);
    setWords('');
  };
  /** Ids that are meant as they are typed: several, one that is found, or one that there is not. */
  const typed = () => {
    const ids = idsIn(words, prefix);
    return ids.length > 1 || ids.some((id) => about.has(id)) || found.length === 0 ? ids : [];
  };
  const onPaste = (event: ClipboardEvent) => {
    const ids = idsIn(event.clipboardData.getData('text'), prefix);
    if (ids.length === 0) return;
    event.preventDefault();
    add(ids);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || typed().length === 0) return;
    event.preventDefault();
    add(typed());
  };
  return (
    <MultiSelect
      {...field}
      {...(value.length === 0 ? { placeholder } : {})}
      searchable
      hidePickedOptions
      clearable
      data={options.map(({ value: id, label }) => ({ value: id, label }))}
      value={value}
      onChange={onChange}
      searchValue={words}
      onSearchChange={setWords}
      // The server has looked already.
      filter={({ options: all }) => all}
      renderOption={({ option }) => (
        <div style={{ minWidth: 0 }}>
          <Text size="sm" dir="auto" style={{ overflowWrap: 'anywhere' }} className={option.label === option.value ? 'mono' : ''}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {option.label !== option.value && <span className="mono">{option.value}</span>}
            {option.label !== option.value && about.get(option.value) !== '' && ' · '}
            <bdi>{about.get(option.value)}</bdi>
          </Text>
        </div>
      )}
      nothingFoundMessage={t('Nothing is like that.')}
      onPaste={onPaste}
      onKeyDown={onKeyDown}
      onBlur={() => {
        if (typed().length > 0) add(typed());
      }}
      error={
        unknown.length + ofOthers.length === 0
          ? undefined
          : [
              ...(unknown.length === 0 ? [] : [t('There is no {{ids}}.', { ids: unknown.join(', ') })]),
              ...(ofOthers.length === 0 ? [] : [t('Of another plan: {{ids}}.', { ids: ofOthers.join(', ') })]),
            ].join(' ')
      }
    />
  );
}
