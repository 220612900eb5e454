// A page that trains a network and draws its losses; the title of the document is the result.
import { lossChart } from "@sluice/viz";
import { train } from "./train.js";

const { losses, loss, worker } = await train();
document.body.append(lossChart({ training: losses }));
const drawn = document.querySelectorAll("svg path").length > 0;
document.title = `done: ${loss} ${worker ? "worker" : "page"} ${drawn ? "chart" : "no chart"}`;
