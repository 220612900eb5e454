/** A module that the bench holds Sluice against. */
export function peer<T>(name: string): Promise<T>;
