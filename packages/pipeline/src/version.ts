/** The version of this package, as its package.json states it. */
export const pipelineVersion = "0.1.0";
