import { type Case, Skipped } from './case.ts'
import { type Ground, openSite } from './site.ts'

export type Result = {
  id: string
  title: string
  cites: string
  /** `proven` once it has passed against the real GitHub. */
  mark: 'proven' | Case['basis']
  outcome: 'passed' | 'failed' | 'skipped'
  /** Why it failed or was skipped. */
  reason: string | null
  notes: string[]
  /** What could not be cleaned up. */
  left: string[]
  seconds: number
}

/** Runs one case and cleans up after it, whatever happened. */
export async function runCase(ground: Ground, one: Case, proven: boolean): Promise<Result> {
  const { site, outcome } = openSite(ground)
  const start = Date.now()
  const verdict = await judge(() => one.run(site))
  const left = await outcome.tidy()
  const { id, title, cites, basis } = one
  const seconds = (Date.now() - start) / 1000
  return {
    id,
    title,
    cites,
    mark: proven ? 'proven' : basis,
    ...verdict,
    notes: outcome.notes,
    left,
    seconds,
  }
}

async function judge(work: () => Promise<void>): Promise<Pick<Result, 'outcome' | 'reason'>> {
  try {
    await work()
    return { outcome: 'passed', reason: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { outcome: error instanceof Skipped ? 'skipped' : 'failed', reason }
  }
}
