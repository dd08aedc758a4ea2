/** What customers of these journeys choose from: the example plan in an environment that is theirs to see, with the secrets that it reads. */
import { type BuiltPlan, buildPlan, type ControlPlane } from '../control-plane.testing.js';

export async function offerPostgres({ client }: ControlPlane): Promise<BuiltPlan> {
  for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
    await client.setSecret({ params: { environmentType: 'PROD', name }, body: { value: 'x' } });
  return buildPlan(
    client,
    'Postgres',
    { file: 'examples/postgres-operator/spec.yaml' },
    { environment: 'Production', environmentType: 'PROD' },
  );
}
