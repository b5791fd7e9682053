import { describe, expect, test } from 'vitest'
import { mayGive, neededStanding } from '../../core/authority.ts'
import { COMMAND_WORDS, type Command, parseCommands } from '../../core/command.ts'
import type { Standing } from '../../core/world.ts'

describe('commands in a comment', () => {
  test.each<[string, string, Command[]]>([
    ['none', 'thanks!', []],
    ['a word', '/chorus status', [{ say: 'status' }]],
    ['capitals', '/chorus STOP', [{ say: 'stop' }]],
    ['alone', '/chorus', [{ say: 'help' }]],
    ['run', '/chorus run', [{ say: 'run', agent: null }]],
    ['run with an agent', '/chorus  run   claude ', [{ say: 'run', agent: 'claude' }]],
    ['revise', '/chorus revise use a map, not a list', [{ say: 'revise', text: 'use a map, not a list' }]],
    ['revise without words', '/chorus revise', [{ say: 'revise', text: '' }]],
    ['several', 'ok\n/chorus retry\r\n/chorus pause', [{ say: 'retry' }, { say: 'pause' }]],
    ['a slip', '/chorus aprove', [{ say: 'unknown', word: 'aprove', nearest: 'approve' }]],
    ['nothing like it', '/chorus dance', [{ say: 'unknown', word: 'dance', nearest: null }]],
    [
      'a word that is a property of objects',
      '/chorus constructor',
      [{ say: 'unknown', word: 'constructor', nearest: null }],
    ],
    ['in the middle of a line', 'say /chorus run', []],
    ['another command that begins alike', '/chorusmaster run', []],
    ['quoted', '> /chorus stop', []],
    ['quoted without a blank', '>/chorus stop', []],
    ['in a fence', '```\n/chorus stop\n```', []],
    ['in a fence of tildes', '~~~\n/chorus stop\n~~~', []],
    ['in a fence that is never closed', '```\n/chorus stop', []],
    ['a shorter fence does not close', '````\n```\n/chorus stop\n````', []],
    ['after a fence', '```\nx\n```\n/chorus stop', [{ say: 'stop' }]],
    ['in code by indentation', 'x\n\n    /chorus stop', []],
    ['in code by a tab', '\t/chorus stop', []],
    ['up to three blanks are no code', '   /chorus stop', [{ say: 'stop' }]],
    ['in an HTML comment', '<!--\n/chorus stop\n-->', []],
    ['inline code of three backticks opens no fence', '```x``` is code\n/chorus stop', [{ say: 'stop' }]],
  ])('%s', (_, body, expected) => expect(parseCommands(body)).toEqual(expected))
})

describe('who may say what', () => {
  const needs: Record<string, Standing> = {
    approve: 'write',
  }
  test.each(COMMAND_WORDS)('%s', word => {
    const [command] = parseCommands(`/chorus ${word}`)
    expect(neededStanding(command!)).toBe(needs[word] ?? 'triage')
  })
  test('enough is enough', () => expect(mayGive({ say: 'stop' }, 'maintain')).toBeNull())
  test('too little is said', () => {
    expect(mayGive({ say: 'approve' }, 'triage')).toBe(
      '`/chorus approve` needs the write role or more; yours is triage',
    )
  })
})
