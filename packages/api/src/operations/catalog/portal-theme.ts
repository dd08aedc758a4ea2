/** How the web application looks for a provider's customers: its name, colour, pictures and links. */
import { Type } from 'typebox';
import { anybody, provider } from '../../access.js';
import { optional, optionalText, text } from '../../field.js';
import { operation } from '../../operation.js';

/** Base64 of 64 KiB, and room to say kindly that a larger one is too large. Characters. */
const PICTURE_LIMIT = 256 * 1024;
const picture = optional(
  Type.String({ maxLength: PICTURE_LIMIT, description: 'Base64 of a PNG or WebP of at most 64 KiB; empty takes it away' }),
);

const links = {
  documentation: optionalText,
  support: optionalText,
  pricing: optionalText,
  terms: optionalText,
  privacy: optionalText,
};

const PortalTheme = Type.Object({
  /** What the product is called in titles, on the sign-in page and in mails; empty: nobody has chosen a name. */
  name: text,
  /** `#rrggbb`; empty: Cellplane's own. */
  accent: text,
  /** Address on this server; empty: Cellplane's own. */
  logo: text,
  favicon: text,
  links: Type.Object(links),
});

export const portalThemeOperations = {
  describePortalTheme: operation({
    id: 'cellplane#DescribePortalTheme',
    api: 'ours',
    route: 'GET /api/portal-theme',
    summary: 'How the portal looks; with `host`, the one at a domain',
    access: anybody,
    query: Type.Object({ host: optionalText }),
    response: PortalTheme,
  }),
  updatePortalTheme: operation({
    id: 'cellplane#UpdatePortalTheme',
    api: 'ours',
    route: 'PATCH /api/portal-theme',
    summary: 'Change how the portal looks; what is not given stays, what is empty is as Cellplane has it',
    access: provider('organization:write', 'organization'),
    body: Type.Object({
      name: optionalText,
      accent: optionalText,
      logo: picture,
      favicon: picture,
      links: optional(Type.Object(links)),
    }),
    response: PortalTheme,
  }),
};
