/** A finding about a gate; `offset` counts UTF-16 code units from the start of its text. */
export interface GateFault {
  severity: 'error' | 'warning';
  code: string;
  offset: number;
  message: string;
  cure: string;
}

export type Fault = Omit<GateFault, 'offset'>;
