/** Which role the groups of a person give. Pure. */

/** Roles that people get by an identity provider, the highest first. A root is made by a root. */
export const SSO_ROLES = ['admin', 'editor', 'reader'] as const;
export type SsoRole = (typeof SSO_ROLES)[number];

/** Group, as the identity provider names it → role. */
export type GroupRoles = Readonly<Record<string, SsoRole>>;

/** The highest role that one of the groups gives, or the usual one. Undefined: the person is not to be let in. */
export function roleOfGroups(
  { groupRoles, defaultRole }: { groupRoles: GroupRoles; defaultRole: SsoRole | null },
  groups: readonly string[],
): SsoRole | undefined {
  const given = new Set(groups.flatMap((group) => (Object.hasOwn(groupRoles, group) ? (groupRoles[group] ?? []) : [])));
  return SSO_ROLES.find((role) => given.has(role)) ?? defaultRole ?? undefined;
}
