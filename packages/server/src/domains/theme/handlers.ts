/** Handlers of how the portal looks. */
import type { Handlers } from '@cellplane/api';
import type { Database } from '../../database/database.js';
import type { Doors } from '../../identity/doors.js';
import { visitorOf } from '../../identity/handlers.js';
import type { PortalLook } from './look.js';
import { readPicture } from './picture.js';
import { readAccent, readLinks, readName } from './rules.js';
import { addressOfPicture, saveTheme, selectTheme, type ThemeRow } from './store.js';

export interface ThemeDeps {
  db: Database;
  doors: Doors;
  providerOrgId: string;
  look: Pick<PortalLook, 'forget'>;
}

export function themeHandlers({ db, doors, providerOrgId, look }: ThemeDeps): Pick<Handlers, 'describePortalTheme' | 'updatePortalTheme'> {
  return {
    async describePortalTheme({ query, ...request }) {
      const host = (query.host ?? '').trim().toLowerCase();
      return wire(await doors.query(visitorOf(request), () => selectTheme(db, host, providerOrgId)));
    },
    async updatePortalTheme({ body, caller }) {
      const pictureOf = (kind: 'logo' | 'favicon') => {
        const given = body[kind];
        if (given === undefined || given === null) return undefined;
        return given === '' ? null : readPicture(kind, given);
      };
      const saved = await saveTheme(db, caller, {
        name: body.name === undefined ? undefined : readName(body.name),
        accent: body.accent === undefined ? undefined : readAccent(body.accent),
        links: body.links === undefined ? undefined : readLinks(body.links),
        logo: pictureOf('logo'),
        favicon: pictureOf('favicon'),
      });
      look.forget();
      return wire(saved);
    },
  };
}

function wire(row: ThemeRow | undefined) {
  return {
    name: row?.name ?? '',
    accent: row?.accent ?? '',
    logo: addressOfPicture('logo', row?.logo ?? null),
    favicon: addressOfPicture('favicon', row?.favicon ?? null),
    links: Object.fromEntries(Object.entries(row?.links ?? {}).filter(([, link]) => link !== '')),
  };
}
