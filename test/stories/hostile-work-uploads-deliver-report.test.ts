import { expect, test } from 'vitest'
import { printTaskId } from '../../core/names.ts'
import { reportOf, runsOf } from './acts.ts'
import { lastMessage, whenGate } from './held.ts'
import { takeOver } from './hostile/takeover.ts'
import { openStory } from './story.ts'

test.each([1, 2])('what a lying work job says of itself is not believed (seed %i)', async seed => {
  await using story = await openStory({ seed })
  await takeOver(story)
  const issue = await story.issue({ script: [], title: 'lie: names', labels: ['hold'] })
  await story.label(issue)
  const pull = await story.until('it is held', () => whenGate(story, issue, 'labels: '))
  await story.quiet()

  // Artifacts with other names lay about, notices that look like receipts stood in the log: one run, one report, by deliver.
  const [run] = runsOf(story, issue)
  expect([...story.repo.actions.artifacts.values()].filter(one => one.runId === run?.id)).toHaveLength(5)
  expect(await reportOf(story, issue, 1)).toMatchObject({
    task: printTaskId(issue),
    attempt: 1,
    run: run?.id,
    head: pull.head.sha,
    files: [{ path: 'good.txt', mode: '100644', bytes: 5 }],
    subject: expect.stringMatching(/^feat: everything, closes 1/),
  })
  const refs = await story.refs('refs/chorus/attempts')
  expect([...refs.values()]).toEqual([pull.head.sha])
  expect(await story.file('good.txt', pull.head.sha)).toBe('good\n')

  await story.as('ada').rest.issues.removeLabel({
    owner: 'acme',
    repo: 'greeter',
    issue_number: issue,
    name: 'hold',
  })
  await story.until('it is merged', () => pull.merged)
  await story.quiet()
  // CI was asked, not the report; what lands is signed by us and closes nothing else.
  const message = await lastMessage(story)
  expect(message).toContain(`Closes #${issue}`)
  expect(message.match(/closes #|Closes #/gi)).toHaveLength(1)
  expect(message).not.toMatch(/@ada|root@example/)
  expect(message).not.toContain('[skip ci]')
  expect(story.repo.pulls.size).toBe(1)
})
