/** Something wrong in what a person or another program gave us: where, what was found, what is allowed. */
export type Problem = { path: string; message: string }

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] }

export function printProblem(problem: Problem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
}

/** With the line of the file; the path of what is no YAML is its line already. */
export function printAtLine(problem: Problem, line: number): string {
  return `line ${line}: ${printOnLine(problem)}`
}

/** Where its line is shown anyway. */
export function printOnLine(problem: Problem): string {
  return problem.path.startsWith('line ') ? problem.message : printProblem(problem)
}
