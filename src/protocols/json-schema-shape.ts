/** Where the strings of a JSON schema stand (JSON Schema 2020-12): its keywords are no parts, all else is. */
import { plain, type Shape, shape, text, word } from './shape.ts';

const TYPES = word('object', 'array', 'string', 'number', 'integer', 'boolean', 'null');

/** A schema; the names of properties and definitions are parts. */
export const JSON_SCHEMA: Shape = shape((self) => {
  const named = shape({}, { rest: self });
  return {
    type: TYPES,
    title: text('text'),
    description: text('text'),
    $comment: text('text'),
    ...plain('enum const default examples required pattern format $ref $schema $id'),
    properties: named,
    patternProperties: named,
    $defs: named,
    definitions: named,
    dependentSchemas: named,
    items: self,
    prefixItems: self,
    additionalProperties: self,
    propertyNames: self,
    contains: self,
    anyOf: self,
    oneOf: self,
    allOf: self,
    not: self,
    if: self,
    // biome-ignore lint/suspicious/noThenProperty: the schema keyword `then`; the object is no promise.
    then: self,
    else: self,
    ...plain('minimum maximum minLength maxLength minItems maxItems uniqueItems nullable strict'),
  };
});
