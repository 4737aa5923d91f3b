/** Making an account, signing in and out, and coming back to where one wanted to go. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { freshEmail, PASSWORD } from '../harness/visitor.js';
import { until } from '../harness/wait.js';
import { newSession } from '../views/work.js';
async function fill(page, email, password = PASSWORD) {
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
}
async function signOut(page) {
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
}
scenario('an account is made, left and entered again', async (scene) => {
    const visitor = await scene.stranger();
    const page = await visitor.open('/');
    await page.waitForURL(/\/sign-in/);
    await page.getByRole('link', { name: 'Make an account' }).click();
    await page.getByRole('heading', { name: 'Make an account' }).waitFor();
    const email = freshEmail();
    await fill(page, email);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await signOut(page);
    assert.equal((await visitor.context.request.get(`${scene.stack.url}/api/auth/me`)).status(), 401);
    await fill(page, email);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
});
scenario('a wrong password and an address that is taken are told in words', async (scene) => {
    const somebody = await scene.user();
    const visitor = await scene.stranger();
    const page = await visitor.open('/sign-in');
    await fill(page, somebody.email, 'not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page
        .getByRole('alert')
        .filter({ hasText: /password/i })
        .waitFor();
    await page.getByRole('link', { name: 'Make an account' }).click();
    await fill(page, somebody.email);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('alert').waitFor();
    assert.match(page.url(), /\/sign-in/);
});
scenario('who signs in goes on to the address that he came with', async (scene) => {
    const user = await scene.user();
    const { sessionId } = await newSession(user, 'lines 3');
    const page = await user.open(`/sessions/${sessionId}/events?types=log`);
    await page.getByRole('navigation', { name: 'Views of the session' }).waitFor();
    await user.context.clearCookies();
    await page.reload();
    await page.waitForURL(/\/sign-in/);
    await fill(page, user.email);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const { pathname, search } = await until('the address from before', () => new URL(page.url()), (url) => url.pathname.startsWith('/sessions/'));
    assert.equal(pathname, `/sessions/${sessionId}/events`);
    assert.equal(search, '?types=log');
    await page.getByRole('navigation', { name: 'Views of the session' }).waitFor();
});
scenario('nobody is sent to another site after signing in', async (scene) => {
    const user = await scene.user();
    const visitor = await scene.stranger();
    const elsewhere = encodeURIComponent('//example.com/');
    const page = await visitor.open(`/sign-in?returnTo=${elsewhere}`);
    await fill(page, user.email);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    assert.equal(new URL(page.url()).origin, scene.stack.url);
});
scenario('signing out in one tab ends the others', async (scene) => {
    const user = await scene.user();
    const one = await user.open('/');
    const other = await user.open('/');
    await one.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await other.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await signOut(one);
    await other.bringToFront();
    await other.reload();
    await other.waitForURL(/\/sign-in/);
});
