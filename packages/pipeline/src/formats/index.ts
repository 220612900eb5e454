export { parseJson, read, readVersioned, SCHEMA_VERSION } from "./read-json.js";
export { fields, finite, flag, integerFrom, list, oneOf, text } from "./schemas.js";
