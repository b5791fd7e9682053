import type { Learning } from '../lessons/learning.ts'
import { CONFIG_PATH } from '../names.ts'

/** The pull request that offers what agents learned. */
export function writeLearningsPull(fresh: readonly Learning[]): { title: string; body: string } {
  const tasks = new Set(fresh.map(({ task }) => task)).size
  const body = [
    `Agents noted ${count(fresh.length, 'thing')} that others should know, in ${count(tasks, 'task')} that ${tasks === 1 ? 'has' : 'have'} landed. Each line says from which task, by which agent and when. Nobody has checked them: they are what agents say.`,
    '- **Merge it** with the lines that are right and useful; delete or reword the others on its branch first.',
    `- **Close it** if none of them is: what stands in it is not offered again. \`learnings_md: 0\` in \`${CONFIG_PATH}\` keeps Chorus from offering at all.`,
    'Chorus does not land it: that is for a person. Tasks that are begun are told what fits them in any case, from the ledger.',
  ]
  return { title: 'docs: note what agents learned', body: `${body.join('\n\n')}\n` }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
