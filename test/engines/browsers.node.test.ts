/** The suite of bits in browsers: the page posts its result to a server on this machine. */

import { browsers } from "./browsers.js";
import { checkEngines, temporaryBundle } from "./check-engines.js";

checkEngines(browsers, await temporaryBundle());
