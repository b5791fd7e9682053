import type { MergeMethod } from './rules.ts'

const LABELS: Readonly<Record<string, MergeMethod>> = {
  'merge:squash': 'squash',
  'merge:merge': 'merge',
  'merge:rebase': 'rebase',
}

/** How the labels of a pull request say that it lands; empty when they do not, and more than one when they quarrel. */
export function methodsAsked(labels: readonly string[]): MergeMethod[] {
  return Object.entries(LABELS).flatMap(([label, method]) => (labels.includes(label) ? [method] : []))
}
