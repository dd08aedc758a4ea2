/** A value as it is best read: a link as a link, what has parts part by part, all else as it is. */
import { Anchor, Spoiler, Text } from '@mantine/core';
import { t } from 'i18next';
import { Copyable } from '../copy';
import classes from './value.module.css';

/** So long a text is worth a button that copies it. Characters. */
const WORTH_COPYING = 12;
/** Parts of parts that are drawn one by one; what is deeper is written on a line. */
const DEEPEST = 4;

export function Value({ value, label }: { value: unknown; label: string }) {
  if (isNothing(value)) return <Text c="dimmed">—</Text>;
  if (typeof value === 'object')
    return (
      <Spoiler maxHeight={116} showLabel={t('Show all')} hideLabel={t('Show less')}>
        <Parts of={value as object} depth={0} />
      </Spoiler>
    );
  const text = String(value);
  if (/^https?:\/\/\S+$/.test(text))
    return (
      <Anchor href={text} target="_blank" rel="noreferrer noopener" className="mono">
        {text}
      </Anchor>
    );
  return text.length > WORTH_COPYING ? <Copyable whole text={text} label={label} /> : <span className="mono">{text}</span>;
}

function Parts({ of, depth }: { of: object; depth: number }) {
  return (
    <ul className={classes['parts'] ?? ''}>
      {Object.entries(of).map(([key, part]) => (
        <li key={key}>
          {!Array.isArray(of) && <span className={classes['key'] ?? ''}>{key} </span>}
          {isNothing(part) ? (
            '—'
          ) : typeof part !== 'object' || depth >= DEEPEST ? (
            written(part)
          ) : (
            <Parts of={part as object} depth={depth + 1} />
          )}
        </li>
      ))}
    </ul>
  );
}

function written(part: unknown): string {
  return typeof part === 'string' ? part : JSON.stringify(part);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}
