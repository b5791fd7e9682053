import type { TaskRecord } from '../ledger.ts'
import type { Rival } from '../rollback/rivals.ts'
import { quoteLine, quotePlainLine } from '../text/quote.ts'
import type { Instant, PullFacts, RepoFacts, Sha } from '../world.ts'
import { listIssues } from './hotfix.ts'

export const NOT_LANDED =
  'it has not landed, so there is nothing to take back: `/chorus stop` ends it, `/chorus retry` starts afresh'
export const NOTHING_PROPOSED =
  'nothing is proposed yet: `/chorus rollback` tells what it would mean; read that, then confirm it in another comment'
export const UNCLEAR =
  'say `/chorus rollback` to hear what it would mean, then `/chorus rollback confirm` or `/chorus rollback cancel`'
export const UNDER_WAY = 'it is being taken back already; `/chorus rollback cancel` ends that'
export const CHANGED =
  'what would be taken back has changed since it was proposed; say `/chorus rollback` again and read what it would mean now'

export function explainPlan(issue: number): string {
  return `what landed for #${issue} is a plan, on which tasks were begun: edit it by a pull request of your own, or revert that one by hand`
}

export function explainTurn(because: number): string {
  return `it is taken back, as #${because} is rolled back`
}

export function explainLater(because: number, first: number): string {
  return `it is taken back, as #${because} is rolled back; #${first}, which landed later, goes first`
}

export function explainAlong(because: number): string {
  return `CI is red with it and with what landed for #${because}, and green only without both: the pull request that takes that one back takes it along. \`/chorus rollback cancel\` on #${because} ends that`
}

export function explainForeign(because: number, foreign: number): string {
  return `#${foreign} has landed on top since the rollback of #${because} was confirmed: say \`/chorus rollback cancel\` there, then \`/chorus rollback\`, and read what it would mean now`
}

export function explainUnseen(because: number, unseen: number): string {
  return `#${unseen}, which is to be taken back too, is not seen. If that lasts, say \`/chorus rollback cancel\` on #${because}, then \`/chorus rollback\`, and read what it would mean now`
}

export function explainBuilt(because: number): string {
  return `it builds on #${because}, which is being rolled back`
}

export function explainUndone(undone: { by: { login: string }; pull: number; because: number }): string {
  return `#${undone.pull} was taken back when @${undone.by.login} rolled back #${undone.because}`
}

/** By a command, or by the rollback that took its landing back. */
export function explainStopped(
  { undone }: Pick<TaskRecord, 'undone'>,
  stopped: { by: { login: string }; at: Instant },
): string {
  return undone?.at === stopped.at ? explainUndone(undone) : `stopped by @${stopped.by.login}`
}

/** What a confirmed rollback would do. `open`: tasks that wait meanwhile. `old`: more may build on it than is seen. */
export function writeProposal(proposal: {
  pulls: readonly { issue: number; pull: number }[]
  open: readonly number[]
  old: boolean
}): string {
  const { pulls, open, old } = proposal
  const steps = pulls.map(
    ({ issue, pull }, i) => `${i + 1}. revert #${pull}, which landed for #${issue}; open #${issue} again`,
  )
  const waiting =
    open.length === 0
      ? 'No open task builds on it.'
      : `${open.length === 1 ? 'One open task builds' : `${open.length} open tasks build`} on it and ${open.length === 1 ? 'waits' : 'wait'} from then on, attempts under way are ended: ${listIssues(open)}.`
  return [
    '**Nothing has been done yet.** A rollback would, the newest landing first, each by a pull request that has to pass the gates:',
    steps.join('\n'),
    waiting,
    ...(old
      ? [
          'It landed more than a week ago, and tasks that were closed that long ago are not seen here: look under **Relationships** of the issue whether others that build on it have landed. What is not in this list is not taken back.',
        ]
      : []),
    'Nobody starts again on the tasks that are taken back before somebody says `/chorus run` on them.',
    `To do exactly this, say \`/chorus rollback confirm\` in another comment; \`/chorus rollback cancel\` forgets it.${pulls.length + open.length <= 3 ? ' Where so few build on it, `/chorus hotfix` may do: they wait until another issue has mended it.' : ''}`,
  ].join('\n\n')
}

/** Follows "Being taken back: ". */
export const HOST_SILENT = 'GitHub does not tell yet which commit landed'
export const REVERT_IS_MADE = 'the pull request that does it comes next'

