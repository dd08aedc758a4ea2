/** `instance list --filter status:FAILED,region:eu-central-1 --tag team=blue`, as the reference's command line takes them. */
import type { Command } from 'commander';
import { CommandFailure } from '../../failure.js';
import { readTags } from '../../parameters.js';

export interface InstanceFilterOptions {
  filter?: string[];
  tag?: string[];
}

const KEYS: Record<string, string> = {
  instance_id: 'instanceId',
  service: 'serviceName',
  environment: 'environmentName',
  plan: 'productTierName',
  version: 'productTierVersion',
  resource: 'resourceName',
  cloud_provider: 'cloudProvider',
  region: 'regionCode',
  status: 'status',
  subscription_id: 'subscriptionId',
};

export function withInstanceFilters(command: Command): Command {
  const collect = (text: string, before: string[] = []) => [...before, text];
  return command
    .option('-f, --filter <key:value,…>', `all of these; several times: any. Keys: ${Object.keys(KEYS).join(', ')}`, collect)
    .option('--tag <key=value>', 'only with this tag; may be given several times', collect);
}

/** One group for each `--filter`: an instance is listed if it fits one of them. @throws CommandFailure */
export function readFilters({ filter = [] }: InstanceFilterOptions): Record<string, string>[] {
  return filter.map((group) =>
    Object.fromEntries(
      group.split(',').map((part) => {
        const [key = '', ...rest] = part.split(':');
        const member = KEYS[key.trim().toLowerCase()];
        const value = rest.join(':').trim();
        if (member === undefined || value === '')
          throw new CommandFailure('bad_request', `--filter "${part}" must be key:value, the key one of ${Object.keys(KEYS).join(', ')}.`);
        return [member, value];
      }),
    ),
  );
}

export function readTagFilters({ tag = [] }: InstanceFilterOptions): { key: string; value: string }[] {
  return tag.flatMap((one) => readTags(one, '--tag') ?? []);
}
