/** Marks of pages, for the menu that is folded to them. One stroke, 16 px; a page is found by its word. */
import type { ReactNode } from 'react';

const PATHS: Record<string, string> = {
  account: 'M8 8.2a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8M2.8 14c.6-2.6 2.6-4 5.2-4s4.6 1.4 5.2 4',
  audit: 'M3.5 2h9v12h-9zM6 5.2h4M6 8h4M6 10.8h2.5',
  catalogue: 'M2.5 2.5h4.6v4.6H2.5zM8.9 2.5h4.6v4.6H8.9zM2.5 8.9h4.6v4.6H2.5zM8.9 8.9h4.6v4.6H8.9z',
  cells: 'M8 1.6 13.6 4.8v6.4L8 14.4 2.4 11.2V4.8zM8 8v6.4M8 8l5.6-3.2M8 8 2.4 4.8',
  console: 'M8 2.5A6.5 6.5 0 0 0 2.6 12.6h10.8A6.5 6.5 0 0 0 8 2.5M8 10l2.6-3.4',
  customers: 'M2.5 14V3.5h6V14M8.5 6.5h5V14M1.5 14h13M4.6 6h1.8M4.6 9h1.8M10.8 9.4h.6',
  drift: 'M2 5.5c2-2 4-2 6 0s4 2 6 0M2 10.5c2-2 4-2 6 0s4 2 6 0',
  environments: 'M8 2 2 5l6 3 6-3zM2 8l6 3 6-3M2 11l6 3 6-3',
  fleet: 'M2 3h12v3.4H2zM2 9.6h12V13H2zM4.4 4.7h.1M4.4 11.3h.1',
  instances: 'M2 3h12v3.4H2zM2 9.6h12V13H2zM4.4 4.7h.1M4.4 11.3h.1',
  'identity-providers':
    'M2 3h12v10H2zM5.6 8.4a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3M3.6 11.2c.3-1.2 1-1.8 2-1.8s1.7.6 2 1.8M10 6.4h2M10 9.4h2',
  keys: 'M5.5 12.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M7.7 7.4 13.5 2M11 4.2l1.8 1.8',
  'mail-texts': 'M2 3.5h12v9H2zM2 4l6 4.8L14 4',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  networks: 'M8 2v4M8 6H3.5v4M8 6h4.5v4M2 10h3v3H2zM11 10h3v3h-3zM6.5 2h3',
  notifications: 'M4 11V7a4 4 0 0 1 8 0v4l1.2 1.4H2.8zM6.6 14h2.8',
  people:
    'M6 7.6a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8M1.6 13.4c.5-2.4 2.2-3.6 4.4-3.6s3.9 1.2 4.4 3.6M11 3.2a2.3 2.3 0 0 1 0 4.2M12.2 10.1c1.2.5 2 1.6 2.3 3.3',
  plans: 'M3 2h7l3 3v9H3zM10 2v3h3M5.5 8h5M5.5 11h5',
  requests: 'M2 9h3.4l1 2h3.2l1-2H14M2 9v4.5h12V9M2 9l2-6.5h8L14 9',
  retention: 'M2.5 3h11v3h-11zM3.5 6v7.5h9V6M6.4 8.8h3.2',
  runs: 'M5 3.2v9.6L13 8z',
  secrets: 'M3.5 7h9v7h-9zM5.5 7V4.8a2.5 2.5 0 0 1 5 0V7M8 10v1.6',
  settings: 'M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7M11 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4M5 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4',
  snapshots: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 5v3.2l2.2 1.6',
  'plan-editor': 'M3 13l.7-2.9L11 2.8l2.2 2.2-7.3 7.3L3 13zM9.5 4.3l2.2 2.2',
  subscriptions: 'M2 4h12v8.5H2zM2 7h12M4.5 10h3',
  upgrades: 'M8 13.5V3M4 7l4-4 4 4',
  usage: 'M2.5 14V8.5M6.2 14V3M9.8 14V6.5M13.5 14v-4',
};

/** Other words that pages are known by. */
const SAME: Record<string, string> = {
  members: 'people',
  team: 'people',
  users: 'people',
  organization: 'customers',
  'api-keys': 'keys',
  'cloud-accounts': 'cells',
  channels: 'notifications',
  'custom-networks': 'networks',
  services: 'plans',
  theme: 'environments',
  portal: 'environments',
  security: 'secrets',
  sessions: 'account',
  profile: 'account',
  events: 'notifications',
  workflows: 'runs',
  capacity: 'cells',
  billing: 'subscriptions',
};

const UNKNOWN = 'M3 3h10v10H3z';

export function Icon({ name }: { name: string }): ReactNode {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      <path d={PATHS[name] ?? PATHS[SAME[name] ?? ''] ?? UNKNOWN} />
    </svg>
  );
}

/** The mark of the page at an address: by the last word of it. */
export function PageIcon({ to }: { to: string }): ReactNode {
  return <Icon name={to.split('/').at(-1) ?? ''} />;
}
