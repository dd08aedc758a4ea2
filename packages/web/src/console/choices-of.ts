/** Subscriptions and their organizations as fields offer them. Pure. */
export interface Choice {
  value: string;
  label: string;
}

export interface CustomerChoices {
  subscriptions: Choice[];
  organizations: Choice[];
}

interface Listed {
  id: string;
  productTierName: string;
  environmentName: string;
  rootUserOrgId: string;
  rootUserOrgName: string;
}

/** Each organization once. Pure. */
export function choicesOf(subscriptions: readonly Listed[]): CustomerChoices {
  const organizations = new Map(subscriptions.map(({ rootUserOrgId, rootUserOrgName }) => [rootUserOrgId, rootUserOrgName]));
  return {
    subscriptions: subscriptions.map(({ id, productTierName, environmentName, rootUserOrgName }) => ({
      value: id,
      label: `${productTierName} · ${environmentName} · ${rootUserOrgName} (${id})`,
    })),
    organizations: [...organizations].map(([value, name]) => ({ value, label: `${name} (${value})` })),
  };
}
