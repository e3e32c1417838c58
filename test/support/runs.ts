/** How often a property is tried: under mutation a fifth as often, since it is tried for each mutant. */

const isMutated = process.env.MUTATION !== undefined;

export const runs = (count: number): number => (isMutated ? Math.ceil(count / 5) : count);
