import type { Ticket } from '../core/contract/ticket.ts'
import { SPECS } from '../core/names.ts'
import { DOCUMENTS } from '../core/planning/document.ts'
import { byteLength } from '../core/text/clean.ts'
import type { Git } from './git.ts'
import { listFiles, readFiles } from './map/files.ts'

/** Lines of what planners wrote, without marks of lists and quotes, but for those that are the task's own. */
export type PlanningText = ReadonlySet<string>

const NAMES = Object.values(DOCUMENTS).map(({ file }) => file)
const MOST_FILES = 200
const LARGEST = 200_000

/**
 * The documents of all plans that the commit has. Whoever does a task is told the task and nothing of these: how far that
 * is so is measured on what is really told. Throws GitFailure.
 */
export async function readPlanning(git: Git, at: string, { spec }: Ticket): Promise<PlanningText> {
  const files = (await listFiles(git, at, SPECS))
    .filter(({ path, bytes }) => bytes <= LARGEST && NAMES.some(name => path.endsWith(`/${name}`)))
    .slice(0, MOST_FILES)
  const own = new Set([spec.title, spec.goal, ...spec.acceptance, ...spec.constraints].flatMap(linesOf))
  const lines = new Set<string>()
  for await (const { text } of readFiles(git, files)) {
    for (const line of linesOf(text)) if (!own.has(line)) lines.add(line)
  }
  return lines
}

/** Bytes of the lines of a prompt that stand in such a document. */
export function countPlanning(prompt: string, planning: PlanningText): number {
  if (planning.size === 0) return 0
  return linesOf(prompt)
    .filter(line => planning.has(line))
    .reduce((sum, line) => sum + byteLength(line), 0)
}

/** Shorter ones are headings, names, and words that anybody writes. */
const SHORTEST = 30

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.replace(/^[\s>*+-]*(?:\[[ x]\]\s*)?(?:\d+[.)]\s+)?/, '').trim())
    .filter(line => line.length >= SHORTEST)
}
