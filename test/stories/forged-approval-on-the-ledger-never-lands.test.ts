import { expect, test } from 'vitest'
import { LEDGER_BRANCH, printTaskId, printTaskPath } from '../../core/names.ts'
import { whenGate } from './held.ts'
import { openStory } from './story.ts'

/** grace may push to the ledger: she approves in ada's name there, and does not say so on the pull request. */
test.each([1, 2])(
  'an approval forged on the ledger lands nothing and stops nobody else (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const issue = await story.issue({ script: ['write src/a.js', '  export const a = 1'], by: 'tim' })
    await story.label(issue, 'agent:scripted', 'tim')
    const pull = await story.until('a person has to approve', () => whenGate(story, issue, 'requester: '))

    const path = printTaskPath(printTaskId(issue))
    const genuine = (await story.file(path, LEDGER_BRANCH))!
    const { content, ...sealed } = JSON.parse(genuine)
    const ada = { id: story.repo.owner.id, login: 'ada' }
    const pullApproval = { by: ada, at: Date.now(), head: pull.head.sha }
    const forged = JSON.stringify({ ...sealed, content: { ...content, pullApproval } })
    await story.push({ branch: LEDGER_BRANCH, files: { [path]: forged }, by: 'grace' })
    await story.until('it is held', () => whenGate(story, issue, 'On hold: '))
    await story.until('the issue says why', () =>
      story
        .saidOn(issue)
        .some(body => body.includes(`${path} on the branch ${LEDGER_BRANCH} is not as this app wrote it`)),
    )

    const other = await story.issue({ script: ['write src/b.js', '  export const b = 1'] })
    await story.label(other)
    await story.until('another task lands meanwhile', () => story.pullOf(other)?.merged)
    await story.quiet()
    expect(pull.merged).toBe(false)
    expect(story.gateOf(pull.head.sha)?.conclusion).not.toBe('success')

    await story.push({ branch: LEDGER_BRANCH, files: { [path]: genuine } })
    await story.until('it waits for a person as before', () => whenGate(story, issue, 'requester: '))
    await story.comment(pull.number, '/chorus approve', 'ada')
    await story.until('what ada herself says counts', () => story.pullOf(issue)?.merged)
    expect((await story.history()).length).toBe(3)
  },
)
