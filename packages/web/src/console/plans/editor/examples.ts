/** Plans to begin with. The larger ones are the examples of the repository, each loaded when it is asked for. */
import { t } from 'i18next';

export interface Example {
  name: string;
  about: string;
  read: () => Promise<string>;
}

export const examples = (): Example[] => [
  {
    name: t('A small plan'),
    about: t('One object, one parameter: create and delete. To learn the language, or to grow.'),
    read: async () => (await import('./small.yaml?raw')).default,
  },
  {
    name: 'PostgreSQL',
    about: t('CloudNativePG with every lifecycle workflow: backups, restore, scaling, failover.'),
    read: async () => (await import('virtual:examples/postgres-operator/spec.yaml?raw')).default,
  },
  {
    name: 'MariaDB',
    about: t('The plan of the tutorial: create, modify, backup, restore and delete.'),
    read: async () => (await import('virtual:examples/mariadb-operator/spec.yaml?raw')).default,
  },
  {
    name: t('A cache'),
    about: t('An operator that does not exist, to try the language and the simulation with.'),
    read: async () => (await import('virtual:examples/redis-like/spec.yaml?raw')).default,
  },
];
