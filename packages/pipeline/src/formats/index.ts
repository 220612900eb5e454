export { parseJson, read, readVersioned, SCHEMA_VERSION } from "./read-json.js";
export { fields, finite, flag, integerFrom, list, oneOf, sha256, text } from "./schemas.js";