export const REVERT_IS_NEEDLESS =
  'no longer, as CI is green with it by now: the pull request that would do it is closed next'

/** `rivals`: what landed since and changes the same files; none where that is not known. */
export function explainClash(pulls: readonly number[], rivals: readonly Rival[]): string {
  const which = pulls.map(pull => `#${pull}`).join(' and ')
  const since = rivals.slice(-MOST_RIVALS).map(
    ({ landed, files }) =>
      `${quoteLine(landed.message.split('\n')[0] ?? '', 80)}, ${landed.sha.slice(0, 7)} (${files
        .slice(0, 3)
        .map(file => quoteLine(file, 100))
        .join(', ')})`,
  )
  const likely = since.length === 0 ? '' : `. These changed the same files since: ${since.join('; ')}`
  return `git cannot take ${which} out of the newest commit: what has landed since changes the same lines, or its commits are not there (any more)${likely}. Revert it by hand and close this rollback with \`/chorus rollback cancel\`, or wait until other landings make room`
}

const MOST_RIVALS = 5

export function explainRevertClosed(revert: PullFacts): string {
  const who = revert.closedBy === null ? 'somebody' : `@${revert.closedBy.login}`
  return `#${revert.number}, which takes it back, was closed by ${who}: open it again`
}

export const CANCEL = '`/chorus rollback cancel`, on the issue that is rolled back, ends it'

/** `found`: nobody confirmed it, CI found it. `others`: landings that are taken back with it. */
type Taken = {
  pull: PullFacts
  sha: Sha
  issue: number
  by: { login: string }
  because: number
  found: boolean
  others: readonly { pull: PullFacts; sha: Sha }[]
}

/** Title and text of the pull request that takes a landing back, and the message of its one commit. */
export function writeRevert(
  repo: RepoFacts,
  taken: Taken,
): {
  title: string
  body: string
  message: string
} {
  const { pull, sha, others } = taken
  const title = writeTitle(pull, others.length)
  const all = [{ pull, sha }, ...others]
  const change = all.map(one => one.sha.slice(0, 7)).join(' and of ')
  return {
    title,
    body: [
      `Takes back ${all.map(one => `#${one.pull.number}`).join(' and ')}: ${explainTaken(taken)}.`,
      `It was made by git from what is on \`${repo.target.branch}\` now, without the change of ${change}. It lands by itself when every gate passes.`,
      'To keep it from landing, close it or set the label `hold`; `/chorus rollback cancel` on the issue ends the whole rollback.',
    ].join('\n\n'),
    message: `${title}\n\n${writeAllReverts(taken)}\n`,
  }
}

function explainTaken({ issue, by, because, found, others }: Taken): string {
  if (found) {
    return others.length === 0
      ? 'with it CI is red, and green without it'
      : 'each of them lets CI be red, so it is green only without all of them'
  }
  const cause = because === issue ? `#${because} was bad` : `it landed on top of #${because}, which was bad`
  return `${cause}. @${by.login} confirmed the rollback`
}

/** The commit that lands. */
export function writeRevertMerge(
  taken: Taken,
  revert: PullFacts,
): {
  title: string
  message: string
} {
  const { pull, by, because, found, others } = taken
  const trailers = [
    `Rolled-Back: #${because}, ${found ? 'red with it, green without' : `confirmed by ${quotePlainLine(by.login, 60)}`}`,
    `Pull-Request: #${revert.number}`,
  ]
  return {
    title: writeTitle(pull, others.length),
    message: `${writeAllReverts(taken)}\n\n${trailers.join('\n')}\n`,
  }
}

function writeAllReverts({ sha, others }: Taken): string {
  return [sha, ...others.map(one => one.sha)].map(writeReverts).join('\n')
}

/** As git itself says it; by this line the commit is known again. */
export function writeReverts(sha: Sha): string {
  return `This reverts commit ${sha}.`
}

/** Which commits it takes back: those that it says so of, each in a line of its own. */
export function listReverts(message: string): Sha[] {
  return [...message.matchAll(/^This reverts commit ([0-9a-f]{40})\.$/gm)].map(match => match[1]!)
}

/** Not with the task's id at its end: that names the pull request of an attempt. */
function writeTitle({ number, title }: PullFacts, others: number): string {
  const plain = quotePlainLine(title.replace(/\s*\[bd-[0-9a-z]+\]$/, ''), 80)
  return `revert: ${plain} (#${number})${others === 0 ? '' : ` and ${others} more`}`
}
