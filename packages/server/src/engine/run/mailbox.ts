/** What comes to a run's actor between its turns: answers of calls, observations, results of stages. Read in the actor's own turn. */
export class Mailbox {
  private messages: (() => void)[] = [];
  private endRest: (() => void) | undefined;

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** Adds a message, and ends the rest. */
  post(absorb: () => void): void {
    this.messages.push(absorb);
    this.interrupt();
  }

  /** Absorbs all messages. */
  absorb(): void {
    for (const absorb of this.messages.splice(0)) absorb();
  }

  /** Ends the rest without a message. */
  interrupt(): void {
    this.endRest?.();
    this.endRest = undefined;
  }

  /** Waits for a message, an interrupt or the time. Answers whether the time has passed without either. Milliseconds. */
  rest(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (passed: boolean) => {
        clearTimeout(timer);
        this.endRest = undefined;
        resolve(passed);
      };
      const timer = setTimeout(() => finish(true), Math.max(0, ms));
      this.endRest = () => finish(false);
      if (!this.isEmpty) finish(false);
    });
  }
}
