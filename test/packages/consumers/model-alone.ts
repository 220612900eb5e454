// The model in a project without the DOM library and without types of Node.
import { Gru, type History, sgd, tensor } from "@sluice/model";
import { diagnose } from "@sluice/model/inspect";

const gru = await Gru.create({ inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-before", seed: 1 });
const x = tensor(new Float32Array(3), [3, 1, 1]);
export const history: History = await gru.fit({ x, y: x }, { epochs: 1, optimizer: sgd({ learningRate: 0.1 }) });
export const next: Float32Array = gru.stream().step([0.5]);
export const file: Uint8Array = gru.save();
export const { hasMemory } = diagnose(gru, { x, y: x });
