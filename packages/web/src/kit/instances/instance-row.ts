/** An instance as both fronts list it. */
export interface InstanceRow {
  id: string;
  status: string;
  /** Why it is as it is; empty where there is nothing to say. */
  reason: string;
  product: string;
  plan: string;
  version: string;
  environment: string;
  place: string;
  createdAt: string;
  tags: string[];
}
