import { file, phase, script } from './script.js';
import { connected } from './session.js';
import { newSession, reached, submit } from './work.js';
const INDEX = '<!doctype html><title>A page</title><p>of one line</p>';
const heading = (name) => async (page) => page.getByRole('heading', { name }).first().waitFor();
const within = (text) => async (page) => {
    await connected(page);
    await page.getByRole('main').getByText(text).first().waitFor();
};
/** Sessions in every state, for an account that sees all pages. */
export async function furnish(user) {
    const good = await newSession(user, script(phase(1, 'The page', ['index.html', 'style.css'], true), 'lines 40', 'err 3', file('index.html', INDEX), file('style.css', 'p { color: teal }')), 'A page of one line');
    await reached(user, good.jobId, 'completed');
    const again = script(file('index.html', `${INDEX}<p>and another</p>`), file('new.txt', 'new'));
    await reached(user, await submit(user, good.sessionId, again), 'completed');
    const bad = await newSession(user, script('lines 5', 'exit 3'), 'A failure');
    await reached(user, bad.jobId, 'failed');
    const empty = await user.post('/api/sessions', { title: 'Nothing yet' });
    const { id } = (await empty.json());
    const session = `/sessions/${good.sessionId}`;
    return [
        {
            name: 'dashboard',
            path: '/',
            there: (page) => page.getByText('A failure').first().waitFor(),
        },
        { name: 'build', path: session, there: within(/^Done: \d+ files/) },
        { name: 'failure', path: `/sessions/${bad.sessionId}`, there: within('What to do:') },
        { name: 'empty session', path: `/sessions/${id}`, there: within('Nothing is built yet') },
        { name: 'log', path: `${session}/log?job=${good.jobId}`, there: within('line 40') },
        {
            name: 'log search',
            path: `${session}/log?job=${good.jobId}&q=line+4#L4`,
            there: within(/Line 4$/),
        },
        { name: 'events', path: `${session}/events?job=${good.jobId}`, there: connected },
        { name: 'files', path: `${session}/files?path=index.html`, there: within('and another') },
        { name: 'versions', path: `${session}/versions`, there: within('current') },
        {
            name: 'changes',
            path: `${session}/versions?job=${good.jobId}&compare=${good.jobId}`,
            there: (page) => page.getByRole('region', { name: 'Changes in index.html' }).waitFor(),
        },
        { name: 'account', path: '/settings', there: heading(/account/i) },
        { name: 'provider', path: '/settings/provider', there: heading('Model provider') },
        { name: 'keys', path: '/settings/keys', there: heading('API keys') },
        { name: 'github', path: '/settings/github', there: heading('GitHub') },
        { name: 'webhooks', path: '/settings/webhooks', there: heading(/webhooks/i) },
        { name: 'fleet', path: '/fleet', there: heading('Workers') },
        {
            name: 'accounts',
            path: '/fleet/accounts',
            there: (page) => page.getByRole('searchbox').waitFor(),
        },
        {
            name: 'audit log',
            path: '/fleet/audit',
            there: (page) => page
                .getByText(/registered|made an account/i)
                .first()
                .waitFor(),
        },
        {
            name: 'nothing',
            path: '/no/such/page',
            there: (page) => page.getByText('There is nothing here').waitFor(),
        },
    ];
}
/** Where one signs in; for somebody who is nobody yet. */
export const SIGN_IN = {
    name: 'sign in',
    path: '/sign-in',
    there: (page) => page.getByLabel('Email address').waitFor(),
};
