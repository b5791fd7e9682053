import { expect, test } from 'vitest'
import { printCaller } from '../../core/caller.ts'
import { CALLER_PATH } from '../../core/names.ts'
import { SOURCE } from '../../twin/demo/stage.ts'
import { acrossSeeds, openStory } from './story.ts'

const CURRENT = printCaller({ source: `${SOURCE.owner}/${SOURCE.name}`, ref: SOURCE.ref })
const OUTDATED = CURRENT.replace(/^# chorus-caller: .*$/m, '# chorus-caller: 0')

const CASES = acrossSeeds([
  ['missing', null],
  ['outdated', OUTDATED],
] as const).map(([[how, caller], seed]) => [how, seed, caller] as const)

test.each(CASES)('the caller file is %s (seed %i)', async (_, seed, caller) => {
  await using story = await openStory({ seed, caller })
  const issue = await story.issue({
    script: ['write src/name.js', '  export const name = 1', 'say feat(name): add a name'],
  })
  await story.label(issue)
  await story.until('it is said', () => story.saidOn(issue).length > 0)
  await story.quiet()

  const said = story.saidOn(issue)
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(CALLER_PATH)
  expect(said[0]).toContain(caller === null ? 'is not on the default branch' : 'another version')
  expect(said[0]).toContain('chorus doctor')
  // Nothing was begun that could not run.
  expect([...(await story.refs('refs/chorus')).keys()]).toEqual([])
  expect(story.twin.requests.some(request => request.path.endsWith('/dispatches'))).toBe(false)

  await story.push({ branch: 'main', files: { [CALLER_PATH]: CURRENT }, message: 'Caller file' })
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  expect(story.theIssue(issue).state).toBe('closed')
  // The same comment, brought up to date; never another.
  expect(story.saidOn(issue)).toHaveLength(1)
  expect(story.saidOn(issue)[0]).not.toContain(CALLER_PATH)
  expect(story.saidOn(issue)[0]).toContain('Merged as')
})
