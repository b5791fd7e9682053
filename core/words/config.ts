import { type Problem, printProblem } from '../contract/problem.ts'
import { CONFIG_PATH } from '../names.ts'
import { quoteLine } from '../text/quote.ts'
import { writeTitle } from './gate.ts'

const SHOWN = 20

/** What the check `chorus/config` says on a commit whose configuration cannot be used. */
export function writeConfigCheck(problems: readonly Problem[]): { title: string; summary: string } {
  const first = problems[0] === undefined ? 'it cannot be read' : printProblem(problems[0])
  const lines = problems.slice(0, SHOWN).map(problem => `- ${quoteLine(printProblem(problem), 300)}`)
  const more = problems.length > SHOWN ? [`- and ${problems.length - SHOWN} more`] : []
  const what = `Chorus starts and lands nothing with this \`${CONFIG_PATH}\` on the default branch:`
  return {
    title: writeTitle(first),
    summary: `${what}\n\n${[...lines, ...more].join('\n')}\n\n\`chorus validate\` says the same on your machine.\n`,
  }
}

/** The same in one line, for the issue that waits. */
export function explainConfig(problems: readonly Problem[]): string {
  const more = problems.length > 3 ? ` (and ${problems.length - 3} more)` : ''
  return `${CONFIG_PATH} cannot be read: ${problems.slice(0, 3).map(printProblem).join('; ')}${more}`
}
