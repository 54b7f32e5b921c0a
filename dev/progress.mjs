/** Something in the way of a set-up that a person can do something about. */
export class SetupProblem extends Error {
  /**
   * @param {string} message what happened, one sentence
   * @param {string} remedy the way on, one sentence
   * @param {ErrorOptions} [options]
   */
  constructor(message, remedy, options) {
    super(message, options);
    this.name = "SetupProblem";
    this.remedy = remedy;
  }
}

/**
 * One line of progress on standard error, so that standard output stays free for results.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Says what is being done, does it, and adds how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  process.stderr.write(`${title} … `);
  const startedAt = performance.now();
  try {
    const result = await work();
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write("failed\n");
    throw error;
  }
}

/**
 * Runs a command's main function: a problem that a person can act on becomes its sentence, anything else a stack.
 * @param {() => Promise<void>} work
 */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    say(error instanceof SetupProblem ? `${error.message} ${error.remedy}` : String(Object(error).stack ?? error));
    process.exitCode = 1;
  }
}
