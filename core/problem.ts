/** Something wrong in what a person or another program gave us: where, what was found, what is allowed. */
export type Problem = { path: string; message: string }

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] }

export function printProblem(problem: Problem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
}
