import { expect, test } from 'vitest'
import { readWorkInputs } from '../../action/inputs.ts'

const ENV = {
  INPUT_CLAIM: '0123456789'.repeat(4),
  INPUT_TOKEN: 'token',
  GITHUB_REPOSITORY: 'ada/demo',
  GITHUB_API_URL: 'http://api.example',
  GITHUB_SERVER_URL: 'http://example',
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_ACTOR_ID: '1',
  GITHUB_ACTOR: 'chorus[bot]',
  RUNNER_TEMP: '/tmp',
}

test('a secret that is no key is no matter of the agents that do not use it', () => {
  const inputs = readWorkInputs({
    ...ENV,
    CHORUS_KEY_1: ' one\n',
    CHORUS_KEY_2: 'no key\nat all',
    CHORUS_KEY_3: ' ',
  })
  expect(inputs).toMatchObject({ ok: true })
  expect(inputs.ok && inputs.value.keys).toEqual({ CHORUS_KEY_1: 'one', CHORUS_KEY_2: 'no key\nat all' })
})
