import { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { Effect } from '../effect.ts'
import type { Controls } from '../ledger.ts'
import { OWN_BRANCHES } from '../names.ts'
import { writeLearningsPull } from '../words/learnings.ts'
import type { Instant, World } from '../world.ts'
import { keyOf, type Learning, printLearning } from './learning.ts'

/**
 * What was learned is offered to the repository itself: by a pull request to one file, whenever enough of it is new. A person
 * merges or closes it, and what it had is not offered again.
 */

export const LEARNINGS_FILE = '.agent/learnings.md'
const BRANCH = `${OWN_BRANCHES}learnings-`

export function printOfferBranch(through: Instant): string {
  return `${BRANCH}${through}`
}

export function isOfferBranch(branch: string): boolean {
  return branch.startsWith(BRANCH) && /^[0-9]{1,16}$/.test(branch.slice(BRANCH.length))
}

/** What was learned after the one moment, through the other. Its branch bears the latter, so that it is found again. */
export const offered = z.strictObject({ after: z.number(), through: z.number() })

/** How the newest offer stands on GitHub. `missing`: to be made; `text`: the file as it is there, empty where there is none. */
export type OfferFact = { is: 'none' | 'open' | 'over' } | { is: 'missing'; text: string }

/** What is to be offered next, once that much is known; the same as before while the last offer is open, or too little is new. */
export function offerNext(
  controls: Controls,
  { offer, config }: { offer: OfferFact; config: Config },
): Controls['offered'] {
  const { offered, learnings, paused, stopped } = controls
  if (config.learnings_md === 0 || paused !== null || stopped !== null) return offered
  if (offer.is === 'open') return offered
  // Where the file says all of it by now, or it is forgotten, nothing will ever be made of that offer.
  if (offer.is === 'missing' && listMissing(controls, offer.text).length > 0) return offered
  const after = offered?.through ?? 0
  const fresh = learnings.filter(({ at }) => at > after)
  if (fresh.length < config.learnings_md) return offered
  return { after, through: Math.max(...fresh.map(({ at }) => at)) }
}

export function proposeLearnings({ offer, ledger, repo }: World): Effect[] {
  const { offered } = ledger.controls
  if (offer.is !== 'missing' || offered === null) return []
  const fresh = listMissing(ledger.controls, offer.text)
  if (fresh.length === 0) return []
  return [
    {
      do: 'propose',
      task: null,
      branch: printOfferBranch(offered.through),
      base: repo.head,
      into: repo.defaultBranch,
      path: LEARNINGS_FILE,
      text: `${begin(offer.text)}${fresh.map(printLearning).join('')}`,
      ...writeLearningsPull(fresh),
    },
  ]
}

/** Of what was offered last, what no line of the file says, whatever stands behind it there. */
function listMissing({ offered, learnings }: Controls, text: string): Learning[] {
  if (offered === null) return []
  const wanted = learnings.filter(({ at }) => offered.after < at && at <= offered.through)
  const said = new Set(text.split('\n').map(line => keyOf({ text: line.split(' [bd-')[0]! })))
  return wanted.filter(one => !said.has(keyOf(one)))
}

function begin(text: string): string {
  if (text.trim() === '') return '# What was learned here\n\n'
  return text.endsWith('\n') ? text : `${text}\n`
}
