import type { Additions, KnownRewriting } from '../rebase/rewriting.ts'
import type { TaskSpec } from '../task.ts'
import { cutHead } from '../text/clean.ts'
import { quoteLine } from '../text/quote.ts'
import { redactSecrets } from '../text/secret.ts'
import { visibleText } from '../text/visible.ts'

/** What people read of a task that was thought over after attempts at it failed. */

/** Why an agent does so. */
export function explainRebaser(failed: number, sentBack: boolean): string {
  if (sentBack) return 'to think the task over, as its reviewer asks for a fresh start'
  return `to think the task over after ${failed} failed ${failed === 1 ? 'attempt' : 'attempts'}`
}

export function explainRewriting({ by, attempt }: Pick<KnownRewriting, 'by' | 'attempt'>): string {
  return `${by} thought the task over (rebase ${attempt}) and added to it; what was made before is thrown away`
}

/** For the issue: what was added, as a diff against what a person approved. `spec`: as it stands in the issue. */
export function writeRewriting(known: KnownRewriting, spec: TaskSpec): string {
  const who = quoteLine(known.by, 60)
  return [
    `**${who} thought the task over** (rebase ${known.attempt}): what the attempts before it made is thrown away, and the next one begins afresh with what was added here. Nothing of the issue was taken away or changed, and its scope stays as it is.`,
    `\`\`\`diff\n${writeDiff(known, spec).join('\n')}\n\`\`\``,
    'If something of it is wrong, edit the issue and comment `/chorus run`: the text that you approve is then all that counts. `/chorus retry` goes on with the issue’s own words alone.',
  ].join('\n\n')
}

function writeDiff({ notes, acceptance, constraints, tried }: Additions, spec: TaskSpec): string[] {
  return [
    ...part('Goal', [cutHead(line(spec.goal), MOST_GOAL)], notes),
    ...part('Done when', spec.acceptance, acceptance),
    ...part('Constraints', spec.constraints, constraints),
    ...part('Tried before, without success', [], tried),
  ]
}

const MOST_GOAL = 200

/** A part to which nothing is added is not shown. */
function part(heading: string, before: readonly string[], added: readonly string[]): string[] {
  if (added.length === 0) return []
  const mark = before.length === 0 ? '+' : ' '
  return [
    `${mark} ${heading}:`,
    ...before.map(one => `  - ${line(one)}`),
    ...added.map(one => `+ - ${line(one)}`),
  ]
}

/** In a fence nothing of it acts, as long as it stays on its line. */
function line(text: string): string {
  return redactSecrets(visibleText(text)).replace(/\s+/g, ' ').trim()
}
