/** How the portal looks, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type Theme = Awaited<ReturnType<Client['describePortalTheme']>>;
export type Links = Theme['links'];

export const portalTheme = queryOptions({ queryKey: ['portal-theme'], queryFn: () => client.describePortalTheme({ query: {} }) });
