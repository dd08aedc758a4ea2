/** The few field shapes that the wire is made of, so that the operation files read like tables. */
import { Type } from 'typebox';

export const text = Type.String();
export const flag = Type.Boolean();
export const whole = Type.Integer();
/** Any JSON value. */
export const anything = Type.Unknown();
/** A JSON object with any keys. */
export const freeObject = Type.Record(Type.String(), Type.Unknown());
export const textMap = Type.Record(Type.String(), Type.String());
export const flagMap = Type.Record(Type.String(), Type.Boolean());
export const texts = Type.Array(text);

/** A property that may be missing. In a request, `null` means missing too (the reference's clients send it). */
export const optional = Type.Optional;

export const optionalText = Type.Optional(Type.String());
export const optionalFlag = Type.Optional(Type.Boolean());
export const optionalWhole = Type.Optional(Type.Integer());
export const optionalTexts = Type.Optional(Type.Array(Type.String()));

/** An identifier in a request: never empty. */
export const required = Type.String({ minLength: 1 });

export const customTag = Type.Object({ key: text, value: text });

/** Ours: of what is listed for all products, what is of one product, and of one of its environments. */
export const within = { serviceId: optionalText, environmentId: optionalText };

/** How a request names a place. */
export const placeFields = {
  cloud_provider: optionalText,
  region: optionalText,
  custom_network_id: optionalText,
  custom_availability_zone: optionalText,
};

/** Ours: release as preferred although no instance can be made of some of the plan. */
export const allowUnserved = Type.Optional(
  Type.Boolean({
    description: 'Release as preferred although some of the plan is not served here, so that no instance of it can be created',
  }),
);
