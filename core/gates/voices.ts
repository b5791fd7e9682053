import { qualifiedApprovers } from './approvals.ts'
import type { Gate, Proposal } from './gate.ts'
import { touchedPaths } from './paths.ts'
import { findProtected } from './protected.ts'
import { listFew, pass, wait } from './verdict.ts'
import { isTeam, type VoiceRule } from './voicesettings.ts'

/** Decisions that need several voices: people's approvals of this very commit, and the review by an agent. */
export const voices: Gate = {
  name: 'voices',
  judge(proposal) {
    const decisions = readDecisions(proposal)
    const open = decisions.filter(isOpen)
    if (open.length > 0) return wait(open.map(one => explainOpen(one, proposal)).join('; '), HOW_TO_SPEAK)
    return pass(
      decisions.length === 0 ? 'no decision needs several voices' : decisions.map(printGiven).join('; '),
    )
  },
}

const HOW_TO_SPEAK =
  'one of those who are missing can approve this commit by a review; on an agent’s pull request `/chorus approve` says the same'

/** `given`: whose voices count, by name. */
export type Decision = { rule: VoiceRule; given: readonly string[] }

export function readDecisions(proposal: Proposal): Decision[] {
  const asked = proposal.config.gates.voices.filter(rule => isAbout(rule, proposal))
  return asked.map(rule => ({ rule, given: listGiven(rule, proposal) }))
}

export function isOpen({ rule, given }: Decision): boolean {
  return given.length < rule.needed
}

/** A list that GitHub cut may hold anything. */
function isAbout({ paths, files, lines }: VoiceRule, { pull: { changes } }: Proposal): boolean {
  if (changes === null || (paths.length === 0 && files === undefined && lines === undefined)) return true
  if (findProtected(touchedPaths(changes), paths).length > 0) return true
  if (files !== undefined && changes.length > files) return true
  const sum = changes.reduce((sum, { added, removed }) => sum + (added ?? 0) + (removed ?? 0), 0)
  return lines !== undefined && sum > lines
}

function listGiven({ of }: VoiceRule, proposal: Proposal): string[] {
  const named = new Set(of.map(voice => voice.toLowerCase()))
  const any = of.some(isTeam)
  const people = qualifiedApprovers(proposal).filter(
    ({ login }) => any || named.has(`@${login.toLowerCase()}`),
  )
  const { reviewed } = proposal
  const agent = reviewed.is === 'given' && reviewed.verdict === 'approve' ? reviewed.by : null
  const counts = agent !== null && (named.has('reviewer') || named.has(`reviewer:${agent}`))
  return [...people.map(({ login }) => login), ...(counts ? [`the review by ${agent}`] : [])]
}

/** `security: 2 of 2 (bob, the review by claude)`. */
export function printGiven({ rule, given }: Decision): string {
  return `${rule.name}: ${given.length} of ${rule.needed} (${listFew(given)})`
}

function explainOpen(decision: Decision, { record, pull, now }: Proposal): string {
  const { rule, given } = decision
  const said = given.length === 0 ? 'none is given' : `given: ${listFew(given)}`
  const told = record.escalated.find(one => one.pull === pull.number && one.rule === rule.name)
  const after = told === undefined || told.at > now ? '' : `; ${rule.escalate ?? 'somebody'} was told`
  return `"${rule.name}" needs ${rule.needed} of ${listFew(rule.of)} to approve this commit, and ${said}${after}`
}
