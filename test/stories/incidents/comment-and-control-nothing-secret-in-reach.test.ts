import { expect, test } from 'vitest'
import { reportOf, runsOf } from '../acts.ts'
import { openStory } from '../story.ts'

/**
 * Comment and Control (2026-04): what an agent can read goes out by commits and comments. So there is nothing to read in
 * its environment, its output commands no runner, and files that it points to are not followed.
 */
test.each([1, 2])('an agent has no key, no token, and no ear at the runner (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const env = await story.issue({
    script: [
      'run env > env.txt',
      'print ::add-mask::export',
      'print ::notice title=chorus receipt::attempt=1 report=2',
      'print ::error::look here',
      'print   ::set-output name=artifact-id::1',
      'print ##[error]look here',
      'print ::stop-commands::x',
      'print ::save-state name=a::b',
      'print ::endgroup::',
    ],
  })
  const links = await story.issue({
    script: [
      'run ln -s /etc/passwd "$CHORUS_OUT/question.md"',
      'run ln -s /etc/passwd "$CHORUS_OUT/learnings.md"',
      'on attempt 2:',
      'write src/a.js',
      '  export {}',
    ],
  })
  await story.label(env)
  await story.label(links)
  await story.until('both are merged', () => [env, links].every(issue => story.pullOf(issue)?.merged))
  await story.quiet()

  const lines = ((await story.file('env.txt')) ?? '').split('\n')
  const names = lines.map(line => line.split('=')[0]!)
  expect(names).toContain('CHORUS_TASK')
  expect(
    names.filter(name => /^(?:GITHUB|ACTIONS|RUNNER|INPUT|STATE|GIT)_|TOKEN|SECRET|KEY/.test(name)),
  ).toEqual([])
  expect(lines.join('\n')).not.toMatch(/gh[a-z]_[A-Za-z0-9]|eyJ[A-Za-z0-9_-]{8}/)

  const jobs = runsOf(story, env).flatMap(run => run.jobs)
  const work = jobs.filter(job => job.name.endsWith('work'))
  const notes = work.map(job => story.repo.checkRuns.get(job.id)?.annotations ?? [])
  expect(notes).toEqual([[]])
  expect(await reportOf(story, links, 1)).toMatchObject({
    outcome: 'no-change',
    question: null,
    learnings: [],
  })
  expect(JSON.stringify([...story.repo.comments.values()])).not.toContain('root:')
})
