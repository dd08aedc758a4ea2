/** What a batch took. Processor time is that of this process, user and system. Milliseconds. */
export interface Figure {
  milliseconds: number;
  cpuMilliseconds: number;
}

/** Does `create` for `count` names (`PREFIX-N`), so many at a time: the next begins when one has ended. */
export async function runBatch(
  { prefix, count, concurrency }: { prefix: string; count: number; concurrency: number },
  create: (name: string) => Promise<void>,
): Promise<Figure> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) await create(name);
    }),
  );
  const milliseconds = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds, cpuMilliseconds: (user + system) / 1000 };
}
