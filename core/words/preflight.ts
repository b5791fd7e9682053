import { agentsOf, judgeAttempt } from '../attempt/attempt.ts'
import { MOST_LISTED, type Report } from '../contract/report.ts'
import type { Ticket } from '../contract/ticket.ts'
import type { Folding } from '../fold.ts'
import { findProtected } from '../gates/protected.ts'
import { count, listPaths } from '../gates/verdict.ts'
import type { Approval } from '../ledger.ts'
import { isOfEarlierWords } from '../people/approval.ts'
import { quoteLine } from '../text/quote.ts'
import type { ClaimFacts, Sha } from '../world.ts'
import { writeAsker } from './asker.ts'
import { writeBytes } from './usage.ts'

/**
 * What held when an attempt was shown, a line each, and by what it held: the same judgement that lets a pull request open.
 * Empty where that judgement does not let it.
 */
export function writePreflight(facts: Folding): string {
  const { world, record, approved } = facts
  const { app, repo } = world
  const attempt = judgeAttempt({ ...facts.task, record }, app, repo.defaultBranch)
  if (attempt.is !== 'ended' || attempt.head === null || record.approval === null || !approved) return ''
  const { claim, run, report, head } = attempt
  if (!claim.ticket.ok) return ''
  const ticket = claim.ticket.value
  const lines = [
    `**claim**: attempt ${claim.attempt} is the newest; this app claimed it (\`${short(claim.sha)}\`, its seal fits) for ${writeHolder(facts, claim.attempt)}, and started [the run that holds it](${run.url}) itself; nobody ran that again`,
    `**approval**: ${writeApproval(record.approval, claim)}`,
    `**receipts**: ${writeReceipts(ticket, head)}`,
    `**policy**: ${writePolicy(facts, ticket, report)}`,
  ]
  const list = lines.map(line => `- ${line}`).join('\n')
  return `<details><summary>What was checked before this was shown</summary>\n\n${list}\n\n</details>`
}

function short(sha: Sha): string {
  return sha.slice(0, 7)
}

function writeHolder({ task }: Folding, attempt: number): string {
  return agentsOf(task, attempt)
    .map(name => quoteLine(name, 60))
    .join(' and ')
}

const HOW: Record<Approval['via'], string> = {
  label: ' with a label',
  comment: ' in a comment',
  creation: ' as the issue was opened',
  parent: ' in a comment on its parent',
  plan: ' by approving the plan that it is of',
  discovered: '',
}

function writeApproval(approval: Approval, claim: ClaimFacts): string {
  const { via, comments } = approval
  const words =
    comments.length === 0
      ? 'title and description'
      : `title, description and ${count(comments.length, 'comment')}`
  const given = isOfEarlierWords(claim, approval)
    ? 'the agent was given the words that were approved when it began'
    : 'the agent was given these words'
  return `${writeAsker(approval)}${HOW[via]}; ${words} of the issue still say what was approved, and ${given}`
}

/** The receipt binds commit and report to the run; what the report says of itself has to fit besides. */
function writeReceipts({ base }: Ticket, head: Sha): string {
  const says = `the report names this run, this commit and the base \`${short(base)}\` of the claim`
  return `commit \`${short(head)}\` and the report are the ones that the run vouched for; ${says}`
}

/** Whether its size needs a person is for the gate `size`: it is judged once GitHub shows the change. */
function writePolicy({ config }: Folding, ticket: Ticket, { files }: Report): string {
  const paths = files.map(file => file.path)
  const isCut = files.length >= MOST_LISTED
  const bytes = writeBytes(files.reduce((sum, file) => sum + file.bytes, 0))
  const size = isCut ? `${MOST_LISTED} files or more` : `${count(files.length, 'file')} (${bytes})`
  const within = `the attempt changed ${size}; it may change ${count(ticket.limits.max_files, 'file')}`
  if (!config.ok) return within
  const { gates } = config.value
  const guarded = findProtected(paths, gates.protected)
  const core = findProtected(paths, gates.core)
  return [
    within,
    guarded.length === 0
      ? isCut
        ? 'none was protected when it began'
        : 'none is protected'
      : `${listPaths(guarded)} ${guarded.length === 1 ? 'is' : 'are'} protected by now: the check \`chorus/gate\` refuses that`,
    ...(core.length === 0
      ? []
      : [
          `${listPaths(core)} ${core.length === 1 ? 'is' : 'are'} under \`gates.core\`: it waits for a person`,
        ]),
  ].join('; ')
}
