/** The way to an instance, by the name that people gave it; by its id where they gave none. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { InstanceTab } from './instance/instance-view';

interface Props {
  id: string;
  name?: string | undefined;
  /** Part of the page that opens. @default the overview */
  tab?: InstanceTab;
}

export function InstanceLink({ id, name, tab }: Props) {
  const search = tab === undefined ? {} : { tab };
  return (
    <Anchor
      size="sm"
      className={name === undefined ? 'mono' : ''}
      title={name === undefined ? undefined : id}
      dir="auto"
      style={{ overflowWrap: 'anywhere' }}
      renderRoot={(props) => <Link to="/console/instances/$instanceId" params={{ instanceId: id }} search={search} {...props} />}
    >
      {name ?? id}
    </Anchor>
  );
}

/** The same in a table: under the name its id, and whose it is. */
export function InstanceCell({ owner, ...props }: Props & { owner?: string | undefined }) {
  const { id, name } = props;
  return (
    <>
      <InstanceLink {...props} />
      <Text size="xs" c="dimmed">
        {name !== undefined && (
          <span className="mono" style={{ whiteSpace: 'nowrap' }}>
            {id}
          </span>
        )}
        {name !== undefined && owner !== undefined && ' · '}
        {owner !== undefined && <bdi>{owner}</bdi>}
      </Text>
    </>
  );
}
