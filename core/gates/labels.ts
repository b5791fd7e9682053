import { HOLD_LABEL } from '../labels.ts'
import { isPossible } from '../landing/landing.ts'
import { methodsAsked } from '../landing/methodlabel.ts'
import type { Gate, Proposal, Verdict } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** The brakes that anybody with triage can pull. */
export const labels: Gate = {
  name: 'labels',
  judge(proposal) {
    const { pull, task, record } = proposal
    if (record.landing?.is === 'held') {
      return wait(`@${record.landing.by.login} holds it back`, '`/chorus merge` lets it land')
    }
    if (record.landing?.is === 'ejected') {
      const { by, why } = record.landing
      const because = why === '' ? '' : ` (${why})`
      return wait(`@${by.login} took it out of what lands${because}`, '`/chorus merge` lets it back in')
    }
    if (pull.labels.includes(HOLD_LABEL))
      return wait(`the pull request carries \`${HOLD_LABEL}\``, 'take the label off')
    if (task.issue.labels.includes(HOLD_LABEL))
      return wait(`the issue carries \`${HOLD_LABEL}\``, 'take the label off')
    if (pull.draft) return wait('it is a draft', 'mark it as ready for review')
    const word = findUnready(proposal)
    if (word !== null)
      return wait(`its title begins with "${word}", so it says that it is not to land yet`, 'take that off')
    return judgeMethods(proposal) ?? pass('nothing holds it')
  },
}

/** "[WIP] greet people": signs before the word do not matter, and `wipe` is another one. */
function findUnready({ pull, config }: Proposal): string | null {
  const title = pull.title.replace(/^[^\p{L}\p{N}]+/u, '').toLowerCase()
  const begins = (word: string) =>
    title.startsWith(word.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(title.slice(word.length))
  return config.gates.unready.find(begins) ?? null
}

/** What labels ask for, and cannot be; null when all is well. Where nothing can be, GitHub would refuse each landing anew. */
function judgeMethods({ pull, repo, rules }: Proposal): Verdict | null {
  if (!repo.methods.some(method => isPossible(method, rules)))
    return wait(
      'the settings of the repository and the rules of its branch together leave no way to merge',
      'whoever administrates it allows one of squash, merge and rebase in both; `chorus doctor` shows them',
    )
  const [method, ...more] = methodsAsked(pull.labels)
  if (method === undefined) return null
  if (more.length > 0) {
    const names = [method, ...more].map(one => `\`merge:${one}\``)
    return wait(`the labels ${names.join(' and ')} say different things`, 'leave one of them')
  }
  if (repo.methods.includes(method) && isPossible(method, rules)) return null
  const why = `the label \`merge:${method}\` asks for what the repository or its rules do not allow`
  return wait(why, 'take it off')
}
