/** A JSON value: what parameters, outputs and Kubernetes objects are made of. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object with any keys. */
export interface JsonObject {
  [key: string]: Json;
}
