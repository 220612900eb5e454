// A user's program with the built package: prints the times (ms) before and after import, creation and a training step.
const marks = [performance.now()];
const { Gru, sgd, tensor } = await import("@sluice/model");
marks.push(performance.now());
const gru = await Gru.create({ inputSize: 1, hiddenSize: 16, outputSize: 1, cell: "reset-before" });
marks.push(performance.now());
const x = tensor(new Float32Array(19 * 180), [19, 180, 1]);
await gru.fit({ x, y: x }, { epochs: 1, optimizer: sgd({ learningRate: 0.003 }) });
marks.push(performance.now());
console.log(JSON.stringify(marks));
