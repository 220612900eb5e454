/** The version of this package, as its package.json states it. */
export const cliVersion = "0.1.0";
