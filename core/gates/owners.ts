import { ownersOf } from './filerules.ts'
import type { Proposal } from './gate.ts'
import { touchedPaths } from './paths.ts'
import { printPath } from './verdict.ts'

/**
 * Whose review is missing, in words; null when nobody's is. Of a team, or of an address, it cannot be seen who belongs to it: there
 * anybody's review counts who may push, and where the branch asks for owners GitHub counts them itself.
 * @param reviewers approve what lands now
 */
export function findOwner(proposal: Proposal, reviewers: readonly { login: string }[]): string | null {
  const { rules, config, pull, files } = proposal
  if (!rules.codeOwners && !config.gates.owners) return null
  if (pull.changes === null) return 'GitHub cut the list of changed files, so nobody can tell who owns them'
  for (const path of touchedPaths(pull.changes)) {
    const groups = ownersOf(files, path)
    const owners = groups.find(group => !group.some(owner => isGiven(owner, reviewers)))
    if (owners === undefined) continue
    return `${printPath(path)} belongs to ${owners.slice(0, 5).join(', ')}: a review by one of them is needed on this commit`
  }
  return null
}

function isGiven(owner: string, reviewers: readonly { login: string }[]): boolean {
  const person = /^@([^/]+)$/.exec(owner)?.[1]?.toLowerCase()
  if (person === undefined) return reviewers.length > 0
  return reviewers.some(({ login }) => login.toLowerCase() === person)
}
