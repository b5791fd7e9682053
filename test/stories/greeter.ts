import * as demo from '../../twin/demo/greeter.ts'

/** Each test in a process of its own, as with `node --test`, but none to start them: stories run them dozens of times. */
export const TESTS = 'for file in test/*.test.js; do node "$file" || exit 1; done'

export const GREETER: Record<string, string> = Object.fromEntries(
  Object.entries(demo.GREETER).map(([path, text]) => [path, quicken(text)]),
)

export const GREETER_CONFIG = quicken(demo.GREETER_CONFIG)

function quicken(text: string): string {
  return text.replaceAll('run: node --test', `run: ${TESTS}`)
}
