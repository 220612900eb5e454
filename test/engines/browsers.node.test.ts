/** Runs the determinism suite in browsers. */

import { browsers } from "./browsers.js";
import { checkEngines, temporaryBundle } from "./check-engines.js";

checkEngines(browsers, await temporaryBundle());
