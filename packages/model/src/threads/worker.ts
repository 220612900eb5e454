import { serve } from "./training-worker.js";

const answer = serve((message, transfer) => self.postMessage(message, { transfer }));
self.onmessage = ({ data }) => void answer(data);
