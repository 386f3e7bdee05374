<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Decides whether a letter is let in. The order matters: what costs little comes first, and nothing is told before it must be. */
final class Gates
{
    private const SKEW_S = 300;

    private string $home;
    private Request $request;
    private RateLimit $rate;
    private Nonces $nonces;
    /** What is known so far, for the reply: who wrote the letter is known only once its signature was right. */
    public string $nonce = '';
    public ?string $authKey = null;

    public function __construct(string $home, StateFolder $state, Request $request)
    {
        $this->home = $home;
        $this->request = $request;
        $this->rate = new RateLimit($state);
        $this->nonces = new Nonces($state);
    }

    /**
     * Throws Refusal, one for each gate.
     *
     * @return array{0:Letter,1:Pairing}
     */
    public function pass(string $text): array
    {
        if (!$this->request->https) {
            throw new Refusal('https-required', 'Letters are taken over HTTPS only.');
        }
        if ($this->request->method !== 'POST') {
            throw new Refusal('malformed', 'Letters are taken by POST only.');
        }
        $letter = Letter::parse($text);
        $this->nonce = $letter->nonce;
        $pairing = Pairing::load($this->home);
        $this->passCaller($pairing);
        $this->passSignature($letter, $pairing);
        $this->rate->checkLetters($this->request->time);
        $this->passTime($letter);
        $this->rate->countLetter($this->request->time);
        return [$letter, $pairing];
    }

    /**
     * Whether a letter would be let in. Takes nothing and counts nothing: it is for a panel that has to be started for an answer, and
     * must not be by a letter that was caught on its way and is sent again, however old.
     */
    public function wouldPass(string $text): bool
    {
        try {
            $letter = Letter::parse($text);
            $pairing = Pairing::load($this->home);
            $this->passCaller($pairing);
            return $this->request->https
                && hash_equals($pairing->connector, $letter->connector)
                && $letter->isSignedWith($pairing->authKey(), $this->request->path)
                && abs($this->request->time - $letter->time) <= self::SKEW_S
                && !$this->nonces->isTaken($letter);
        } catch (\Throwable $refused) {
            return false;
        }
    }

    private function passCaller(Pairing $pairing): void
    {
        $caller = $this->request->caller;
        if ($pairing->addresses !== [] && !Addresses::isListed($caller, $pairing->addresses)) {
            $shown = Addresses::isAddress($caller) ? $caller : null;
            throw new Refusal('address-not-listed', 'This address may not call the connector.', ['address' => $shown]);
        }
    }

    private function passSignature(Letter $letter, Pairing $pairing): void
    {
        if (!hash_equals($pairing->connector, $letter->connector)) {
            throw $this->failed(new Refusal('not-paired', 'The letter is for another connector.'));
        }
        $authKey = $pairing->authKey();
        if (!$letter->isSignedWith($authKey, $this->request->path)) {
            throw $this->failed(new Refusal('bad-signature', 'The letter is not signed with the key of this pairing.'));
        }
        $this->authKey = $authKey;
    }

    private function passTime(Letter $letter): void
    {
        $now = $this->request->time;
        if (abs($now - $letter->time) > self::SKEW_S) {
            throw new Refusal('clock-skew', 'The letter\'s time is too far from this machine\'s.', ['time' => $now]);
        }
        try {
            $this->nonces->take($letter, $now);
        } catch (Refusal $refusal) {
            throw $refusal->refusalCode() === 'replayed' ? $this->failed($refusal) : $refusal;
        }
    }

    /** Only a letter that is wrong waits: nobody can keep the worker out by failing from an address that they share. */
    private function failed(Refusal $refusal): Refusal
    {
        $this->rate->checkFailed($this->request->caller, $this->request->time);
        $this->rate->countFailed($this->request->caller, $this->request->time);
        return $refusal;
    }
}
