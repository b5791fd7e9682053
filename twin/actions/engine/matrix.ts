/** One job of a matrix: key to value. */
export type Combination = Record<string, unknown>

/** Combinations of a resolved `matrix:` in GitHub's order; one empty combination when there is no matrix. */
export function expandMatrix(matrix: unknown): Combination[] {
  if (matrix === null || typeof matrix !== 'object') return [{}]
  const { include, exclude, ...axes } = matrix as Record<string, unknown>
  const excluded = combinations(exclude)
  const crossed = cross(axes).filter(one => !excluded.some(out => isPartOf(out, one)))
  const jobs = Object.keys(axes).length === 0 ? [] : crossed
  return addIncluded(jobs, Object.keys(axes), combinations(include))
}

function cross(axes: Record<string, unknown>): Combination[] {
  let all: Combination[] = [{}]
  for (const [key, values] of Object.entries(axes)) {
    const choices = Array.isArray(values) ? values : [values]
    all = all.flatMap(one => choices.map(value => ({ ...one, [key]: value })))
  }
  return all
}

function combinations(value: unknown): Combination[] {
  return Array.isArray(value) ? (value as Combination[]) : []
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function isPartOf(part: Combination, whole: Combination): boolean {
  return Object.entries(part).every(([key, value]) => key in whole && same(whole[key], value))
}

/** An entry joins every combination whose original values it does not overwrite, else it is a job of its own. */
function addIncluded(jobs: Combination[], axes: string[], included: Combination[]): Combination[] {
  const original = jobs.map(job => ({ ...job }))
  const extra: Combination[] = []
  for (const entry of included) {
    let joined = false
    original.forEach((first, at) => {
      const overwrites = axes.some(axis => axis in entry && !same(entry[axis], first[axis]))
      if (overwrites) return
      Object.assign(jobs[at] ?? {}, entry)
      joined = true
    })
    if (!joined) extra.push({ ...entry })
  }
  return [...jobs, ...extra]
}

/** What stands in brackets behind a job's name. */
export function matrixSuffix(one: Combination): string {
  const values = Object.values(one).map(value =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  )
  return values.length === 0 ? '' : ` (${values.join(', ')})`
}
