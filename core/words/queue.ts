import type { EntryFacts, QueueFacts } from '../landing/queuefacts.ts'
import { quoteLine } from '../text/quote.ts'
import type { GateText } from './gate.ts'

/** On the pull request's head, while it is in the queue. */
export function writeQueued({ entries }: QueueFacts, entry: EntryFacts): GateText {
  const where = `position ${entries.indexOf(entry) + 1} of ${entries.length}`
  const minutes = entry.expected === null ? null : Math.max(1, Math.round(entry.expected / 60))
  const wait =
    minutes === null
      ? ''
      : ` GitHub expects it to land in about ${minutes} minute${minutes === 1 ? '' : 's'}.`
  return {
    title: `In GitHub’s merge queue, ${where}`,
    summary: `**In GitHub’s merge queue, ${where}:** every gate passes. ${DOES[entry.state]}${wait}\n`,
  }
}

const DOES: Readonly<Record<EntryFacts['state'], string>> = {
  QUEUED: 'GitHub has not begun to test it yet.',
  AWAITING_CHECKS: 'CI is testing it on top of those ahead of it.',
  MERGEABLE: 'CI is green on it; it lands when those ahead have landed.',
  UNMERGEABLE: 'It conflicts with one ahead of it, and waits until that has left.',
  LOCKED: 'GitHub is merging it.',
}

export const QUEUED_FIRST: GateText = {
  title: 'Every gate passes: into GitHub’s merge queue',
  summary: 'Every gate passes: Chorus adds this commit to GitHub’s merge queue.\n',
}

/** What a person can do then. */
export const HELP_LEFT =
  '`/chorus revise` sends it back to its agent with what you say; `/chorus hold` and then `/chorus merge` tries the queue again'

/** Twice in, twice out: no third time by itself. */
export function writeLeftQueue(reason: string | null): GateText {
  const why = reason === null ? 'without merging it' : `without merging it (${quoteLine(reason, 100)})`
  return {
    title: 'GitHub’s merge queue did not merge it, twice',
    summary: `**Waiting for a person:** every gate passes, and GitHub took this pull request out of its merge queue twice ${why}. The checks of the last group are in the pull request’s timeline; often it breaks together with what landed or was ahead meanwhile, or a required workflow lacks the trigger \`merge_group\`. ${HELP_LEFT}.\n`,
  }
}

export const NO_QUEUE: GateText = {
  title: 'GitHub shows no merge queue',
  summary:
    '**Waiting:** every gate passes and a rule asks for a merge queue, but GitHub shows this app none for the branch. Queues exist for repositories of organisations, public ones or on Enterprise Cloud; `chorus doctor` tells more.\n',
}

/** Of whole groups, as the host asks there again for every required check. */
export function writeGroup(pulls: readonly number[]): GateText {
  const list = pulls.map(number => `#${number}`).join(', ')
  return {
    title: 'All of this group may land',
    summary: `In this group: ${list}. What Chorus made of it passes every gate; Chorus has no say in the rest.\n`,
  }
}
