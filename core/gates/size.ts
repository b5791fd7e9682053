import { isPlan } from '../attempt/attempt.ts'
import type { FileChange } from '../world.ts'
import { howToApprove, names, qualifiedApprovers } from './approvals.ts'
import { isGenerated } from './filerules.ts'
import type { Gate, Proposal } from './gate.ts'
import { looksBinary } from './paths.ts'
import { count, pass, printPath, wait } from './verdict.ts'

/** More than a person can take in at a glance is not landed before a person did. */
export const size: Gate = {
  name: 'size',
  judge(proposal) {
    const { changes: all } = proposal.pull
    const changes = all?.filter(change => !isWrittenByProgram(change, proposal)) ?? null
    const excess =
      changes === null ? 'GitHub cut the list of changed files' : measure(changes, proposal.config.gates.size)
    const besides = (all?.length ?? 0) - (changes?.length ?? 0)
    if (excess === null) return pass(`${printSize(changes ?? [])}${printBesides(besides)}`)
    // A person reads a plan in any case: the gate `plan` asks for that.
    if (isPlan(proposal.claim)) return pass('a plan is as long as it has to be')
    const people = qualifiedApprovers(proposal)
    if (people.length > 0) return pass(`${excess}; approved by ${names(people)}`)
    return wait(excess, howToApprove(proposal))
  },
}

/** Moved from elsewhere, it was somebody's. */
function isWrittenByProgram({ path, previous }: FileChange, { files }: Proposal): boolean {
  return isGenerated(files, path) && (previous === null || isGenerated(files, previous))
}

function printBesides(generated: number): string {
  return generated === 0 ? '' : `, besides ${count(generated, 'generated or lock file')}`
}

type Limits = { files: number; lines: number; bytes: number }

/** Why it is too large or cannot be measured; null when it is small. */
function measure(changes: readonly FileChange[], limits: Limits): string | null {
  const { files, lines, bytes } = addUp(changes)
  if (files > limits.files) return `${count(files, 'file')} changed, more than ${limits.files}`
  if (lines > limits.lines) return `${count(lines, 'line')} changed, more than ${limits.lines}`
  if (bytes > limits.bytes) return `${count(bytes, 'byte')} of new contents, more than ${limits.bytes}`
  const unknown = changes.find(isUnmeasured)
  return unknown === undefined ? null : `GitHub does not show the change of ${printPath(unknown.path)}`
}

function isUnmeasured(change: FileChange): boolean {
  if (change.status === 'removed') return false
  return change.bytes === null || (change.added === null && !looksBinary(change.path))
}

function addUp(changes: readonly FileChange[]): Limits {
  return {
    files: changes.length,
    lines: changes.reduce((sum, change) => sum + (change.added ?? 0) + (change.removed ?? 0), 0),
    bytes: changes.filter(isNewContent).reduce((sum, change) => sum + (change.bytes ?? 0), 0),
  }
}

/** Files that only moved bring nothing new. */
function isNewContent(change: FileChange): boolean {
  return !(change.status === 'renamed' && change.added === 0 && change.removed === 0)
}

function printSize(changes: readonly FileChange[]): string {
  const { files, lines } = addUp(changes)
  return `${count(files, 'file')}, ${count(lines, 'line')}`
}
