import { expect, test } from 'vitest'
import { readOptions } from '../../cli/options.ts'
import { UsageError } from '../../cli/outcome.ts'

const options = { policy: { type: 'string' }, json: { type: 'boolean' } } as const

test.each([
  [['--jsn'], 'there is no option "--jsn" here; did you mean "--json"?'],
  [['--colour'], 'there is no option "--colour" here; there are: --policy, --json'],
  [['-r', 'x'], 'there is no option "-r" here; there are: --policy, --json'],
  [['--json=1'], '--json takes no value'],
  [['--policy'], '--policy needs a value; one that begins with a dash is written --policy=VALUE'],
  [['--policy', '-x'], '--policy needs a value; one that begins with a dash is written --policy=VALUE'],
  [['more'], 'unexpected argument "more"'],
  [["don't"], 'unexpected argument "don\'t"'],
])('%j is refused as it was written', (args, why) => {
  expect(() => readOptions('simulate', { args, options })).toThrow(new UsageError(why, 'simulate'))
})
