import type { IntegrationFacts } from '../landing/integration.ts'
import type { Sha } from '../world.ts'
import type { GateText } from './gate.ts'
import { nameLanding } from './promote.ts'
import { writeReverts } from './rollback.ts'

/** Pull request of a tip without what is known to be red, and the message of its one commit. */
export function writeWithout(
  { branch, landed }: IntegrationFacts,
  { tip, left }: { tip: Sha; left: readonly Sha[] },
): { title: string; body: string; message: string } {
  const names = landed.filter(one => left.includes(one.sha)).map(one => `- ${nameLanding(one)}`)
  const title = `chore: judge ${branch} at ${tip.slice(0, 7)} without ${left.map(sha => sha.slice(0, 7)).join(', ')}`
  return {
    title,
    body: [
      `This is \`${branch}\` as it was at ${tip.slice(0, 7)}, without what makes CI red there:`,
      names.join('\n'),
      'CI is red without that, too, so something else that landed is red as well. No commit of the branch shows it by itself, so Chorus made this one to find out which. **It is only judged, and never merged.**',
      'There is nothing to do here: Chorus closes it when it has been found out. Closing it, or pushing to its branch, only makes Chorus open another one.',
    ].join('\n\n'),
    message: `${title}\n\n${left.map(writeReverts).join('\n')}\n`,
  }
}

export const LEFT_OUT: GateText = {
  title: 'Only judged, never merged',
  summary:
    '**Not to be merged:** this shows a state that the branch never had, so that CI tells which landing makes it red. Chorus closes it when that is known.\n',
}
