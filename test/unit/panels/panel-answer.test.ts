import { describe, expect, it } from 'vitest';
import { noLetter } from '../../../providers/panels/clientexec/errors.ts';
import { noAnswer } from '../../../providers/panels/hostbill/errors.ts';
import { jsonBody, unusableAnswer } from '../../../providers/shared/panel-answer.ts';

const RECORD = { result: 'success', text: 'with a } and a {' };
const JSON_TEXT = JSON.stringify(RECORD);
const WARNING = '<br />\n<b>Warning</b>:  Undefined array key "x" in <b>/srv/hooks/a.php</b> on line <b>12</b><br />\n';
const DEPRECATED = '\nDeprecated: strlen(): Passing null is deprecated in /srv/a.php:{closure} on line 3\n';

function read(text: string): unknown {
  return jsonBody({ status: 200, headers: {}, text });
}

describe('the body of an answer', () => {
  it.each([
    ['alone', JSON_TEXT],
    ['with white space around it', `\r\n  ${JSON_TEXT}\n`],
    ['behind a PHP warning', WARNING + JSON_TEXT],
    ['behind several notices, one with a brace', WARNING + DEPRECATED + JSON_TEXT],
    ['behind a notice and another record', `${WARNING}{"debug":{}}\n${JSON_TEXT}`],
    ['before a notice', JSON_TEXT + DEPRECATED.replace('{closure}', 'f()')],
  ])('is read %s', (_where, text) => {
    expect(read(text)).toEqual(RECORD);
  });

  it.each([
    ['nothing', '  '],
    ['a page', '<html><script>{"result":"success"}</script></html>'],
    ['a record in other text', `All is well: ${JSON_TEXT}`],
    ['a record cut off behind a notice', WARNING + JSON_TEXT.slice(0, -3)],
    ['a notice alone', WARNING],
  ])('is none if it is %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('does not hold the worker up, however many braces a page has', () => {
    const begin = performance.now();
    expect(read(`${WARNING}${'{'.repeat(1_000_000)}}`)).toBeUndefined();
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('a page in place of an answer', () => {
  it.each([
    ['without quotes', '<input type=password>'],
    ['with its name first', '<form><input name="pass"\n type = "password" ></form>'],
    ['behind another field', '<input type="text" name="user"><input class="x" type=\'password\'>'],
  ])('is told to be a login page %s', (_how, text) => {
    expect(unusableAnswer('It', { status: 200, headers: {}, text }, 0).safeMessage).toContain('login page');
    expect(noAnswer('It', { status: 200, headers: {}, text }, 0).safeMessage).toContain('login page');
  });

  it('does not hold the worker up, however many fields it leaves open', () => {
    const begin = performance.now();
    const page = { status: 200, headers: {}, text: '<input '.repeat(140_000) };
    expect(unusableAnswer('It', page, 0).code).toBe('UNEXPECTED_RESPONSE');
    expect(noAnswer('It', page, 0).code).toBe('UNEXPECTED_RESPONSE');
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

it.each([200, 302, 404])('a page of ClientExec (status %i) in place of the reply promises nothing', (status) => {
  const error = noLetter('It', { status, headers: {}, text: '<html>' }, 0);
  expect(error.fix).toMatch(/connector|address/);
  expect(error.untouched).toBeUndefined();
});
