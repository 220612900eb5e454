/** The suite of bits in browsers: the page posts its result to a server on this machine. */
import { checkEngines, temporaryBundle } from "./check-engines.js";
import { browsers } from "./engines.js";

checkEngines(browsers, await temporaryBundle());
