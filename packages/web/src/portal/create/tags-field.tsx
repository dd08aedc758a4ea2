import { TagsInput } from '@mantine/core';
import { t } from 'i18next';
import { tagOf } from './places';

/** The first of the texts that is no tag. */
export function firstNoTag(tags: readonly string[]): string | undefined {
  return tags.find((text) => tagOf(text) === undefined);
}

interface Props {
  /** Texts such as `team=blue`. */
  tags: string[];
  onChange: (tags: string[]) => void;
}

/** Where tags of an instance are written; says which of them is none. Its id in the page is `tags`. */
export function TagsField({ tags, onChange }: Props) {
  const noTag = firstNoTag(tags);
  return (
    <TagsInput
      id="tags"
      label={t('Tags')}
      description={t('Such as team=blue; Enter after each.')}
      value={tags}
      onChange={onChange}
      error={noTag === undefined ? undefined : t('{{tag}} is no tag: write key=value.', { tag: noTag })}
    />
  );
}
