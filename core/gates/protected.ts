import type { Parsed } from '../contract/problem.ts'
import { compileGlob, type Glob } from '../paths/glob.ts'
import type { FileChange } from '../world.ts'
import { howToApprove, names, qualifiedApprovers } from './approvals.ts'
import type { Gate, Proposal, Verdict } from './gate.ts'
import { foldPath, touchedPaths, withFolders } from './paths.ts'
import { listPaths, pass, printPath, refuse, wait } from './verdict.ts'

const SYMLINK = '120000'
const SUBMODULE = '160000'
const EXECUTABLE = '100755'

/** Agents never change what decides about them, and never add what git or a shell would follow or run by itself. */
export const protectedPaths: Gate = {
  name: 'protected',
  judge(proposal) {
    const { pull, config } = proposal
    const { changes } = pull
    if (changes === null) return refuse('GitHub cut the list of changed files, so nobody can tell')
    const touched = findProtected(touchedPaths(changes), config.gates.protected)
    if (proposal.guest !== null) return judgePeoples(proposal, touched)
    if (touched.length > 0) return refuse(`${listPaths(touched)} may not be changed by an agent`)
    for (const change of changes) {
      const why = explainMode(change)
      if (why !== null) return refuse(`${printPath(change.path)} ${why}`)
    }
    return pass('no protected path is touched')
  },
}

/** People may, and a second one looks at it before it lands by itself. */
function judgePeoples(proposal: Proposal, touched: readonly string[]): Verdict {
  if (touched.length === 0) return pass('no protected path is touched')
  const people = qualifiedApprovers(proposal)
  if (people.length > 0) return pass(`${listPaths(touched)}: approved by ${names(people)}`)
  return wait(
    `${listPaths(touched)} ${touched.length === 1 ? 'is' : 'are'} protected`,
    howToApprove(proposal),
  )
}

/** A pattern that cannot be read protects everything. Variants in case or spelling count as the path itself. */
export function findProtected(paths: readonly string[], patterns: readonly string[]): string[] {
  const globs = compileAll(patterns)
  if (globs.some(glob => !glob.ok)) return [...paths]
  return paths.filter(path =>
    withFolded([path])
      .flatMap(withFolders)
      .some(part => globs.some(glob => glob.ok && glob.value(part))),
  )
}

/** One list of the configuration is asked about every pull request. */
function compileAll(patterns: readonly string[]): readonly Parsed<Glob>[] {
  const known = compiled.get(patterns) ?? withFolded(patterns).map(compileGlob)
  compiled.set(patterns, known)
  return known
}

const compiled = new WeakMap<readonly string[], readonly Parsed<Glob>[]>()

/** Nearly always they are the same. */
function withFolded(paths: readonly string[]): string[] {
  return [...new Set([...paths, ...paths.map(foldPath)])]
}

function explainMode({ mode, previousMode }: FileChange): string | null {
  if (mode === SYMLINK || previousMode === SYMLINK) return 'is a symbolic link'
  if (mode === SUBMODULE || previousMode === SUBMODULE) return 'is a submodule'
  if (mode === EXECUTABLE && previousMode !== EXECUTABLE) return 'was made executable'
  return null
}
