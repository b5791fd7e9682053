import { expect, test } from 'vitest'
import { isAtWork, reactionsTo, runsOf, ticketOf } from './acts.ts'
import { openStory, SEEDS, type Story } from './story.ts'

const MADE = ['run echo "// attempt $CHORUS_ATTEMPT" >> src/made.js', 'say feat: made']

async function say(story: Story, issue: number, body: string, by?: string): Promise<string[]> {
  const comment = await story.comment(issue, body, by)
  await story.until(`"${body}" is answered`, () => reactionsTo(story, comment).length > 0)
  await story.quiet()
  return reactionsTo(story, comment)
}

test.each(SEEDS)(
  'help, status and words that nobody knows are answered, in one comment (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const issue = await story.issue({ script: MADE })

    expect(await say(story, issue, '/chorus help')).toEqual(['eyes'])
    expect(story.saidOn(issue)[0]).toContain('/chorus revise <text>')
    expect(await say(story, issue, '/chorus stauts')).toEqual(['confused'])
    expect(story.saidOn(issue)[0]).toContain('Did you mean `/chorus status`?')
    expect(await say(story, issue, '/chorus status', 'tim')).toEqual(['eyes'])
    expect(story.saidOn(issue)[0]).toContain('Nobody asks for an agent')
    expect(await say(story, issue, '/chorus approve', 'tim')).toEqual(['-1'])
    expect(story.saidOn(issue)[0]).toContain('needs the write role')
    expect(await say(story, issue, '/chorus unfreeze')).toEqual(['+1'])
    expect(story.saidOn(issue)[0]).toContain('Nobody had frozen landings')
    expect(await say(story, issue, '/chorus resume', 'tim')).toEqual(['+1'])
    expect(story.saidOn(issue)[0]).toContain('Nobody had paused or stopped this issue')

    expect(story.saidOn(issue)).toHaveLength(1)
    expect(runsOf(story, issue)).toEqual([])
    expect(await story.refs('refs/chorus')).toEqual(new Map())
    expect(story.labelsOf(issue)).toEqual([])
  },
)

test.each(SEEDS)(
  'what is quoted, code, hidden, edited in or said by strangers commands nothing (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const issue = await story.issue({ script: MADE })
    const silent = [
      '> /chorus run',
      '```\n/chorus run\n```',
      '~~~text\n/chorus run\n~~~',
      '    /chorus run',
      '\t/chorus run',
      '<!--\n/chorus run\n-->',
      'please say `/chorus run`',
      'so: /chorus run',
      '/chorusrun',
      '> quoted\n> ```\n> /chorus run\n> ```',
    ]
    const comments: number[] = []
    for (const body of silent) comments.push(await story.comment(issue, body))
    comments.push(
      await story.comment(issue, '/chorus run', 'sam'),
      await story.comment(issue, '/chorus help', 'sam'),
    )
    const edited = await story.comment(issue, 'Nothing yet.')
    // An edit within the second of the writing does not show on GitHub.
    story.twin.state.clock.advance(1_000)
    const place = { owner: story.repo.owner.login, repo: story.repo.name }
    await story.as('ada').rest.issues.updateComment({ ...place, comment_id: edited, body: '/chorus run' })
    comments.push(edited)
    // The sign that everything before it was read.
    const other = await story.issue({ title: 'Another', script: MADE })
    await say(story, other, '/chorus status')

    expect(comments.flatMap(comment => reactionsTo(story, comment))).toEqual([])
    expect(story.saidOn(issue)).toEqual([])
    expect(runsOf(story, issue)).toEqual([])
    expect(await story.refs('refs/chorus')).toEqual(new Map())
  },
)

test.each(SEEDS)('pause holds back, resume lets go, run starts without a label (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: MADE })
  expect(await say(story, issue, '/chorus pause', 'tim')).toEqual(['+1'])
  await story.label(issue)
  await story.quiet()
  expect(runsOf(story, issue)).toEqual([])
  expect(await story.refs('refs/chorus')).toEqual(new Map())

  expect(await say(story, issue, '/chorus resume')).toEqual(['+1'])
  await story.until('it is merged', () => story.pullOf(issue)?.merged)

  const other = await story.issue({
    title: 'Another',
    script: MADE.map(line => line.replace('made.js', 'other.js')),
  })
  expect(await say(story, other, 'I like it.\n\n/chorus run\n')).toEqual(['+1'])
  await story.until('that one is merged too', () => story.pullOf(other)?.merged)
  await story.until('both are closed', () => [issue, other].every(n => story.theIssue(n).state === 'closed'))
  await story.quiet()
  expect(story.pullOf(other)?.head.ref).toMatch(/^agent\/scripted\//)
  expect([...runsOf(story, issue), ...runsOf(story, other)]).toHaveLength(2)
  expect(await story.history()).toHaveLength(3)
})

test.each([1, 2])('pause leaves what runs alone (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: ['wait 1', ...MADE] })
  await story.label(issue)
  await story.until('the agent is at it', () => isAtWork(story, issue))
  expect(await say(story, issue, '/chorus pause')).toEqual(['+1'])
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['success'])
})

/** Labelled, made, and waiting for a person; `shows` waits for an attempt and tells what it made. */
async function proposed(story: Story) {
  const issue = await story.issue({ script: MADE, labels: ['needs-review'] })
  await story.label(issue)
  const pull = await story.until('there is a pull request', () => story.pullOf(issue))
  const shows = async (attempt: number) => {
    await story.until(`attempt ${attempt} is shown and waits for a person`, () => {
      const isShown = story.theIssue(pull.number).body?.includes(`#${attempt} -->`)
      return isShown && story.gateOf(pull.head.sha)?.title?.startsWith('review:')
    })
    return story.file('src/made.js', pull.head.sha)
  }
  expect(await shows(1)).toBe('// attempt 1\n')
  return { issue, pull, shows }
}

test.each(SEEDS)('revise goes on, from the pull request as well (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull, shows } = await proposed(story)

  expect(await say(story, pull.number, '/chorus revise Once more.', 'tim')).toEqual(['+1'])
  expect(await shows(2)).toBe('// attempt 1\n// attempt 2\n')
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect((await ticketOf(story, issue, 2)).feedback).toBe('Once more.')
  expect(runsOf(story, issue)).toHaveLength(2)
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  expect(story.saidOn(issue)).toHaveLength(1)
})

test.each(SEEDS)(
  'retry starts afresh; approve lets land, from another than who asked (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const { issue, pull, shows } = await proposed(story)

    expect(await say(story, issue, '/chorus retry', 'tim')).toEqual(['+1'])
    expect(await shows(2)).toBe('// attempt 2\n')
    expect(await say(story, pull.number, '/chorus approve', 'ada')).toEqual(['+1'])
    expect(pull.merged).toBe(false)
    expect(await say(story, pull.number, '/chorus approve', 'grace')).toEqual(['+1'])
    await story.until('it is merged', () => pull.merged)
    await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
    await story.quiet()

    expect(await story.file('src/made.js')).toBe('// attempt 2\n')
    expect(runsOf(story, issue)).toHaveLength(2)
    expect([...story.repo.pulls.values()]).toHaveLength(1)
    expect(story.saidOn(issue)).toHaveLength(1)
  },
)
