import { contendersOf } from '../core/agents/race.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { printLoserRef } from '../core/names.ts'
import { notKept } from '../core/words/race.ts'
import { commitMessage } from '../core/words/runner.ts'
import type { BundleHead } from './bundle.ts'
import { type Identity, writeCommit } from './commit.ts'
import { GitFailure, type Remote } from './git.ts'
import { judgeBundle } from './judge.ts'
import { createRefs } from './push.ts'
import type { Store } from './store.ts'

/** A loser's commit as it is published, or why there is none. */
export type Loser = { head: string } | { why: string }

export type Keeping = {
  store: Store
  remote: Remote
  ticket: Ticket
  start: string
  by: Identity
  at: Date
}

/**
 * Judges what lost a race as strictly as what won it, makes its commits anew and gives them refs of their own, from which
 * nothing ever lands. Whatever is wrong with them is no reason to hold up the winner. By place in the race, from 0.
 */
export async function keepLosers(
  keeping: Keeping,
  bundles: ReadonlyMap<number, BundleHead | null>,
): Promise<Map<number, Loser>> {
  const losers = new Map<number, Loser>()
  if (keeping.ticket.race === undefined) return losers
  for (const [at, bundle] of bundles) losers.set(at, await makeAnew(keeping, at, bundle).catch(giveUp))
  const refs = [...losers].flatMap(([at, loser]): [string, string][] => {
    if (!('head' in loser)) return []
    const { task, attempt } = keeping.ticket
    return [[loser.head, printLoserRef({ task, attempt, contender: at + 1 })]]
  })
  if (refs.length === 0) return losers
  const pushed = await createRefs(keeping.store.git, keeping.remote, refs).then(
    () => true,
    error => {
      if (error instanceof GitFailure) return false
      throw error
    },
  )
  if (pushed) return losers
  const why = notKept(['GitHub did not take its ref'])
  return new Map([...losers].map(([at, loser]) => [at, 'head' in loser ? { why } : loser]))
}

/** What its own agent put there is the one thing that git may not get over. */
function giveUp(error: unknown): Loser {
  if (error instanceof GitFailure) return { why: notKept(['git cannot read all of it']) }
  throw error
}

async function makeAnew(
  { store, ticket, start, by, at: when }: Keeping,
  at: number,
  bundle: BundleHead | null,
): Promise<Loser> {
  const agent = contendersOf(ticket)[at]
  if (bundle === null || agent === undefined) return { why: notKept([]) }
  const { tree, refusals } = await judgeBundle(store.git, bundle, ticket)
  if (refusals.length > 0) return { why: notKept(refusals) }
  const subject = `chore: lost the race for ${ticket.task} #${ticket.attempt} [${ticket.task}]`
  const message = commitMessage(subject, agent.name)
  return { head: await writeCommit(store.git, { tree, parents: [start], message, by, at: when }) }
}
