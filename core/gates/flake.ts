import { parseRevertBranch } from '../names.ts'
import type { PullFacts } from '../world.ts'
import { type Ci, listCounted } from './counted.ts'

/** Conclusions that another run of the same job may change. */
const RED: readonly (string | null)[] = ['failure', 'timed_out']

/** One run of CI that is to be made again: its jobs that failed. `tries`: how often it was made. */
export type Rerun = { run: number; tries: number }

/**
 * What can be asked a second time of what was red once; empty where something is red twice, or cannot be asked: then it is red
 * for good. Only Actions can be asked.
 */
export function listReruns(ci: Ci): Rerun[] {
  const red = listCounted(ci).filter(check => RED.includes(check.conclusion))
  const reruns = new Map<number, Rerun>()
  for (const { job } of red) {
    if (job === null || job.tries > 1) return []
    reruns.set(job.run, job)
  }
  return [...reruns.values()]
}

/**
 * It passed alone and was brought up to date by us since: what is red now may be a flake. Before that its agent looks at once. What
 * takes a landing back has none who would.
 */
export function mayBeFlake({ layers, ours, head }: Pick<PullFacts, 'layers' | 'ours' | 'head'>): boolean {
  return layers.length > 1 || (ours && parseRevertBranch(head.branch) !== null)
}
