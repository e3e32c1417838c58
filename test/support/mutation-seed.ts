/** Under mutation, properties run with one seed and end at their first failure: a mutant's fate is the same each time. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 1, endOnFailure: true });
