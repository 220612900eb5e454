import { afterEach, beforeEach, test } from "vitest";
import { faultsWith } from "./faults.js";
import { Workspace } from "./workspace.js";

let work: Workspace;
beforeEach(() => {
  work = new Workspace();
});
afterEach(() => work.remove());

test.each(Object.entries(faultsWith({ kills: 5 })))(
  "nothing is lost: %s",
  async (_, fault) => {
    await fault(work);
  },
  180_000,
);
