/** A schema of the operation table, as tests read it: the members that they ask for. */
export interface SchemaShape {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: SchemaShape[];
  properties?: Record<string, SchemaShape>;
  patternProperties?: Record<string, SchemaShape>;
  required?: string[];
  items?: SchemaShape;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
}
